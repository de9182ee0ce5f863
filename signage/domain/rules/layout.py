"""R15–R20 and R40: sizes, frame, shares of the face, heights and fonts."""

from collections.abc import Mapping
from dataclasses import dataclass

from signage.domain.faces import HANZI, MINORITY, NUMBER, PINYIN
from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters, rule
from signage.domain.rules.values import Range, words
from signage.domain.sign import Sign


@dataclass(frozen=True, slots=True)
class SizeParameters:
    """``sizes``: sign class → the allowed (width, height) in mm; ``tolerance`` on each."""

    sizes: Mapping[str, tuple[tuple[float, float], ...]]
    tolerance: float

    @classmethod
    def read(cls, values: Parameters) -> "SizeParameters":
        sizes = {
            kind: tuple((float(width), float(height)) for width, height in allowed)
            for kind, allowed in values["sizes"].items()
        }
        return cls(sizes, float(values["tol_mm"]))


@rule("R15", SizeParameters.read)
def wrong_size(sign: Sign, parameters: SizeParameters) -> Judgement:
    """Fails when width × height is none of the sizes allowed for the class."""
    allowed = parameters.sizes.get(sign.sign_class)
    if not allowed:
        return UNKNOWN, "", ""
    face = sign.faces[0] if sign.faces else None
    if face is None or face.width is None or face.height is None:
        return UNKNOWN, "", ""
    width, height, tolerance = face.width, face.height, parameters.tolerance
    for wide, high in allowed:
        if abs(width - wide) <= tolerance and abs(height - high) <= tolerance:
            return PASS, "", ""
    listed = " / ".join(f"{wide:g} × {high:g}" for wide, high in allowed)
    return FAIL, f"{width} × {height}", listed


def _edge(values: Parameters) -> Range:
    return Range.read({"max": values["edge_max"]})


@rule("R16", _edge)
def wide_frame(sign: Sign, parameters: Range) -> Judgement:
    """Fails when the outer edge is wider than allowed."""
    return parameters.judge(sign.faces[0].frame if sign.faces else None)


@dataclass(frozen=True, slots=True)
class ShareParameters:
    hanzi: float
    tolerance: float

    @classmethod
    def read(cls, values: Parameters) -> "ShareParameters":
        return cls(float(values["hanzi"]), float(values["tolerance"]))


@rule("R17", ShareParameters.read)
def wrong_split(sign: Sign, parameters: ShareParameters) -> Judgement:
    """Fails when the characters take another share of the name's field than three fifths."""
    hanzi, pinyin = sign.line(HANZI), sign.line(PINYIN)
    if hanzi is None or pinyin is None or not hanzi.share or not pinyin.share:
        return UNKNOWN, None, parameters.hanzi
    share = hanzi.share / (hanzi.share + pinyin.share)
    # Half a thousandth for shares that were measured to the edge of the tolerance.
    near = abs(share - parameters.hanzi) <= parameters.tolerance + 0.0005
    return PASS if near else FAIL, share, parameters.hanzi


@rule("R18", Range.read)
def small_number(sign: Sign, parameters: Range) -> Judgement:
    """Fails when the number of a building is lower than required."""
    line = sign.line(NUMBER)
    return parameters.judge(None if line is None else line.height)


@rule("R19", Range.read)
def heights_out_of_proportion(sign: Sign, parameters: Range) -> Judgement:
    """Fails when the spelling is too small or too large beside the characters."""
    hanzi, pinyin = sign.line(HANZI), sign.line(PINYIN)
    if hanzi is None or pinyin is None or not hanzi.height or not pinyin.height:
        return UNKNOWN, None, parameters.text
    return parameters.judge(pinyin.height / hanzi.height)


def _fonts(values: Parameters) -> frozenset[str]:
    return words("fonts", values)


@rule("R20", _fonts)
def wrong_font(sign: Sign, parameters: frozenset[str]) -> Judgement:
    """Fails when the characters are in a font that is not allowed."""
    line = sign.line(HANZI)
    if line is None or not line.font:
        return UNKNOWN, "", ""
    return (PASS if line.font in parameters else FAIL), line.font, " ".join(sorted(parameters))


@dataclass(frozen=True, slots=True)
class MinorityParameters:
    """``areas``: code prefixes where the minority script is required on every sign."""

    share: float
    tolerance: float
    areas: tuple[str, ...]

    @classmethod
    def read(cls, values: Parameters) -> "MinorityParameters":
        areas = tuple(sorted(words("areas", values)))
        return cls(float(values["share"]), float(values["tolerance"]), areas)


@rule("R40", MinorityParameters.read)
def minority_script(sign: Sign, parameters: MinorityParameters) -> Judgement:
    """Fails when the minority script does not take its third of the area of the characters."""
    script, hanzi = sign.line(MINORITY), sign.line(HANZI)
    if script is None:
        required = bool(parameters.areas) and sign.division_code.startswith(parameters.areas)
        return FAIL if required else PASS, "", parameters.share if required else ""
    if hanzi is None or not script.share or not hanzi.share:
        return UNKNOWN, None, parameters.share
    share = script.share / (script.share + hanzi.share)
    near = abs(share - parameters.share) <= parameters.tolerance + 0.0005
    return PASS if near else FAIL, share, parameters.share
