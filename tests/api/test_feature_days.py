"""OGC API – Features: the state on a day, and every version of some days."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from common.features import feature_collections
from signage.models import Finding, Sign
from tests.api.test_features import DISTRICT, ROOT, codes, read


class TestDays:
    def test_features_are_those_of_the_day(self, program: Client) -> None:
        now = read(program, f"{ROOT}/divisions/items/{DISTRICT}")
        assert now["properties"]["name"] == "天河区"
        read(program, f"{ROOT}/divisions/items/{DISTRICT}?datetime=1979-01-01", 404)

    def test_past_versions_are_reached_from_the_present_one(self, program: Client) -> None:
        now = read(program, f"{ROOT}/divisions/items/{DISTRICT}")
        links = {each["rel"]: each["href"] for each in now["links"]}
        parts = urlsplit(links["version-history"])
        versions = read(program, f"{parts.path}?{parts.query}")
        assert set(codes(versions)) == {DISTRICT}

    @pytest.mark.parametrize("asked", ["0001-01-01", "9999-12-31", "0001-01-01/9999-12-31"])
    def test_reach_to_both_ends_of_the_calendar(self, program: Client, asked: str) -> None:
        for name in feature_collections():
            read(program, f"{ROOT}/{name}/items?limit=1&datetime={asked}")

    def test_a_moment_is_of_the_day_that_it_is_in_china(self, program: Client) -> None:
        for asked, status in (("1979-01-01t15:59:59z", 404), ("2024-05-01T16:30:00Z", 200)):
            read(program, f"{ROOT}/divisions/items/{DISTRICT}?datetime={asked}", status)

    def test_an_interval_holds_every_version_of_its_days(self, program: Client) -> None:
        address = f"{ROOT}/divisions/items?code=440112&datetime=2010-01-01/.."
        assert codes(read(program, address))

    def test_a_finding_holds_from_the_day_it_was_found_until_it_is_resolved(
        self, program: Client
    ) -> None:
        resolved, other = Finding.objects.filter(sign__in=Sign.objects.shown())[:2]
        Finding.objects.filter(pk=resolved.pk).update(
            found_on="2024-03-01", resolved_on="2024-05-01"
        )
        Finding.objects.filter(pk=other.pk).update(found_on="2024-03-01", resolved_on=None)
        for day, held in {"2024-04-30": [resolved, other], "2024-05-01": [other]}.items():
            page = read(program, f"{ROOT}/findings/items?datetime={day}")
            assert {each["id"] for each in page["features"]} == {str(each.pk) for each in held}
        now = read(program, f"{ROOT}/findings/items/{other.pk}")["properties"]
        assert (now["valid_from"], now["valid_to"]) == ("2024-03-01", None)

    @pytest.mark.parametrize(
        ("interval", "held"),
        [
            ("'..','2024-04-01'", True),
            ("'2024-02-01','..'", True),
            ("'..','2024-02-01'", False),
            ("'2024-04-01','2024-03-01'", False),
        ],
    )
    def test_an_interval_of_a_filter_may_be_open_and_reversed_holds_nothing(
        self, program: Client, interval: str, held: bool
    ) -> None:
        finding = Finding.objects.filter(sign__in=Sign.objects.shown())[0]
        Finding.objects.filter(pk=finding.pk).update(found_on="2024-03-01", resolved_on=None)
        asked = f"filter=T_INTERSECTS(valid_from,INTERVAL({interval}))&finding={finding.pk}"
        page = read(program, f"{ROOT}/findings/items?{asked}")
        assert bool(page["features"]) is held
