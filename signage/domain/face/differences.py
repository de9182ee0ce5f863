"""What differs between a face as recorded and as wanted, told by the verdicts of the rules.

The rules judge, nothing here judges again: a mark in the drawing and a finding in the list are
one and the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signage.domain.face.layout import Layout
from signage.domain.face.place import Drawing
from signage.domain.face.shapes import Box
from signage.domain.faces import HANZI, MINORITY, NUMBER, PINYIN, POSTCODE
from signage.domain.rules import Outcome, Verdict
from signage.domain.sign import Sign

FACE, FRAME = "face", "frame"
# What of the face each rule looks at.
ELEMENTS = {
    "R01": HANZI,
    "R02": HANZI,
    "R03": HANZI,
    "R04": PINYIN,
    "R05": PINYIN,
    "R06": PINYIN,
    "R07": PINYIN,
    "R08": PINYIN,
    "R09": PINYIN,
    "R10": PINYIN,
    "R11": PINYIN,
    "R12": PINYIN,
    "R13": FACE,
    "R14": HANZI,
    "R15": FACE,
    "R16": FRAME,
    "R17": PINYIN,
    "R18": NUMBER,
    "R19": PINYIN,
    "R20": HANZI,
    "R37": HANZI,
    "R39": POSTCODE,
    "R40": MINORITY,
    "R42": NUMBER,
    "R43": HANZI,
    "SIGN-LAYOUT": FACE,
    "SIGN-LAYOUT-MORE": FACE,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; ``number`` is that of its mark, shared by all of one element."""

    number: int
    element: str
    verdict: Verdict


def differences(verdicts: Iterable[Verdict]) -> list[Difference]:
    """The rules of the face that fail, numbered by what they look at."""
    failed = [
        (_element(verdict), verdict)
        for verdict in verdicts
        if verdict.outcome is Outcome.FAIL and verdict.rule_id in ELEMENTS
    ]
    turns: dict[str, int] = {}
    for element, _ in failed:
        turns.setdefault(element, len(turns) + 1)
    found = [Difference(turns[element], element, verdict) for element, verdict in failed]
    return sorted(found, key=lambda each: (each.number, each.verdict.rule_id))


def ground_of_class(sign: Sign, layout: Layout) -> list[Verdict]:
    """Where the class alone decides the ground (estate signs, building plates): what it says."""
    if not layout.ground or layout.edition is None:
        return []
    shown = sign.ground_of(HANZI) or sign.ground_colour
    outcome = Outcome.UNKNOWN
    if shown:
        outcome = Outcome.PASS if shown == layout.ground else Outcome.FAIL
    return [Verdict(outcome, shown, layout.ground, layout.edition)]


def undecided(verdicts: Iterable[Verdict], sign: Sign) -> list[str]:
    """The rules of the face that cannot say, because something of what it shows is not recorded."""
    return [
        verdict.rule_id
        for verdict in verdicts
        if verdict.outcome is Outcome.UNKNOWN
        and (element := ELEMENTS.get(verdict.rule_id))
        and (element in (FACE, FRAME) or sign.line(element) is not None)
    ]


def _element(verdict: Verdict) -> str:
    # R14 tells the colour of a number with its ground, two words; that of a name is one.
    if verdict.rule_id == "R14" and " " in verdict.expected:
        return NUMBER
    return ELEMENTS[verdict.rule_id]


def marked(drawing: Drawing, found: Sequence[Difference]) -> list[tuple[int, Box]]:
    """Number and place of each mark on one of the two drawings."""
    marks = []
    for number, element in sorted({(each.number, each.element) for each in found}):
        if element == FACE:
            marks.append((number, drawing.face))
        elif element == FRAME:
            marks.append((number, drawing.inside))
        else:
            boxes = drawing.boxes(element)
            # What is missing here has no place of its own: its mark stands at the face's edge.
            marks.append((number, boxes[0] if boxes else drawing.face))
    return marks
