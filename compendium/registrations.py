"""What the shell shows of this app."""

from django.utils.translation import gettext_lazy

from boundaries.queries.touched import Touched, add_touched
from common.registries import NavigationItem, add_job, add_navigation
from compendium.jobs import export_entries
from compendium.models import Entry

ENTRIES = Touched(
    key="entries",
    label=gettext_lazy("Entries of the compendium"),
    fate=gettext_lazy("Stay with their division; one that ended is told in the heir's history."),
    model=Entry,
)


def register() -> None:
    add_touched(40, ENTRIES)
    add_navigation(
        NavigationItem(
            key="compendium",
            label=gettext_lazy("Compendium"),
            icon="book",
            url_name="compendium:desk",
            order=70,
        )
    )
    add_job("export_entries", export_entries, gettext_lazy("Export of the compendium"))
