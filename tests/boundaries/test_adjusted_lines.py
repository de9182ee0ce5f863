"""What an adjustment does to agreements and joint inspections of the lines that it ends."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone, translation

from accounts.models import User
from boundaries.domain.adjustments import MATERIALS, BadDraft
from boundaries.models import (
    Adjustment,
    BoundaryLine,
    DivisionVersion,
    Inspection,
    LineAgreement,
    Marker,
)
from boundaries.operations.adjustments import (
    CannotAdjust,
    approve_adjustment,
    draft_adjustment,
    submit_adjustment,
)
from boundaries.operations.take_effect import take_effect
from boundaries.operations.undo import undo_adjustment
from boundaries.queries.adjusting import outcome_of, passages_of
from boundaries.queries.ending_lines import remade_lines
from boundaries.queries.simulated_lines import line_measures
from boundaries.queries.simulation import Simulation, simulate

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = TODAY - timedelta(days=30)
# 越秀 and 海珠: 荔湾 lies along 海珠 too, so that their line is longer once it is joined to 越秀.
CODE = "440104-440105"
FAR = "440104-440106"
JOIN = [{"act": "merge", "units": ["440103", "440104"], "code": "440104", "name": "越秀区"}]
RENAME = [{"act": "rename", "units": ["440104"], "name": "越华区"}]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def agreement(demo: SimpleNamespace) -> LineAgreement:
    return agreed(CODE)


def agreed(code: str) -> LineAgreement:
    line = BoundaryLine.objects.on(DAY).get(code=code)
    return LineAgreement.objects.create(
        line_code=line.code, code_a=line.code_a, code_b=line.code_b, document="协议书",
        geometry=line.geometry, period=DateRange(date(2020, 1, 1), None),
    )  # fmt: skip


def approver() -> Any:
    return User.objects.get(username="approver")


def in_force(changes: Any = JOIN) -> Adjustment:
    drawer = User.objects.get(username="boundary")
    adjustment = draft_adjustment(
        by=drawer, at=NOW, title="荔湾并入越秀", happens_on=DAY, changes=changes,
        materials=dict.fromkeys(MATERIALS, "见卷 1"),
    )  # fmt: skip
    submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)
    adjustment = approve_adjustment(
        by=approver(), at=NOW, adjustment=adjustment, authority="国务院", document="国函1号",
        approved_on=DAY - timedelta(days=10),
    )  # fmt: skip
    return take_effect(by=approver(), at=NOW, adjustment=adjustment)


def test_agreements_end_with_their_lines_and_come_back(agreement: LineAgreement) -> None:
    adjustment = in_force()
    agreement.refresh_from_db()
    assert agreement.period.upper == DAY
    undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="批复有误")
    agreement.refresh_from_db()
    assert agreement.period.upper is None


def test_a_line_that_keeps_its_course_goes_on(agreement: LineAgreement) -> None:
    """荔湾 does not touch 天河: the line 越秀–天河 is what it was, with its agreement."""
    other = agreed(FAR)
    standing = BoundaryLine.objects.on(DAY).get(code=FAR)
    with translation.override("en"):
        told = {str(one.label): one for one in simulate(changes=JOIN, on=DAY).measures}
    assert "others keep their course" in str(told["Boundary lines"].fate)
    adjustment = in_force()
    standing.refresh_from_db()
    other.refresh_from_db()
    assert standing.period.upper is None and other.period.upper is None
    assert BoundaryLine.objects.on(DAY).get(code=FAR) == standing
    gone = BoundaryLine.objects.filter(period__endswith=DAY).touching("4401")
    assert int(told["Boundary lines"].before) == gone.count()
    undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="批复有误")
    standing.refresh_from_db()
    assert standing.period.upper is None


def test_a_town_given_ends_only_the_lines_along_it(demo: SimpleNamespace) -> None:
    """A town in the south of 番禺 goes to 南沙: 番禺 keeps its line with 海珠."""
    rows = BoundaryLine.objects.touching("4401").order_by("code", "period")
    before = {row.pk: (row.code, row.period) for row in rows}
    towns = DivisionVersion.objects.on(DAY).within("440113").at_level(4).with_geometry()
    nansha = DivisionVersion.objects.on(DAY).get(code="440115").geometry
    town = towns.filter(geometry__touches=nansha).order_by("code").first()
    assert town is not None
    adjustment = in_force([{"act": "transfer", "units": [town.code], "to": "440115"}])
    far = BoundaryLine.objects.on(DAY).get(code="440105-440113")
    assert before[far.pk] == (far.code, far.period)
    assert BoundaryLine.objects.on(DAY).get(code="440113-440115").pk not in before
    undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="批复有误")
    assert {row.pk: (row.code, row.period) for row in rows.all()} == before


def test_another_name_leaves_lines_agreements_and_markers_alone(agreement: LineAgreement) -> None:
    outcome = outcome_of(changes=RENAME, on=DAY)
    assert line_measures(outcome=outcome, passages=[], on=DAY) == []
    standing = set(BoundaryLine.objects.on(DAY).touching("440104").values_list("pk", "period"))
    adjustment = in_force(RENAME)
    now = set(BoundaryLine.objects.on(DAY).touching("440104").values_list("pk", "period"))
    assert standing and now == standing
    agreement.refresh_from_db()
    assert agreement.period.upper is None
    undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="批复有误")


def test_a_county_that_gives_all_its_land_away_has_no_lines(demo: SimpleNamespace) -> None:
    towns = DivisionVersion.objects.on(DAY).filter(code__startswith="440103", level=4)
    changes = [{"act": "transfer", "units": [town.code for town in towns], "to": "440104"}]
    before = set(BoundaryLine.objects.touching("440103").values_list("pk", "period"))
    adjustment = in_force(changes)
    assert not BoundaryLine.objects.on(DAY).touching("440103").exists()
    undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="批复有误")
    assert set(BoundaryLine.objects.touching("440103").values_list("pk", "period")) == before


def test_inspections_under_way_and_agreements_are_told(demo: SimpleNamespace) -> None:
    """The demonstration set has the line 越秀–天河 under way: it ends where the two join."""
    agreed(FAR)
    join = [{"act": "merge", "units": ["440104", "440106"], "code": "440104", "name": "越秀区"}]
    with translation.override("en"):
        told = {str(one.label): one.before for one in simulate(changes=join, on=DAY).measures}
    under_way = Inspection.objects.under_way(DAY).touching("440106").count()
    assert told["Joint inspections under way"] == str(under_way) != "0"
    agreements = LineAgreement.objects.on(DAY).touching("440106").count()
    assert told["Boundary agreements"] == str(agreements) != "0"


def test_an_inspection_of_the_new_line_stops_the_undoing(demo: SimpleNamespace) -> None:
    adjustment = in_force()
    line = BoundaryLine.objects.on(DAY).get(code=CODE)
    Inspection.objects.create(
        line=line, line_code=line.code, code_a=line.code_a, code_b=line.code_b, kind="special",
        section="洪水后", lead_code=line.code_a, begun_on=TODAY,
    )  # fmt: skip
    with pytest.raises(CannotAdjust, match="of the new line 440104-440105 began on"):
        undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="误")


def test_a_marker_set_on_the_new_line_stops_the_undoing(demo: SimpleNamespace) -> None:
    adjustment = in_force()
    line = BoundaryLine.objects.on(DAY).get(code=CODE)
    Marker.objects.create(
        line_code=line.code, code_a=line.code_a, code_b=line.code_b, number="新1", serial=1,
        post="Q", kind="single", period=DateRange(TODAY, None), manager_code=line.code_a,
        location=Point(line.geometry[0][0], srid=4490),
    )  # fmt: skip
    with pytest.raises(CannotAdjust, match="“新1 440104-440105” was built on this adjustment"):
        undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="误")


def test_land_passes_between_a_county_and_a_city_without_counties(demo: SimpleNamespace) -> None:
    """东莞 tiles the land among the counties: its edge with 增城 moves, its other lines go on."""
    line = BoundaryLine.objects.on(DAY).get(code="440118-441900")
    course = max(
        shapely.get_parts(shapely.line_merge(shapely.from_wkb(bytes(line.geometry.wkb)))),
        key=lambda part: part.length,
    )
    a, middle, b = (
        shapely.line_interpolate_point(course, share, normalized=True) for share in (0.4, 0.5, 0.6)
    )
    dongguan = DivisionVersion.objects.on(DAY).get(code="441900").geometry
    x, y = next(
        (dx, dy)
        for dx, dy in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01))
        if dongguan.covers(Point(middle.x + dx, middle.y + dy, srid=4490))
    )
    drawn = [
        [a.x - 0.8 * x, a.y - 0.8 * y], [middle.x + x, middle.y + y], [b.x - 0.8 * x, b.y - 0.8 * y]
    ]  # fmt: skip
    other = BoundaryLine.objects.on(DAY).touching("441900").exclude(code__contains="440118").first()
    found = simulate(
        changes=[{"act": "boundary", "units": ["440118", "441900"], "line": drawn}], on=DAY
    )
    assert found.land[3].kept and found.land[2].kept
    ending, going_on = remade_lines(outcome=found.outcome, on=DAY)
    assert line in ending and other in going_on
    # Told of the county itself, and not a second time of its city.
    arrows = shares(found)
    given, left = arrows["441900", "440118"], arrows["441900", "441900"]
    assert given and left and given + left == pytest.approx(1)
    assert ("441900", "440100") not in arrows
    passages = {(one.old.code, one.new.code) for one in passages_of(outcome=found.outcome)}
    assert passages == {("441900", "440118")}


def test_a_city_that_is_given_counties_ends_its_lines(demo: SimpleNamespace) -> None:
    """They are lines between counties: those of 东莞 as it was would stand beside the new ones."""
    DivisionVersion.objects.filter(code__startswith="441900", level__gte=4).update(geometry=None)
    line = BoundaryLine.objects.on(DAY).get(code="440118-441900")
    x1, y1, x2, y2 = DivisionVersion.objects.on(DAY).get(code="441900").geometry.extent
    found = simulate(
        changes=[
            {"act": "establish", "to": "441900", "code": "441982", "name": "西城区"},
            {"act": "establish", "to": "441900", "code": "441983", "name": "东城区"},
            *(
                {
                    "act": "transfer",
                    "units": ["441900"],
                    "to": code,
                    "area": shapely.geometry.mapping(shapely.box(*box)),
                }
                for code, box in (
                    ("441982", (x1 - 0.1, y1 - 0.1, (x1 + x2) / 2, y2 + 0.1)),
                    ("441983", ((x1 + x2) / 2, y1 - 0.1, x2 + 0.1, y2 + 0.1)),
                )
            ),
        ],
        on=DAY,
    )
    assert found.land[3].kept
    ending, going_on = remade_lines(outcome=found.outcome, on=DAY)
    assert line in ending
    assert not [each.code for each in going_on if "441900" in each.code]


def test_land_goes_to_a_city_without_counties(demo: SimpleNamespace) -> None:
    DivisionVersion.objects.filter(code__startswith="440118", level__gte=4).update(geometry=None)
    found = simulate(changes=[part_of_zengcheng()], on=DAY)
    arrows = shares(found)
    for code in ("440100", "440118"):
        given, left = arrows[code, "441900"], arrows[code, code]
        assert given and left and given + left == pytest.approx(1)
    assert found.land[2].kept and found.land[3].kept


def test_what_is_cut_off_goes_to_no_town_of_unknown_shape(demo: SimpleNamespace) -> None:
    DivisionVersion.objects.filter(code__startswith="441900", level=4).update(geometry=None)
    with pytest.raises(BadDraft, match="no shape is known of what lies in 441900"):
        simulate(changes=[part_of_zengcheng()], on=DAY)


def shares(found: Simulation) -> dict[tuple[str, str], float | None]:
    """By the codes of both sides."""
    return {(row.old[:6], row.new[:6]): row.share for row in found.rows if row.level <= 3}


def part_of_zengcheng() -> dict[str, Any]:
    """An edge that is moved three vertices wide, up to 1.5 km into 增城."""
    zengcheng, dongguan = (
        shapely.from_wkb(bytes(DivisionVersion.objects.on(DAY).get(code=code).geometry.wkb))
        for code in ("440118", "441900")
    )
    edge = shapely.intersection(shapely.boundary(zengcheng), shapely.boundary(dongguan))
    course = max(shapely.get_parts(shapely.line_merge(edge)), key=lambda part: part.length)
    places = shapely.get_coordinates(course)
    n, inner = len(places) // 2, shapely.get_coordinates(shapely.point_on_surface(zengcheng))[0]
    way = inner - places[n]
    tip = places[n] + way / np.hypot(*way) * 0.015
    line = [places[n - 3].tolist(), tip.tolist(), places[n + 3].tolist()]
    return {"act": "boundary", "units": ["440118", "441900"], "line": line}
