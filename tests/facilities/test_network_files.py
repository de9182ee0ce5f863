"""Files of streets: words and traps of each kind, and Futian's streets against networkx."""

import math
from pathlib import Path

import fiona
import networkx as nx
import numpy as np
import osmium
import pytest
import shapely

from common.errors import BadInput
from facilities.domain.cost import k_nearest, nearest, within
from facilities.domain.networks import CAR, CYCLE, WALK, Mode, travel
from facilities.domain.streets import AGAINST, ALONG, BOTH
from facilities.importers.network_files import read_network
from facilities.importers.network_words import (
    class_of,
    directions_of,
    speed_of,
    unread_speeds,
)
from tests.shared_data import shared_file

FUTIAN = "shenzhen_futian_drive.graphml"
# Everything open, a metre a second: costs are metres.
BY_LENGTH = Mode("length", {}, frozenset(), default_kmh=3.6)


class TestWords:
    def test_classes(self):
        found = [class_of(v) for v in ("['steps', 'footway']", "主干路", "Primary_Link", None, "")]
        assert found == ["steps", "primary", "primary_link", "", ""]

    def test_directions(self):
        words = ["yes", "no", "-1", None, True, "False", "reversible", 0, 1]
        expected = [ALONG, BOTH, AGAINST, BOTH, ALONG, BOTH, BOTH, BOTH, ALONG]
        assert directions_of(words) == expected

    def test_letters_count_only_beside_a_b(self):
        assert directions_of(["F", "T", "B"]) == [ALONG, AGAINST, BOTH]
        with pytest.raises(BadInput, match="Row 2"):
            directions_of(["no", "T"])

    def test_speeds(self):
        assert [speed_of(v) for v in (40, "40", "['60', '40']", "50;30", "30 km/h")] == [
            40, 40, 40, 30, 30,
        ]  # fmt: skip
        assert speed_of("25 mph") == pytest.approx(40.2, abs=0.1)
        assert all(math.isnan(speed_of(v)) for v in ("none", "", None, "walk", 0, "[1"))

    def test_speeds_that_cannot_be_read_are_counted(self):
        words = ["nan", "fast", 40, None, "", 0, math.nan, "fast", "['x', '60']", "signals;walk"]
        assert unread_speeds(words) == {"fast": 2, "nan": 1, "signals": 1}


def line_file(folder: Path, rows, *, crs="EPSG:4490", name="roads.gpkg", driver="GPKG") -> Path:
    path = folder / name
    columns = {"fclass": "str", "oneway": "str", "maxspeed": "int"}
    with fiona.open(
        path, "w", driver=driver, crs=crs, schema={"geometry": "Unknown", "properties": columns}
    ) as out:
        for shape, *values in rows:
            properties = dict(zip(columns, values, strict=True))
            out.write({"geometry": shape.__geo_interface__, "properties": properties})
    return path


