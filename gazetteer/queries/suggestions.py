"""What a record says in the words of a suggestion form, and which suggestions wait."""

from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from common.models import AuditEntry
from gazetteer.domain.differences import position_text
from gazetteer.models import Place, PlaceName, Suggestion, SuggestionState
from gazetteer.queries.keyset import Page, page
from gazetteer.queries.notices import night_of

FIELDS_OF_A_NAME = {
    "text": "text",
    "reading": "pinyin_toned",
    "meaning": "meaning",
    "origin": "origin",
    "history": "history",
}


def record_values(*, place: Place, at: date, alias: str = "") -> dict[str, str]:
    """Field → what the record says on a day; ``alias`` itself where the place has that name."""
    name: PlaceName | None = place.names.on(at).standard().first()
    values = {
        field: str(getattr(name, column)) if name else ""
        for field, column in FIELDS_OF_A_NAME.items()
    }
    values["description"] = place.description
    values["position"] = (
        position_text(place.geometry.x, place.geometry.y)
        if isinstance(place.geometry, Point)
        else ""
    )
    has = place.names.on(at).filter(text=alias).first() if alias else None
    values["alias"] = has.text if has else ""
    values["alias_kind"] = has.kind if has else ""
    return values


def may_move(place: Place) -> bool:
    """A line or an area is redrawn on the form of the place, not by one point."""
    return place.geometry is None or isinstance(place.geometry, Point)


def suggestions_on(*, at: date, within: str) -> QuerySet[Suggestion]:
    """Suggestions as they stood on a day, each with ``state_then`` and its ``spot``."""
    then = Case(
        When(decided_at__lt=night_of(at), then=F("state")),
        default=Value(str(SuggestionState.NEW)),
        output_field=CharField(),
    )
    rows = Suggestion.objects.shown().within(within).filter(suggested_at__lt=night_of(at))
    found: QuerySet[Suggestion] = rows.annotate(
        state_then=then, spot=PointOnSurface("place__geometry")
    )
    return found


def filtered_suggestions(
    *, at: date, within: str, state: str = "", place: Any = None, by: Any = None
) -> QuerySet[Suggestion]:
    """Of equal ones that wait only the first, with ``equals``."""
    rows = suggestions_on(at=at, within=within)
    if place is not None:
        rows = rows.filter(place=place)
    if by is not None:
        rows = rows.filter(suggested_by=by)
    if state:
        rows = rows.filter(state_then=state)
    earlier = Suggestion.objects.open().filter(
        place=OuterRef("place"),
        digest=OuterRef("digest"),
        suggested_at__lt=OuterRef("suggested_at"),
    )
    return rows.exclude(Exists(earlier), state="new").annotate(equals=_equals())


def suggestions(*, after: str = "", limit: int = 50, **filters: Any) -> Page:
    """One page of :func:`filtered_suggestions`, the oldest first."""
    rows = filtered_suggestions(**filters).select_related("place", "suggested_by")
    return page(rows, by="suggested_at", after=after, limit=limit)


def suggestion_spots(*, limit: int = 2000, **filters: Any) -> list[Suggestion]:
    """The same for the map: those of a place that has a position."""
    rows = filtered_suggestions(**filters).filter(spot__isnull=False).order_by("suggested_at")
    return list(rows[:limit])


def _equals() -> Any:
    """How many suggestions wait that would make the same of the same record."""
    same = (
        Suggestion.objects.open()
        .filter(place=OuterRef("place"), digest=OuterRef("digest"))
        .order_by()
        .values("digest")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return Coalesce(Subquery(same, output_field=IntegerField()), 0)


def suggestion_counts(*, at: date, within: str) -> dict[str, int]:
    rows = suggestions_on(at=at, within=within).order_by()
    return dict(rows.values_list("state_then").annotate(Count("pk")))


def get_suggestion(*, pk: Any, at: date) -> Suggestion | None:
    people = ("place", "suggested_by", "decided_by", "duplicate_of")
    rows = suggestions_on(at=at, within="").select_related(*people)
    return rows.filter(pk=pk).first()


def others_waiting(*, suggestion: Suggestion) -> list[Suggestion]:
    """Other suggestions on the same record that nobody has decided yet."""
    rows = Suggestion.objects.open().filter(place=suggestion.place_id).exclude(pk=suggestion.pk)
    return list(rows.order_by("suggested_at"))


def acts_on(*, subject: Any) -> list[AuditEntry]:
    """What the audit log says was done to one thing, oldest first."""
    rows = AuditEntry.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    )
    return list(rows.select_related("user").order_by("at", "pk"))


def names_of(*, places: Any, at: date) -> dict[Any, str]:
    """Place → its standard name on a day, else any name it had."""
    rows = PlaceName.objects.filter(place__in=set(places)).order_by("period")
    found = {row.place_id: row.text for row in rows}
    standing = PlaceName.objects.on(at).standard().filter(place__in=set(places))
    return found | {row.place_id: row.text for row in standing}
