"""A round of joint inspections, one under way and one filed, wardens with patrols: all made up.

Planted and known: the round of Guangzhou 2023–2027, filed; the line 越秀–天河 under way, its marker
002 tilted; drawn pictures of the markers of the two inspected lines, of this round and the last;
the line 天河–黄埔 inspected, signed by both sides and filed, one problem left open, with an
agreement whose line the polygons leave by some 12 m and a river that has left it by some 25 m; a
dispute as a special inspection, with the pond that both sides claim; a warden whose patrol is
overdue, one late report and one finding that nobody has reported.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import shapely
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Role, User
from boundaries.domain.rounds import plan_round
from boundaries.models import (
    BoundaryLine,
    Inspection,
    InspectionRound,
    InspectionSide,
    Marker,
    MarkerVisit,
    OpenPoint,
    Patrol,
    RoundTask,
    SectionRecord,
    WardenContract,
)
from boundaries.operations.agreements import (
    AgreementFacts,
    FeatureFacts,
    take_in,
    take_in_features,
)
from boundaries.operations.disputes import ClaimFacts, record_dispute
from boundaries.operations.signing import (
    file_inspection,
    sign,
)
from boundaries.queries.inspections import get_inspection, hash_of
from boundaries.queries.rounds import lines_to_plan
from demo.marker_photos import add_photos
from demo.parts import RECORDS_BEGIN, DemoOptions
from demo.parts.accounts import DemoAccount, add_accounts

CITY, YEARS = "4401", range(2023, 2028)
UNDER_WAY, FILED, DISPUTED = "440104-440106", "440106-440112", "440106-440111"
AGREED_ON = date(2026, 1, 1)
BEGUN, ENDED, FILED_ON = date(2026, 3, 2), date(2026, 3, 20), date(2026, 4, 10)
BASIS = "界线协议书、协议书附图、界桩登记表、上轮联检报告（模拟）"
SYNTHETIC: dict[str, Any] = {"synthetic": True, "source_id": "demo-synthetic"}
# The people of two sides of a line: who walks it, and who signs.
ACCOUNTS = (
    DemoAccount("yuexiu-boundary", "越秀区界线演示员", Role.BOUNDARY_INSPECTOR, "440104"),
    DemoAccount("yuexiu-signer", "越秀区签署演示员", Role.APPROVER, "440104"),
    DemoAccount("tianhe-boundary", "天河区界线演示员", Role.BOUNDARY_INSPECTOR, "440106"),
    DemoAccount("tianhe-signer", "天河区签署演示员", Role.APPROVER, "440106"),
    DemoAccount("huangpu-boundary", "黄埔区界线演示员", Role.BOUNDARY_INSPECTOR, "440112"),
    DemoAccount("huangpu-signer", "黄埔区签署演示员", Role.APPROVER, "440112"),
)


def load(options: DemoOptions) -> str:
    people = add_accounts(ACCOUNTS) if settings.DEBUG else {}
    lines = _round()
    _agreement()
    _under_way()
    _disputed(people.get("tianhe-boundary"))
    if people:
        _filed(people)
    wardens = _wardens()
    return f"a round of {lines} lines, three inspections, {wardens} wardens (synthetic)"


def _round() -> int:
    planned = InspectionRound.objects.create(
        name="广州市县级界线第五轮联检（模拟）",
        jurisdiction=CITY,
        first_year=YEARS[0],
        last_year=YEARS[-1],
        filed_on=date(2023, 5, 10),
        filed_with="广东省民政厅（模拟）",
        **SYNTHETIC,
    )
    lines = lines_to_plan(jurisdiction=CITY, at=RECORDS_BEGIN)
    RoundTask.objects.bulk_create(
        [
            RoundTask(round=planned, line_code=task.code, year=task.year, lead_code=task.lead)
            for task in plan_round(lines, list(YEARS))
        ]
    )
    return len(lines)


def _agreement() -> None:
    """A survey of one line: the polygons' edge but for a bend of some 12 m on a tenth of it."""
    line = BoundaryLine.objects.on(AGREED_ON).get(code=FILED)
    own = Marker.objects.filter(line_code=FILED)
    own.filter(serial__lte=3).update(manager_code=line.code_a)
    own.filter(serial__gt=3).update(manager_code=line.code_b)
    part = max(shapely.get_parts(shapely.from_wkb(bytes(line.geometry.wkb))), key=shapely.length)
    dense = shapely.segmentize(part, part.length / 400)
    points = shapely.get_coordinates(dense)
    bend = slice(len(points) // 2, len(points) // 2 + len(points) // 10)
    points[bend, 0] += 0.00012
    take_in(
        agreements=[
            AgreementFacts(
                row=1,
                line_code=FILED,
                geometry=shapely.MultiLineString([shapely.LineString(points)]),
                values={
                    "document": "天河区与黄埔区行政区域界线协议书（模拟）",
                    "signed_on": date(2025, 11, 20),
                    "approved_by": "广东省人民政府（模拟）",
                    "approved_on": date(2025, 12, 15),
                    "maps": "协议书附图 1:10000（模拟）",
                    "page": "第3页",
                    "follows": "道路、河涌（模拟）",
                    "managed": "001–003 天河区；004 以后 黄埔区（模拟）",
                    "accuracy_m": 1.0,
                    **SYNTHETIC,
                },
            )
        ],
        at=AGREED_ON,
        far_m=2000,
    )
    length = len(points)
    road, river = points[: length // 3], points[2 * length // 3 :].copy()
    river[len(river) // 3 : 2 * len(river) // 3, 0] += 0.00025
    take_in_features(
        features=[
            FeatureFacts(
                row=row,
                line_code=FILED,
                geometry=shapely.MultiLineString([course]),
                values={
                    "name": name, "kind": kind, "accuracy_m": 1.0, "surveyed_on": AGREED_ON,
                    **SYNTHETIC,
                },
            )
            for row, (name, kind, course) in enumerate(
                (("模拟大道", "road", road), ("模拟河", "river", river)), start=1
            )
        ],
        at=AGREED_ON,
        far_m=2000,
    )  # fmt: skip


def _begin(code: str, kind: str = "regular", section: str = "") -> Inspection:
    line = BoundaryLine.objects.on(BEGUN).get(code=code)
    made = Inspection.objects.create(
        line=line,
        line_code=code,
        code_a=line.code_a,
        code_b=line.code_b,
        kind=kind,
        section=section,
        lead_code=line.code_a,
        begun_on=BEGUN,
        basis=BASIS,
        **SYNTHETIC,
    )
    for side, name in ((line.code_a, line.name_a), (line.code_b, line.name_b)):
        row = InspectionSide.objects.create(
            inspection=made, code=side, organisers=f"{name}民政局", people="外业检查组（模拟）"
        )
        SectionRecord.objects.create(
            side=row, begins="线首", ends="线尾", walked_on=ENDED, state="ok",
            features="界线所依道路、河涌与协议一致（模拟）",
        )  # fmt: skip
    return made


def _visit(inspection: Inspection, *, leave: int = 0, leaning: str = "") -> None:
    """All markers but the last ``leave``, with pictures of now and of the last round.

    ``leaning``: the number of the one that is found tilted, its inscription worn.
    """
    side = inspection.sides.get(code=inspection.lead_code)
    rows = list(Marker.objects.on(ENDED).of_line(inspection.line_code))
    MarkerVisit.objects.bulk_create(
        [
            MarkerVisit(
                marker=row, side=side, visited_on=ENDED,
                condition="tilted" if row.number == leaning else "intact",
                legible=row.number != leaning,
                registered=row.location, registered_accuracy_m=row.accuracy_m,
                measured=row.location, measured_accuracy_m=0.1, both_present=True,
                people="双方检查组（模拟）", **SYNTHETIC,
            )
            for row in rows[: len(rows) - leave]
        ]
    )  # fmt: skip
    known = MarkerVisit.objects.filter(marker__in=rows, visited_on__lte=ENDED)
    add_photos(known.select_related("marker").order_by("visited_on", "marker__number"))


def _under_way() -> None:
    """Recorded but for one marker, another leans; nobody has submitted."""
    made = _begin(UNDER_WAY)
    _visit(made, leave=1, leaning=f"{UNDER_WAY}002Q")


def _disputed(by: User | None) -> None:
    """Submitted by the side that raised it: from then on the other side and the map know of it."""
    made = _begin(DISPUTED, "special", "龙洞段：双方对一处水塘归属有争议（模拟）")
    OpenPoint.objects.create(
        line_code=DISPUTED, inspection=made, raised_by=made.lead_code, raised_on=BEGUN,
        about="龙洞段", what="双方对一处水塘的归属有争议（模拟）", handling="mediation",
        **SYNTHETIC,
    )  # fmt: skip
    made.inspected_on = ENDED
    made.save(update_fields=["inspected_on"])
    at = datetime(2026, 3, 21, 2, 0, tzinfo=UTC)
    made.sides.filter(code=made.lead_code).update(submitted_at=at, submitted_by=by)


def _claimed() -> None:
    """Both sides of the disputed line hold a pond on it to be their own."""
    line = BoundaryLine.objects.on(BEGUN).get(code=DISPUTED)
    course = shapely.from_wkb(bytes(line.geometry.wkb))
    pond = shapely.line_interpolate_point(max(course.geoms, key=lambda each: each.length), 0.02)
    record_dispute(
        by=None,
        name="龙洞水塘（模拟）",
        since=BEGUN,
        claims=[
            ClaimFacts(line.code_a, shapely.buffer(pond, 0.0030), "1982 年土地证存根（模拟）"),
            ClaimFacts(line.code_b, shapely.buffer(pond, 0.0024), "历年水利管护记录（模拟）"),
        ],
        synthetic=True,
    )


def _filed(people: dict[str, User]) -> None:
    """Signed and filed by the operations themselves, so that hash and archive are true."""
    made = _begin(FILED)
    _visit(made)
    made.inspected_on, made.suggestions = ENDED, "建议双方每年互通巡查情况（模拟）。"
    made.save(update_fields=["inspected_on", "suggestions"])
    OpenPoint.objects.create(
        line_code=FILED, inspection=made, raised_by="440106", raised_on=ENDED,
        about=f"{FILED}001Q", what="界桩基座周围土壤流失，需加固（模拟）", handling="repair",
        **SYNTHETIC,
    )  # fmt: skip
    at = datetime(2026, 3, 25, 2, 0, tzinfo=UTC)
    made.sides.update(submitted_at=at, submitted_by=people["tianhe-boundary"])
    for who in ("tianhe-signer", "huangpu-signer"):
        held = get_inspection(pk=made.pk)
        assert held is not None
        sign(by=people[who], at=at, inspection=held, seen=hash_of(held))
    file_inspection(
        by=people["tianhe-boundary"], at=FILED_ON, inspection=made,
        filed_with="广州市民政局（模拟）", document="穗民界〔2026〕1号（模拟）",
    )  # fmt: skip


def _wardens() -> int:
    for number, (code, side, name, last) in enumerate(
        (
            (UNDER_WAY, "440106", "护线员甲（模拟）", date(2026, 11, 20)),
            (FILED, "440112", "护线员乙（模拟）", date(2026, 8, 3)),
        ),
        start=1,
    ):
        first, _, second = code.partition("-")
        contract = WardenContract.objects.create(
            line_code=code, code_a=first, code_b=second, side_code=side,
            number=f"界护〔2024〕{number}号", warden=name, begins="001", ends="002", km=2.5,
            first_serial=1, last_serial=2, period=DateRange(date(2024, 1, 1), date(2029, 1, 1)),
            **SYNTHETIC,
        )  # fmt: skip
        for back in range(6):
            walked = last - timedelta(days=30 * back)
            late = number == 2 and back == 2
            open_yet = number == 1 and back == 0
            found = datetime(walked.year, walked.month, walked.day, 0, 0, tzinfo=UTC)
            Patrol.objects.create(
                contract=contract, walked_on=walked, strip_kept=not late, cleared=True,
                finding="界桩丢失（模拟）" if late or open_yet else "",
                found_at=found if late or open_yet else None,
                reported_at=found + timedelta(hours=12, minutes=1) if late else None,
                **SYNTHETIC,
            )  # fmt: skip
    return 2
