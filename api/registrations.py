"""What the shell shows of this app."""

from django.utils.translation import gettext_lazy as _

from api.operations.matching import KIND, match_list
from common.registries import NavigationItem, add_job, add_section_entry


def register() -> None:
    add_job(KIND, match_list, _("Matching of a list"))
    add_section_entry(
        "places",
        NavigationItem(
            key="match",
            label=_("Match a list"),
            icon="list-search",
            url_name="api:match",
            order=25,
        ),
    )
