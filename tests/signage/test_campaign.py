"""How a campaign stands: counts kept by day, rates that never hide what is unknown."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from signage.domain.campaign import Standing, course_days, shade, shade_ranges, total
from signage.models import CampaignDay
from signage.operations.campaign import keep_day
from signage.queries.campaign import standings_on
from signage.queries.signs import SignFilter, sign_counts


class TestFigures:
    def test_a_rate_is_of_signs_that_can_be_judged(self) -> None:
        assert Standing(signs=110, wrong=5, unknown=10).percent == 5
        assert Standing(signs=10, unknown=10).percent is None
        assert Standing().percent is None

    def test_totals_add_everything(self) -> None:
        one = Standing(signs=1, wrong=1, cost=Decimal(900), by_rule={"R05": 1})
        both = total([one, Standing(signs=2, unknown=1, by_rule={"R05": 2, "R01": 1})])
        assert (both.signs, both.wrong, both.unknown, both.cost) == (3, 1, 1, 900)
        assert both.by_rule == {"R05": 3, "R01": 1}

    @pytest.mark.parametrize(
        ("percent", "expected"), [(None, 0), (0.0, 1), (5.0, 1), (5.1, 2), (20.0, 4), (80.0, 5)]
    )
    def test_classes_of_the_map(self, percent: float | None, expected: int) -> None:
        assert shade(percent) == expected
        assert [step for step, _ in shade_ranges()] == [1, 2, 3, 4, 5]

    def test_days_of_a_course_have_both_ends(self) -> None:
        first, last = date(2026, 1, 1), date(2026, 3, 1)
        days = course_days(first, last, 10)
        assert (days[0], days[-1], len(days)) == (first, last, 10)
        assert course_days(last, last, 10) == [last]
        assert course_days(first, first + timedelta(days=2), 10) == [
            first + timedelta(days=n) for n in range(3)
        ]


@pytest.mark.django_db
class TestKeepDay:
    def test_says_the_same_as_the_list_of_signs(self, demo: Any) -> None:
        day = timezone.localdate()
        keep_day(at=day, within="4401")
        kept = total(standings_on(days=[day], within="4401")[day].values())
        counts = sign_counts(at=day, chosen=SignFilter("all", within="4401")).by_state
        assert kept.wrong == sum(counts.get(state, 0) for state in ("overdue", "due", "wrong"))
        assert kept.doubtful == counts.get("check", 0)
        assert kept.unknown == counts.get("unknown", 0)
        assert kept.signs == sum(counts.values())

    def test_one_office_and_all_of_them_say_the_same(self, demo: Any) -> None:
        day = timezone.localdate()
        keep_day(at=day, within="440106")
        rows = CampaignDay.objects.filter(division_code__startswith="440106", day=day)
        before = {row.division_code: (row.signs, row.wrong, row.cost, row.by_rule) for row in rows}
        keep_day(at=day, codes=list(before))
        after = {
            row.division_code: (row.signs, row.wrong, row.cost, row.by_rule) for row in rows.all()
        }
        assert before == after and before

    def test_a_sign_that_is_edited_counts_at_once(self, make_sign: Any) -> None:
        def wrong() -> int:
            row = CampaignDay.objects.filter(division_code="440106001").order_by("-day").first()
            return row.wrong if row else 0

        before = wrong()
        make_sign(pinyin="WRONG LU")
        assert wrong() == before + 1

    def test_planned_signs_do_not_count(self, make_sign: Any) -> None:
        make_sign(pinyin="WRONG LU")
        day = timezone.localdate()
        before = CampaignDay.objects.get(division_code="440106001", day=day).signs
        make_sign(number="PLANNED-1", state="planned", check=False)
        keep_day(at=day, codes=["440106001"])
        assert CampaignDay.objects.get(division_code="440106001", day=day).signs == before

    def test_an_office_that_lost_its_signs_counts_none(self, demo: Any) -> None:
        day = timezone.localdate()
        CampaignDay.objects.create(
            division_code="440106999",
            day=day - timedelta(days=5),
            signs=3,
            wrong=1,
            doubtful=0,
            waived=0,
            unknown=0,
            cost=0,
            cost_unknown=0,
        )
        keep_day(at=day, codes=["440106999"])
        assert CampaignDay.objects.get(division_code="440106999", day=day).signs == 0


@pytest.mark.django_db
class TestPages:
    def test_shows_rates_charts_and_what_is_unknown(
        self, demo: Any, client_as: Any, django_assert_max_num_queries: Any
    ) -> None:
        client = client_as(language="en")
        with django_assert_max_num_queries(30):
            page = client.get(reverse("signage:campaign"))
        text = page.content.decode()
        assert "Non-standard signs over time" in text and "Non-standard signs by defect" in text
        assert "signs that could be judged" in text
        areas = {area.code: area for area, _shade in page.context["areas"]}
        assert len(areas) >= 11
        CampaignDay.objects.filter(division_code__startswith="440117").delete()
        unknown = client.get(reverse("signage:campaign"))
        area = next(a for a, _ in unknown.context["areas"] if a.code == "440117")
        assert area.now.percent is None
        assert unknown.content.decode().count("○ unknown") == text.count("○ unknown") + 1

    def test_a_district_by_street_and_a_day_before_anything(
        self, demo: Any, client_as: Any
    ) -> None:
        client = client_as(language="en")
        page = client.get(reverse("signage:campaign"), {"within": "440106", "days": "90"})
        assert all(len(area.code) == 9 for area, _ in page.context["areas"])
        early = client.get(reverse("signage:campaign"), {"at": "2023-07-01"})
        assert "No sign is known here on this day" in early.content.decode()

    def test_the_past_stays_as_it_was(self, demo: Any, client_as: Any) -> None:
        client = client_as(language="en")
        now = client.get(reverse("signage:campaign")).context["figures"]
        then = client.get(
            reverse("signage:campaign"),
            {"at": (timezone.localdate() - timedelta(days=50)).isoformat()},
        ).context["figures"]
        assert then.now.wrong > now.now.wrong

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_workbook_and_report_tell_the_same(
        self, demo: Any, client_as: Any, language: str
    ) -> None:
        client = client_as(language=language)
        figures = client.get(reverse("signage:campaign")).context["figures"]
        book = load_workbook(io.BytesIO(client.get(reverse("signage:campaign_workbook")).content))
        rows = list(book.worksheets[0].values)
        assert len(rows) == len(figures.areas) + 1
        assert sum(row[2] for row in rows[1:]) == figures.now.signs
        word = Document(io.BytesIO(client.get(reverse("signage:campaign_report")).content))
        text = "\n".join(line.text for line in word.paragraphs)
        assert f"{figures.now.percent:.2f} %" in text
        assert len(word.tables[0].rows) == len(figures.areas) + 1

    def test_rubbish_in_the_address_is_left_aside(self, demo: Any, client_as: Any) -> None:
        page = client_as().get(reverse("signage:campaign"), {"within": "11x", "days": "x"})
        assert page.status_code == 200
