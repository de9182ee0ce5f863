"""Pages of the register and of coverage: what stands on them, in both languages, for whom."""

import json
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from facilities.models import Facility
from facilities.queries.coverage import CoverageQuestion, measure_coverage

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def home():
    return Facility.objects.filter(
        category="ELD-INST", division_code__startswith="440111", synthetic=False
    ).first()


def body(response):
    return unescape(response.content.decode())


class TestFacilityList:
    def test_shows_rows_with_their_marks_and_places(self, client_as):
        text = body(client_as().get(reverse("facilities:facilities")))
        assert text.count("data-key=") == 50
        assert "模拟数据" in text
        assert 'data-lon="113' in text

    def test_pages_through_every_facility_once(self, client_as):
        client = client_as()
        seen, url = [], reverse("facilities:facilities")
        while url:
            response = client.get(url)
            seen += [str(row.pk) for row, _ in response.context["rows"]]
            url = response.context["pager"].next_url
        assert len(seen) == len(set(seen)) == Facility.objects.on(response.context["day"]).count()

    @pytest.mark.parametrize(
        ("query", "field", "value"),
        [
            ({"category": "MAR-REG"}, "category_id", "MAR-REG"),
            ({"operator": "public"}, "operator", "public"),
        ],
    )
    def test_filters(self, client_as, query, field, value):
        rows = client_as().get(reverse("facilities:facilities"), query).context["rows"]
        assert rows
        assert {getattr(row, field) for row, _ in rows} == {value}

    def test_filters_by_district(self, client_as):
        response = client_as().get(reverse("facilities:facilities"), {"within": "440118"})
        assert {row.division_code[:6] for row, _ in response.context["rows"]} == {"440118"}

    @pytest.mark.parametrize("text", ["老人院", "laorenyuan", "gzslry"])
    def test_finds_by_characters_pinyin_and_initials(self, client_as, text):
        rows = client_as().get(reverse("facilities:facilities"), {"q": text}).context["rows"]
        assert any("老人院" in row.name for row, _ in rows)

    def test_says_what_belongs_on_an_empty_page(self, client_as):
        response = client_as().get(reverse("facilities:facilities"), {"q": "没有这个"})
        assert "没有符合条件的设施" in body(response)

    def test_a_strange_filter_is_harmless(self, client_as):
        query = {"after": "x", "category": "'", "operator": "?"}
        assert client_as().get(reverse("facilities:facilities"), query).status_code == 200

    def test_a_code_that_is_none_is_refused(self, client_as):
        query = {"within": "44%' OR 1=1"}
        assert client_as().get(reverse("facilities:facilities"), query).status_code == 400


class TestFacilityRecord:
    def test_unknown_is_shown_as_unknown(self, client_as, home):
        text = body(client_as(language="en").get(reverse("facilities:facility", args=[home.pk])))
        assert "○ unknown" in text
        assert "approximate" in text

    def test_one_that_is_being_built_says_so(self, client_as):
        home = Facility.objects.get(name="花都区新建养老院")
        url = reverse("facilities:facility", args=[home.pk])
        assert "在建" in body(client_as().get(url, {"at": "2026-01-01"}))
        assert "已立项" in body(client_as().get(url, {"at": "2024-01-01"}))

    def test_the_button_tells_why_not(self, client_as, home):
        url = reverse("facilities:facility", args=[home.pk])
        for action in client_as("viewer").get(url).context["actions"]:
            assert not action["enabled"]
            assert action["reason"]
        assert all(action["enabled"] for action in client_as("planner").get(url).context["actions"])

    def test_a_category_kept_elsewhere_is_read_only(self, client_as):
        site = Facility.objects.filter(category="MART-SITE").first()
        client = client_as("planner")
        response = client.get(reverse("facilities:facility", args=[site.pk]))
        assert "由其他部门主管，只读" in body(response)
        edit = client.get(reverse("facilities:facility_edit", args=[site.pk]))
        assert edit.status_code == 409
        assert "退役军人事务部门" in body(edit)


