"""What the cells of one row of a register say, before they are held against the record."""

import math
import unicodedata
from collections.abc import Mapping
from typing import Any

from common.importing.columns import nearest_word, normal
from common.importing.rows import GivenRow
from common.imports.cells import read_day, read_flag, read_text, read_word
from common.imports.cells import read_number as number_of
from facilities.domain.attributes import all_properties, attribute_properties, check_attributes
from facilities.models import Facility, FacilityCategory

MOST_BEDS = 20_000
SEPARATORS = " ,，、;；|/"
_DAYS = ("opened_on", "counted_on")


def read_facts(row: GivenRow) -> dict[str, Any]:
    """The plain facts that the row tells; what it leaves empty is absent."""
    values: dict[str, Any] = {
        "name": read_text(row, "name", 120),
        "address": read_text(row, "address", 200),
        "operator": read_word(row, "operator", Facility.Operator),
        "beds": number_of(row, "beds", 0, MOST_BEDS, whole=True),
        "occupied": number_of(row, "occupied", 0, MOST_BEDS, whole=True),
        **{key: read_day(row, key) for key in _DAYS},
        "contact_person": read_text(row, "contact_person", 80),
        "contact_phone": read_text(row, "contact_phone", 60),
        **{
            key: read_flag(row, key)
            for key in ("synthetic", "approximate")
            if row.values.get(key, "")
        },
    }
    if not values["name"]:
        row.fault("missing", field="name")
    if values["occupied"] is None:
        values["counted_on"] = None
    elif values["counted_on"] is None:
        row.fault("count_without_day")
    return {key: value for key, value in values.items() if value not in ("", None)}


def read_category(row: GivenRow, known: Mapping[str, FacilityCategory]) -> FacilityCategory | None:
    """``known``: categories by code and by name in either language, in normal form."""
    text = row.values.get("category", "")
    if not text:
        row.fault("missing", field="category")
        return None
    found = known.get(normal(text))
    if found is None:
        row.fault(
            "unknown_category",
            text=text[:40],
            near=nearest_word(normal(text), tuple(known)) or "ELD-INST",
        )
    return found


def category_words(categories: list[FacilityCategory]) -> dict[str, FacilityCategory]:
    return {
        normal(word): category
        for category in categories
        for word in (category.name_zh, category.name_en, category.code)
    }


def read_attributes(row: GivenRow, category: FacilityCategory) -> dict[str, Any]:
    """Attributes that the row tells, judged by the schema of the category."""
    told = {key: row.values[key] for key in all_properties() if row.values.get(key, "")}
    values = {key: _value(all_properties()[key], text) for key, text in told.items()}
    own = attribute_properties(category.code)
    for fault in check_attributes(category.code, values):
        known = fault.field if fault.field in own or fault.field in told else "name"
        row.fault("bad_attribute", field=known, why=str(fault)[:200])
    return values


def _value(rule: Mapping[str, Any], text: str) -> Any:
    """The value that a cell means; what cannot be read stays text, for the schema to refuse."""
    kind = rule.get("type", "")
    if kind == "array":
        return _several(label_values(rule["items"]), text)
    if "enum" in rule:
        return label_values(rule).get(normal(text), text)
    if kind in ("integer", "number"):
        try:
            number = float(unicodedata.normalize("NFKC", text).replace(",", ""))
        except ValueError:
            return text
        if not math.isfinite(number):
            return text
        return int(number) if number == int(number) else number
    if rule.get("format") == "date":
        return text.split(" ")[0].replace("/", "-")
    return text


def label_values(rule: Mapping[str, Any]) -> dict[str, str]:
    """Every word of an enumeration (its value, its label in either language) → the value."""
    labels = rule.get("labels", {})
    return {
        normal(word): key for key in rule["enum"] for word in (*labels.get(key, {}).values(), key)
    }


def _several(labels: Mapping[str, str], text: str) -> list[str]:
    """Values one after another: the longest label first, for some have commas themselves."""
    found: list[str] = []
    rest = normal(text)
    words = sorted(labels, key=len, reverse=True)
    while rest := rest.strip(SEPARATORS):
        word = next((each for each in words if rest.startswith(each)), "")
        if not word:
            return [*found, rest[:40]]
        if labels[word] not in found:
            found.append(labels[word])
        rest = rest[len(word) :]
    return found
