"""What a search of the directory of care services (IHE mCSD) finds among facilities."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from common.crs import CGCS2000
from facilities.models import Facility


@dataclass(frozen=True, slots=True)
class Search:
    """``names``: (how, text) with how one of starts, contains, exact. ``near``: longitude,
    latitude, metres. ``active``: in service on the day or not; None for either."""

    at: date
    identities: Sequence[UUID] = ()
    names: Sequence[tuple[str, str]] = ()
    categories: Sequence[str] = ()
    within: str = ""
    active: bool | None = None
    near: tuple[float, float, float] | None = field(default=None)


LOOKUPS = {"starts": "name__istartswith", "contains": "name__icontains", "exact": "name"}


def directory(search: Search) -> QuerySet[Facility]:
    """One state of each facility: that of the day, else the last before it, else the first."""
    states = Facility.objects.filter(identity=OuterRef("identity"))
    then = states.filter(period__startswith__lte=search.at).order_by("-period").values("pk")[:1]
    first = states.order_by("period").values("pk")[:1]
    rows: Any = Facility.objects.shown().annotate(then=Subquery(then), first=Subquery(first))
    rows = rows.filter(Q(pk=F("then")) | Q(then__isnull=True, pk=F("first")))
    if search.identities:
        rows = rows.filter(identity__in=search.identities)
    for how, text in search.names:
        rows = rows.filter(**{LOOKUPS[how]: text})
    if search.categories:
        rows = rows.filter(category__in=search.categories)
    if search.within:
        rows = rows.within(search.within)
    if search.active is not None:
        now = Q(period__contains=search.at)
        rows = rows.filter(now if search.active else ~now)
    rows = rows.select_related("category")
    if search.near is None:
        return rows.order_by("identity")
    longitude, latitude, metres = search.near
    here = Point(longitude, latitude, srid=CGCS2000)
    rows = rows.annotate(away=Distance("location", here, spheroid=True))
    return rows.filter(away__lte=D(m=metres)).order_by("away", "identity")
