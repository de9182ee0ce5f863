"""The record of a joint inspection that both sides sign: one content, one hash, one stage."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """How far a joint inspection is."""

    FIELD = "field"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    FILED = "filed"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class SideState:
    """Whether a side has submitted its record, and the hash that it signed ("" for none)."""

    submitted: bool
    signed_hash: str


def stage_of(sides: Collection[SideState], *, filed: bool, given_up: bool = False) -> Stage:
    """A signature counts only while both sides signed the same content."""
    if filed:
        return Stage.FILED
    if given_up:
        return Stage.GIVEN_UP
    if len(sides) != 2 or not all(side.submitted for side in sides):
        return Stage.FIELD
    hashes = {side.signed_hash for side in sides}
    return Stage.SIGNED if len(hashes) == 1 and "" not in hashes else Stage.SUBMITTED


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one canonical spelling (JSON, keys in order, UTF-8)."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Missing(StrEnum):
    """What a report cannot do without (domain reference §5.2: all fields are required)."""

    ORGANISERS = "organisers"
    PEOPLE = "people"
    SECTIONS = "sections"
    MARKERS = "markers"
    DAY = "day"
    LATER = "later"
    BASIS = "basis"


def missing_of(content: Mapping[str, Any], side: str) -> list[tuple[Missing, str]]:
    """What one side still has to write before it can submit, and about what.

    A marker counts as recorded when either side has visited it: they walk together.
    """
    found: list[tuple[Missing, str]] = []
    own = content["sides"][side]
    if not own["organisers"]:
        found.append((Missing.ORGANISERS, ""))
    if not own["people"]:
        found.append((Missing.PEOPLE, ""))
    if not own["sections"]:
        found.append((Missing.SECTIONS, ""))
    if not content["inspected_on"]:
        found.append((Missing.DAY, ""))
    elif content["inspected_on"] < max(
        [each["visited_on"] for each in own["visits"]]
        + [each["walked_on"] for each in own["sections"]],
        default="",
    ):
        found.append((Missing.LATER, ""))
    if not content["basis"]:
        found.append((Missing.BASIS, ""))
    visited = {visit["marker"] for each in content["sides"].values() for visit in each["visits"]}
    if content["kind"] == "regular":
        found += [
            (Missing.MARKERS, number) for number in content["markers"] if number not in visited
        ]
    return found