class TestFacilityEdit:
    def post(self, client, facility, **changes):
        url = reverse("facilities:facility_edit", args=[facility.pk])
        values = client.get(url).context["form"].initial | {"reason": "核对"}
        values["category"] = values["category"].code
        values = {key: "" if value is None else value for key, value in values.items()}
        return client.post(url, values | changes)

    def test_saves_and_shows_the_record(self, client_as, home):
        response = self.post(client_as("planner"), home, beds="88")
        assert response.status_code == 302
        home.refresh_from_db()
        assert home.beds == 88

    def outline(self, home, width=0.001):
        x, y = home.location.coords
        corners = [(x - width, y - width), (x + width, y - width), (x, y + 2 * width)]
        return "\r\n".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in corners)

    def test_a_footprint_is_kept_shown_and_taken_off(self, client_as, home):
        client = client_as("planner")
        assert self.post(client, home, footprint=self.outline(home)).status_code == 302
        home.refresh_from_db()
        assert home.footprint.num_geom == 1 and home.footprint.contains(home.location)
        record = client.get(reverse("facilities:facility", args=[home.identity]))
        assert record.context["focus"]["type"] == "MultiPolygon"
        # What was not touched stays to the last digit, whatever else is corrected.
        before = bytes(home.footprint.wkb)
        assert self.post(client, home, beds="89").status_code == 302
        home.refresh_from_db()
        assert home.beds == 89 and bytes(home.footprint.wkb) == before
        assert self.post(client, home, footprint="").status_code == 302
        home.refresh_from_db()
        assert home.footprint is None

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("113.3, 23.1\n113.4, 23.1", "at least 3 vertices"),
            ("113.3, 23.1\n113.4, x\n113.4, 23.2", "x” is not a number"),
            ("113.3, 23.1\n113.4, 23.2\n113.4, 23.1\n113.3, 23.2", "The shape is not valid"),
            ("LINESTRING (113.3 23.1, 113.4 23.2)", "A footprint is an area"),
            ("113.1, 22.1\n113.2, 22.1\n113.2, 22.2", "outside the footprint"),
        ],
    )
    def test_a_footprint_that_is_none_is_refused_in_words(self, client_as, home, text, why):
        response = self.post(client_as("planner", language="en"), home, footprint=text)
        assert response.status_code == 200
        assert why in body(response)
        home.refresh_from_db()
        assert home.footprint is None

    def test_attributes_are_typed_by_the_schema_of_the_category(self, client_as, home):
        changes = {"attribute_staff_total": "30", "attribute_staff_nursing": "12"}
        changes |= {"attribute_level": "city", "attribute_planned_on": "2001-05-01"}
        response = self.post(client_as("planner"), home, **changes)
        assert response.status_code == 302
        home.refresh_from_db()
        assert home.attributes == {
            "level": "city",
            "planned_on": "2001-05-01",
            "staff_total": 30,
            "staff_nursing": 12,
        }
        text = body(client_as(language="en").get(response["Location"]))
        assert "of them nurses and doctors" in text
        assert "Planned since" in text

    def test_ticked_lists_are_kept_and_nothing_ticked_is_unknown(self, client_as):
        centre = Facility.objects.filter(category="FAM-CTR").first()
        client = client_as("planner")
        ticked = ["families", "elders"]
        assert self.post(client, centre, attribute_client_groups=ticked).status_code == 302
        centre.refresh_from_db()
        assert centre.attributes["client_groups"] == ticked
        assert self.post(client, centre, attribute_client_groups=[]).status_code == 302
        centre.refresh_from_db()
        assert "client_groups" not in centre.attributes

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"attribute_staff_total": "-1"}, "attribute_staff_total"),
            (
                {"attribute_staff_total": "1", "attribute_staff_nursing": "2"},
                "attribute_staff_total",
            ),
            ({"attribute_planned_on": "May"}, "attribute_planned_on"),
            ({"attribute_level": "moon"}, "attribute_level"),
            ({"attribute_staff_nursing": "3", "category": "MAR-REG"}, "attribute_staff_nursing"),
        ],
    )
    def test_an_attribute_that_does_not_fit_is_told_beside_its_field(
        self, client_as, home, changes, field
    ):
        response = self.post(client_as("planner"), home, **changes)
        assert response.status_code == 200
        assert set(response.context["form"].errors) == {field}

    def test_keeps_what_was_typed_when_it_refuses(self, client_as, home):
        response = self.post(client_as("planner"), home, name="改过的名字", longitude="113.0")
        assert response.status_code == 200
        assert "改过的名字" in body(response)
        assert "不在设施登记所在的区" in body(response)

    @pytest.mark.parametrize(
        "changes", [{"beds": "-1"}, {"longitude": "nan"}, {"name": ""}, {"category": "X"}]
    )
    def test_bad_input_is_told_beside_the_field(self, client_as, home, changes):
        response = self.post(client_as("planner"), home, **changes)
        assert response.status_code == 200
        assert response.context["form"].errors

    def test_is_not_found_outside_the_jurisdiction(self, client_as, home):
        url = reverse("facilities:facility_edit", args=[home.pk])
        assert client_as("planner", "440106").get(url).status_code == 404


