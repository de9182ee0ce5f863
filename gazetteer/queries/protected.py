"""Names on lists of protected names (Art 25), on a day: the list, its map, one place's lists."""

from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When

from gazetteer.models import Place, PlaceName, Protection

STATES = ("standing", "ended", "all")


def protections_on(
    *, at: date, within: str, state: str = "standing", list_name: str = "", text: str = ""
) -> QuerySet[Protection]:
    """Protections that had begun by a day, with the place's ``name``, its ``spot`` and whether
    they ``stand``; ``state`` is one of :data:`STATES`."""
    name = PlaceName.objects.on(at).standard().filter(place=OuterRef("place"))
    rows = (
        Protection.objects.filter(place__division_code__startswith=within)
        .exclude(place__secrecy="secret")
        .filter(period__startswith__lte=at)
        .annotate(
            name=Subquery(name.values("text")[:1], output_field=CharField()),
            spot=PointOnSurface("place__geometry"),
            stands=Case(When(period__contains=at, then=Value(True)), default=Value(False)),
        )
    )
    if state == "standing":
        rows = rows.filter(period__contains=at)
    elif state == "ended":
        rows = rows.exclude(period__contains=at)
    if list_name:
        rows = rows.filter(list_name=list_name)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(reason__icontains=text))
    return rows.select_related("place").order_by("list_name", "name", "pk")


def list_names(*, within: str) -> list[str]:
    """The lists there are, for filters and for the form."""
    rows = Protection.objects.filter(place__division_code__startswith=within)
    return list(rows.order_by("list_name").values_list("list_name", flat=True).distinct())


def protections_of_place(*, place: Place, at: date) -> list[Protection]:
    return list(place.protections.filter(period__contains=at).order_by("list_name"))


def get_protection(*, pk: Any) -> Protection | None:
    rows = Protection.objects.exclude(place__secrecy="secret").select_related("place")
    return rows.filter(pk=pk).first()
