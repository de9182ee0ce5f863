"""R01–R03, R37, R43: the characters are the standard name of the place, and it may be shown."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from gazetteer.domain.characters import charset_level, fold
from gazetteer.domain.readings import is_hanzi
from signage.domain.faces import HANZI
from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters, rule
from signage.domain.rules.values import nothing, words
from signage.domain.sign import Sign


@dataclass(frozen=True, slots=True)
class NameParameters:
    ignore_space: bool

    @classmethod
    def read(cls, values: Parameters) -> "NameParameters":
        return cls(ignore_space=bool(values["ignore_space"]))


@rule("R01", NameParameters.read)
def wrong_name(sign: Sign, parameters: NameParameters) -> Judgement:
    """Fails when the characters differ from the standard name of the place they show.

    Spaces of any width are ignored on request: faces are set with spaced characters. The name of
    the sign's own place comes first, then the further places that its lines show.
    """
    place = sign.place
    for line, other in _linked(sign) if sign.elsewhere else ():
        if other and not _same(line, other, parameters.ignore_space):
            return FAIL, line, other
    if place is None or not place.standard_name or not sign.hanzi:
        return UNKNOWN, sign.hanzi, ""
    required = place.standard_name
    same = _same(sign.hanzi, required, parameters.ignore_space)
    return PASS if same else FAIL, sign.hanzi, required


def _linked(sign: Sign) -> list[tuple[str, str]]:
    """Characters and standard name of every line that shows a further place."""
    return [
        (line.text, sign.elsewhere[line.place].standard_name)
        for face in sign.faces
        for _, line in face.lines()
        if line.kind == HANZI and line.place in sign.elsewhere
    ]


def _same(shown: str, required: str, ignore_space: bool) -> bool:
    if shown == required:
        return True
    shown = unicodedata.normalize("NFC", shown)
    required = unicodedata.normalize("NFC", required)
    if ignore_space:
        shown, required = "".join(shown.split()), "".join(required.split())
    return shown == required


@rule("R02", nothing)
def name_without_standing(sign: Sign, parameters: None) -> Judgement:
    """Fails when the linked place has a name that day, but none that is standard (Art 15)."""
    place = sign.place
    if place is None:
        return UNKNOWN, "", "standard"
    if place.standard_name:
        return PASS, "standard", "standard"
    return FAIL if place.name_status else UNKNOWN, place.name_status, "standard"


@dataclass(frozen=True, slots=True)
class CharacterParameters:
    """``exempt``: characters or whole texts of heritage signs that stay as they are."""

    exempt: frozenset[str]

    @classmethod
    def read(cls, values: Parameters) -> "CharacterParameters":
        return cls(words("exempt", values))


@lru_cache(maxsize=1 << 16)
def wrong_characters(text: str) -> tuple[str, tuple[str, ...]]:
    """The text in standard forms, and its characters that are not: other forms, or not listed."""
    text = unicodedata.normalize("NFC", text)
    standard = fold(text, local=False)
    wrong = [
        shown
        for shown, right in zip(text, standard, strict=True)
        if shown != right or (is_hanzi(shown) and charset_level(shown) is None)
    ]
    return standard, tuple(wrong)


@rule("R03", CharacterParameters.read)
def not_standard_characters(sign: Sign, parameters: CharacterParameters) -> Judgement:
    """Fails for traditional and variant characters, unless the standard name has them too."""
    text = sign.hanzi
    if not text:
        return UNKNOWN, "", ""
    place = sign.place
    if place is not None and text == place.standard_name:
        return PASS, text, text
    standard, characters = wrong_characters(text)
    if not characters or text in parameters.exempt:
        return PASS, text, text
    right = place.standard_name if place is not None else ""
    wrong = [each for each in characters if each not in parameters.exempt and each not in right]
    return FAIL if wrong else PASS, text, standard


@rule("R37", nothing)
def stale_sign(sign: Sign, parameters: None) -> Judgement:
    """Fails when the sign shows a name that its place gave up after the sign was set up."""
    place = sign.place
    if place is None or not sign.hanzi:
        return UNKNOWN, "", ""
    if not place.former:
        return PASS, sign.hanzi, place.standard_name
    for former in place.former:
        if former.text == sign.hanzi and former.text != place.standard_name:
            installed = sign.site.installed_on
            # A sign set up after the name had ended was wrong from its first day: R01 alone.
            if installed is not None and installed >= former.ended_on:
                return PASS, sign.hanzi, place.standard_name
            return FAIL, f"{former.text} – {former.ended_on.isoformat()}", place.standard_name
    return PASS, sign.hanzi, place.standard_name


@rule("R43", nothing)
def unsuitable_name(sign: Sign, parameters: None) -> Judgement:
    """Fails when the name carries one of the flags 大, 洋, 怪, 重."""
    if sign.place is None:
        return UNKNOWN, "", ""
    return FAIL if sign.place.unsuitable else PASS, sign.place.unsuitable, ""
