"""CQL2: what is unknown, and boxes, are read in a filter as everywhere else."""

from urllib.parse import quote

import pytest
from django.test import Client

from tests.api.test_features import DISTRICT, EPSG, ROOT, codes, read

TODAY = "T_{}(valid_to, INTERVAL('1980-01-01', '..'))"


@pytest.mark.parametrize("relation", ["INTERSECTS", "DISJOINT", "DURING", "AFTER", "BEFORE"])
def test_an_unknown_day_is_in_no_relation_to_any(program: Client, relation: str) -> None:
    here = f"{ROOT}/divisions/items?code={DISTRICT}&filter="
    asked = TODAY.format(relation)
    assert codes(read(program, here + quote(f"valid_to IS NULL AND {asked}"))) == []
    assert codes(read(program, here + quote(f"valid_to IS NULL AND NOT {asked}"))) == [DISTRICT]


@pytest.mark.parametrize(
    ("box", "system", "found"),
    [
        ("113.30,23.10,113.36,23.16", "", True),
        ("113.30,23.10,0,113.36,23.16,90", "", True),
        ("23.10,113.30,23.16,113.36", f"{EPSG}4490", True),
        ("170,10,-170,30", "", False),  # over the 180th meridian
        ("100,10,-170,30", "", True),
        ("180,10,120,30", "", True),
        ("113.33,23.10,113.33,23.16", "", True),
        ("113.33,23.13,113.33,23.13", "", True),
        ("10,100,30,-170", f"{EPSG}4490", True),
    ],
)
def test_a_box_of_a_filter_is_read_as_the_parameter(
    program: Client, box: str, system: str, found: bool
) -> None:
    here = f"{ROOT}/divisions/items?code={DISTRICT}"
    of_filter, of_box = (
        f"&{name}={system}" if system else "" for name in ("filter-crs", "bbox-crs")
    )
    text = quote(f"S_INTERSECTS(geometry, BBOX({box}))")
    assert bool(codes(read(program, f"{here}&filter={text}{of_filter}"))) is found
    assert bool(codes(read(program, f"{here}&bbox={box}{of_box}"))) is found


def test_a_box_that_stands_on_its_head_is_none(program: Client) -> None:
    text = quote("S_INTERSECTS(geometry, BBOX(113,24,114,22))")
    read(program, f"{ROOT}/divisions/items?filter={text}", 400)


@pytest.mark.parametrize("day", ["20000501", "2000-W18-1"])
def test_a_day_written_otherwise_is_none_in_a_filter_as_in_datetime(
    program: Client, day: str
) -> None:
    here = f"{ROOT}/divisions/items?limit=1"
    read(program, f"{here}&datetime={day}", 400)
    read(program, here + "&filter=" + quote(f"valid_from = DATE('{day}')"), 400)
    read(program, here + "&filter=" + quote("valid_from = DATE('2000-05-01')"))


@pytest.mark.parametrize("moment", ["2000-05-01T00:00:00Z", "2000-05-01t00:00:00z"])
def test_a_moment_is_read_as_datetime_is(program: Client, moment: str) -> None:
    asked = quote(f"T_AFTER(valid_from, TIMESTAMP('{moment}'))")
    here = f"{ROOT}/divisions/items?code={DISTRICT}&filter={asked}"
    assert codes(read(program, here)) == [DISTRICT]
