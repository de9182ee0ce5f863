"""What the shell shows of this app."""

from django.utils.translation import gettext_lazy as _

from accounts.domain.roles import Capability
from common.registries import NavigationItem, add_navigation


def register() -> None:
    add_navigation(
        NavigationItem(
            key="people",
            label=_("People"),
            icon="users",
            url_name="accounts:people",
            order=90,
            capability=Capability.MANAGE_ACCOUNTS,
        )
    )
    add_navigation(
        NavigationItem(
            key="audit",
            label=_("Audit log"),
            icon="history",
            url_name="accounts:audit",
            order=95,
            capability=Capability.READ_AUDIT,
        )
    )
