"""The face as the standard in force wants it, from what is recorded and what the place requires.

Every value comes from a rule edition of the sign's jurisdiction and day; what no rule decides
stays as recorded. What is provisional and what could not be decided is told with it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from common.numerals import numeral_value
from common.rules import RuleEdition
from signage.domain.face.layout import Layout, read_layout
from signage.domain.faces import (
    HANZI,
    MINORITY,
    NUMBER,
    PINYIN,
    POSTCODE,
    Line,
    Panel,
    SignFace,
)
from signage.domain.rules.colour import ColourParameters, TextParameters, required_colour
from signage.domain.rules.layout import SizeParameters
from signage.domain.rules.spelling import required_spelling
from signage.domain.sign import PlaceFacts, Sign
from signage.domain.spelling import NUMERAL, SUBSTITUTED

NUMERALS = re.compile("[〇零一二三四五六七八九十百千廿卅]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The faces wanted, their division, the editions that decided and what stayed open.

    ``undecided``: ``ground`` (the bearing is not known well enough), ``postcode``, ``minority``
    (the text is not recorded), ``size``.
    """

    faces: tuple[SignFace, ...]
    layout: Layout
    editions: tuple[RuleEdition, ...]
    undecided: frozenset[str]

    @property
    def provisional(self) -> tuple[RuleEdition, ...]:
        return tuple(edition for edition in self.editions if not edition.enforced)


class _Standard:
    """The editions that ask this class of sign; those that were used are kept."""

    def __init__(self, sign: Sign, editions: Mapping[str, RuleEdition]) -> None:
        self.sign = sign
        self.editions = editions
        self.used: dict[str, RuleEdition] = {}
        self.undecided: set[str] = set()

    def ask(self, rule_id: str, read: Callable[[Any], Any] = dict, *, decides: bool = True) -> Any:
        """The parameters of a rule, None where it is not in force or does not ask this class.

        ``decides``: whether it has a say in this face, so that it is named with it.
        """
        edition = self.editions.get(rule_id)
        if edition is None:
            return None
        classes = edition.parameters.get("classes")
        if classes is not None and self.sign.sign_class not in classes:
            return None
        if decides:
            self.used[rule_id] = edition
        return read(edition.parameters)


def wanted_face(sign: Sign, editions: Mapping[str, RuleEdition]) -> Wanted | None:
    """What a sign must show; None where its place has no standard name, so nobody can say."""
    if sign.place is None or not sign.place.standard_name:
        return None
    standard = _Standard(sign, editions)
    layout = read_layout(sign.sign_class, editions)
    recorded = sign.faces or (SignFace((Panel((Line(HANZI, ""),)),)),)
    faces = tuple(
        _face(face, standard, layout, first=turn == 0) for turn, face in enumerate(recorded)
    )
    used = [standard.used[rule_id] for rule_id in sorted(standard.used)]
    if layout.edition is not None:
        used.append(layout.edition)
    return Wanted(faces, layout, tuple(used), frozenset(standard.undecided))


def _face(face: SignFace, standard: _Standard, layout: Layout, *, first: bool) -> SignFace:
    ground = _ground(face, standard, layout)
    width, height = _size(face, standard)
    frame = face.frame
    edge = standard.ask("R16")
    if edge is not None:
        frame = min(frame or float(edge["edge_max"]), float(edge["edge_max"]))
    panels = [_panel(panel, standard) for panel in face.panels]
    if first:
        panels = _completed(panels, standard)
    return replace(
        face,
        panels=tuple(panel for panel in panels if panel.lines),
        ground=ground,
        width=width,
        height=height,
        frame=frame,
    )


def _ground(face: SignFace, standard: _Standard, layout: Layout) -> str:
    colours = standard.ask("R13", ColourParameters.read)
    if colours is not None:
        found: str = required_colour(standard.sign.street_bearing, colours)
        if not found:
            standard.undecided.add("ground")
        return found or face.ground
    return layout.ground or face.ground


def _size(face: SignFace, standard: _Standard) -> tuple[int | None, int | None]:
    sizes = standard.ask("R15", SizeParameters.read)
    allowed = sizes.sizes.get(standard.sign.sign_class, ()) if sizes else ()
    if not allowed:
        standard.undecided.add("size")
        return face.width, face.height
    if not face.width or not face.height:
        return round(allowed[0][0]), round(allowed[0][1])
    wide, high = min(
        allowed,
        key=lambda size: abs(size[0] - (face.width or 0)) + abs(size[1] - (face.height or 0)),
    )
    return round(wide), round(high)


