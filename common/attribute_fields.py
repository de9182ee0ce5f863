"""Attributes on pages: the field that a property is typed in, and its words.

A property is a JSON Schema with ``title_zh`` and ``title_en``, and optionally ``hint_zh``,
``hint_en`` and, for an enumeration, ``labels`` by value.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.models import bilingual

Rule = Mapping[str, Any]


def attribute_field(rule: Rule) -> forms.Field:
    """The field for one property; the schema itself judges the value."""
    options: dict[str, Any] = {
        "label": bilingual(rule["title_zh"], rule["title_en"]),
        "required": False,
        "help_text": bilingual(rule.get("hint_zh", ""), rule.get("hint_en", "")),
    }
    if rule.get("type") == "array":
        return forms.MultipleChoiceField(
            choices=_choices(rule["items"]), widget=forms.CheckboxSelectMultiple, **options
        )
    if "enum" in rule:
        return forms.ChoiceField(choices=[("", "—"), *_choices(rule)], **options)
    if rule["type"] == "boolean":
        choices = [("", "—"), ("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
        return forms.TypedChoiceField(
            choices=choices, coerce=lambda value: value == "true", empty_value=None, **options
        )
    if rule["type"] == "integer":
        return forms.IntegerField(**options)
    if rule["type"] == "number":
        return forms.FloatField(**options)
    return forms.CharField(**options)


def property_title(key: str, rule: Rule) -> str:
    return bilingual(rule.get("title_zh", key), rule.get("title_en", key))


def value_words(rule: Rule, value: Any) -> str:
    """A value as people read it; several with commas between."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(value_words(rule.get("items", {}), each) for each in value)
    labels = rule.get("labels", {}).get(str(value))
    return bilingual(labels["zh"], labels["en"]) if labels else str(value)


def _choices(rule: Rule) -> list[tuple[str, str]]:
    return [(key, value_words(rule, key)) for key in rule["enum"]]