class TestLineFiles:
    rows = (
        (shapely.LineString([(113.26, 23.13), (113.27, 23.13)]), "primary", "F", 50),
        (shapely.MultiLineString([[(113.27, 23.13), (113.28, 23.13)]]), "footway", "B", None),
        (shapely.Point(113.26, 23.13), "", "B", None),
    )

    def test_are_read_in_the_metres_of_their_zone(self, tmp_path):
        found = read_network(line_file(tmp_path, self.rows))
        assert found.epsg == 4547 and found.left_out == {"no line": 1}
        assert found.streets.lines.classes.tolist() == ["primary", "footway"]
        assert found.streets.lines.directions.tolist() == [ALONG, BOTH]
        assert found.streets.lines.speeds_kmh[0] == 50
        assert len(found.streets.nodes) == 3
        assert found.streets.lines.measured_m() == pytest.approx([1024, 1024], abs=1)

    def test_the_datum_is_declared_where_the_file_does_not_say(self, tmp_path):
        path = line_file(tmp_path, self.rows, crs=None)
        with pytest.raises(BadInput, match="declare"):
            read_network(path)
        plain = read_network(path, datum="CGCS2000").streets.nodes
        shifted = read_network(path, datum="GCJ-02").streets.nodes
        assert np.hypot(*(plain - shifted)[0]) == pytest.approx(620, abs=60)

    def test_columns_are_those_that_are_named(self, tmp_path):
        path = line_file(tmp_path, self.rows)
        assert read_network(path, columns={"class": "oneway"}).streets.lines.classes[0] == "f"
        with pytest.raises(BadInput, match="nowhere"):
            read_network(path, columns={"class": "nowhere"})

    def test_streets_elsewhere_are_refused(self, tmp_path):
        abroad = [(shapely.LineString([(8.5, 47.4), (8.6, 47.4)]), "primary", "no", None)]
        with pytest.raises(BadInput, match="China"):
            read_network(line_file(tmp_path, abroad))

    @pytest.mark.parametrize("name", ["bad.gpkg", "bad.graphml", "bad.osm.pbf", "bad.zip"])
    def test_a_damaged_file_is_refused(self, tmp_path, name):
        path = tmp_path / name
        path.write_bytes(b"no such thing")
        with pytest.raises(BadInput):
            read_network(path)
        with pytest.raises(BadInput):
            read_network(tmp_path / ("no" + name))

    def test_no_street_is_refused(self, tmp_path):
        with pytest.raises(BadInput, match="no streets"):
            read_network(line_file(tmp_path, self.rows[2:]))


def test_an_extract_of_openstreetmap(tmp_path):
    path = tmp_path / "city.osm.pbf"
    kind = osmium.osm.mutable
    places = {1: (113.26, 23.13), 2: (113.27, 23.13), 3: (113.28, 23.13), 4: (113.27, 23.14)}
    ways = [
        ([1, 2, 3], {"highway": "residential", "oneway": "-1", "maxspeed": "30"}),
        ([2, 4], {"highway": "motorway"}),
        ([1, 4], {"highway": "service", "junction": "roundabout", "oneway": "no"}),
        ([3, 4], {"highway": "tertiary", "junction": "roundabout"}),
        ([1, 3], {"building": "yes"}),
        ([1, 2], {"highway": "service", "access": "no"}),
        ([4, 99, 1], {"highway": "path"}),
        ([1, 1], {"highway": "path"}),
    ]
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in places.items():
            writer.add_node(kind.Node(id=number, location=place))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(kind.Way(id=number, nodes=nodes, tags=tags))
    found = read_network(path)
    lines = found.streets.lines
    told = sorted(zip(lines.classes.tolist(), lines.directions.tolist(), strict=True))
    assert told == [
        ("motorway", ALONG),
        ("path", BOTH),
        ("residential", AGAINST),
        ("residential", AGAINST),
        ("service", BOTH),
        ("tertiary", ALONG),
    ]
    assert len(found.streets.nodes) == 4
    assert found.left_out == {"no access": 1, "vertices beyond the edge": 1, "no length": 1}
    assert sorted(lines.speeds_kmh[lines.classes == "residential"]) == [30, 30]


def test_an_undirected_graphml_heeds_its_own_directions(tmp_path):
    graph = nx.MultiGraph(crs="EPSG:4490")
    for name, (x, y) in {"a": (113.26, 23.13), "b": (113.27, 23.13), "c": (113.28, 23.13)}.items():
        graph.add_node(name, x=str(x), y=y)
    backwards = "LINESTRING (113.28 23.13, 113.275 23.131, 113.27 23.13)"
    graph.add_edge("a", "b", oneway="True", highway="residential", length=1200)
    graph.add_edge("b", "c", geometry=backwards)
    path = tmp_path / "small.graphml"
    nx.write_graphml(graph, path)
    streets = read_network(path).streets
    assert streets.lines.directions.tolist() == [ALONG, BOTH]
    assert streets.lines.measured_m() == pytest.approx([1200, 1048], abs=2)
    starts = shapely.get_coordinates(shapely.get_point(streets.lines.shapes, 0))
    assert starts == pytest.approx(streets.nodes[streets.ends[:, 0]])


@pytest.fixture(scope="module")
def read():
    return read_network(shared_file(FUTIAN)).streets


