"""The datum that a person declares against the one that the file itself names."""

from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import CRSError

from common.datums import Datum, datums, get_datum
from common.errors import BadInput

_AMERICAN = ("wgs", "world geodetic")
_MODERN = (*_AMERICAN, "cgcs", "china geodetic coordinate system 2000", "china 2000")


class DatumContradicted(BadInput):
    template = (
        "The file says that its coordinates are “%(named)s”, but “%(declared)s” was declared: "
        "choose the right datum or correct the file."
    )


@lru_cache(maxsize=64)
def _read(wkt: str) -> CRS | None:
    try:
        return CRS.from_wkt(wkt)
    except CRSError:
        return None


def named_datum(wkt: str) -> str:
    """The key of the datum that the file names, "" where it names none that can be converted."""
    crs = _read(wkt) if wkt else None
    if crs is None:
        return ""
    if crs.is_geographic:
        if not _modern(crs):
            return ""
        american = any(word in _datum_name(crs) for word in _AMERICAN)
        return "WGS84" if american else "CGCS2000"
    code = crs.to_epsg(min_confidence=60)
    key = f"EPSG:{code}"
    return key if key in datums() else ""


def datum_of(wkt: str, declared: str) -> Datum:
    """The datum that a person declares (by key), else the one that the file names. Raises BadInput
    where they contradict each other or neither says anything."""
    if declared:
        datum = get_datum(declared)
        refuse_contradiction(wkt, datum)
        return datum
    named = named_datum(wkt)
    if not named:
        raise BadInput("The file does not say in which datum it is: declare it.")
    return get_datum(named)


def refuse_contradiction(wkt: str, declared: Datum) -> None:
    """Raise where the file names another system; the shifted datums hide under WGS 84's name."""
    crs = _read(wkt) if wkt else None
    if crs is None:
        return
    fits = (
        named_datum(wkt) == declared.key
        if declared.metres
        else bool(crs.is_geographic and _modern(crs))
    )
    if not fits:
        raise DatumContradicted(named=crs.name[:60], declared=declared.key)


def _datum_name(crs: CRS) -> str:
    return (crs.datum.name if crs.datum else crs.name).lower().replace("_", " ")


def _modern(crs: CRS) -> bool:
    name = _datum_name(crs)
    return any(word in name for word in _MODERN)
