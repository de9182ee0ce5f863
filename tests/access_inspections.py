"""The access table's rows of rounds, joint inspections and wardens."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.domain.roles import Capability
from tests.access_route import NOBODYS, Route

LINE = "440106-440112"
RECORD = Capability.RECORD_INSPECTION


def _work() -> Mapping[str, Any]:
    """A joint inspection of a line of Tianhe; a special one, for there may be many."""
    from boundaries.models import BoundaryLine, Inspection, InspectionSide

    line = BoundaryLine.objects.filter(code=LINE).latest("period")
    made, new = Inspection.objects.get_or_create(
        line=line,
        line_code=line.code,
        code_a=line.code_a,
        code_b=line.code_b,
        kind="special",
        section="洪水后检查",
        lead_code=line.code_a,
        begun_on=date(2026, 1, 5),
    )
    if new:
        for code in (line.code_a, line.code_b):
            InspectionSide.objects.create(inspection=made, code=code)
    return {"pk": made.pk}


def _marker_of_work() -> Mapping[str, Any]:
    from boundaries.models import Marker

    number = Marker.objects.filter(line_code=LINE).values_list("number", flat=True)[0]
    return {**_work(), "number": number}


def _point() -> Mapping[str, Any]:
    from boundaries.models import OpenPoint

    made, _new = OpenPoint.objects.get_or_create(
        inspection_id=_work()["pk"],
        line_code=LINE,
        raised_by="440106",
        raised_on=date(2026, 1, 5),
        about="001",
        what="倾斜",
        handling="repair",
    )
    return {"pk": made.pk}


def _round() -> Mapping[str, Any]:
    from boundaries.models import InspectionRound

    made, _new = InspectionRound.objects.get_or_create(
        name="天河试验轮次", jurisdiction="440106", first_year=2019, last_year=2023
    )
    return {"pk": made.pk}


def _contract() -> Mapping[str, Any]:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from boundaries.models import WardenContract

    made, _new = WardenContract.objects.get_or_create(
        number="TH-TEST",
        defaults={
            "line_code": LINE,
            "code_a": "440106",
            "code_b": "440112",
            "side_code": "440106",
            "warden": "某某",
            "begins": "001",
            "ends": "003",
            "km": 3.0,
            "period": DateRange(date(2024, 1, 1), None),
        },
    )
    return {"pk": made.pk}


def _finding() -> Mapping[str, Any]:
    """A patrol that found something which nobody has reported yet."""
    from datetime import UTC, datetime

    from boundaries.models import Patrol

    made, _new = Patrol.objects.get_or_create(
        contract_id=_contract()["pk"],
        walked_on=date(2026, 1, 6),
        finding="界桩丢失",
        found_at=datetime(2026, 1, 6, 1, 0, tzinfo=UTC),
    )
    return {"pk": made.contract_id, "patrol": made.pk}


def _agreed() -> Mapping[str, Any]:
    """A line with an agreement on its last day on record: the demonstration set has one."""
    return {"code": LINE}


def _correction() -> Mapping[str, Any]:
    """Moving the polygons takes who approves for both sides: for one side it is refused."""
    from django.utils import timezone

    from accounts.models import User
    from boundaries.models import LineAgreement, LineCorrection

    made, _new = LineCorrection.objects.get_or_create(
        line_code=LINE,
        defaults={
            "agreement": LineAgreement.objects.filter(line_code=LINE).latest("period"),
            "day": date(2026, 1, 5),
            "state": "proposed",
            "reason": "x",
            "moves": [],
            "joined_m": 0,
            "most_before_m": 0,
            "most_after_m": 0,
            "proposed_by": User.objects.earliest("pk"),
            "proposed_at": timezone.now(),
        },
    )
    return {"code": LINE, "pk": made.pk, "step": "undo"}


def _act(act: str) -> Any:
    return lambda: {**_work(), "act": act}


INSPECTIONS = [
    Route("boundaries:inspections"),
    Route("boundaries:inspection", kwargs=_work),
    Route("boundaries:inspection_begin", kwargs={"code": LINE}, needs=RECORD, outside=404),
    Route(
        "boundaries:inspection_act",
        method="POST",
        kwargs=_act("side"),
        data={"organisers": "天河区民政局", "people": "甲"},
        needs=RECORD,
        ok=302,
        outside=404,
    ),
    Route(
        "boundaries:inspection_act",
        method="POST",
        kwargs=_act("sign"),
        data={"seen": ""},
        needs=Capability.SIGN_INSPECTION,
        ok=409,
        outside=404,
    ),
    Route(
        "boundaries:inspection_act",
        method="POST",
        kwargs=_act("withdraw"),
        data={"reason": ""},
        needs=RECORD,
        ok=400,
        outside=404,
    ),
    Route("boundaries:inspection_marker", kwargs=_marker_of_work),
    Route("boundaries:inspection_pack", kwargs=_work, outside=404),
    # Both records are read by who may read both; whose is whose: test_joint_inspections.py.
    Route("boundaries:inspection_report", kwargs={"pk": NOBODYS, "format": "docx"}, ok=404),
    Route("boundaries:point_settle", kwargs=_point, needs=RECORD, outside=404),
    Route("boundaries:junctions"),
    Route("boundaries:whole_lines"),
    Route("boundaries:line_corrections", kwargs=_agreed),
    Route(
        "boundaries:correction_propose",
        method="POST",
        kwargs=_agreed,
        data={"reason": ""},
        needs=Capability.EDIT_LINE,
        ok=400,
        outside=404,
    ),
    Route(
        "boundaries:correction_step",
        method="POST",
        kwargs=_correction,
        data={"reason": "x"},
        needs=Capability.APPROVE_ADJUSTMENT,
        ok=409,
        outside=404,
    ),
    Route("boundaries:rounds"),
    Route("boundaries:round_new", needs=RECORD),
    Route("boundaries:round", kwargs=_round),
    Route(
        "boundaries:round_move",
        method="POST",
        kwargs=_round,
        data={"line": LINE, "year": "2020", "seen": "1"},
        needs=RECORD,
        ok=409,
        outside=404,
    ),
    Route(
        "boundaries:round_file",
        method="POST",
        kwargs=_round,
        data={"filed_with": "广州市民政局"},
        needs=RECORD,
        ok=302,
        outside=404,
    ),
    Route("boundaries:wardens"),
    Route("boundaries:warden", kwargs=_contract),
    Route("boundaries:warden_new", kwargs={"code": LINE}, needs=RECORD, outside=404),
    Route("boundaries:patrol_new", kwargs=_contract, needs=RECORD, outside=404),
    Route("boundaries:patrol_reported", kwargs=_finding, needs=RECORD, outside=404),
]
