"""The past of divisions: every published list comes back, worked cases of Guangzhou."""

import json
from collections.abc import Mapping
from datetime import date
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.domain.code_lists import is_statistical
from boundaries.importers.published_lists import (
    read_code_lists,
    read_collected_changes,
    read_documented_acts,
)
from boundaries.models import (
    CodeSystem,
    Division,
    DivisionChange,
    DivisionCode,
    DivisionEvent,
    DivisionKind,
    DivisionVersion,
    Level,
)
from boundaries.operations.history import LISTS, HistoryIsThere, load_history
from boundaries.queries.divisions import children, divisions, get_division
from boundaries.queries.lineage import crosswalk_rows, events_of, heirs_of, last_known
from common.models import AuditEntry


def ask(command: str, **options: Any) -> Any:
    out = StringIO()
    call_command(command, stdout=out, json=True, **options)
    return json.loads(out.getvalue())


def codes_of(day: date, parent: str = "440100") -> list[str]:
    above = get_division(code=parent, at=day)
    assert above is not None
    rows = children(division=above, at=day)
    return [row.code for row in rows if row.kind != DivisionKind.STATISTICAL]


def above(code: str, rows: Mapping[str, str]) -> str | None:
    """The code of the nearest row above that does not only sum up others."""
    for upper in (code[:4] + "00", code[:2] + "0000"):
        if upper != code and upper in rows and not is_statistical(upper, rows[upper]):
            return upper
    return None


class TestPublishedLists:
    def test_every_one_comes_back(self, demo: SimpleNamespace) -> None:
        """The whole country, all 82 lists: rows, and the children of every row."""
        DivisionChange.objects.all().delete()
        DivisionEvent.objects.all().delete()
        DivisionCode.objects.all().delete()
        DivisionVersion.objects.filter(source_id=LISTS).delete()
        lists = read_code_lists()
        report = load_history(lists=lists, collected=read_collected_changes())
        assert report.lists == len(lists) == 82
        assert AuditEntry.objects.latest("pk").operation == "load_history"
        columns = ("code", "name", "division_id", "parent_id", "kind")
        versions = DivisionVersion.objects.filter(level__lte=3)
        for one in lists:
            rows = list(versions.on(one.day).values_list(*columns))
            assert {code: name for code, name, *_ in rows} == dict(one.rows)
            code_of = {division: code for code, _, division, _, _ in rows}
            for code, name, _, parent, kind in rows:
                assert kind == DivisionKind.STATISTICAL or not is_statistical(code, name)
                assert code_of.get(parent) == above(code, one.rows)
        walk = crosswalk_rows(start=date(1983, 12, 31), end=date(2019, 4, 1))
        olds = {row.old.code for row in walk if row.old}
        counties = divisions(at=date(1983, 12, 31), level=3).exclude(kind=DivisionKind.STATISTICAL)
        cities = divisions(at=date(1983, 12, 31), level=2)
        # A city that has no counties is one of the parts that tile the country.
        lone = cities.exclude(division__in=counties.values("parent"))
        parts = {row.code for row in (*counties, *lone)}
        fed = {row.new.code for row in walk if row.old and row.new and row.old.code in parts}
        # What came of another level alone (巢湖市, 涪陵区, once prefectures) is told of that.
        news = {row.new.code for row in walk if row.old and row.old.code not in parts if row.new}
        assert parts <= olds and olds - parts == {"342600", "512300"}
        assert news == {"340181", "500102"} and not news & fed
        assert all(row.share_total in (None, pytest.approx(1)) for row in walk if row.old)

    @pytest.mark.parametrize("month", ["198012", "200412", "201210", "201410", "201904"])
    def test_the_command_gives_the_rows_of_a_month(self, demo: SimpleNamespace, month: str) -> None:
        day = date(int(month[:4]), int(month[4:]), 1)
        rows = next(one.rows for one in read_code_lists() if one.day == day)
        found = ask("divisions", at=day.isoformat(), parent="440100")
        expected = {c: n for c, n in rows.items() if c[:4] == "4401" and c != "440100"}
        assert {row["code"]: row["name"] for row in found} == expected

    def test_loading_twice_is_refused(self, demo: SimpleNamespace) -> None:
        with pytest.raises(HistoryIsThere, match="1980-12-01"):
            load_history(lists=read_code_lists(), documented=read_documented_acts())


