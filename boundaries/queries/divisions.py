"""Questions about divisions on a day: one, many, above, below, beside, at a point."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from boundaries.domain.along import Stretch, stretches
from boundaries.domain.codes import is_county_cell, level_of, prefix_of
from boundaries.models import DivisionKind, DivisionVersion, Level
from common.crs import CGCS2000
from common.errors import BadInput
from common.models import bilingual
from common.registries import Bounds

COUNTY_DIGITS = 6
# What a small map needs to show a division whole: the coarsest outline that still looks right.
FOCUS_DETAIL = {Level.PROVINCE: 0, Level.CITY: 1, Level.COUNTY: 2, Level.TOWNSHIP: 2}


@dataclass(frozen=True, slots=True)
class DivisionPage:
    """One page of a list in the order of codes; ``after`` and ``before`` are "" at its ends."""

    rows: Sequence[DivisionVersion]
    after: str
    before: str


def is_code(code: str) -> bool:
    try:
        level_of(code)
    except ValueError:
        return False
    return True


def get_division(*, code: str, at: date) -> DivisionVersion | None:
    """The version with this code in force on the day, with parent and source at hand."""
    if not is_code(code):
        return None
    rows = DivisionVersion.objects.on(at).light().select_related("source", "division")
    found: DivisionVersion | None = rows.filter(code=code).first()
    return found


def refuse_unknown(*, code: str, at: date) -> None:
    """Raise BadInput for a code, or the first digits of one, that no division has on the day."""
    if code and get_division(code=code.ljust(COUNTY_DIGITS, "0"), at=at) is None:
        raise BadInput("No division with the code %(code)s is known on this day.", code=code)


def division_names(*, codes: Collection[str], at: date) -> dict[str, str]:
    """Code → name in the reader's language, for those in force on the day."""
    rows = DivisionVersion.objects.on(at).filter(code__in=codes)
    return {
        code: bilingual(name, name_en)
        for code, name, name_en in rows.values_list("code", "name", "name_en")
    }


def names_of_sides(*, line: Any, at: date) -> dict[str, str]:
    """Code → name of both sides of a line in the reader's language; one that is no longer in force

    has the name that the line was drawn with.
    """
    known = division_names(codes=[line.code_a, line.code_b], at=at)
    return {line.code_a: line.name_a, line.code_b: line.name_b} | known


def recorded_periods(*, code: str) -> list[Any]:
    """Periods for which the code is known at all, earliest first."""
    rows = DivisionVersion.objects.filter(code=code).order_by("period")
    return list(rows.values_list("period", flat=True))


def versions(*, division: DivisionVersion) -> QuerySet[DivisionVersion]:
    """Every version of the same division, earliest first."""
    rows = DivisionVersion.objects.light().filter(division_id=division.division_id)
    ordered: QuerySet[DivisionVersion] = rows.order_by("period")
    return ordered


def divisions(
    *, at: date, level: int | None = None, within: str = "", parent: str = "", text: str = ""
) -> QuerySet[DivisionVersion]:
    """Divisions by code.

    ``within``: a code prefix (descendants and the division itself); ``parent``: a division's
    code (its children only); ``text``: part of the name, in either script, or start of a code.
    """
    rows = DivisionVersion.objects.on(at).light().within(within)
    if level is not None:
        rows = rows.at_level(level)
    if parent:
        above = DivisionVersion.objects.on(at).filter(code=parent)
        rows = rows.filter(parent_id__in=above.values("division_id"))
    text = text.replace("\x00", "").strip()
    if text.isdigit():
        rows = rows.filter(code__startswith=text)
    elif text.isascii() and text:
        rows = rows.filter(name_en__icontains=text)
    elif text:
        rows = rows.filter(name__contains=text)
    ordered: QuerySet[DivisionVersion] = rows.order_by("code")
    return ordered


def page_of(
    rows: QuerySet[DivisionVersion], *, after: str = "", before: str = "", limit: int = 50
) -> DivisionPage:
    """The rows after (or before) a code; paging by key costs the same on every page."""
    if before:
        found = list(rows.filter(code__lt=before).order_by("-code")[: limit + 1])
        more_before, more_after = len(found) > limit, True
        shown = found[:limit][::-1]
    else:
        found = list(rows.filter(code__gt=after)[: limit + 1] if after else rows[: limit + 1])
        more_before, more_after = bool(after), len(found) > limit
        shown = found[:limit]
    return DivisionPage(
        rows=shown,
        after=shown[-1].code if shown and more_after else "",
        before=shown[0].code if shown and more_before else "",
    )


def children(*, division: DivisionVersion, at: date) -> QuerySet[DivisionVersion]:
    """Divisions right below; of a row that only sums up others (市辖区), those that it sums up."""
    rows = DivisionVersion.objects.on(at)
    if division.kind == DivisionKind.STATISTICAL and division.level == Level.CITY:
        below = rows.at_level(Level.COUNTY).within(prefix_of(division.code))
        found: QuerySet[DivisionVersion] = below.light().order_by("code")
        return found
    rows = rows.children_of(division.division_id)
    ordered: QuerySet[DivisionVersion] = rows.light().order_by("code")
    return ordered


def counts_by_level(*, at: date, within: str = "", text: str = "") -> dict[int, int]:
    """Level → number of divisions under the prefix that fit the text."""
    rows = divisions(at=at, within=within, text=text).order_by()
    return dict(rows.values_list("level").annotate(Count("pk")).order_by("level"))


def descendants_by_level(*, division: DivisionVersion, at: date) -> dict[int, int]:
    """Level → number of divisions of that level below this one."""
    counts = counts_by_level(at=at, within=prefix_of(division.code))
    return {level: count for level, count in counts.items() if level > division.level}


