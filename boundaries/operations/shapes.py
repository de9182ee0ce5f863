"""Shapes derived from the shapes of record: pieces for point lookups, outlines for small scales."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db import connection, transaction
from numpy.typing import NDArray

from boundaries.models import DivisionOutline, DivisionPiece, DivisionVersion, Level
from common.crs import CGCS2000, WEB_MERCATOR, project_points

# Outline detail → side of the smallest triangle kept, in metres of Web Mercator: under half a
# pixel at the largest zoom that the detail serves (5, 8, 11).
TOLERANCES_M = {2: 30, 1: 250, 0: 2000}
PIECE_VERTICES = 128


@dataclass(frozen=True, slots=True)
class ShapesRebuilt:
    versions: int
    pieces: int
    outlines: int


@transaction.atomic
def rebuild_shapes(
    *,
    at: date,
    levels: Sequence[int] = (Level.PROVINCE, Level.CITY, Level.COUNTY),
    within: str = "",
) -> ShapesRebuilt:
    """Make pieces and outlines of every division in force on ``at`` anew.

    A level is simplified as one coverage, so that neighbours keep their shared edges; ``within``
    (a code prefix) is for levels that do not tile the country, such as street cells.
    """
    total = ShapesRebuilt(0, 0, 0)
    for level in levels:
        rows = (
            DivisionVersion.objects.on(at)
            .at_level(level)
            .within(within)
            .with_geometry()
            .order_by("code")
        )
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            continue
        with ThreadPoolExecutor(max_workers=1) as other_core:
            # GEOS simplifies here while the database cuts pieces there.
            simplified = other_core.submit(_simplify, _read_shapes(ids))
            pieces = _rebuild_pieces(ids)
            outlines = _write_outlines(ids, simplified.result())
        total = ShapesRebuilt(
            total.versions + len(ids), total.pieces + pieces, total.outlines + outlines
        )
    return total


@transaction.atomic
def shapes_of_versions(*, versions: Sequence[DivisionVersion], at: date) -> ShapesRebuilt:
    """Make pieces and outlines of these versions, beside all who may touch them.

    Neighbours are simplified along, so that edges stay shared up to the points where three meet;
    they keep the outlines they have.
    """
    outlines = 0
    ids = [version.pk for version in versions]
    pieces = _rebuild_pieces(ids)
    for level in sorted({version.level for version in versions}):
        mine = {version.pk for version in versions if version.level == level}
        rows = DivisionVersion.objects.on(at).at_level(level).with_geometry()
        extent = rows.filter(pk__in=mine).aggregate(box=Extent("geometry"))["box"]
        frame = Polygon.from_bbox(extent)
        frame.srid = CGCS2000
        beside = rows.filter(geometry__bboverlaps=frame).order_by("code")
        together = list(beside.values_list("pk", flat=True))
        found = _simplify(_read_shapes(together))
        chosen = [number for number, pk in enumerate(together) if pk in mine]
        kept = [together[number] for number in chosen]
        outlines += _write_outlines(kept, {d: shapes[chosen] for d, shapes in found.items()})
    return ShapesRebuilt(len(ids), pieces, outlines)


def _rebuild_pieces(ids: list[int]) -> int:
    DivisionPiece.objects.filter(version_id__in=ids).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO boundaries_divisionpiece (version_id, geometry)
            SELECT id, ST_Subdivide(geometry, %s)
            FROM boundaries_divisionversion WHERE id = ANY(%s)
            """,
            [PIECE_VERTICES, ids],
        )
        return int(cursor.rowcount)


def _simplify(shapes: NDArray[Any]) -> dict[int, NDArray[Any]]:
    """Detail → shapes in Web Mercator, each made from the next finer one."""
    shapes = shapely.transform(shapes, lambda xy: project_points(xy, CGCS2000, WEB_MERCATOR))
    found = {}
    for detail, tolerance in TOLERANCES_M.items():
        shapes = found[detail] = shapely.coverage_simplify(shapes, tolerance)
    return found


def _read_shapes(ids: list[int]) -> NDArray[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT ST_AsBinary(geometry) FROM boundaries_divisionversion
            WHERE id = ANY(%s) ORDER BY code
            """,
            [ids],
        )
        return np.asarray(shapely.from_wkb([bytes(row[0]) for row in cursor.fetchall()]))


def _write_outlines(ids: list[int], shapes: dict[int, NDArray[Any]]) -> int:
    DivisionOutline.objects.filter(version_id__in=ids).delete()
    with connection.cursor() as cursor:
        for detail, simplified in shapes.items():
            cursor.execute(
                """
                INSERT INTO boundaries_divisionoutline (version_id, detail, geometry)
                SELECT id, %s, ST_Multi(ST_GeomFromWKB(wkb, %s))
                FROM unnest(%s::bigint[], %s::bytea[]) AS rows(id, wkb)
                """,
                [detail, WEB_MERCATOR, ids, list(shapely.to_wkb(simplified))],
            )
    return len(ids) * len(shapes)