class TestGuangzhou:
    def test_g1_panyu_and_huadu_became_districts_in_2000(self, demo: SimpleNamespace) -> None:
        assert {"440181", "440182"} <= set(codes_of(date(1999, 12, 31)))
        assert {"440113", "440114"} <= set(codes_of(date(2000, 12, 31)))
        walk = crosswalk_rows(start=date(1999, 12, 31), end=date(2000, 12, 31), within="4401")
        pairs = {(r.old.code, r.new.code): r for r in walk if r.old and r.new}
        assert pairs["440181", "440113"].relation == "same"
        assert pairs["440182", "440114"].share == 1

    def test_a_county_that_became_a_city_of_another_name_has_its_heir(
        self, demo: SimpleNamespace
    ) -> None:
        """The collection calls the heir of 花县 what it is called since 2000."""
        walk = crosswalk_rows(start=date(1990, 1, 1), end=date(1995, 1, 1), within="440121")
        assert [
            (r.old and r.old.name, r.new and r.new.name, str(r.relation), r.share) for r in walk
        ] == [("花县", "花都市", "same", 1)]
        later = crosswalk_rows(start=date(1990, 1, 1), end=date(2019, 5, 1), within="440121")
        assert [r.new and r.new.code for r in later] == ["440114"]

    def test_a_district_whose_parts_came_back_is_known_whole(self, demo: SimpleNamespace) -> None:
        """黄埔 gave land to 萝岗 in 2005, and both became 黄埔 in 2014."""
        walk = crosswalk_rows(start=date(2004, 1, 1), end=date(2019, 5, 1), within="440112")
        assert [(r.new and r.new.code, r.share, r.share_total) for r in walk] == [("440112", 1, 1)]

    def test_g2_codes_before_and_after_2005(self, demo: SimpleNamespace) -> None:
        tails = ["02", "03", "04", "05", "06", "07", "11", "12", "13", "14", "83", "84"]
        assert codes_of(date(2004, 12, 31)) == [f"4401{tail}" for tail in tails]
        assert codes_of(date(2005, 4, 27)) == [f"4401{tail}" for tail in tails]
        tails = ["03", "04", "05", "06", "11", "12", "13", "14", "15", "16", "83", "84"]
        assert codes_of(date(2005, 4, 28)) == [f"4401{tail}" for tail in tails]
        nansha = get_division(code="440115", at=date(2006, 1, 1))
        assert nansha is not None
        assert (nansha.seat, nansha.document) == ("黄阁镇凤凰大道", "国函〔2005〕35号")

    def test_g3_towns_went_to_nansha_without_a_new_code(self, demo: SimpleNamespace) -> None:
        assert codes_of(date(2012, 9, 29)) == codes_of(date(2012, 9, 30))
        walk = crosswalk_rows(start=date(2012, 9, 29), end=date(2012, 9, 30), within="440113")
        assert {(r.old.code, r.new.code, r.share) for r in walk if r.old and r.new} == {
            ("440113", "440113", None),
            ("440113", "440115", None),
        }

    def test_g4_eleven_districts_after_2014(self, demo: SimpleNamespace) -> None:
        assert len(codes_of(date(2013, 12, 31))) == 12
        assert len(codes_of(date(2014, 12, 31))) == 11
        assert get_division(code="440116", at=date(2010, 1, 1)).name == "萝岗区"  # type: ignore[union-attr]
        assert get_division(code="440116", at=date(2015, 1, 1)) is None
        luogang = last_known(code="440116", at=date(2015, 1, 1))
        assert luogang is not None
        assert [row.code for row in heirs_of(version=luogang, at=date(2015, 1, 1))] == ["440112"]
        merger = [e for e in events_of(division_id=luogang.division_id) if e.kind == "merge"]
        assert [(e.approved, e.announced, e.doubt) for e in merger] == [
            ("2014-02-12", "2014-02-13", "day_differs")
        ]

    def test_g5_names_of_a_plan_of_2012_resolve(self, demo: SimpleNamespace) -> None:
        then, now = date(2012, 6, 30), date(2023, 6, 30)
        names = {row.name: row for row in divisions(at=then, within="4401", text="")}
        assert (names["萝岗区"].code, names["从化市"].code) == ("440116", "440184")
        assert [r.code for r in heirs_of(version=names["萝岗区"], at=now)] == ["440112"]
        assert [r.code for r in heirs_of(version=names["从化市"], at=now)] == ["440117"]


