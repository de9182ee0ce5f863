"""Parameters of the rules in the reader's words."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from gazetteer.models import LegalCategory
from signage.domain.standard import typed
from signage.models.choices import Colour, Material, SignClass, StreetSide, Support

Choices = Sequence[tuple[str, Any]]

LABELS = {
    "ignore_space": _("ignore spaces between characters"),
    "charset": _("list of standard characters"),
    "exempt": _("exempt characters and texts"),
    "classes": _("classes of sign that are asked"),
    "case": _("case of letters"),
    "tones": _("tone marks"),
    "segment_sep": _("between specific and generic term"),
    "apos": _("apostrophe"),
    "stoplist": _("English words"),
    "umlaut_style": _("how ü is written"),
    "street_ordinal_style": _("how ordinals are written"),
    "ew": _("ground on east–west streets"),
    "ns": _("ground on north–south streets"),
    "split_deg": _("split between the axes (°)"),
    "margin_deg": _("doubtful within (°)"),
    "text": _("colour of the text"),
    "numbers": _("colour of the number and its ground, by class"),
    "sizes": _("sizes by class: [width, height] in mm"),
    "tol_mm": _("tolerance (mm)"),
    "edge_max": _("widest frame (mm)"),
    "hanzi": _("share of the characters"),
    "tolerance": _("tolerance of the share"),
    "min": _("at least"),
    "max": _("at most"),
    "fonts": _("allowed fonts"),
    "doors": _("classes with door numbers"),
    "start": _("end from which numbers rise, by axis"),
    "odd_side": _("side of the odd numbers, by axis"),
    "max_gap_numbers": _("largest step between numbers"),
    "reserved": _("reserved numbers"),
    "forbid_skip": _("numbers never skipped"),
    "supports": _("supports that are asked"),
    "max_m": _("farthest (m)"),
    "digits": _("digits of the division code compared"),
    "junction_buffer_m": _("served within (m)"),
    "signs": _("classes that name a street"),
    "materials": _("allowed materials"),
    "min_class": _("lowest class of film"),
    "years": _("service life (years)"),
    "min_score": _("lowest score"),
    "distance_m": _("nearest (m)"),
    "places": _("categories of place, with class codes"),
    "postcode": _("postcode: on or off"),
    "share": _("share of the characters' area"),
    "areas": _("divisions where it is required"),
}


CLASSES: Choices = SignClass.choices
# What a parameter can be, where that is one or some of a few; by name, or by rule and name.
CHOICES: dict[str, Choices] = {
    "classes": CLASSES,
    "doors": CLASSES,
    "signs": CLASSES,
    "supports": Support.choices,
    "materials": Material.choices,
    "ew": Colour.choices,
    "ns": Colour.choices,
    "text": Colour.choices,
    "postcode": [("on", _("required")), ("off", _("not required"))],
    "case": [("upper", _("capitals"))],
    "tones": [("none", _("without tone marks"))],
    "umlaut_style": [("U_DIAERESIS", "Ü"), ("YU", "YU"), ("V", "V")],
    "street_ordinal_style": [
        ("arabic", _("in figures: ZHONGSHAN 5 LU")),
        ("pinyin", _("in letters: ZHONGSHAN WULU")),
    ],
    "ignore_space": [("true", _("yes")), ("false", _("no"))],
}
# Keys and values inside of a parameter that is a table.
WORDS: dict[str, Any] = {
    **dict(SignClass.choices),
    **dict(LegalCategory.choices),
    **dict(Colour.choices),
}
ENDS: dict[str, Any] = {
    "ew": _("east–west street"),
    "ns": _("north–south street"),
    **dict(StreetSide.choices),
}
TABLES = {"start": ENDS, "odd_side": ENDS}


def parameter_label(name: str) -> str:
    return str(LABELS.get(name, name))


def parameter_choices(name: str) -> Choices:
    """What a parameter can be; none where it is a number, a text or a table."""
    return CHOICES.get(name, ())


def parameter_text(name: str, value: Any) -> str:
    """The value in the reader's words: 路牌、巷牌 for ["STREET", "LANE"]."""
    words = dict(CHOICES.get(name, ()))
    if isinstance(value, bool):
        return str(words.get(json.dumps(value), value))
    if isinstance(value, dict):
        known = TABLES.get(name, WORDS)
        return "; ".join(
            f"{known.get(key, key)}: {_cell(known, each)}" for key, each in value.items()
        )
    if isinstance(value, list):
        return ", ".join(str(words.get(each, each)) for each in value)
    if value == " ":
        return str(_("a space"))
    return str(words.get(value, typed(value)))


def _cell(known: dict[str, Any], value: Any) -> str:
    """A value inside of a table: sizes as 900×300, lists with commas."""
    if isinstance(value, list) and value and all(isinstance(each, int | float) for each in value):
        return "×".join(f"{each:g}" for each in value)
    if isinstance(value, list):
        return ", ".join(_cell(known, each) for each in value) or str(_("all"))
    return str(known.get(value, value))
