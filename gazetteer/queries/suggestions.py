"""What a record says in the words of a suggestion form, and which suggestions wait."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from common.models import AuditEntry
from gazetteer.domain.differences import position_text
from gazetteer.models import Place, PlaceName, Suggestion
from gazetteer.queries.keyset import Page, page

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


def suggestions(
    *, within: str, state: str = "", place: Any = None, after: str = "", limit: int = 50
) -> Page:
    """Suggestions, the oldest first; of equal ones that wait only the first, with ``equals``."""
    rows = Suggestion.objects.shown().within(within).select_related("place", "suggested_by")
    if place is not None:
        rows = rows.filter(place=place)
    if state:
        rows = rows.filter(state=state)
    earlier = Suggestion.objects.open().filter(
        place=OuterRef("place"),
        digest=OuterRef("digest"),
        suggested_at__lt=OuterRef("suggested_at"),
    )
    rows = rows.exclude(Exists(earlier), state="new").annotate(equals=_equals())
    return page(rows, by="suggested_at", after=after, limit=limit)


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


def suggestion_counts(*, within: str) -> dict[str, int]:
    rows = Suggestion.objects.shown().within(within).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def suggestions_by(*, person: Any) -> QuerySet[Suggestion]:
    """What one person suggested, the newest first, with what came of it."""
    rows = Suggestion.objects.shown().filter(suggested_by=person).select_related("place")
    return rows.order_by("-suggested_at")


def get_suggestion(*, pk: Any) -> Suggestion | None:
    people = ("place", "suggested_by", "decided_by", "duplicate_of")
    found: Suggestion | None = (
        Suggestion.objects.shown().select_related(*people).filter(pk=pk).first()
    )
    return found


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
