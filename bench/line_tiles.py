"""The heaviest tiles of the map of lines, walked zoom by zoom over the database as it is loaded.

Run with ``script/bench line_tiles [--at DAY] [--zooms LOW-HIGH] [--most N] [--derive]``. At each
zoom at which the map draws them every tile with a line or a marker on it is known; N of them (200;
0 for all) are made, those with most vertices first, so that the heaviest is among them. Exits with
a failure where one is heavier than 300 KB. It measures the lines that are there; with ``--derive``
those of every county that is loaded, made in a transaction that is undone.
"""

import argparse
import math
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date

import django

django.setup()

import numpy as np  # noqa: E402
import shapely  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from boundaries.models import BoundaryLine, Marker  # noqa: E402
from boundaries.operations.lines import derive_lines  # noqa: E402
from common.postgis import make_tile  # noqa: E402
from common.registries import map_layers  # noqa: E402

LIMIT_BYTES = 300 * 1024
ZOOMS, MOST = range(19), 200
LATITUDE = 85.05
LAYERS = ("lines", "markers")


@dataclass(frozen=True, slots=True)
class Heaviest:
    """``tiles`` that hold something, ``made`` of them, and what the heaviest and slowest were."""

    zoom: int
    tiles: int
    made: int
    most_bytes: int
    where: tuple[int, int]
    slowest_ms: float
    median_ms: float


def points_on(at: date, layer: str) -> np.ndarray:
    """Vertices of the lines, or positions of the markers, as fractions of the web's world."""
    if layer == "markers":
        found = Marker.objects.on(at).values_list("location", flat=True)
        degrees = np.array([point.coords for point in found]).reshape(-1, 2)
    else:
        shapes = [
            bytes(each.wkb)
            for each in BoundaryLine.objects.on(at).values_list("geometry", flat=True)
        ]
        # Long edges too are seen in each tile they cross.
        degrees = shapely.get_coordinates(shapely.segmentize(shapely.from_wkb(shapes), 0.005))
    latitude = np.radians(np.clip(degrees[:, 1], -LATITUDE, LATITUDE))
    y = (1 - np.arcsinh(np.tan(latitude)) / math.pi) / 2
    return np.column_stack([(degrees[:, 0] + 180) / 360, y])


def walk(zoom: int, points: np.ndarray, layer: str, *, at: date, most: int) -> Heaviest:
    cells, held = np.unique(np.floor(points * 2**zoom).astype(np.int64), axis=0, return_counts=True)
    fullest = cells[np.argsort(-held)][: most or None]
    tiles = map_layers()[layer].tiles
    sizes: Counter[tuple[int, int]] = Counter()
    took = []
    for x, y in fullest.tolist():
        started = time.perf_counter()
        sizes[x, y] = len(make_tile(tiles(z=zoom, at=at), z=zoom, x=x, y=y))
        took.append((time.perf_counter() - started) * 1000)
    (where, size), *_rest = sizes.most_common(1)
    return Heaviest(zoom, len(cells), len(fullest), size, where, max(took), float(np.median(took)))


def main(argv: list[str]) -> int:
    given = argparse.ArgumentParser(prog="script/bench line_tiles", description=__doc__)
    given.add_argument("--at", type=date.fromisoformat, default=timezone.localdate())
    given.add_argument("--zooms", default=f"{ZOOMS[0]}-{ZOOMS[-1]}", metavar="LOW-HIGH")
    given.add_argument("--most", type=int, default=MOST, metavar="N")
    given.add_argument("--derive", action="store_true")
    options = given.parse_args(argv)
    with transaction.atomic():
        if options.derive:
            started = time.perf_counter()
            made = len(derive_lines(within="", by=None, at=options.at).new)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE boundaries_boundaryline")
            say(f"derived {made:,} more lines in {time.perf_counter() - started:.0f} s")
        heaviest = walk_layers(options)
        transaction.set_rollback(True)
    if not heaviest:
        say("There are no lines: --derive makes them.")
        return 1
    say(f"heaviest of all {heaviest / 1024:.1f} KB, limit {LIMIT_BYTES / 1024:.0f} KB")
    return 0 if heaviest <= LIMIT_BYTES else 1


def walk_layers(options: argparse.Namespace) -> int:
    """The bytes of the heaviest tile of all, 0 where there is none; tells each zoom."""
    low, _dash, high = options.zooms.partition("-")
    heaviest = 0
    for layer in LAYERS:
        points = points_on(options.at, layer)
        if not len(points):
            say(f"{layer}: none on {options.at}")
            continue
        say(f"{layer}: {count_of(layer, options.at):,}, {len(points):,} points to look at")
        # Farther out the map asks for none of the layer.
        for zoom in range(max(int(low), map_layers()[layer].min_zoom), int(high or low) + 1):
            found = walk(zoom, points, layer, at=options.at, most=options.most)
            heaviest = max(heaviest, found.most_bytes)
            x, y = found.where
            say(
                f"  zoom {zoom:2}: {found.made:4} of {found.tiles:7,} tiles, heaviest "
                f"{found.most_bytes / 1024:6.1f} KB at {zoom}/{x}/{y}; "
                f"median {found.median_ms:5.0f} ms, slowest {found.slowest_ms:5.0f} ms"
            )
    return heaviest


def count_of(layer: str, at: date) -> int:
    rows = BoundaryLine if layer == "lines" else Marker
    return int(rows.objects.on(at).count())


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
