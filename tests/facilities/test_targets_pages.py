"""The scorecard, the page of a target, figures and files: what stands on them, and for whom."""

import csv
import io
import re
from datetime import date
from html import unescape

import fiona
import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from common.models import AuditEntry
from facilities.domain.targets import Outcome
from facilities.models import PolicyFigure, Target
from facilities.queries.targets import scorecard

pytestmark = pytest.mark.usefixtures("demo")
DAY = "2024-05-01"


def page(client, name="targets", *args, **query):
    response = client.get(reverse(f"facilities:{name}", args=args), {"at": DAY} | query)
    return response, unescape(response.content.decode(errors="replace"))


def shown_text(html):
    """What is read: without tags, white space as one blank."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


class TestScorecardPage:
    def test_has_every_target_with_a_mark_for_each_district(self, client_as):
        response, html = page(client_as())
        lines = [line for _label, lines in response.context["groups"] for line in lines]
        assert len(lines) == 20
        assert {len(line["below"]) for line in lines} == {11}
        assert "至少缺 1 处设施" in html
        assert "没有登记的情况一律视为未知" in html
        assert "模拟数据" in html

    def test_says_the_same_in_english(self, client_as):
        _, html = page(client_as(language="en"))
        text = shown_text(html)
        assert "T03 A family service centre in each street" in text
        assert "short by at least 1 facility" in text
        assert "not recorded: beds (7)" in text
        assert "unsure · number reconstructed · by 2015-12-31" in text
        assert "demonstration data, simulated" in text

    def test_a_verified_target_is_wrong_and_a_doubtful_one_is_looked_at(self, client_as):
        response, _ = page(client_as())
        states = {
            line["edition"].target_id: line["own"].state
            for _label, lines in response.context["groups"]
            for line in lines
        }
        assert (states["T02"], states["T03"], states["T12"]) == ("wrong", "check", "ok")
        assert states["T10"] == "unknown"

    def test_a_district_has_its_streets(self, client_as):
        response, html = page(client_as("viewer", "440106"))
        assert response.context["area"] == "440106"
        assert len(response.context["below"]) == 21
        assert [name for name, _url, _here in response.context["areas"]] == ["天河区"]
        assert "五山街道" in html

    def test_can_be_filtered_by_state(self, client_as):
        response, _ = page(client_as(), state="met")
        lines = [line for _label, lines in response.context["groups"] for line in lines]
        assert [line["edition"].target_id for line in lines] == ["T12"]
        assert page(client_as(), state="none")[0].status_code == 200
        assert page(client_as(), state="fine")[0].status_code == 400

    def test_another_jurisdiction_is_not_found(self, client_as):
        client = client_as("planner", "440106")
        for name, args in (("targets", ()), ("target", ("T03",)), ("targets_report", ())):
            assert page(client, name, *args, within="440104")[0].status_code == 404
            assert page(client, name, *args, within="4401")[0].status_code == 404

    @pytest.mark.parametrize("within", ["44%", "44", "x"])
    def test_a_code_that_is_none_or_too_wide_is_told(self, client_as, within):
        assert page(client_as("viewer", ""), within=within)[0].status_code == 400

    def test_before_the_records_the_page_is_empty_not_broken(self, client_as):
        response, html = page(client_as(), at="1979-01-01")
        assert response.status_code == 200
        assert "请选择有记录的日期" in html

    def test_on_the_day_of_the_plan_all_is_unknown(self, client_as):
        response, html = page(client_as(), at="2012-06-30")
        assert response.context["card"].counts[Outcome.UNKNOWN] == 12
        assert "萝岗区" in html
        assert "自2023-06-30起才有设施记录" in html
        assert "0 / " not in html and "已知 0" not in html
        assert "at=2023-06-30" in html


class TestTargetPage:
    def test_says_who_meets_it_and_by_how_much_not(self, client_as):
        response, html = page(client_as(), "target", "T04")
        card = scorecard(at=date.fromisoformat(DAY), within="4401", target_id="T04")
        assert len(response.context["results"]) == len(card.rows[0].measured.results)
        first = response.context["results"][0]
        assert first["state"] == "check"
        assert "18／20" in html
        assert "每`0万元`配备一名工作人员" in html
        assert "原文数字缺损，为推定值" in html
        assert "100000" in html

    def test_names_what_is_not_recorded_with_its_facilities(self, client_as):
        _, html = page(client_as(language="en"), "target", "T01")
        text = shown_text(html)
        assert "not recorded: beds (南沙区万顷沙镇敬老院" in text
        assert "planned" in text

    def test_the_map_shows_the_states_of_the_table(self, client_as):
        response, _ = page(client_as(), "target", "T01")
        drawn = {
            feature["properties"]["key"]: feature["properties"]["state"]
            for feature in response.context["overlay"]["url"]["features"]
        }
        table = {cell.code: cell.state or "none" for cell, _url in response.context["below"]}
        assert drawn == table
        assert drawn["440106"] == "wrong" and drawn["440115"] == "unknown"

    def test_the_chart_has_a_point_for_each_year_and_the_day(self, client_as):
        response, html = page(client_as(), "target", "T12", at="2026-06-01")
        (chart,) = response.context["charts"]
        assert chart["categories"] == ["2023-12-31", "2024-12-31", "2025-12-31", "2026-06-01"]
        assert chart["series"][0]["values"][0] == 1.5
        assert chart["series"][0]["values"][2] == pytest.approx(1700 / 1100)
        assert "数据表" in html
        response, _ = page(client_as(), "target", "T01", at="2025-06-01")
        met, short, unknown = (s["values"] for s in response.context["charts"][0]["series"])
        assert [sum(each) for each in zip(met, short, unknown, strict=True)] == [5, 5, 5]

    def test_editions_through_time_are_listed(self, client_as):
        response, _ = page(client_as(), "target", "T10")
        assert [
            (each.parameters["threshold"], now) for each, now in response.context["editions"]
        ] == [("30", False), ("35", False), ("40", True)]

    def test_every_target_has_a_page_in_city_district_and_street(self, client_as):
        client = client_as(language="en")
        ids = sorted(set(Target.objects.values_list("target_id", flat=True)))
        assert len(ids) == 20
        for target_id in ids:
            for within in ("4401", "440106", "440106001"):
                assert page(client, "target", target_id, within=within)[0].status_code == 200

    def test_one_that_is_not_in_force_is_told(self, client_as):
        response, html = page(client_as(), "target", "C01", at="2012-06-30")
        assert response.status_code == 400
        assert "没有施行中的指标" in html

    def test_an_edition_that_cannot_be_read_is_told_and_not_guessed(self, client_as):
        Target.objects.filter(target_id="T03").update(parameters={"categories": []})
        response, html = page(client_as(), "target", "T03")
        assert response.status_code == 400
        assert "T03" in html


class TestFigures:
    VALUES = {
        "key": "low_income_line",
        "division": "4401",
        "value": "1600",
        "starts_on": "2026-01-01",
        "document": "穗民〔2025〕9号",
    }

    def post(self, client, **changes):
        return client.post(
            reverse("facilities:figure_new") + "?within=4401&target=T12", self.VALUES | changes
        )

    def test_a_new_figure_ends_the_one_before(self, client_as):
        response = self.post(client_as("planner"))
        assert response.status_code == 302
        assert "/targets/T12/" in response["Location"]
        rows = PolicyFigure.objects.filter(key="low_income_line", division_code="4401")
        periods = [(row.period.lower, row.period.upper) for row in rows.order_by("period")]
        assert periods[-2:] == [
            (date(2025, 1, 1), date(2026, 1, 1)),
            (date(2026, 1, 1), None),
        ]
        assert AuditEntry.objects.filter(operation="record_figure").exists()
        # 1600 of 1100: the line is back within the limit.
        card = scorecard(at=date(2026, 6, 1), within="4401", target_id="T12")
        assert card.rows[0].measured.outcome == Outcome.MET

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"starts_on": "2025-01-01"}, "只能从更晚的日期起"),
            ({"starts_on": "2024-06-01"}, "只能从更晚的日期起"),
            ({"value": "0"}, "须大于 0"),
            ({"value": "2000000"}, "不超过每月"),
        ],
    )
    def test_refusals_say_why_and_keep_what_was_typed(self, client_as, changes, words):
        response = self.post(client_as("planner"), **changes)
        assert response.status_code == 200
        text = unescape(response.content.decode())
        assert words in text
        assert "穗民〔2025〕9号" in text
        assert not AuditEntry.objects.filter(operation="record_figure").exists()

    def test_a_district_planner_cannot_set_the_citys_figure(self, client_as):
        client = client_as("planner", "440106")
        url = reverse("facilities:figure_new") + "?within=440106"
        assert client.post(url, self.VALUES).status_code == 404
        own = self.VALUES | {"division": "440106"}
        assert client.post(url, own).status_code == 302

    def test_readers_see_figures_and_why_they_cannot_add_one(self, client_as):
        _, html = page(client_as(), "target", "T12")
        assert "1,500.00" in html
        assert "由本地区的规划人员和数据管理员登记" in html
        assert "figures/new" not in html


class TestFiles:
    def taken(self, client, *, format="csv", **query):
        url = reverse("list_export", args=["targets"])
        address = f"{url}?" + "&".join(f"{k}={v}" for k, v in ({"at": DAY} | query).items())
        return client.post(address, {"format": format, "datum": "CGCS2000"})

    def rows(self, response):
        return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))

    def test_hold_a_row_for_each_target_and_division(self, client_as):
        rows = self.rows(self.taken(client_as(language="en")))
        assert len(rows) == 20 * 12
        found = {(row["Target"], row["Division code"]): row for row in rows}
        city = found["T01", "440100"]
        assert (city["State"], city["Short by"], city["at least so much"]) == (
            "short",
            "1.0",
            "yes",
        )
        assert city["Where"] == "Tianhe Qu"
        assert "not recorded: beds" in city["Unknown because"]
        assert city["How sure"] == "verified"
        nansha = found["T01", "440115"]
        assert (nansha["State"], nansha["Short by"]) == ("unknown", "")

    def test_hold_what_the_page_shows(self, client_as):
        rows = self.rows(self.taken(client_as(), target="T03", within="440106"))
        assert len(rows) == 22
        rows = self.rows(self.taken(client_as(language="en"), state="met"))
        assert {row["Target"] for row in rows} == {"T12"}

    def test_as_excel_and_geopackage(self, client_as, tmp_path):
        response = self.taken(client_as(), format="xlsx", target="T03")
        sheet = load_workbook(io.BytesIO(response.content)).active
        assert sheet.max_row == 13
        path = tmp_path / "targets.gpkg"
        path.write_bytes(self.taken(client_as(), format="gpkg", target="T03").content)
        with fiona.open(path) as layer:
            kinds = {feature.geometry.type for feature in layer}
        assert kinds <= {"Polygon", "MultiPolygon"}

    def test_every_format_can_be_written(self, client_as):
        for format in ("csv", "xlsx", "geojson", "gpkg", "shp"):
            assert self.taken(client_as(), format=format, target="T01").status_code == 200

    def test_of_another_jurisdiction_are_not_found(self, client_as):
        client = client_as("viewer", "440106")
        assert self.taken(client, within="440104").status_code == 404
        assert self.taken(client).status_code == 200

    def test_the_report_tells_what_is_lacking_where_and_what_is_not_recorded(self, client_as):
        response = client_as().get(reverse("facilities:targets_report"), {"at": DAY})
        word = Document(io.BytesIO(response.content))
        text = "\n".join(line.text for line in word.paragraphs)
        assert "广州市设施指标完成情况报告" in text
        assert "至少缺 1 处设施" in text
        assert "天河区" in text
        assert "未登记：床位" in text
        assert "原文数字缺损，为推定值" in text
        targets, divisions = word.tables
        assert len(targets.rows) == 21
        assert len(divisions.rows) == 12
        assert any("模拟" in line.text for line in word.sections[0].header.paragraphs) or (
            "模拟" in text
        )

    def test_a_street_has_a_report_too(self, client_as):
        url = reverse("facilities:targets_report")
        response = client_as(language="en").get(url, {"at": DAY, "within": "440106001"})
        word = Document(io.BytesIO(response.content))
        assert len(word.tables) == 1
