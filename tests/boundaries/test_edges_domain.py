"""Edges after a draft is carried out, pure: of those it touches, and of their neighbours."""

import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundaries.domain.adjusting import Outcome
from boundaries.domain.adjustments import BadDraft, Unit
from boundaries.domain.draft_shapes import (
    insertable,
    vertices_lacking,
    with_vertices,
    without_vertices,
)
from boundaries.domain.topology import check_coverage
from tests.boundaries.coverages import voronoi
from tests.boundaries.test_adjustments_domain import carry_out, kept


def edges_match(units: list[Unit], outcome: Outcome, level: int) -> None:
    """Also with neighbours that are not touched, once they have the vertices set on their edges."""
    before, after = (
        {key: u.shape for key, u in side.items() if u.level == level and u.shape is not None}
        for side in (outcome.before, outcome.after)
    )
    shapes = {u.key: u.shape for u in units if u.level == level and u.key not in before}
    places = vertices_lacking([*before.values()], [*after.values()])
    for key, shape in shapes.items():
        mine = [] if places is None else insertable(shape, places)
        if mine:
            shapes[key] = with_vertices(shape, shapely.multipoints(mine))
            bare = without_vertices(shapes[key], mine)
            assert bare is not None and bare.equals(shape)
    assert check_coverage({str(key): s for key, s in (shapes | after).items()}) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 20), st.floats(0.2, 0.8))
def test_towns_and_counties_match_whatever_line_parts_them(
    seed: int, count: int, share: float
) -> None:
    towns = voronoi(seed, count)
    whole = shapely.union_all([*towns.values()])
    west, south, east, north = whole.bounds
    x = west + share * (east - west)
    units = [Unit("440100", "440100", "市", 2, shape=whole)]
    units.append(Unit("440101", "440101", "甲区", 3, "440100", shape=whole))
    units += [
        Unit(f"440101{n:03d}", f"440101{n:03d}", f"{n}镇", 4, "440101", shape=shape)
        for n, shape in enumerate(towns.values(), start=100)
    ]
    try:
        outcome = carry_out(
            units,
            {"act": "split", "units": ["440101"], "code": "440102", "name": "乙区",
             "line": [[x, south - 1], [x + 0.001, north + 1]],
             "points": [[east - 1e-4, (south + north) / 2]]},
        )  # fmt: skip
    except BadDraft as refusal:
        assume("nothing beside it" not in str(refusal))
        raise
    for level in (3, 4):
        kept(units, outcome, level)
        edges_match(units, outcome, level)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 20), st.floats(0.2, 0.8))
def test_neighbours_match_whatever_line_parts_a_county(seed: int, count: int, share: float) -> None:
    cells = voronoi(seed, count)
    code = sorted(cells)[seed % count]
    west, south, east, north = cells[code].bounds
    x = west + share * (east - west)
    point = shapely.intersection(cells[code], shapely.box(x + 1e-6, south, east, north))
    assume(not point.is_empty)
    units = [Unit("440100", "440100", "市", 2)]
    units += [Unit(c, c, c, 3, "440100", shape=shape) for c, shape in cells.items()]
    outcome = carry_out(
        units,
        {"act": "split", "units": [code], "code": "440199", "name": "新区",
         "line": [[x, south - 1], [x, north + 1]],
         "points": [[*point.representative_point().coords[0]]]},
    )  # fmt: skip
    kept(units, outcome, 3)
    edges_match(units, outcome, 3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(6, 24), st.floats(0.01, 0.06))
def test_towns_match_wherever_the_edge_of_two_counties_moves(
    seed: int, count: int, by: float
) -> None:
    towns = voronoi(seed, count)
    whole = shapely.union_all([*towns.values()])
    middle = whole.centroid.x
    sides = {"440101": lambda x: x < middle, "440102": lambda x: x >= middle}
    units = [Unit("440100", "440100", "市", 2, shape=whole)]
    for county, belongs in sides.items():
        mine = [shape for shape in towns.values() if belongs(shape.centroid.x)]
        land = shapely.union_all(mine)
        assume(land.geom_type == "Polygon")
        units.append(Unit(county, county, county, 3, "440100", shape=land))
        units += [
            Unit(f"{county}{n:03d}", f"{county}{n:03d}", f"{n}镇", 4, county, shape=shape)
            for n, shape in enumerate(mine, start=100)
        ]
    a, b = (unit.shape for unit in units if unit.level == 3)
    edge = shapely.line_merge(shapely.intersection(shapely.boundary(a), shapely.boundary(b)))
    assume(edge.geom_type == "LineString")
    low, mid, high = (
        shapely.line_interpolate_point(edge, share, normalized=True) for share in (0.3, 0.5, 0.7)
    )
    line = [[low.x - by, low.y], [mid.x + by, mid.y], [high.x - by, high.y]]
    try:
        outcome = carry_out(units, {"act": "boundary", "units": [*sides], "line": line})
    except BadDraft:  # it does not cross, or nothing beside a town can take the rest
        assume(False)
    for level in (3, 4):
        kept(units, outcome, level)
        edges_match(units, outcome, level)
