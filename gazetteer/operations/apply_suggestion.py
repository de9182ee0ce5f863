"""What was suggested is written to the record, by the operations that the pages use."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from common import audit
from common.crs import CGCS2000
from common.errors import BadInput
from common.models import bilingual
from gazetteer.domain.differences import read_position
from gazetteer.domain.name_periods import PAST
from gazetteer.domain.readings import ReadingSource
from gazetteer.models import Place, PlaceName
from gazetteer.operations.edit_name import CannotEditName, edit_name
from gazetteer.operations.place_names import NameFacts, add_name
from gazetteer.operations.places import CannotEditPlace
from gazetteer.queries.place_division import NEAR_ENOUGH_M, known_division, metres_outside

OF_THE_PLACE = {"description", "position"}
OF_THE_NAME = ("text", "reading", "meaning", "origin", "history")


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
        _apply_to_place(by, day, place, changes, reason)


def _apply_to_name(
    by: Any, day: Any, place: Place, changes: Mapping[str, str], reason: str
) -> None:
    name: PlaceName | None = place.names.on(day).standard().first()
    if name is None:
        raise CannotEditName("The place has no standard name on that day.")
    text = changes.get("text", name.text)
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
    # Nobody said since when: a name in use is on record from today on.
    began = "" if kind in PAST else day.isoformat()
    facts = NameFacts(text=text, began=began)
    add_name(by=by, place=place, kind=kind, facts=facts, at=day, reason=reason[:500])


def _apply_to_place(
    by: Any, day: Any, place: Place, changes: Mapping[str, str], reason: str
) -> None:
    position = read_position(changes.get("position", ""))
    audit.record(
        by=by,
        operation="edit_place",
        subject=place,
        jurisdiction=place.division_code,
        reason=reason[:500],
        fields=sorted(set(changes) & OF_THE_PLACE),
    )
    place.description = changes.get("description", place.description)
    if position is not None:
        place.geometry = _point(place, position, day)
        # Somebody measured it now: no longer the made-up position of before.
        place.synthetic = False
    place.save(update_fields=["description", "geometry", "synthetic"])


def _point(place: Place, position: tuple[float, float], day: Any) -> Point:
    """The position as a point in the division of the place: another one is no slip of the pen."""
    if place.division_id is not None:
        raise CannotEditPlace(
            "Position and category of a division change only with an adjustment of divisions."
        )
    point = Point(*position, srid=CGCS2000)
    outside = metres_outside(shape=point, code=place.division_code, at=day)
    if outside > NEAR_ENOUGH_M:
        division = known_division(code=place.division_code, at=day)
        raise BadInput(
            "The position lies %(metres)d m outside %(division)s: decline it, or correct the "
            "record on its own form, which finds the division anew.",
            metres=round(outside),
            division=bilingual(division.name, division.name_en)
            if division
            else place.division_code,
        )
    return point
