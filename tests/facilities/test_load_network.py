"""Networks are kept: dry run, what is told, one after another, what is refused."""

import json
from datetime import date
from io import StringIO

import fiona
import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command

from common.errors import BadInput
from common.models import AuditEntry
from facilities.domain.packing import pack, unpack
from facilities.importers.network_files import read_network
from facilities.models import StreetNetwork
from tests.shared_data import shared_file

FUTIAN = "shenzhen_futian_drive.graphml"
STREETS = [
    ([(113.26, 23.13), (113.28, 23.13)], "primary", "yes", 60),
    ([(113.28, 23.13), (113.28, 23.14)], "residential", "no", None),
    ([(113.28, 23.14), (113.26, 23.14), (113.26, 23.13)], "secondary", "no", None),
    ([(113.30, 23.13), (113.30, 23.14)], "fairway", "no", None),
]


@pytest.fixture
def roads(tmp_path):
    """A block of streets and one apart, with the columns that OpenStreetMap extracts have."""
    path = tmp_path / "roads.gpkg"
    columns = {"fclass": "str", "oneway": "str", "maxspeed": "int"}
    schema = {"geometry": "LineString", "properties": columns}
    with fiona.open(path, "w", driver="GPKG", crs="EPSG:4490", schema=schema) as out:
        for line, *values in STREETS:
            properties = dict(zip(columns, values, strict=True))
            geometry = shapely.LineString(line).__geo_interface__
            out.write({"geometry": geometry, "properties": properties})
    return path


def load(path, *options, name="荔湾路网", since="2024-01-01"):
    out = StringIO()
    given = [str(path), "--name", name, "--from", since, "--by", "steward", "--json", *options]
    call_command("load_network", *given, stdout=out)
    return json.loads(out.getvalue())


