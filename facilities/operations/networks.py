"""A network of streets is kept; it follows the one of the same name from a day on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import own_side, require
from boundaries.models import DivisionVersion, Level
from common.audit import record
from common.copying import ewkb
from common.crs import CGCS2000, project_points
from common.errors import BadInput, Refusal
from common.models import Source
from facilities.domain.names import source_key
from facilities.domain.networks import MODES, TravelNetwork, travel
from facilities.domain.packing import pack
from facilities.domain.streets import Streets
from facilities.models import StreetNetwork

# Land counts as served up to this far from the streets that enclose it.
MARGIN_M = 300.0
# How closely the hull follows the outermost streets: 0 most closely, 1 the convex hull.
HULL_RATIO = 0.3
SIMPLIFY_M = 20.0
COMPONENTS_TOLD = 5


class NetworkIsThere(Refusal):
    template = (
        "There is a network “%(name)s” from %(day)s on already: choose a later day, or replace it."
    )


@dataclass(frozen=True, slots=True)
class ModeReport:
    """What one mode makes of the network: open streets, connected parts (nodes, streets, km; the
    largest first), and classes of street that nobody knows, taken at the default speed."""

    mode: str
    open: int
    components: int
    largest: tuple[tuple[int, int, float], ...]
    assumed: dict[str, int]


@dataclass(frozen=True, slots=True)
class NetworkReport:
    nodes: int
    streets: int
    length_km: float
    kilobytes: int
    modes: tuple[ModeReport, ...]
    follows: str


@transaction.atomic
def store_network(
    *,
    by: Any,
    streets: Streets,
    epsg: int,
    name: str,
    mode: str = "",
    since: date,
    credit: str = "",
    synthetic: bool = False,
    approximate: bool = False,
    replace: bool = False,
) -> NetworkReport:
    """Keep the streets under ``name`` from ``since`` on; the former network of that name counts
    until then. ``mode`` is the one that the file was drawn for, "" for every one.

    Raises NotInScope or NotPermitted (a network is of every county it touches, of the whole country
    where it touches none), BadInput where no mode can pass a street, :class:`NetworkIsThere` where
    another of the name begins that day or later; with ``replace`` it goes.
    """
    if not name.strip():
        raise BadInput("The network needs a name.")
    if mode and mode not in MODES:
        raise BadInput("“%(mode)s” is no mode of travel.", mode=mode[:20])
    modes = tuple(_report(travel(streets, MODES[key])) for key in ([mode] if mode else MODES))
    if not any(each.open for each in modes):
        raise BadInput("No street of the file is open to the mode.")
    area = _area(streets, epsg)
    counties = DivisionVersion.objects.at_level(Level.COUNTY).filter(geometry__intersects=area)
    codes = sorted(set(counties.values_list("code", flat=True))) or [""]
    require(by=by, capability=Capability.IMPORT_DATA, codes=codes)
    same = StreetNetwork.objects.filter(name=name)
    later = same.filter(period__startswith__gte=since)
    first = later.order_by("period").first()
    if first and not replace:
        raise NetworkIsThere(name=name, day=first.period.lower)
    later.delete()
    follows = same.filter(period__endswith__isnull=True) | same.filter(period__contains=since)
    former = follows.first()
    if former:
        former.period = (former.period.lower, since)
        former.save(update_fields=["period"])
    packed = pack(streets)
    length_km = float(streets.lines.measured_m().sum() / 1000)
    kept = StreetNetwork.objects.create(
        name=name,
        mode=mode,
        limits_told=int(np.isfinite(streets.lines.speeds_kmh).sum()),
        area=area,
        epsg=epsg,
        nodes=len(streets.nodes),
        streets=len(streets),
        length_km=length_km,
        packed=packed,
        period=(since, None),
        source=_source(name, credit),
        synthetic=synthetic,
        approximate=approximate,
    )
    record(
        by=by,
        operation="load_network",
        subject=kept,
        jurisdiction=own_side(by=by, capability=Capability.IMPORT_DATA, codes=codes),
        name=name,
        since=since.isoformat(),
        streets=len(streets),
    )
    return NetworkReport(
        nodes=len(streets.nodes),
        streets=len(streets),
        length_km=length_km,
        kilobytes=round(len(packed) / 1000),
        modes=modes,
        follows=former.period[0].isoformat() if former else "",
    )


def _report(of: TravelNetwork) -> ModeReport:
    parts = of.components()
    return ModeReport(
        mode=of.mode.key,
        open=int(of.open.sum()),
        components=len(parts),
        largest=tuple(
            (part.nodes, part.streets, round(part.length_km, 1)) for part in parts[:COMPONENTS_TOLD]
        ),
        assumed=of.assumed(),
    )


def _area(streets: Streets, epsg: int) -> GEOSGeometry:
    """The land between the streets and a margin, in degrees."""
    hull = shapely.concave_hull(shapely.multipoints(streets.nodes), ratio=HULL_RATIO)
    land = shapely.buffer(hull, MARGIN_M).simplify(SIMPLIFY_M)
    degrees = shapely.transform(land, lambda xy: project_points(xy, epsg, CGCS2000))
    return GEOSGeometry(ewkb(shapely.MultiPolygon(shapely.get_parts(degrees).tolist())))


def _source(name: str, credit: str) -> Source:
    key = source_key("network", name)
    title = f"Network: {name}"[:200]
    found, _ = Source.objects.get_or_create(
        key=key, defaults={"title_zh": title, "title_en": title, "credit": credit[:300]}
    )
    return found
