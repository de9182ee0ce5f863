"""The signs that photos of a batch may show."""

from collections.abc import Collection
from typing import Any

from django.contrib.gis.geos import Polygon

from common.crs import CGCS2000
from signage.domain.photo_matching import Site
from signage.models import Sign, SignPhoto

METRES_A_DEGREE = 111_320
# A degree of longitude is shorter: at the north end of the country by half.
WIDER = 2


def sites_near(*, where: tuple[float, float], within_m: float, within: str) -> list[Site]:
    """Signs around a point, of any day: on which of them they stood is judged by the matching."""
    reach = within_m / METRES_A_DEGREE
    lon, lat = where
    box = Polygon.from_bbox((lon - WIDER * reach, lat - reach, lon + WIDER * reach, lat + reach))
    box.srid = CGCS2000
    rows = Sign.objects.shown().within(within).existing().filter(location__bboverlaps=box)
    return [
        Site(str(pk), (point.x, point.y), facing, period.lower, period.upper)
        for pk, point, facing, period in rows.values_list("pk", "location", "facing", "period")
    ]


def signs_called(*, keys: Collection[str]) -> dict[str, Sign]:
    return {str(sign.pk): sign for sign in Sign.objects.filter(pk__in=keys)}


def kept_already(*, hashes: Collection[str]) -> set[tuple[Any, str]]:
    """(sign, hash) of photos that are on record for a sign."""
    rows = SignPhoto.objects.filter(sha256__in=hashes, sign__isnull=False)
    return {(str(sign), sha256) for sign, sha256 in rows.values_list("sign_id", "sha256")}