class TestPack:
    def test_what_comes_back_is_the_same_to_the_bit(self, roads):
        streets = read_network(roads).streets
        back = unpack(pack(streets))
        assert shapely.equals_exact(back.lines.shapes, streets.lines.shapes).all()
        for name in ("classes", "directions", "speeds_kmh", "lengths_m"):
            np.testing.assert_array_equal(getattr(back.lines, name), getattr(streets.lines, name))
        np.testing.assert_array_equal(back.nodes, streets.nodes)
        np.testing.assert_array_equal(back.ends, streets.ends)

    @pytest.mark.parametrize("bytes_", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
    def test_other_bytes_are_refused(self, bytes_):
        with pytest.raises(BadInput, match="load it again"):
            unpack(bytes_)


@pytest.mark.usefixtures("demo")
class TestLoadNetwork:
    def test_who_loaded_it_stands_in_the_log(self, roads):
        load(roads, "--commit")
        entry = AuditEntry.objects.get(operation="load_network")
        assert entry.user.username == "steward" and entry.jurisdiction.startswith("4401")

    def test_only_who_may_loads_it(self, roads):
        with pytest.raises(CommandError):
            load(roads, "--commit", "--by", "planner")
        with pytest.raises(CommandError, match="no account"):
            load(roads, "--commit", "--by", "nobody")
        assert not StreetNetwork.objects.exists()

    def test_a_dry_run_tells_parts_and_classes_and_writes_nothing(self, roads):
        told = load(roads)
        assert (told["nodes"], told["streets"], told["committed"]) == (5, 4, False)
        walk, cycle, car = told["modes"]
        assert (walk["mode"], cycle["mode"], car["mode"]) == ("walk", "cycle", "car")
        assert car["components"] == 2
        assert car["largest"][0][:2] == [3, 3]
        assert car["assumed"] == {"fairway": 1}
        assert not StreetNetwork.objects.exists()

    def test_speeds_that_cannot_be_read_are_told(self, roads):
        text = StringIO()
        given = ["--name", "荔湾路网", "--columns", "speed=fclass", "--by", "steward"]
        call_command("load_network", str(roads), *given, stdout=text)
        assert "Speed “primary” cannot be read: 1 lines at the speed of their class." in (
            text.getvalue()
        )
        told = load(roads, "--columns", "speed=fclass")
        assert told["unread_speeds"] == dict.fromkeys(
            ("primary", "residential", "secondary", "fairway"), 1
        )
        assert load(roads)["unread_speeds"] == {}

    def test_what_is_kept_gives_back_the_streets_and_says_what_it_is(self, roads):
        load(roads, "--commit", "--synthetic", "--credit", "测绘院", "--mode", "car")
        (row,) = StreetNetwork.objects.all()
        assert (row.mode, row.streets, row.limits_told, row.synthetic) == ("car", 4, 1, True)
        assert row.source.credit == "测绘院"
        assert len(unpack(bytes(row.packed))) == 4
        xs = [row.area.extent[0], row.area.extent[2]]
        assert 113.25 < xs[0] < 113.26 and 113.30 < xs[1] < 113.31
        assert list(StreetNetwork.objects.for_mode("car")) == [row]
        assert not StreetNetwork.objects.for_mode("walk").exists()

    def test_the_next_of_the_name_follows_from_its_day(self, roads):
        load(roads, "--commit")
        assert load(roads, "--commit", since="2025-01-01")["follows"] == "2024-01-01"
        periods = StreetNetwork.objects.order_by("period").values_list("period", flat=True)
        assert [period.lower for period in periods] == [date(2024, 1, 1), date(2025, 1, 1)]
        assert StreetNetwork.objects.on(date(2024, 12, 31)).count() == 1

    def test_an_earlier_day_is_refused_unless_it_replaces(self, roads):
        load(roads, "--commit")
        with pytest.raises(CommandError, match="from 2024-01-01 on already"):
            load(roads, "--commit", since="2023-01-01")
        load(roads, "--commit", "--replace", since="2023-01-01")
        assert [row.period.lower for row in StreetNetwork.objects.all()] == [date(2023, 1, 1)]

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            (["--mode", "boat"], "no mode"),
            (["--columns", "kind=x"], "pairs such as"),
            (["--columns", "class=nothing"], "no column"),
            (["--tolerance", "-1"], "tolerance"),
            (["--datum", "GCJ02"], "GCJ"),
        ],
    )
    def test_refuses_bad_input_in_one_line_and_writes_nothing(self, roads, options, why):
        with pytest.raises(CommandError, match=why) as refused:
            load(roads, "--commit", *options)
        assert "\n" not in str(refused.value)
        assert not StreetNetwork.objects.exists()

    def test_refuses_a_file_that_is_none(self, tmp_path):
        path = tmp_path / "roads.graphml"
        with pytest.raises(CommandError, match="no file"):
            load(path)
        path.write_text("<graphml", encoding="utf-8")
        with pytest.raises(CommandError, match="damaged"):
            load(path)

    def test_futian_is_told_by_its_parts(self):
        path = shared_file(FUTIAN)
        told = load(path, "--mode", "car", "--commit", name="福田")
        assert (told["nodes"], told["streets"]) == (1751, 2595)
        (car,) = told["modes"]
        assert car["open"] < told["streets"]
        assert sum(nodes for nodes, *_ in car["largest"]) <= told["nodes"]
        text = StringIO()
        call_command("load_network", str(path), "--name", "福田二", "--by", "steward", stdout=text)
        assert "1,751 nodes, 2,595 streets" in text.getvalue()
        assert "Nothing was written" in text.getvalue()

    def test_streets_of_another_city_are_told_as_such(self, make_user):
        make_user("data_steward", "4401", username="other")
        call = ["load_network", str(shared_file(FUTIAN)), "--name", "福田", "--by", "other"]
        with pytest.raises(CommandError, match="outside the jurisdictions of the account"):
            call_command(*call, stdout=StringIO())
