"""Attributes of facilities by category: data in ``attributes.json``, judged by its JSON Schema.

A key that is absent is not recorded: unknown, never none.
"""

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from common.attributes import AttributeFault, attribute_faults, attribute_validator

DATA = Path(__file__).parent / "data" / "attributes.json"
PLANNED_ON, BUILDING_ON = "planned_on", "construction_on"
STAFF = "staff_total"


class Stage(StrEnum):
    """Where a facility stands on a day; what has ended, or is not planned yet, stands nowhere."""

    PLANNED = "planned"
    BUILDING = "under_construction"
    IN_SERVICE = "in_service"


@cache
def _data() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return read


def all_properties() -> dict[str, dict[str, Any]]:
    """Key → schema with its titles, of every attribute that any category has."""
    found: dict[str, dict[str, Any]] = _data()["properties"]
    return found


def attribute_properties(category: str) -> dict[str, dict[str, Any]]:
    """Key → schema with its titles, in the order in which people fill them in."""
    keys = [*_data()["common"], *_data()["categories"].get(category, [])]
    return {key: all_properties()[key] for key in keys}


@cache
def _validator(category: str) -> Draft202012Validator:
    return attribute_validator(attribute_properties(category))


def check_attributes(category: str, values: Mapping[str, Any]) -> list[AttributeFault]:
    """What does not fit, one sentence each; [] when all fits."""
    faults = attribute_faults(_validator(category), values, strange=_strange)
    return faults or [*_staff_faults(values), *_stage_faults(values), *_licence_faults(values)]


def _strange(key: str) -> AttributeFault:
    return AttributeFault(
        "Facilities of this category have no attribute “%(key)s”: leave it empty.",
        field=key,
        key=key[:40],
    )


def _staff_faults(values: Mapping[str, Any]) -> list[AttributeFault]:
    parts = sum(value for key, value in values.items() if key.startswith("staff_") and key != STAFF)
    if STAFF in values and parts > values[STAFF]:
        return [
            AttributeFault(
                "Staff by profession make %(parts)d people, more than the %(all)d in all.",
                field=STAFF,
                parts=parts,
                all=values[STAFF],
            )
        ]
    return []


def _stage_faults(values: Mapping[str, Any]) -> list[AttributeFault]:
    planned, built = values.get(PLANNED_ON, ""), values.get(BUILDING_ON, "")
    if planned and built and built < planned:
        return [AttributeFault("It was built before it was planned.", field=BUILDING_ON)]
    return []


def _licence_faults(values: Mapping[str, Any]) -> list[AttributeFault]:
    given, ends = values.get("licence_on", ""), values.get("licence_until", "")
    if given and ends and ends < given:
        return [AttributeFault("The licence ends before it begins.", field="licence_until")]
    return []


def stage_on(
    day: date, *, opens: date | None, closes: date | None, attributes: Mapping[str, Any]
) -> Stage | None:
    """How far a facility is on a day. ``opens`` and ``closes``: the days in service, half open."""
    if opens is None or opens <= day:
        return Stage.IN_SERVICE if closes is None or day < closes else None
    said = day.isoformat()
    if attributes.get(BUILDING_ON, "~") <= said:
        return Stage.BUILDING
    return Stage.PLANNED if attributes.get(PLANNED_ON, "~") <= said else None