@pytest.fixture(scope="module")
def graph():
    graph = nx.read_graphml(shared_file(FUTIAN))
    for *_, told in graph.edges(data=True):
        told["length"] = float(told["length"])
    return graph


@pytest.fixture(scope="module")
def facilities(read):
    return np.random.default_rng(5).choice(len(read.nodes), 12, replace=False)


class TestFutian:
    """1,751 crossings and 4,009 directed edges from OpenStreetMap, told apart from ours by
    networkx: its graph of the same file, its shortest paths."""

    def their_costs(self, graph, facilities):
        """Metres from every node to each facility."""
        names, against = list(graph), graph.reverse()
        table = np.full((len(names), len(facilities)), np.inf)
        at = {name: number for number, name in enumerate(names)}
        for column, facility in enumerate(facilities):
            found = nx.single_source_dijkstra_path_length(against, names[facility], weight="length")
            for name, metres in found.items():
                table[at[name], column] = metres
        return table

    def test_two_way_streets_are_one_street(self, read, graph):
        assert (graph.number_of_nodes(), graph.number_of_edges()) == (1751, 4009)
        both = int((read.lines.directions == BOTH).sum())
        # Two streets stand in the file twice, in both directions: four edges say nothing new.
        assert len(read.nodes) == 1751 and len(read) + both == 4009 - 4
        metres = sum(told["length"] for *_, told in graph.edges(data=True)) - 2 * (30.394 + 6.39)
        ours = (read.lines.measured_m() * (1 + (read.lines.directions == BOTH))).sum()
        assert ours == pytest.approx(metres)

    def test_told_lengths_are_those_of_the_shapes(self, read):
        ratio = shapely.length(read.lines.shapes) / read.lines.lengths_m
        assert ratio.min() > 0.99 and ratio.max() < 1.01

    def test_costs_are_those_of_networkx(self, read, graph, facilities):
        expected = self.their_costs(graph, facilities)
        ours = travel(read, BY_LENGTH).network()
        everywhere = np.arange(ours.nodes)
        found = within(ours, everywhere, facilities, cutoff=3000).tocoo()
        table = np.full(expected.shape, np.inf)
        table[found.row, found.col] = found.data
        assert table == pytest.approx(np.where(expected <= 3000, expected, np.inf))
        costs, chosen = nearest(ours, facilities)
        assert costs == pytest.approx(expected.min(axis=1))
        assert expected[everywhere, chosen] == pytest.approx(costs)
        costs, _ = k_nearest(ours, facilities, 4)
        assert costs == pytest.approx(np.sort(expected, axis=1)[:, :4])

    def test_a_drive_network_has_paths_for_feet_and_is_whole_only_with_them(self, read, graph):
        (part,) = travel(read, BY_LENGTH).components()
        assert part.nodes == 1751 and nx.is_strongly_connected(graph)
        assert travel(read, WALK).components()[0].nodes == 1713
        parts = travel(read, CAR).components()
        assert len(parts) > 1 and parts[0].nodes == 1379
        assert travel(read, CYCLE).assumed() == {}

    def test_parts_are_those_of_networkx(self, read, graph):
        car = travel(read, CAR)
        theirs = nx.MultiDiGraph()
        for one, other, told in graph.edges(data=True):
            if class_of(told["highway"]).removesuffix("_link") not in CAR.closed:
                theirs.add_edge(one, other)
        sizes = sorted(map(len, nx.strongly_connected_components(theirs)), reverse=True)
        assert [part.nodes for part in car.components()] == sizes

    def test_points_are_joined_with_their_leg(self, read):
        rng = np.random.default_rng(2)
        points = read.nodes[rng.integers(0, 1751, 40)] + rng.uniform(-150, 150, (40, 2))
        attached = travel(read, WALK).main().attach(points)
        shapes = attached.travel.streets.lines.shapes
        for point, leg in zip(shapely.points(points), attached.legs_m, strict=True):
            assert leg == pytest.approx(shapely.distance(shapes, point).min())
        assert not len(attached.left_out)
        costs, _ = nearest(attached.network, attached.nodes[:1])
        assert np.isfinite(costs[attached.nodes]).all()
