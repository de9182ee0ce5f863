"""What other bodies keep and report, and a target that asks for it (T11)."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from boundaries.queries.divisions import get_division
from facilities.domain.targets import Outcome
from facilities.models import Facility
from facilities.operations.registers import KeptHere, declare_register
from facilities.queries.targets import scorecard

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)


def measured(target_id, *, within):
    return scorecard(at=DAY, within=within, target_id=target_id).rows[0].measured


class TestPartsOfOthers:
    """T11 from what street offices report: a register of theirs comes in like any other."""

    HEADINGS = "设施名称,设施类别,经度,纬度,启用日期"
    PARTS = (("综合执法队", "STR-TEAM"), ("政务服务中心", "STR-GOV"), ("综治中心", "STR-ORDER"))

    def load(self, tmp_path, streets, parts=PARTS):
        rows = [
            f"{street.name}{name},{code},{spot.x:.6f},{spot.y:.6f},2023-07-01"
            for street in streets
            for spot in [street.geometry.point_on_surface]
            for name, code in parts
        ]
        (tmp_path / "centres.csv").write_text("\n".join([self.HEADINGS, *rows]), encoding="utf-8")
        call_command(
            "import_facilities",
            str(tmp_path / "centres.csv"),
            "--within=4401",
            "--datum=CGCS2000",
            f"--at={DAY}",
            "--commit",
            stdout=StringIO(),
        )

    def test_are_unknown_until_they_report(self):
        found = measured("T11", within="440106")
        assert {each.what for each in found.missing} >= {"part"}
        assert {each.about for each in found.missing if each.what == "part"} == {
            "综合执法队",
            "政务服务中心",
            "综治信访维稳中心",
        }

    def test_are_met_where_all_are_on_record(self, tmp_path):
        centres = Facility.objects.on(DAY).filter(category="FAM-CTR").within("440106")
        code = centres.values_list("division_code", flat=True)[0]
        self.load(tmp_path, [get_division(code=code, at=DAY)])
        found = {each.code: each for each in measured("T11", within="440106").results}
        assert found[code].outcome == Outcome.MET
        assert {each.outcome for each in found.values()} > {Outcome.MET}

    def test_are_declared_only_where_others_keep_them(self):
        with pytest.raises(KeptHere, match="FAM-CTR"):
            declare_register(
                by=User.objects.get(username="planner"),
                division="440106",
                since=date(2024, 1, 1),
                document="名录（试验）",
                category="FAM-CTR",
            )

    def test_are_short_where_a_declared_register_has_none(self):
        declare_register(
            by=User.objects.get(username="planner"),
            division="440106",
            since=date(2024, 1, 1),
            document="天河区街道综合执法队名录（试验）",
            category="STR-TEAM",
        )
        assert "综合执法队" in measured("T11", within="440106").short[0].lacks
        assert measured("T11", within="440105").outcome != Outcome.MET
