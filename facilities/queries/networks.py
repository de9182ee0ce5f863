"""Networks that are kept, for a mode and a day, with the people and facilities on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from common.crs import CGCS2000, project_points
from facilities.domain.journeys import Journeys, Part
from facilities.domain.networks import MODES, TravelNetwork, travel
from facilities.domain.packing import unpack
from facilities.models import StreetNetwork

Floats = NDArray[np.float64]
# Farther from its streets nobody is said to live on a network: the land there is not drawn.
FURTHEST_M = 1000.0
METRES_A_MINUTE = 1000 / 60


@dataclass(frozen=True, slots=True)
class NetworkUsed:
    """A network that the answer rests on. ``unused`` streets are closed to the mode, or lie in
    fragments; ``beside`` are cells on its land, but too far from a street of it."""

    name: str
    cells: int
    facilities: int
    beside: int
    unused: int
    synthetic: bool
    approximate: bool
    credit: str


def networks_for(*, at: date, mode: str) -> Sequence[StreetNetwork]:
    """Without their streets, which are read only once."""
    return (
        StreetNetwork.objects.on(at).for_mode(mode).select_related("source").defer("packed")
    )  # fmt: skip


# A kept network is never changed, so what was made of it stays true for as long as it is there.
@lru_cache(maxsize=4)
def travel_on(pk: int, mode: str) -> tuple[TravelNetwork, int]:
    """A kept network as the mode uses it, its largest part, and how many streets it leaves out."""
    packed = StreetNetwork.objects.values_list("packed", flat=True).get(pk=pk)
    whole = travel(unpack(bytes(packed)), MODES[mode])
    used = whole.main()
    return used, len(whole.streets) - int(used.open.sum())


def journeys_by(
    *,
    mode: str,
    rows: Sequence[StreetNetwork],
    origins: Floats,
    facilities: Floats,
    epsg: int,
    detour: float,
) -> tuple[Journeys, tuple[NetworkUsed, ...]]:
    """Ways in minutes: on the networks (:func:`networks_for`) where they are, elsewhere by straight
    line times ``detour`` at the default speed of the mode. Positions are degrees of CGCS2000."""
    parts: list[Part] = []
    used: list[NetworkUsed] = []
    taken = np.zeros(len(origins), dtype=bool)
    for row in rows:
        land = shapely.from_wkb(bytes(row.area.wkb))
        shapely.prepare(land)
        here = np.flatnonzero(lies_on(land, origins) & ~taken)
        sites = np.flatnonzero(lies_on(land, facilities))
        if not len(here):
            continue
        network, unused = travel_on(row.pk, mode)
        one, other = (metres(xy, row.epsg) for xy in (origins[here], facilities[sites]))
        attached = network.attach(np.concatenate([one, other]), furthest_m=FURTHEST_M)
        joined = attached.street >= 0
        kept, kept_sites = joined[: len(here)], joined[len(here) :]
        parts.append(Part(attached.some(joined), here[kept], sites[kept_sites]))
        taken[here[kept]] = True
        used.append(
            NetworkUsed(
                name=row.name,
                cells=int(kept.sum()),
                facilities=int(kept_sites.sum()),
                beside=int((~kept).sum()),
                unused=unused,
                synthetic=row.synthetic,
                approximate=row.approximate,
                credit=row.source.credit if row.source else "",
            )
        )
    ways = Journeys(
        metres(origins, epsg),
        metres(facilities, epsg),
        detour=detour,
        pace=MODES[mode].default_kmh * METRES_A_MINUTE,
        parts=tuple(parts),
    )
    return ways, tuple(used)


def lies_on(land: shapely.Geometry, degrees: Floats) -> NDArray[np.bool_]:
    """Which positions lie on the land, all in degrees."""
    flags = shapely.intersects_xy(land, degrees[:, 0], degrees[:, 1])
    return np.asarray(flags, dtype=np.bool_)


def metres(degrees: Floats, epsg: int) -> Floats:
    """Degrees of CGCS2000 in the metres of a system; none are none."""
    return project_points(degrees, CGCS2000, epsg) if len(degrees) else degrees
