"""Classes of places (GB/T 18521-2001, 地名类别) and the attributes that each class has.

The tables are data: ``classes.tsv`` with what is known of each code, ``attributes.json`` with a
JSON Schema per class beside the evidence fields that every record may have.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from common.attributes import AttributeFault, attribute_faults, attribute_validator
from gazetteer.domain.names import DATA, read_table

VERIFIED = "verified"
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class PlaceClass:
    """One row of the table; ``legal`` are the categories of Art 3 that it may go with."""

    code: str
    title_zh: str
    title_en: str
    legal: tuple[str, ...]
    schema: str
    status: str

    @property
    def parent(self) -> str:
        """The code one level up (26210 → 26200 → 26000 → 20000), "" at the top."""
        digits = self.code.rstrip("0")
        return digits[:-1].ljust(5, "0") if len(digits) > 1 else ""

    @property
    def depth(self) -> int:
        return len(self.code.rstrip("0"))

    @property
    def verified(self) -> bool:
        return self.status == VERIFIED


@dataclass(frozen=True, slots=True)
class ClassNode:
    """A class with the classes below it."""

    place_class: PlaceClass
    children: "tuple[ClassNode, ...]"


@cache
def place_classes() -> dict[str, PlaceClass]:
    """Code → class, in the order of the standard."""
    rows = (
        PlaceClass(code, zh, en, tuple(filter(None, legal.split(","))), schema, status)
        for code, zh, en, legal, schema, status in read_table("classes.tsv")
    )
    return {row.code: row for row in rows}


def classes_for(legal_category: str) -> list[PlaceClass]:
    """The classes that a place of this category may have."""
    return [row for row in place_classes().values() if legal_category in row.legal]


@cache
def class_tree() -> tuple[ClassNode, ...]:
    """The table as a tree: two kinds, then great, middle and small classes."""
    below: dict[str, list[PlaceClass]] = {}
    for row in place_classes().values():
        below.setdefault(row.parent, []).append(row)

    def grow(parent: str) -> tuple[ClassNode, ...]:
        return tuple(ClassNode(row, grow(row.code)) for row in below.get(parent, []))

    return grow("")


@cache
def _attributes() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DATA / "attributes.json").read_text(encoding="utf-8"))
    return read


def own_properties(class_code: str) -> dict[str, dict[str, Any]]:
    """The fields of the class itself; none where the class is not known."""
    row = place_classes().get(class_code)
    found: dict[str, dict[str, Any]] = _attributes()["schemas"][row.schema if row else PLAIN]
    return found


def evidence_properties() -> dict[str, dict[str, Any]]:
    """The evidence fields of every record: what the map says, how it was surveyed."""
    found: dict[str, dict[str, Any]] = _attributes()["common"]
    return found


def attribute_schema(class_code: str) -> dict[str, Any]:
    """The JSON Schema that ``Place.attributes`` follow for a class."""
    schema: dict[str, Any] = _validator(class_code).schema
    return schema


@cache
def _validator(class_code: str) -> Draft202012Validator:
    return attribute_validator(own_properties(class_code) | evidence_properties())


def check_attributes(class_code: str, values: dict[str, Any]) -> list[AttributeFault]:
    """What does not fit, one sentence each, in the order of the fields; [] when all fits."""
    if class_code and class_code not in place_classes():
        return [
            AttributeFault(
                "“%(code)s” is no class of GB/T 18521.", field="class_code", code=class_code
            )
        ]
    return attribute_faults(_validator(class_code), values, strange=_strange)


def _strange(key: str) -> AttributeFault:
    return AttributeFault(
        "Places of this class have no attribute “%(key)s”.", field=key, key=key[:40]
    )
