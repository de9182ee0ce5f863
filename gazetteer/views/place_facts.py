"""The facts of a place in words: name, position, class with its attributes."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.attribute_fields import property_title, value_words
from gazetteer.domain.classes import evidence_properties, own_properties
from gazetteer.models import LegalCategory, Place, PlaceName
from gazetteer.queries.divisions import NamedCode
from gazetteer.queries.place_facts import CodeFact
from gazetteer.views.classes import class_title
from gazetteer.views.place_timeline import between, period_words
from gazetteer.views.wording import reading_word

# Art 3 of the Regulation on Place Names counts the categories (1) to (8) in this order.
ARTICLE_ITEMS = {category: number for number, category in enumerate(LegalCategory.values, start=1)}
Fact = tuple[Any, ...]


def name_facts(name: PlaceName | None) -> list[Fact]:
    if name is None:
        return []
    return [
        (pgettext("of a name", "Specific term"), name.specific, ""),
        # A natural village is one word: it has no generic term of its own (1984 rules, 3).
        (pgettext("of a name", "Generic term"), name.generic or _("none"), ""),
        (_("Spelling on signs"), name.pinyin_sign, _("GB 17733: capitals, no tones")),
        (_("Reading from"), reading_word(name.reading_source), ""),
        (_("In force"), period_words(name), str(name.source or "")),
    ]


def authority_facts(name: PlaceName | None) -> list[Fact]:
    if name is None:
        return []
    approved = name.approved_on.isoformat() if name.approved_on else ""
    return [
        (_("Approved by"), " · ".join(filter(None, (name.approved_by, approved))), name.document),
        (_("Name from"), str(name.source or ""), ""),
        (_("Meaning"), name.meaning, ""),
        (_("Origin and meaning"), name.origin, ""),
        *([(_("Historical changes"), name.history, "")] if name.history else []),
    ]


def place_facts(
    place: Place, division_code: str, chain: list[NamedCode], *, query: str
) -> list[Fact]:
    article = _("Regulation on Place Names (2022), Art 3 (%(item)d)") % {
        "item": ARTICLE_ITEMS[place.legal_category]
    }
    links = format_html_join(
        " ",
        '<a href="{}{}">{}</a>',
        ((reverse("boundaries:division", args=[each.code]), query, each.shown) for each in chain),
    )
    where = str(place.source or "")
    code = place.class_code
    facts: list[Fact] = [
        (_("Category"), place.get_legal_category_display(), article),
        (_("Class (GB/T 18521)"), f"{code} {class_title(code)}".strip(), ""),
        (_("Lies in"), links or division_code, where),
        (_("Division code"), division_code, ""),
        (_("Position from"), where, ""),
    ]
    if place.description:
        facts.append((_("Position, extent and features"), place.description, ""))
    return facts


def code_facts(codes: list[CodeFact]) -> list[Fact]:
    """The 20-digit code of the day, and those of other days with their periods."""
    words = []
    for each in codes:
        lower, upper = each.code.period.lower, each.code.period.upper
        period = between(lower.isoformat() if lower else "", upper.isoformat() if upper else "")
        words.append(each.grouped if each.current else f"{each.grouped} ({period})")
    return [(_("Place-name code"), " · ".join(words), "")] if words else []


def attribute_facts(place: Place) -> list[Fact]:
    """What is recorded of the class's own attributes and of the evidence, in words."""
    known = own_properties(place.class_code) | evidence_properties()
    return [
        (property_title(key, known.get(key, {})), value_words(known.get(key, {}), value), "")
        for key, value in place.attributes.items()
        if value not in (None, "")
    ]
