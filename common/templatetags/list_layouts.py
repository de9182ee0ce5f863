"""The columns of a list as each person has chosen them, and the form that chooses."""

from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.inclusion_tag("components/list_layout.html", takes_context=True)
def list_layout(context: Any) -> dict[str, Any]:
    request = context["request"]
    return {
        "csrf_token": context.get("csrf_token"),
        "chosen": request.list_layout,
        "query": request.GET.urlencode(),
    }


@register.simple_tag(takes_context=True)
def column_heads(context: Any) -> SafeString:
    """Headings of the columns that are added to those of the template."""
    return format_html_join(
        "", '<th scope="col">{}</th>', ((each.label,) for each in _added(context))
    )


@register.simple_tag(takes_context=True)
def column_cells(context: Any, row: Any) -> SafeString:
    """The cells of these columns in one row; what is not known is a dash."""
    return format_html_join(
        "", "<td>{}</td>", ((each.text(row) or "—",) for each in _added(context))
    )


def _added(context: Any) -> list[Any]:
    """None for rows that are drawn outside of their list too."""
    layout = getattr(context["request"], "list_layout", None)
    return layout.added if layout else []
