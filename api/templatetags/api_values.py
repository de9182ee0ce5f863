"""Values of features on pages."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def value_of(properties: Mapping[str, Any], name: str) -> Any:
    """The property of this name, a dash where it is unknown."""
    value = properties.get(name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "—" if value is None or value == "" else value
