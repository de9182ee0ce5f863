"""Coordinate systems that requests may name (OGC API – Features, Part 2), with their axis order.

The database keeps longitude first. EPSG says latitude first for 4326 and 4490, northing first for
the Gauss–Krüger zones 4526 and 4547, easting first for 3857; CRS84 is longitude first.
"""

from dataclasses import dataclass
from functools import cache

from pyproj import CRS

from common.errors import BadInput

CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG_URI = "http://www.opengis.net/def/crs/EPSG/0/"
STORED = 4490
EPSG_CODES = (4326, 3857, 4490, 4526, 4547)


@dataclass(frozen=True, slots=True)
class System:
    """``srid`` for PostGIS; ``swapped``: the first axis is latitude or northing."""

    uri: str
    srid: int
    swapped: bool
    metres: bool

    @property
    def decimals(self) -> int:
        """About a centimetre."""
        return 2 if self.metres else 7


# CGCS2000 and WGS 84 differ by centimetres: the standard transformation is null.
CRS84 = System(CRS84_URI, STORED, swapped=False, metres=False)


def system_of(text: str) -> System:
    """The system named by a URI, a safe CURIE or ``EPSG:4547``; BadInput for any other."""
    return _named(text.strip().strip("[]"))


@cache
def _named(name: str) -> System:
    if name in (CRS84_URI, "CRS84", "OGC:CRS84"):
        return CRS84
    code = name.removeprefix(EPSG_URI).removeprefix("EPSG:")
    if code not in {str(each) for each in EPSG_CODES}:
        raise BadInput(
            "“%(crs)s” is no system that is served here: the list of systems stands at"
            " the collection.",
            crs=name[:80],
        )
    crs = CRS.from_epsg(int(code))
    return System(
        uri=f"{EPSG_URI}{code}",
        srid=int(code),
        swapped=crs.axis_info[0].direction == "north",
        metres=crs.is_projected,
    )


def system_uris() -> list[str]:
    return [CRS84_URI, *(f"{EPSG_URI}{code}" for code in EPSG_CODES)]
