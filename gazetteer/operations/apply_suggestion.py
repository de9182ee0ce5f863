"""What was suggested is written to the record, by the operations that the pages use."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from common import audit
from common.crs import CGCS2000
from common.errors import Refusal
from gazetteer.domain.categories import naming_category
from gazetteer.domain.differences import is_renaming, read_position
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import romanise
from gazetteer.domain.search_keys import initials_key, pinyin_key
from gazetteer.models import NameKind, NameStatus, Place, PlaceName
from gazetteer.operations.edit_name import CannotEditName, edit_name

OF_THE_PLACE = {"description", "position"}
OF_THE_NAME = ("text", "reading", "meaning", "origin", "history")


class IsRenaming(Refusal):
    """Other characters that are read otherwise are another name: a case decides (更名)."""

    template = (
        "“%(after)s” would be another name than “%(before)s”: a renaming is a case and cannot be "
        "taken over as a correction."
    )


def renames(*, place: Place, at: Any, text: str) -> bool:
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


def apply_changes(
    *, by: Any, at: datetime, place: Place, changes: Mapping[str, str], reason: str
) -> None:
    """Write every accepted field; raises what the operations raise, and writes nothing then."""
    day = timezone.localdate(at)
    if any(field in changes for field in OF_THE_NAME):
        _apply_to_name(by, day, place, changes, reason)
    if "alias" in changes:
        _add_alias(by, day, place, changes["alias"], changes.get("alias_kind", "alias"), reason)
    if "description" in changes or "position" in changes:
        _apply_to_place(by, place, changes, reason)


def _apply_to_name(
    by: Any, day: Any, place: Place, changes: Mapping[str, str], reason: str
) -> None:
    name: PlaceName | None = place.names.on(day).standard().first()
    if name is None:
        raise CannotEditName("The place has no standard name on that day.")
    text = changes.get("text", name.text)
    if renames(place=place, at=day, text=text):
        raise IsRenaming(before=name.text, after=text)
    approved = name.reading_source == ReadingSource.APPROVED and text == name.text
    name = edit_name(
        by=by,
        place=place,
        at=day,
        text=text,
        reading=changes.get("reading", name.pinyin_toned if approved else ""),
        origin=changes.get("origin", name.origin),
        approved_by=name.approved_by,
        document=name.document,
        reason=reason[:500],
    )
    if "meaning" in changes or "history" in changes:
        name.meaning = changes.get("meaning", name.meaning)
        name.history = changes.get("history", name.history)
        name.save(update_fields=["meaning", "history"])


def _add_alias(by: Any, day: Any, place: Place, text: str, kind: str, reason: str) -> None:
    category = naming_category(place.legal_category, place.division_code)
    spelling = romanise(text, category=category, division=place.division_code)
    PlaceName.objects.create(
        place=place,
        text=text,
        kind=kind,
        status=NameStatus.HISTORIC if kind == NameKind.HISTORIC else NameStatus.RECORDED,
        period=DateRange(day, None),
        specific=spelling.specific,
        generic=spelling.generic,
        pinyin_plain=spelling.plain,
        pinyin_toned=spelling.toned,
        pinyin_sign=spelling.sign,
        reading_source=spelling.source,
        search_pinyin=pinyin_key(spelling.syllables),
        search_initials=initials_key(spelling.syllables)[:60],
    )
    _record(by, place, "add_name", reason, name=text, kind=kind)


def _apply_to_place(by: Any, place: Place, changes: Mapping[str, str], reason: str) -> None:
    _record(by, place, "edit_place", reason, fields=sorted(set(changes) & OF_THE_PLACE))
    place.description = changes.get("description", place.description)
    position = read_position(changes.get("position", ""))
    if position is not None:
        place.geometry = Point(*position, srid=CGCS2000)
    place.save(update_fields=["description", "geometry"])


def _record(by: Any, place: Place, operation: str, reason: str, **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=place,
        jurisdiction=place.division_code,
        reason=reason[:500],
        **details,
    )