class TestIdentity:
    def test_joins_the_present_state(self, demo: SimpleNamespace) -> None:
        today = get_division(code="440117", at=date(2024, 1, 1))
        then = get_division(code="440122", at=date(1990, 1, 1))
        assert today is not None and then is not None
        assert then.name == "从化县"
        assert then.division_id == today.division_id
        assert then.area_km2 is None

    def test_a_code_is_of_one_division_for_ever(self, demo: SimpleNamespace) -> None:
        other = Division.objects.create()
        with pytest.raises(IntegrityError), transaction.atomic():
            DivisionCode.objects.create(
                division=other,
                system=CodeSystem.GB2260,
                code="440116",
                period=DateRange(date(2030, 1, 1), None),
            )

    def test_two_versions_on_a_day_are_refused(self, demo: SimpleNamespace) -> None:
        luogang = last_known(code="440116", at=date(2015, 1, 1))
        assert luogang is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            DivisionVersion.objects.create(
                division_id=luogang.division_id,
                code="440199",
                name="重叠区",
                level=3,
                period=DateRange(date(2014, 1, 1), date(2014, 2, 1)),
            )


class TestCrosswalkCommand:
    def test_gives_rows_and_totals(self, demo: SimpleNamespace) -> None:
        rows = ask("crosswalk", start="2013-12-31", end="2014-12-31", within="440100")
        assert len([row for row in rows if row["old_code"]]) == 12
        merged = [row for row in rows if row["relation"] == "merged"]
        assert {row["old_code"] for row in merged} == {"440112", "440116"}
        assert not any(row["reversible"] for row in merged)
        assert all(row["share_total"] == 1 for row in rows)

    def test_a_city_without_counties_counts_as_one(self, demo: SimpleNamespace) -> None:
        (row,) = ask("crosswalk", start="1990-01-01", end="2019-12-31", within="4419")
        assert (row["old_code"], row["new_code"], row["relation"]) == ("441900", "441900", "same")

    @pytest.mark.parametrize("level", [Level.CITY, Level.COUNTY])
    def test_nobody_of_either_day_is_left_out(self, demo: SimpleNamespace, level: int) -> None:
        start, end = date(1983, 1, 1), date(2019, 12, 31)
        rows = crosswalk_rows(start=start, end=end, level=level)
        not_of_the_law = (DivisionKind.STATISTICAL, DivisionKind.OUTSIDE_CODES)
        olds, news = (
            DivisionVersion.objects.on(day).at_level(level).exclude(kind__in=not_of_the_law)
            for day in (start, end)
        )
        assert {each.code for each in olds.light()} <= {row.old.code for row in rows if row.old}
        assert {each.code for each in news.light()} <= {row.new.code for row in rows if row.new}

    def test_a_city_that_was_a_county_is_told_among_cities(self, demo: SimpleNamespace) -> None:
        rows = ask("crosswalk", start="1983-01-01", end="2019-12-31", within="44", cities=True)
        (row,) = [row for row in rows if row["new_code"] == "441900"]
        assert (row["old_name"], row["relation"], row["share"]) == ("东莞县", "same", 1)

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"start": "1970-01-01"}, "records begin on 1980-12-01"),
            ({"within": "99"}, "was no division on"),
            ({"within": "44x"}, "not the beginning"),
            ({"start": "2015-1-1"}, "not a day"),
            ({"start": "2016-01-01"}, "before the first"),
        ],
    )
    def test_refuses_in_one_sentence(
        self, demo: SimpleNamespace, options: dict[str, str], sentence: str
    ) -> None:
        asked = {"start": "2013-12-31", "end": "2014-12-31", **options}
        with pytest.raises(CommandError, match=sentence):
            call_command("crosswalk", stdout=StringIO(), **asked)


class TestLoadHistoryCommand:
    def test_refuses_what_is_no_province(self, demo: SimpleNamespace) -> None:
        with pytest.raises(CommandError, match="not a province"):
            call_command("load_history", within="4401", stdout=StringIO())

    def test_refuses_a_file_that_is_no_collection(
        self, demo: SimpleNamespace, tmp_path: Any
    ) -> None:
        path = tmp_path / "changes.json"
        path.write_text("[]", encoding="utf-8")
        with pytest.raises(CommandError, match=r"changes\.json"):
            call_command("load_history", events=str(path), stdout=StringIO())
