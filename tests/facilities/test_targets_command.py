"""``manage.py targets``: the same numbers for people and for machines, one line for bad input."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

pytestmark = pytest.mark.usefixtures("demo")
DAY = "2024-05-01"


def run(**options):
    out = StringIO()
    call_command("targets", stdout=out, **{"at": DAY} | options)
    return out.getvalue()


def values(**options):
    return json.loads(run(json=True, **options))


class TestTargetsCommand:
    def test_prints_a_line_for_each_target_and_what_it_rests_on(self):
        text = run()
        lines = {line.split()[0]: line.split() for line in text.splitlines()[1:-1]}
        assert lines["T03"][1] == "short"
        assert lines["T12"][1:5] == ["met", "1.5", "of", "1.5"]
        assert "unknown: beds" in text
        assert text.splitlines()[-1] == (
            "广州市 (440100) on 2024-05-01; register of facilities whole since 2023-06-30; "
            "rests on synthetic rows"
        )

    def test_one_target_tells_every_district(self):
        lines = run(target="T01").splitlines()
        assert len(lines) == 1 + 1 + 11 + 1
        assert lines[5].split()[:2] == ["short", "0"]
        assert "440106 天河区" in lines[5]

    def test_says_what_is_unknown_before_the_register(self):
        with translation.override("en"):
            text = run(at="2012-06-30", target="T02")
        assert "of 13" in text and "0 of 13" not in text
        assert "Records of facilities begin on 2023-06-30" in text

    def test_json_holds_editions_results_and_reasons(self):
        (target,) = values(target="T01")["targets"]
        assert target["confidence"] == "verified"
        assert target["parameters"]["min_beds"] == 200
        assert target["outcome"] == "short" and target["at_least"] is True
        by_code = {each["code"]: each for each in target["results"]}
        assert all(each["approximate"] is False for each in target["results"])
        assert by_code["440114"]["stages"] == ["planned"]
        assert {each["what"] for each in by_code["440115"]["unknown"]} == {"beds"}
        assert by_code["440115"]["short_by"] is None

    def test_unknown_is_null_in_json(self):
        (target,) = values(target="T10")["targets"]
        assert target["outcome"] == "unknown"
        assert target["short_by"] is None

    def test_a_district_and_a_street_can_be_asked(self):
        assert values(within="440106")["name"] == "天河区"
        assert values(within="440106001")["targets"]
        assert values(within="440100")["within"] == "4401"

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"at": "yesterday"}, "not a day"),
            ({"within": "99"}, "4 or 6 digits"),
            ({"within": "4499"}, "no division"),
            ({"within": "44%"}, "not the beginning of a division code"),
            ({"target": "T99"}, "No target"),
            ({"at": "1979-01-01"}, "no division"),
        ],
    )
    def test_bad_input_ends_it_with_one_line(self, options, words):
        with pytest.raises(CommandError, match=words):
            run(**options)
