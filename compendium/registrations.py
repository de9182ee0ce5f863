"""What the shell shows of this app."""

from django.utils.translation import gettext_lazy

from common.registries import NavigationItem, add_job, add_navigation
from compendium.jobs import export_entries


def register() -> None:
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
