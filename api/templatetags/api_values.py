"""Values of features on pages."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def value_of(properties: Mapping[str, Any], name: str) -> Any:
    """The property of this name, a dash where it is unknown."""
    value = properties.get(name)
    return "—" if value is None or value == "" else value
