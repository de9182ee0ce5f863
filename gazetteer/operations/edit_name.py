"""A standard name is corrected: characters, reading, origin (never a renaming, which is a case)."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import Refusal
from gazetteer.domain.categories import naming_category
from gazetteer.domain.differences import is_renaming
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import romanise
from gazetteer.models import Place, PlaceName
from gazetteer.operations.spell import check_characters, hold_name, spell
from gazetteer.queries.naming_checks import check_proposal


class CannotEditName(Refusal):
    """The name may not be changed so."""


class IsRenaming(Refusal):
    """Other characters that are read otherwise are another name: a case decides (更名)."""

    template = (
        "“%(after)s” is read otherwise than “%(before)s” and would be another name: open a case of "
        "renaming on the page of the place. Where only the record departs from the approval, the "
        "case cites that approval."
    )


def renames(*, place: Place, at: date, text: str) -> bool:
    """Whether new characters for the standard name would be a renaming."""
    name = place.names.on(at).standard().first()
    if name is None or name.text == text:
        return False
    if place.division_id is not None:
        return True
    category = naming_category(place.legal_category, place.division_code)
    before, after = (
        romanise(each, category=category, division=place.division_code).syllables
        for each in (name.text, text)
    )
    return is_renaming(name.text, text, syllables_before=list(before), syllables_after=list(after))


@transaction.atomic
def edit_name(
    *,
    by: Any,
    place: Place,
    at: date,
    text: str,
    reading: str = "",
    origin: str = "",
    approved_by: str = "",
    document: str = "",
    reason: str = "",
) -> PlaceName:
    """Correct the standard name that ``place`` has on ``at``; every former state is kept.

    ``reading`` in pinyin with tones is an approved reading: it wins over the automatic one and
    is marked; "" returns to the automatic one, or leaves the official spelling of a
    minority-language name as it is stored. Raises :class:`CannotEditName`, :class:`IsRenaming` or
    ``BadInput``.
    """
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    name: PlaceName | None = place.names.on(at).standard().select_for_update(of=("self",)).first()
    if name is None:
        raise CannotEditName("The place has no standard name on that day.")
    text = "".join(text.split())
    if text != name.text:
        _check_text(place, text, at)
        if renames(place=place, at=at, text=text):
            raise IsRenaming(before=name.text, after=text)
    official = name.reading_source == ReadingSource.SPELLING and text == name.text
    before = {"text": name.text, "pinyin": name.pinyin_toned, "origin": name.origin}
    name.text, name.origin = text, origin.strip()
    name.approved_by, name.document = approved_by.strip(), document.strip()
    if reading.strip() or not official:
        spell(name, place.legal_category, place.division_code, reading)
    name.full_clean(exclude=["place", "source"], validate_constraints=False)
    after = {"text": name.text, "pinyin": name.pinyin_toned, "origin": name.origin}
    audit.record(
        by=by,
        operation="edit_name",
        subject=place,
        jurisdiction=place.division_code,
        reason=reason.strip(),
        before=before,
        after=after,
    )
    name.save()
    return name


def _check_text(place: Place, text: str, at: date) -> None:
    if place.division_id is not None:
        raise CannotEditName(
            "The name of a division changes only with an adjustment of divisions: "
            "here its reading and origin can be corrected."
        )
    check_characters(text, place.legal_category)
    hold_name(text)
    for checked in check_proposal(
        text=text,
        category=place.legal_category,
        division_code=place.division_code,
        place=place,
        at=at,
    ):
        if checked.blocks:
            raise CannotEditName(checked.finding.message, **checked.values)
