"""A register of facilities comes in as a whole, each row explained, and goes out again exactly."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import QueryDict
from django.utils import translation

from accounts.models import User
from common.datums import get_datum
from common.errors import NotInScope, NotPermitted
from common.exporting.writing import write_export
from common.imports.checking import check_batch
from common.imports.committing import CannotCommit, ChangedMeanwhile, commit_batch, undo_batch
from common.imports.uploads import declare, receive_upload
from facilities.models import Facility, FacilityContact, FacilityOccupancy
from facilities.operations.import_registers import BuiltUpon
from facilities.operations.lives import change_facility, facts_of, replace_state
from facilities.queries.facilities import states_of
from facilities.queries.known import first_days
from facilities.views.register import chosen_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
DAY = date(2025, 6, 30)
HEADINGS = (
    "设施标识,设施名称,设施类别,经度,纬度,举办主体,床位数,已入住床位,统计日期,启用日期,"
    "联系人,联系电话"
)


@pytest.fixture
def home():
    rows = Facility.objects.on(DAY).filter(category="ELD-INST", beds__isnull=False)
    return rows.filter(category="ELD-INST").order_by("pk").first()


@pytest.fixture
def line(home):
    """``line(设施名称="…")``: a sound row of a new care home beside a known one, with changes."""

    def make(**changes):
        values = {
            "设施名称": "松鹤试验护老院",
            "设施类别": "养老机构",
            "经度": f"{home.location.x + 0.0001:.7f}",
            "纬度": f"{home.location.y:.7f}",
            "举办主体": "private",
            "床位数": "120",
            "启用日期": "2024-03-01",
        } | changes
        return ",".join(values.get(name, "") for name in HEADINGS.split(","))

    return make


def checked(*rows, headings=HEADINGS, by=None, datum="CGCS2000", jurisdiction="4401", day=DAY):
    return from_bytes("\n".join([headings, *rows]).encode() + b"\n", "register.csv", by, datum,
                      jurisdiction, day)  # fmt: skip


def from_bytes(content, name, by=None, datum="CGCS2000", jurisdiction="4401", day=DAY):
    batch = receive_upload(
        by=by,
        at=day,
        kind="facilities",
        jurisdiction=jurisdiction,
        upload=ContentFile(content, name=name),
        name=name,
    )
    declare(batch=batch, by=by, datum=datum, mapping=batch.mapping)
    return check_batch(batch=batch, by=by)


def codes(batch, number=2):
    return {remark["code"] for remark in batch.rows.get(number=number).remarks}


class TestImport:
    def test_a_new_one_is_written_and_taken_back(self, line):
        batch = checked(line(已入住床位="80", 统计日期="2025-05-31"))
        assert batch.counts["add"] == 1, batch.rows.get().remarks
        assert not Facility.objects.filter(name="松鹤试验护老院").exists(), "a dry run"
        batch = commit_batch(batch=batch, by=None)
        made = Facility.objects.get(name="松鹤试验护老院")
        assert (made.beds, made.operator, made.category_id) == (120, "private", "ELD-INST")
        assert made.period.lower == date(2024, 3, 1) and made.begun_by == "opened"
        assert len(made.division_code) >= 6 and made.search_pinyin
        assert FacilityOccupancy.objects.get(identity=made.identity).occupied == 80
        undo_batch(batch=batch, by=None)
        assert not Facility.objects.filter(name="松鹤试验护老院").exists()
        assert not FacilityOccupancy.objects.exists()

    def test_what_differs_begins_another_state(self, line, home):
        more = str(home.beds + 30)
        batch = checked(line(设施标识=str(home.identity), 设施名称=home.name, 床位数=more,
                             经度="", 纬度="", 举办主体="", 启用日期=""))  # fmt: skip
        assert batch.counts["change"] == 1, batch.rows.get().remarks
        batch = commit_batch(batch=batch, by=None)
        first, second = states_of(key=home.identity)
        assert (first.beds, first.period.upper) == (home.beds, DAY)
        assert (second.beds, second.period.lower, second.begun_by) == (
            home.beds + 30,
            DAY,
            "capacity",
        )
        undo_batch(batch=batch, by=None)
        (back,) = states_of(key=home.identity)
        assert (back.beds, back.period) == (home.beds, home.period)

    def test_a_contact_is_kept_apart_and_leaves_the_import(self, line):
        batch = checked(line(联系人="联系人甲", 联系电话="020-00000000"))
        batch = commit_batch(batch=batch, by=None)
        made = Facility.objects.get(name="松鹤试验护老院")
        assert FacilityContact.objects.get(pk=made.identity).person == "联系人甲"
        assert "联系人甲" not in str(list(batch.rows.values_list("values", "remarks", "before")))
        undo_batch(batch=batch, by=None)
        assert not FacilityContact.objects.exists()

    def test_a_day_that_has_its_count_keeps_it(self, line, home):
        FacilityOccupancy.objects.create(identity=home.identity, counted_on=DAY, occupied=3)
        row = {"设施标识": str(home.identity), "设施名称": home.name, "统计日期": str(DAY)}
        bare = dict.fromkeys(("经度", "纬度", "举办主体", "床位数", "启用日期"), "")
        same = checked(line(**row, **bare, 已入住床位="3"))
        assert same.counts["same"] == 1, same.rows.get().remarks
        other = checked(line(**row, **bare, 已入住床位="4"))
        assert other.counts["same"] == 1
        assert codes(other) == {"count_kept"}

    def test_what_has_stood_for_ever_is_counted_on_any_day(self, home):
        later, day = replace_state(home), date(2025, 1, 1)
        Facility.objects.filter(pk=home.pk).update(period=DateRange(None, day))
        later.period = DateRange(day, None)
        later.save(force_insert=True)
        assert first_days(identities=[home.identity]) == {home.identity: date.min}

    @pytest.mark.parametrize("text", ["inf", "nan", "1e400"])
    def test_an_attribute_that_is_no_number_is_a_fault(self, home, text):
        x, y = home.location.coords
        headings = "name,category,lon,lat,floor_area_m2"
        assert "bad_attribute" in codes(
            checked(f"面积设施,ELD-INST,{x},{y},{text}", headings=headings)
        )

    def test_a_footprint_is_kept_with_a_point_inside(self, home):
        x, y = home.location.coords
        shape = (
            f"POLYGON(({x} {y},{x + 0.001} {y},{x + 0.001} {y + 0.001},{x} {y + 0.001},{x} {y}))"
        )
        batch = checked(f'面状设施,ELD-DAY,"{shape}"', headings="name,category,geometry")
        assert batch.counts["add"] == 1, batch.rows.get().remarks
        commit_batch(batch=batch, by=None)
        made = Facility.objects.get(name="面状设施")
        assert made.footprint.contains(made.location)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"设施名称": ""}, "missing"),
            ({"设施类别": "幼儿园"}, "unknown_category"),
            ({"设施类别": "光荣院"}, "kept_elsewhere"),
            ({"经度": "", "纬度": ""}, "no_position"),
            ({"经度": "120.5", "纬度": "19.0"}, "nowhere"),
            ({"床位数": "-3"}, "not_a_number"),
            ({"床位数": "12.5"}, "not_a_number"),
            ({"举办主体": "集体"}, "unknown_word"),
            ({"已入住床位": "80"}, "count_without_day"),
            ({"已入住床位": "200", "统计日期": "2025-05-31"}, "too_many"),
            ({"已入住床位": "80", "统计日期": "2025-07-01"}, "counted_later"),
            ({"已入住床位": "80", "统计日期": "2024-02-29"}, "counted_before"),
            ({"启用日期": "2025-13-01"}, "bad_day"),
            ({"启用日期": "2026-01-01"}, "opens_later"),
            ({"设施标识": "00000000-0000-4000-8000-000000000000"}, "no_such_facility"),
        ],
    )
    def test_a_bad_row_is_told_with_its_number_and_stops_the_whole(self, line, changes, code):
        batch = checked(line(设施名称="好行设施"), line(**changes))
        assert code in codes(batch, 3)
        with pytest.raises(CannotCommit):
            commit_batch(batch=batch, by=None)
        assert not Facility.objects.filter(name="好行设施").exists()

    def test_a_row_of_another_district_is_left_to_it(self, line, home):
        elsewhere = "440104" if not home.division_code.startswith("440104") else "440105"
        assert "outside" in codes(checked(line(), jurisdiction=elsewhere))

    def test_the_same_facility_twice_is_a_fault(self, line):
        batch = checked(line(), line())
        assert codes(batch, 3) == {"duplicate"}

    def test_attributes_go_by_the_schema_of_the_category(self, home):
        x, y = home.location.coords
        told = "工作人员（人）,其中：护理、医疗专业人员,评定等级,grave_area_ash_m2"
        headings = f"name,category,lon,lat,{told}"
        sound = checked(f"属性设施,ELD-INST,{x},{y},20,5,三级,", headings=headings)
        assert sound.rows.get().values["attributes"] == {
            "staff_total": 20,
            "staff_nursing": 5,
            "grade": "3",
        }
        for cells in ("5,20,,", "many,,,", ",,七级,", ",,,1.2"):
            bad = checked(f"属性设施,ELD-INST,{x},{y},{cells}", headings=headings)
            assert "bad_attribute" in codes(bad), cells

    def test_refuses_when_the_record_changed_since_the_check(self, line, home):
        row = line(设施标识=str(home.identity), 设施名称=home.name, 床位数=str(home.beds + 1))
        batch = checked(row)
        Facility.objects.filter(pk=home.pk).update(beds=home.beds + 7)
        with pytest.raises(ChangedMeanwhile):
            commit_batch(batch=batch, by=None)

    def test_refuses_to_undo_what_was_built_upon(self, line):
        batch = commit_batch(batch=checked(line()), by=None)
        made = Facility.objects.get(name="松鹤试验护老院")
        change_facility(
            by=User.objects.get(username="planner"),
            at=date(2026, 1, 1),
            identity=made.identity,
            change="capacity",
            facts=facts_of(made, beds=130),
            on=date(2025, 12, 1),
            document="x",
        )
        with pytest.raises(BuiltUpon, match="松鹤试验护老院"):
            undo_batch(batch=batch, by=None)
        assert len(states_of(key=made.identity)) == 2

    def test_nothing_is_put_before_a_later_change(self, line, home):
        change_facility(
            by=User.objects.get(username="planner"),
            at=date(2026, 1, 1),
            identity=home.identity,
            change="capacity",
            facts=facts_of(home, beds=home.beds + 1),
            on=date(2025, 12, 1),
            document="x",
        )
        row = line(设施标识=str(home.identity), 设施名称=home.name, 床位数="9")
        assert "later_state" in codes(checked(row))

    def test_is_for_who_may_import_there(self, line, make_user):
        with pytest.raises(NotPermitted):
            checked(line(), by=make_user("planner", "4401"))
        with pytest.raises(NotInScope):
            checked(line(), by=make_user("data_steward", "440104"), jurisdiction="440106")


class TestRoundTrip:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("format", ["csv", "xlsx", "geojson", "gpkg"])
    def test_what_goes_out_comes_back_without_a_change(self, tmp_path, language, format):
        with translation.override(language):
            chosen = chosen_list(query=QueryDict("operator=private"), at=DAY, by=None)
            path = tmp_path / f"facilities.{format}"
            written = write_export(chosen.export(get_datum("CGCS2000")), format=format, path=path)
            batch = from_bytes(path.read_bytes(), path.name)
        assert written == chosen.count > 10
        others = batch.rows.exclude(outcome="same")
        moved_away = {"kept_elsewhere"}
        assert {r["code"] for row in others for r in row.remarks} <= moved_away, [
            (row.title, row.outcome, row.remarks, row.values, row.before) for row in others
        ]
        assert batch.counts["same"] > 10

    def test_the_export_says_counts_and_standard_names(self, tmp_path, home):
        FacilityOccupancy.objects.create(identity=home.identity, counted_on=DAY, occupied=3)
        path = tmp_path / "facilities.csv"
        with translation.override("en"):
            chosen = chosen_list(query=QueryDict("category=ELD-INST"), at=DAY, by=None)
            write_export(chosen.export(get_datum("CGCS2000")), format="csv", path=path)
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        (row,) = (each for each in rows if each["Facility"] == str(home.identity))
        assert (row["Beds occupied"], row["Counted on"]) == ("3", DAY.isoformat())
        assert "Contact person" not in row


class TestCommand:
    def test_checks_without_writing_and_commits_on_demand(self, tmp_path, line):
        path = tmp_path / "register.csv"
        path.write_text(f"{HEADINGS}\n{line()}\n", encoding="utf-8")
        for options, there in (([], False), (["--commit"], True)):
            call_command(
                "import_facilities",
                str(path),
                "--datum=CGCS2000",
                f"--at={DAY.isoformat()}",
                "--within",
                "4401",
                *options,
                stdout=StringIO(),
            )
            assert Facility.objects.filter(name="松鹤试验护老院").exists() is there
