"""Protected areas are kept; those of one source follow the former ones from a day on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import own_side, require
from boundaries.models import DivisionVersion, Level
from common.audit import record
from common.copying import ewkb
from common.errors import BadInput, Refusal
from common.models import Source
from facilities.domain.exclusions import GivenArea
from facilities.domain.names import source_key
from facilities.models import ProtectedArea


class AreasAreThere(Refusal):
    template = (
        "There are areas of “%(name)s” from %(day)s on already: choose a later day, or replace "
        "them."
    )


@transaction.atomic
def store_protected(
    *,
    by: Any,
    areas: Sequence[GivenArea],
    name: str,
    since: date,
    synthetic: bool = False,
    approximate: bool = False,
    replace: bool = False,
) -> Mapping[str, int]:
    """Keep the areas under the source ``name`` from ``since`` on; the former ones of that source
    count until then. The number kept by kind.

    Raises NotInScope or NotPermitted (they are of every county they touch), BadInput,
    :class:`AreasAreThere` where others of the name begin that day or later; with ``replace`` they
    go.
    """
    if not name.strip():
        raise BadInput("The areas need the name of their source.")
    touched = GEOSGeometry(ewkb(shapely.union_all([each.shape for each in areas])))
    counties = DivisionVersion.objects.at_level(Level.COUNTY).filter(geometry__intersects=touched)
    codes = sorted(set(counties.values_list("code", flat=True))) or [""]
    require(by=by, capability=Capability.IMPORT_DATA, codes=codes)
    source, _ = Source.objects.get_or_create(
        key=source_key("protected", name),
        defaults={"title_zh": name[:200], "title_en": name[:200]},
    )
    same = ProtectedArea.objects.filter(source=source)
    later = same.filter(period__startswith__gte=since)
    first = later.order_by("period").first()
    if first and not replace:
        raise AreasAreThere(name=name, day=first.period.lower)
    later.delete()
    for row in same.filter(period__contains=since).only("period"):
        row.period = (row.period.lower, since)
        row.save(update_fields=["period"])
    ProtectedArea.objects.bulk_create(
        ProtectedArea(
            kind=each.kind,
            name=each.name,
            geometry=GEOSGeometry(ewkb(each.shape)),
            period=(since, None),
            source=source,
            synthetic=synthetic,
            approximate=approximate,
        )
        for each in areas
    )
    record(
        by=by,
        operation="load_protected",
        subject=source,
        jurisdiction=own_side(by=by, capability=Capability.IMPORT_DATA, codes=codes),
        since=since.isoformat(),
        areas=len(areas),
    )
    return dict(Counter(each.kind for each in areas))
