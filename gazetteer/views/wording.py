"""What the gazetteer's codes are called on pages."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gazetteer.domain.approved import unknown_reading
from gazetteer.domain.names import MODIFIERS, Role
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import Romanisation, Segment

STATE_WORDS = {
    "ok": gettext_lazy("standard name"),
    "check": gettext_lazy("reading to check"),
    "unknown": gettext_lazy("not a standard name"),
}
# For rows that are standard names whatever their reading.
READING_WORDS = STATE_WORDS | {"unknown": gettext_lazy("no reading known")}
READINGS = {
    ReadingSource.DICTIONARY: gettext_lazy("dictionary"),
    ReadingSource.OVERRIDE: gettext_lazy("table of place-name readings"),
    ReadingSource.PROVISIONAL: gettext_lazy("general reading, to be checked"),
    ReadingSource.SPELLING: gettext_lazy("official spelling of a minority-language name"),
    ReadingSource.APPROVED: gettext_lazy("approved reading"),
    ReadingSource.UNKNOWN: gettext_lazy("no reading known"),
}
# A relation and how it reads from its other end.
RELATION_WORDS = {
    ("renamed_to", True): gettext_lazy("renamed to"),
    ("renamed_to", False): gettext_lazy("before that"),
    ("derived_from", True): gettext_lazy("derived from"),
    ("derived_from", False): gettext_lazy("gave its name to"),
    ("part_of", True): gettext_lazy("part of"),
    ("part_of", False): gettext_lazy("contains"),
    ("crosses", True): gettext_lazy("crosses"),
    ("crosses", False): gettext_lazy("crossed by"),
    ("seat_of", True): gettext_lazy("seat of"),
    ("seat_of", False): gettext_lazy("has its seat at"),
    ("succeeded_by", True): gettext_lazy("succeeded by"),
    ("succeeded_by", False): gettext_lazy("follows"),
}
PARTS = {
    Role.SPECIFIC: gettext_lazy("specific term"),
    Role.ORDINAL: gettext_lazy("ordinal"),
    Role.GENERIC: gettext_lazy("generic term"),
}
READING_STATES = {
    ReadingSource.PROVISIONAL: "check",
    ReadingSource.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class ExplainedSegment:
    """One written word of a spelling: what it is, how it is spelt, and by which rule."""

    segment: Segment
    part: Any
    why: str
    reading: Any
    state: str


def explain(spelling: Romanisation) -> list[ExplainedSegment]:
    return [
        ExplainedSegment(
            segment=segment,
            part=PARTS[segment.role],
            why=_why(segment),
            reading=READINGS[segment.source],
            state=READING_STATES.get(segment.source, "ok"),
        )
        for segment in spelling.segments
    ]


def spelling_values(
    spelling: Romanisation | None, *, name: str = "", reading: str = ""
) -> dict[str, Any]:
    """What ``gazetteer/spelling.html`` draws: the automatic spelling of ``name`` word by word, and

    what is to be looked at: characters without a known reading, a given ``reading`` that no
    dictionary and no table knows.
    """
    if spelling is None:
        return {"spelling": None, "segments": [], "spelling_notes": []}
    notes = []
    if not spelling.toned:
        words = [each.text for each in spelling.segments if each.source is ReadingSource.UNKNOWN]
        notes.append(
            _(
                "No table knows a reading of “%(words)s”: the spelling is unknown until somebody "
                "gives an approved reading."
            )
            % {"words": "”, “".join(words)}
        )
    reading = " ".join(reading.split())
    if reading not in ("", spelling.toned) and unknown_reading(reading, name=name):
        notes.append(
            _(
                "No dictionary and no table reads these characters as “%(reading)s”, tones "
                "included: check it before it stands."
            )
            % {"reading": reading[:100]}
        )
    return {"spelling": spelling, "segments": explain(spelling), "spelling_notes": notes}


def reading_word(source: str) -> Any:
    """What a stored reading rests on, in words."""
    return READINGS.get(ReadingSource(source), source) if source else ""


def _why(segment: Segment) -> str:
    if segment.role is Role.ORDINAL:
        return _("ordinals in street names are written in Arabic figures (1984 rules, 7)")
    reasons = []
    if segment.role is Role.GENERIC:
        reasons.append(_("specific and generic are written apart (1984 rules, 1)"))
        if len(segment.text) > 1 and segment.text[0] in MODIFIERS:
            reasons.append(_("a single syllable that qualifies the generic joins it (2)"))
    if "'" in segment.plain:
        reasons.append(_("an apostrophe before a, o, e inside a word (11)"))
    if "ü" in segment.plain.lower():
        reasons.append(_("ü stays after n and l"))
    return "; ".join(reasons)