def ancestors(*, division: DivisionVersion, at: date) -> list[DivisionVersion]:
    """The divisions above, widest first; a parent that is not of a higher level ends the chain."""
    chain: list[DivisionVersion] = []
    row: DivisionVersion | None = division
    rows = DivisionVersion.objects.on(at).light()
    while row is not None and row.parent_id is not None:
        row = rows.filter(division_id=row.parent_id, level__lt=row.level).first()
        if row is not None:
            chain.insert(0, row)
    return chain


# Asked for every click and every row of an import: half of the time went into writing this SQL.
_COLUMNS = [f.column for f in DivisionVersion._meta.concrete_fields if f.name != "geometry"]
_AT_POINT = f"""
    SELECT {", ".join(f"version.{column}" for column in _COLUMNS)}
    FROM boundaries_divisionversion version
    WHERE version.period @> %s::date AND version.id IN (
        SELECT version_id FROM boundaries_divisionpiece
        WHERE ST_Covers(geometry, ST_SetSRID(ST_MakePoint(%s, %s), {CGCS2000}))
    ) ORDER BY version.level, version.code
"""


def divisions_at(*, longitude: float, latitude: float, at: date) -> list[DivisionVersion]:
    """Every division whose shape holds the point (CGCS2000 degrees), widest first."""
    place = [at, float(longitude), float(latitude)]
    return list(DivisionVersion.objects.raw(_AT_POINT, place))


def division_at(*, longitude: float, latitude: float, at: date) -> DivisionVersion | None:
    """The deepest division that holds the point, ``None`` outside all."""
    found = divisions_at(longitude=longitude, latitude=latitude, at=at)
    return found[-1] if found else None


def divisions_along(
    *, line: Any, at: date, level: int
) -> list[tuple[Stretch, DivisionVersion | None]]:
    """What a line (shapely, CGCS2000 degrees) passes on a day, in its own direction.

    Counties are asked with the cities that have none. None stands where no division is known.
    """
    rows = DivisionVersion.objects.on(at)
    rows = rows.county_cells() if level == Level.COUNTY else rows.with_geometry().at_level(level)
    frame = Polygon.from_bbox(line.bounds)
    frame.srid = CGCS2000
    versions = {row.code: row for row in rows.filter(geometry__bboverlaps=frame)}
    shapes = {
        code: shapely.from_wkb(bytes(row.geometry.wkb)) for code, row in sorted(versions.items())
    }
    return [(each, versions.get(each.code)) for each in stretches(line, shapes)]


def neighbours(*, division: DivisionVersion, at: date) -> list[DivisionVersion]:
    """Divisions of the same rank that share an edge with it (a corner alone does not count).

    Asked of the outlines, which keep shared edges shared and are a hundredth of the shapes.
    """
    cell = is_county_cell(division.level, division.kind)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT theirs.version_id
            FROM boundaries_divisionoutline mine
            JOIN boundaries_divisionoutline theirs
              ON theirs.geometry && mine.geometry AND theirs.version_id <> mine.version_id
            JOIN boundaries_divisionversion version ON version.id = theirs.version_id
            WHERE mine.version_id = %(version)s
              AND mine.detail = %(detail)s AND theirs.detail = %(detail)s
              AND version.period @> %(at)s
              AND (version.level = %(level)s OR (%(cell)s AND version.kind = %(city)s))
              AND ST_Intersects(mine.geometry, theirs.geometry)
              AND ST_Dimension(ST_Intersection(mine.geometry, theirs.geometry)) >= 1
            """,
            {
                "version": division.pk,
                "detail": 2 if cell else FOCUS_DETAIL.get(Level(division.level), 2),
                "at": at,
                "level": Level.COUNTY if cell else division.level,
                "cell": cell,
                "city": DivisionKind.CITY_WITHOUT_COUNTIES,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(DivisionVersion.objects.light().filter(pk__in=ids).order_by("code"))


def bounds_of(*, code: str, at: date) -> Bounds | None:
    """West, south, east, north of a jurisdiction (code prefix or code), ``None`` if unknown."""
    padded = code.ljust(6, "0") if len(code) in (2, 4) else code
    where = Q(code=padded) if code else Q(level=Level.PROVINCE)
    ids = list(DivisionVersion.objects.on(at).filter(where).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
            FROM (SELECT ST_Extent(geometry) AS box FROM boundaries_divisionversion
                  WHERE id = ANY(%s)) AS found
            """,
            [ids],
        )
        box = cursor.fetchone()
    return None if box[0] is None else (box[0], box[1], box[2], box[3])


def land_left_open(*, at: date) -> str:
    """The legend's word for what no polygon covers on a day on which not every province has one.

    Where all have, the rest of the map is water.
    """
    provinces = DivisionVersion.objects.on(at).at_level(Level.PROVINCE)
    counted = provinces.aggregate(all=Count("pk"), shaped=Count("geometry"))
    if counted["all"] and counted["shaped"] == counted["all"]:
        return ""
    return gettext("left open: land of unknown shape on this day, or water")


def focus_shape(*, division: DivisionVersion) -> dict[str, Any] | None:
    """GeoJSON geometry in degrees, simplified for a small map; ``None`` if the shape is unknown."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT ST_AsGeoJSON(ST_Transform(geometry, 4490), 5)
            FROM boundaries_divisionoutline WHERE version_id = %s AND detail = %s
            """,
            [division.pk, FOCUS_DETAIL.get(Level(division.level), 2)],
        )
        row = cursor.fetchone()
    shape: dict[str, Any] | None = json.loads(row[0]) if row else None
    return shape
