"""Suggestions field by field: what would change, what the record says now, what is a renaming."""

import difflib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from gazetteer.domain.search_keys import pinyin_key

# What people may suggest, in the order of the form; how long each may be.
LONGEST: Mapping[str, int] = {
    "text": 100,
    "reading": 300,
    "meaning": 4000,
    "origin": 4000,
    "history": 4000,
    "description": 4000,
    "alias": 100,
    "alias_kind": 10,
    "position": 40,
}
ALIAS_KINDS = ("short", "alias", "former", "historic")
# Texts longer than this are not compared letter by letter (the time grows with the square).
LONGEST_MARKED, LEAST_ALIKE = 2000, 0.4
_POSITION = re.compile(r"^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*$")


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """``before``: the record when it was suggested; ``now``: the record as it stands."""

    field: str
    before: str
    proposed: str
    now: str

    @property
    def conflict(self) -> bool:
        """The record was changed meanwhile, to something else than what was proposed."""
        return self.now not in (self.before, self.proposed)

    @property
    def done(self) -> bool:
        return self.now == self.proposed


def tidy(field: str, value: str) -> str:
    """A value as it is compared and kept: names without blanks, positions with six decimals."""
    if field in ("text", "alias"):
        return "".join(value.split())
    if field == "position" and value.strip():
        found = read_position(value)
        return position_text(*found) if found else value.strip()
    return value.strip().replace("\r\n", "\n")


def read_position(text: str) -> tuple[float, float] | None:
    """Longitude and latitude in degrees, as people type them; None where that is no position."""
    found = _POSITION.match(text)
    if not found:
        return None
    longitude, latitude = float(found[1]), float(found[2])
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return None
    return longitude, latitude


def position_text(longitude: float, latitude: float) -> str:
    return f"{longitude:.6f}, {latitude:.6f}"


def changes_of(record: Mapping[str, str], proposed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """field → {"from", "to"} for what differs from the record; blank means "leave it"."""
    changes = {}
    for field in LONGEST:
        value = tidy(field, proposed.get(field, ""))
        if value and value != record.get(field, ""):
            changes[field] = {"from": record.get(field, ""), "to": value}
    # The kind only says what the alias is: alone it proposes nothing.
    if "alias" not in changes:
        changes.pop("alias_kind", None)
    return changes


def digest_of(changes: Mapping[str, Mapping[str, str]]) -> str:
    """Equal for suggestions that would make the same of a record, whatever it said before."""
    wanted = sorted((field, change["to"]) for field, change in changes.items())
    text = json.dumps(wanted, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(
    changes: Mapping[str, Mapping[str, str]], record: Mapping[str, str]
) -> list[FieldDifference]:
    return [
        FieldDifference(field, changes[field]["from"], changes[field]["to"], record.get(field, ""))
        for field in LONGEST
        if field in changes
    ]


def marked(before: str, after: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Both texts in pieces: ("same" | "del", text) of the one, ("same" | "ins", text) of the other.

    Long texts that have little in common are two whole pieces: marks in every word tell nothing.
    """
    match = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if len(before) + len(after) > LONGEST_MARKED or match.ratio() < LEAST_ALIKE:
        return [("del", before)] if before else [], [("ins", after)] if after else []
    old: list[tuple[str, str]] = []
    new: list[tuple[str, str]] = []
    for tag, i, j, k, m in match.get_opcodes():
        if before[i:j]:
            old.append(("same" if tag == "equal" else "del", before[i:j]))
        if after[k:m]:
            new.append(("same" if tag == "equal" else "ins", after[k:m]))
    return old, new


def is_renaming(
    before: str, after: str, *, syllables_before: list[str], syllables_after: list[str]
) -> bool:
    """Whether new characters are another name, which is a case (更名), or a slip put right.

    A slip keeps the reading: a homophone or a variant written by mistake. Anything that would be
    called differently is a renaming.
    """
    if before == after:
        return False
    if len(before) != len(after):
        return True
    return pinyin_key(syllables_before) != pinyin_key(syllables_after)
