"""Longitude and latitude as people write them: numbers, degrees-minutes-seconds, swapped."""

import re
import unicodedata
from typing import Any

import shapely

from common.datums import CHINA, Datum, zone_number
from common.errors import BadInput

_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,2})?$")
_DMS = re.compile(
    r"""^(?P<before>[NSEW东西南北]|东经|西经|北纬|南纬)?\s*
    (?P<d>\d{1,3})\s*[°度d:\s]\s*
    (?:(?P<m>\d{1,2}(?:\.\d+)?)\s*['′’分:\s]\s*)?
    (?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:["″”秒]|'')?\s*)?
    (?P<after>[NSEW东西南北])?$""",
    re.VERBOSE | re.IGNORECASE,
)
_SRID = re.compile(r"^SRID\s*=\s*(\d{4,6})\s*;", re.IGNORECASE)
_NEGATIVE = ("S", "W", "南", "西", "南纬", "西经")


class UnreadableNumber(BadInput):
    template = "“%(text)s” is not a number."


def read_degrees(cell: Any) -> tuple[float | None, bool]:
    """(value, whether it was written in degrees, minutes and seconds); None for an empty cell."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell), False
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    # NFKC takes the double prime apart: ″ → ′′.
    text = text.replace("′′", '"').replace("''", '"')
    if not text:
        return None, False
    if _NUMBER.match(text):
        return float(text), False
    match = _DMS.match(text)
    if match is None:
        raise UnreadableNumber(text=str(cell)[:40])
    minutes, seconds = float(match["m"] or 0), float(match["s"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise UnreadableNumber(text=str(cell)[:40])
    value = int(match["d"]) + minutes / 60 + seconds / 3600
    side = (match["before"] or match["after"] or "").upper()
    return -value if side in _NEGATIVE else value, True


class OtherSystem(BadInput):
    template = "The shape says that it is in EPSG:%(srid)s, but %(datum)s is declared."


def read_shape(cell: Any, *, datum: Datum) -> Any:
    """A geometry written as WKT, with an SRID before it (EWKT) or as GeoJSON; None for no text.

    Raises :class:`OtherSystem` for an SRID that is not that of the declared datum (the shifted
    ones have none: files label them as they like), BadInput for what is no geometry.
    """
    text = str(cell).strip()
    if not text:
        return None
    srid = _SRID.match(text)
    if srid and datum.epsg is not None and int(srid[1]) != datum.epsg:
        raise OtherSystem(srid=srid[1], datum=datum.key)
    read = shapely.from_geojson if text.startswith("{") else shapely.from_wkt
    try:
        return shapely.force_2d(read(text[srid.end() :] if srid else text))
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        raise BadInput("“%(text)s” is not a geometry in WKT or GeoJSON.", text=text[:40]) from None


def swapped(x: float, y: float, datum: Datum) -> bool:
    """Whether a pair makes sense only the other way round (EPSG writes latitude first)."""
    return not plausible(x, y, datum) and plausible(y, x, datum)


def plausible(x: float, y: float, datum: Datum) -> bool:
    """Whether the pair can lie in China, in degrees or in metres of the declared system."""
    if not datum.metres:
        return CHINA[0] <= x <= CHINA[2] and CHINA[1] <= y <= CHINA[3]
    if datum.key == "EPSG:3857":
        return 8.0e6 <= x <= 1.54e7 and 3e5 <= y <= 7.6e6
    # Eastings have their false 500 km, with the zone's number before them or without; the
    # lowest zone of China is 13, so that two or six million metres are a northing.
    zone, own = divmod(x, 1e6) if x >= 13e6 else (None, x)
    return 1e5 <= own <= 9e5 and 2e5 <= y <= 6.1e6 and zone == zone_number(datum.epsg or 0)