def _panel(panel: Panel, standard: _Standard) -> Panel:
    lines: list[Line] = []
    own_ground = "" if any(line.kind == HANZI for line in panel.lines) else panel.ground
    for line in panel.lines:
        if line.kind == HANZI:
            place = _place_of(line, standard)
            lines.append(_characters(line, place, standard))
        elif line.kind == PINYIN:
            # Beneath the characters of another place stands that place's spelling.
            over = next((each for each in reversed(panel.lines) if each.kind == HANZI), None)
            place = _place_of(line if line.place or over is None else over, standard)
            spelt = _spelling(line, place, standard)
            lines.extend([spelt] if spelt else [])
        elif line.kind == NUMBER:
            number, own_ground = _number(line, standard, own_ground)
            lines.append(number)
        elif line.kind == POSTCODE:
            if _postcode_wanted(standard):
                lines.append(replace(line, height=None))
        elif line.kind == MINORITY:
            standard.ask("R40")
            lines.append(replace(line, height=None, share=None))
        else:
            lines.append(line)
    if any(line.kind == PINYIN for line in lines):
        standard.ask("R17")
        standard.ask("R19")
    return Panel(tuple(lines), own_ground)


def _place_of(line: Line, standard: _Standard) -> PlaceFacts:
    sign = standard.sign
    other = sign.elsewhere.get(line.place) if line.place else None
    found = other if other is not None and other.standard_name else sign.place
    assert found is not None
    return found


def _characters(line: Line, place: PlaceFacts, standard: _Standard) -> Line:
    standard.ask("R01")
    fonts = standard.ask("R20")
    font = line.font
    if fonts is not None and fonts["fonts"] and font not in fonts["fonts"]:
        font = str(fonts["fonts"][0])
    colour = _text_colour(line, standard)
    return Line(HANZI, place.standard_name, colour, font, place=line.place)


def _spelling(line: Line | None, place: PlaceFacts, standard: _Standard) -> Line | None:
    """The spelling beneath characters; None on a class that shows none, or where none is known."""
    if standard.ask("R04") is None and line is None:
        return None
    stored = place.pinyin_sign
    umlaut = standard.ask("R11", decides="Ü" in stored or SUBSTITUTED.search(stored) is not None)
    ordinal = standard.ask("R12", decides=NUMERAL.search(stored) is not None)
    spelling = required_spelling(place, umlaut or {}, ordinal or {}) or (line.text if line else "")
    if not spelling:
        return None
    standard.ask("R05")
    base = line or Line(PINYIN, "")
    return Line(PINYIN, spelling, _text_colour(base, standard), base.font, place=base.place)


def _text_colour(line: Line, standard: _Standard) -> str:
    colours = standard.ask("R14", TextParameters.read)
    return line.colour if colours is None else colours.text


def _number(line: Line, standard: _Standard, ground: str) -> tuple[Line, str]:
    standard.ask("R42")
    text = NUMERALS.sub(_in_digits, line.text)
    height, colour = None, line.colour
    colours = standard.ask("R14", TextParameters.read)
    if colours is not None and standard.sign.sign_class in colours.numbers:
        colour, ground = colours.numbers[standard.sign.sign_class]
    least = standard.ask("R18")
    if least is not None and least.get("min") is not None:
        height = max(float(least["min"]), line.height or 0)
    return Line(NUMBER, text, colour, line.font, height), ground


def _in_digits(match: re.Match[str]) -> str:
    value = numeral_value(match.group())
    return match.group() if value is None else str(value)


def _postcode_wanted(standard: _Standard) -> bool:
    values = standard.ask("R39")
    return values is None or values.get("postcode") == "on"


def _completed(panels: list[Panel], standard: _Standard) -> list[Panel]:
    """The panels with the name and the spelling where the record has none."""
    sign = standard.sign
    assert sign.place is not None
    kinds = {line.kind for panel in panels for line in panel.lines}
    if HANZI not in kinds:
        name = _characters(Line(HANZI, ""), sign.place, standard)
        panels = [Panel((name,)), *panels]
    if PINYIN not in kinds:
        spelt = _spelling(None, sign.place, standard)
        if spelt is not None:
            at = next(
                turn
                for turn, panel in enumerate(panels)
                if any(line.kind == HANZI for line in panel.lines)
            )
            lines = list(panels[at].lines)
            after = max(turn for turn, line in enumerate(lines) if line.kind == HANZI) + 1
            panels[at] = replace(panels[at], lines=(*lines[:after], spelt, *lines[after:]))
    postcode = standard.ask("R39", decides=POSTCODE in kinds)
    if postcode is not None and postcode.get("postcode") == "on" and POSTCODE not in kinds:
        standard.undecided.add("postcode")
    script = standard.ask("R40", decides=MINORITY in kinds)
    areas = tuple(script.get("areas", ())) if script else ()
    if areas and sign.division_code.startswith(areas) and MINORITY not in kinds:
        standard.undecided.add("minority")
    return panels
