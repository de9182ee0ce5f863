"""Shapes typed on a form: read in any datum, refused with the line, written back as the same."""

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.datums import convert, from_cgcs2000, get_datum
from common.errors import BadInput
from common.importing.typed import read_typed, write_typed

CGCS = get_datum("CGCS2000")
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
vertices = st.lists(
    st.tuples(st.floats(75, 134, width=32), st.floats(4, 53, width=32)),
    min_size=2,
    max_size=12,
    unique=True,
)


class TestReading:
    @pytest.mark.parametrize(
        "text",
        ["113.32, 23.13", "113.32，23.13", "113.32 23.13", "113.32\t23.13", "113°19′12″, 23°7′48″"],
    )
    def test_a_point_as_people_write_it(self, text: str) -> None:
        point = read_typed(text, kind="point", datum=CGCS)
        assert (round(point.x, 6), round(point.y, 6)) == (113.32, 23.13)

    def test_an_outline_may_be_closed_or_not(self) -> None:
        corners = "113.1,23.1\n113.2,23.1\n113.2,23.2"
        open_one = read_typed(corners, kind="area", datum=CGCS)
        closed = read_typed(corners + "\n113.1,23.1\n", kind="area", datum=CGCS)
        assert open_one.equals(closed)

    def test_nothing_typed_is_no_shape(self) -> None:
        assert read_typed(" \n", kind="line", datum=CGCS) is None

    @pytest.mark.parametrize("kind", ["point", "wkt"])
    def test_geojson_and_wkt_with_its_system_are_the_same(self, kind: str) -> None:
        ring = shapely.box(113.1, 23.1, 113.2, 23.2)
        holed = ring.difference(shapely.box(113.12, 23.12, 113.15, 23.15))
        text = shapely.to_geojson(holed)
        feature = f'{{"type": "Feature", "properties": {{}}, "geometry": {text}}}'
        for written in (text, feature, holed.wkt, f"SRID=4490;{holed.wkt}"):
            found = read_typed(written, kind=kind, datum=CGCS)
            assert found.normalize() == holed.normalize()
            assert len(found.interiors) == 1

    def test_consumer_maps_have_no_number_that_could_differ(self) -> None:
        found = read_typed("SRID=4326;POINT (113.3 23.1)", kind="wkt", datum=get_datum("GCJ-02"))
        assert found.distance(shapely.Point(113.3, 23.1)) > 0.001

    @pytest.mark.parametrize("key", ["GCJ-02", "BD-09", "WGS84", "EPSG:4547", "EPSG:3857"])
    def test_the_declared_datum_is_converted(self, key: str) -> None:
        datum = get_datum(key)
        true = shapely.Point(113.3, 23.1)
        given = convert(true, from_cgcs2000, datum)
        found = read_typed(f"{given.x:.9f}, {given.y:.9f}", kind="point", datum=datum)
        assert found.distance(true) < 1e-6

    @pytest.mark.parametrize(
        ("text", "kind", "said"),
        [
            ("113.3", "point", "Line 1"),
            ("113.3, 23.1\n113.4, x", "line", "Line 2"),
            ("23.1, 113.3", "point", "swapped"),
            ("3.1, 3.3", "point", "cannot lie in China"),
            ("113.3, 23.1", "line", "at least 2"),
            ("113.3, 23.1\n113.3, 23.1", "line", "at least 2"),
            ("113.1,23.1\n113.2,23.1", "area", "at least 3"),
            ("113.3, 23.1\n113.4, 23.1", "point", "one line"),
            ("113,23\n114,24\n114,23\n113,24", "area", "not valid"),
            ("POINT (113", "wkt", "WKT"),
            ("SRID=4547;POINT (113 23)", "wkt", "EPSG:4547"),
            ('{"type": "Polygon"}', "wkt", "GeoJSON"),
            ("{", "point", "GeoJSON"),
            ('{"type": "Feature", "properties": {}, "geometry": null}', "wkt", "GeoJSON"),
            ("POINT EMPTY", "wkt", "empty"),
            ("GEOMETRYCOLLECTION (POINT (113 23))", "wkt", "empty"),
            ("nan, nan", "point", "Line 1"),
        ],
    )
    def test_says_what_is_wrong(self, text: str, kind: str, said: str) -> None:
        with pytest.raises(BadInput) as error:
            read_typed(text, kind=kind, datum=CGCS)
        assert said in str(error.value)

    def test_metres_declared_as_degrees_are_refused(self) -> None:
        with pytest.raises(BadInput):
            read_typed("424654.9, 2558321.1", kind="point", datum=CGCS)
        with pytest.raises(BadInput):
            read_typed("113.3, 23.1", kind="point", datum=get_datum("EPSG:4547"))


class TestWriting:
    @patient
    @given(vertices)
    def test_a_line_reads_back_as_the_same(self, points: list[tuple[float, float]]) -> None:
        line = shapely.LineString(points)
        kind, text = write_typed(line)
        assert kind == "line"
        assert read_typed(text, kind=kind, datum=CGCS).equals_exact(line, 1e-8)

    @pytest.mark.parametrize(
        "wkt",
        [
            "POINT (113.3 23.1)",
            "POLYGON ((113 23, 114 23, 114 24, 113 23))",
            "POLYGON ((113 23, 114 23, 114 24, 113 23), (113.5 23.2, 113.7 23.2, 113.7 23.3, "
            "113.5 23.2))",
            "MULTILINESTRING ((113 23, 114 23), (113 24, 114 24))",
            "MULTIPOINT (113 23, 114 23)",
        ],
    )
    def test_any_shape_reads_back(self, wkt: str) -> None:
        shape = shapely.from_wkt(wkt)
        kind, text = write_typed(shape)
        assert read_typed(text, kind=kind, datum=CGCS).equals_exact(shape, 1e-8)