class TestCoveragePage:
    def test_the_table_says_what_the_query_says(self, client_as):
        day = date(2024, 5, 1)
        query = {"category": "ELD-INST", "distance": "3000", "at": day.isoformat()}
        response = client_as().get(reverse("facilities:coverage"), query)
        expected = measure_coverage(
            question=CoverageQuestion(at=day, category="ELD-INST", distance_m=3000)
        )
        shown = {line.code: line.tally for line in response.context["lines"]}
        assert shown == {row.division.code: row.tally for row in expected.rows}
        assert f"{expected.total.elders_share * 100:.1f} %" in body(response)
        assert "2010-11-01" in body(response)
        assert "模拟数据" in body(response)

    def test_sorts_by_any_column(self, client_as):
        client = client_as()
        for sort, key in (("-missed", lambda t: -t.uncovered_elders), ("share", lambda t: t.share)):
            lines = client.get(reverse("facilities:coverage"), {"sort": sort}).context["lines"]
            values = [key(line.tally) for line in lines]
            assert values == sorted(values)

    def test_the_map_draws_the_shares_of_the_table(self, client_as):
        response = client_as().get(reverse("facilities:coverage"), {"distance": "3000"})
        drawn = response.context["map_data"]["areas"]["features"]
        lines = {line.code: line.shade for line in response.context["lines"]}
        assert {f["properties"]["key"]: f["properties"]["shade"] for f in drawn} == lines
        assert 'id="coverage-data" type="application/json"' in response.content.decode()

    def test_by_street_has_a_row_for_every_street_and_town(self, client_as):
        response = client_as().get(
            reverse("facilities:coverage"), {"by": "street", "within": "440106"}
        )
        assert len(response.context["lines"]) == 21

    @pytest.mark.parametrize(
        "query",
        [
            {"distance": "abc"},
            {"distance": "-5"},
            {"distance": "1e99"},
            {"k": "0"},
            {"category": "X"},
            {"within": "%"},
            {"by": "house"},
        ],
    )
    def test_a_question_that_makes_no_sense_is_told_beside_its_field(self, client_as, query):
        response = client_as().get(reverse("facilities:coverage"), query)
        assert response.status_code == 400
        assert response.context["form"].errors
        cells = client_as().get(reverse("facilities:coverage_cells"), query)
        assert cells.status_code == 400

    def test_before_the_records_the_page_is_empty_not_broken(self, client_as):
        response = client_as().get(reverse("facilities:coverage"), {"at": "2001-01-01"})
        assert response.status_code == 200
        assert "该日没有人口记录" in body(response)

    def test_presets_name_their_standard(self, client_as):
        text = body(client_as(language="en").get(reverse("facilities:coverage")))
        assert "GB 50180-2018" in text
        assert "provisional" in text
        assert "15-minute circle" in text

    def test_uncovered_cells_hold_everybody_who_is_left_out(self, client_as):
        client = client_as()
        total = client.get(reverse("facilities:coverage")).context["total"].tally
        cells = client.get(reverse("facilities:coverage_cells")).json()["cells"]
        assert sum(cell[2] for cell in cells) == total.uncovered_people
        assert sum(cell[3] for cell in cells) == total.uncovered_elders

    def test_downloads_name_category_distance_and_day(self, client_as):
        query = {"distance": "500", "at": "2024-05-01"}
        client = client_as()
        response = client.get(reverse("facilities:coverage_csv"), query)
        assert "coverage-ELD-INST-500m-2024-05-01.csv" in response["Content-Disposition"]
        assert response.content.decode("utf-8").startswith("\ufeffcode,name")
        response = client.get(reverse("facilities:coverage_geojson"), query)
        assert len(json.loads(response.content)["features"]) == 11

    def test_export_is_for_planners_of_the_area(self, client_as):
        url = reverse("facilities:coverage_export")
        assert client_as("planner").post(url).status_code == 302
        assert client_as("viewer").post(url).status_code == 403
        assert client_as("planner", "440106").post(url, {"within": "440111"}).status_code == 404
        assert client_as("planner", "440106").post(url, {"within": "440106"}).status_code == 302
        assert client_as("planner").get(url).status_code == 405

    def test_the_job_says_in_words_what_was_asked(self, client_as):
        client = client_as("planner")
        asked = {"within": "440111", "distance": "3000", "mode": "detour"}
        page = client.post(reverse("facilities:coverage_export"), asked, follow=True)
        text = page.content.decode()
        for words in ("养老机构", "白云区", "直线×绕行系数", "3,000 m"):
            assert words in text
        assert "report_by" not in text
