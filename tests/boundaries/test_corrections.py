"""A measured correction: shown, proposed, written by another person, undone exactly."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone, translation

from boundaries.domain.topology import check_coverage
from boundaries.models import (
    BoundaryLine,
    DivisionPiece,
    DivisionVersion,
    LineAgreement,
    LineCorrection,
)
from boundaries.operations.corrections import (
    CannotCorrectLine,
    NotBothSides,
    OwnCorrection,
    decline_correction,
    propose_correction,
    undo_correction,
    write_correction,
)
from boundaries.queries.agreements import check_agreed_lines
from boundaries.queries.corrections import NothingAgreed, correction_of
from boundaries.queries.topology import read_coverage
from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry

DAY = date(2026, 6, 1)
NOW = timezone.now()
# Within the city, and between two cities whose own shapes follow.
INNER, OUTER = "440104-440106", "440113-440606"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def agreed(code: str, east: float = 0.0002) -> BoundaryLine:
    """An agreement whose line lies some 20 m east of the edge on a fifth of its way."""
    line: BoundaryLine = BoundaryLine.objects.on(DAY).get(code=code)
    parts = list(shapely.get_parts(shapely.from_wkb(bytes(line.geometry.wkb))))
    parts.sort(key=shapely.length)
    points = shapely.get_coordinates(shapely.segmentize(parts[-1], parts[-1].length / 200))
    third = len(points) // 3
    points[third : third + len(points) // 5, 0] += east
    drawn = shapely.MultiLineString([*parts[:-1], shapely.LineString(points)])
    LineAgreement.objects.filter(line_code=code).delete()
    LineAgreement.objects.create(
        line_code=code, code_a=line.code_a, code_b=line.code_b, document="界线协议书",
        geometry=GEOSGeometry(memoryview(drawn.wkb), srid=4490),
        period=DateRange(date(2026, 1, 1), None),
    )  # fmt: skip
    return line


def shapes() -> dict[str, bytes]:
    rows = DivisionVersion.objects.on(DAY).with_geometry().within("44")
    return {row.code: bytes(row.geometry.wkb) for row in rows}


def around() -> int:
    """Faults among the counties of both cities, as one coverage."""
    cells = read_coverage(at=DAY, within="44").cells
    return len(check_coverage({code: cells[code] for code in cells if code[:4] in OUTER}))


@pytest.fixture
def by(make_user: Any) -> dict[str, Any]:
    return {
        "a": make_user("boundary_inspector", "440104"),
        "one": make_user("approver", "440104"),
        "both": make_user("approver", "4401"),
        "province": make_user("approver", "44"),
        "city": make_user("boundary_inspector", "4401"),
        "beside": make_user("boundary_inspector", "440111"),
    }


def proposed(line: BoundaryLine, by: Any) -> LineCorrection:
    return propose_correction(by=by, at=NOW, day=DAY, line=line, reason="按协议书实测")


class TestWhatWouldMove:
    def test_the_edge_follows_and_the_land_of_both_stays(self) -> None:
        agreed(INNER)
        found = correction_of(line_code=INNER, at=DAY)
        sides = {each.version.code: each for each in found.moved if each.version.level == 3}
        assert set(sides) == {"440104", "440106"}
        assert found.most_before_m == pytest.approx(20.5, abs=1) and found.most_after_m == 0
        one, other = sides.values()
        assert one.move.gained_m2 + one.move.lost_m2 > 100
        assert one.move.gained_m2 == pytest.approx(other.move.lost_m2, rel=1e-6)
        before = sum(each.before_km2 for each in sides.values())
        assert sum(each.after_km2 for each in sides.values()) == pytest.approx(before, abs=1e-9)
        # Towns follow their district, the city and the province stay as they are.
        assert {each.version.level for each in found.moved} == {3, 4}

    def test_cities_follow_where_they_part(self) -> None:
        agreed(OUTER)
        found = correction_of(line_code=OUTER, at=DAY)
        assert {"440100", "440600"} <= {each.version.code for each in found.moved}
        assert "440000" not in {each.version.code for each in found.moved}

    def test_nothing_without_an_agreement(self) -> None:
        LineAgreement.objects.filter(line_code=INNER).delete()
        with pytest.raises(NothingAgreed):
            correction_of(line_code=INNER, at=DAY)


class TestSteps:
    def test_written_by_another_and_undone_exactly(self, by: dict[str, Any]) -> None:
        line, before, faults = agreed(OUTER), shapes(), around()
        held = proposed(line, by["city"])
        assert shapes() == before
        write_correction(by=by["province"], at=NOW, correction=held)
        after = shapes()
        moved = {code for code in before if after[code] != before[code]}
        assert {"440113", "440606", "440100", "440600"} <= moved
        (check,) = check_agreed_lines(at=DAY, line_code=OUTER, tolerance_m=1)
        assert check.departures == [] and check.beyond == []
        assert around() == faults
        assert DivisionPiece.objects.filter(version__code="440113").exists()
        row = DivisionVersion.objects.on(DAY).get(code="440113")
        assert [bytes(event.geometry.wkb) for event in row.events.all()] == [before["440113"]]
        assert AuditEntry.objects.latest("pk").operation == "write_correction"
        held.refresh_from_db()
        undo_correction(by=by["province"], at=NOW, correction=held, reason="测量有误")
        assert shapes() == before

    def test_who_may(self, by: dict[str, Any]) -> None:
        line = agreed(INNER)
        with pytest.raises(NotInScope):
            proposed(line, by["beside"])
        with pytest.raises(NotPermitted):
            proposed(line, by["both"])
        held = proposed(line, by["a"])
        with pytest.raises(CannotCorrectLine, match="proposed already"):
            proposed(line, by["city"])
        with pytest.raises(NotBothSides):
            write_correction(by=by["one"], at=NOW, correction=held)
        with pytest.raises(NotPermitted):
            write_correction(by=by["city"], at=NOW, correction=held)
        LineCorrection.objects.filter(pk=held.pk).update(proposed_by=by["both"])
        with pytest.raises(OwnCorrection):
            write_correction(by=by["both"], at=NOW, correction=held)
        with pytest.raises(IntegrityError), transaction.atomic():
            LineCorrection.objects.filter(pk=held.pk).update(state="written", decided_by=by["both"])

    def test_declined_taken_back_and_proposed_again(self, by: dict[str, Any]) -> None:
        line = agreed(INNER)
        held = proposed(line, by["a"])
        with pytest.raises(BadInput, match="reason"):
            decline_correction(by=by["both"], at=NOW, correction=held, reason=" ")
        decline_correction(by=by["both"], at=NOW, correction=held, reason="待复测")
        with pytest.raises(CannotCorrectLine, match="not possible there"):
            write_correction(by=by["both"], at=NOW, correction=held)
        again = proposed(line, by["a"])
        decline_correction(by=by["a"], at=NOW, correction=again, reason="误提")

    def test_a_polygon_that_changed_meanwhile_stops_it(self, by: dict[str, Any]) -> None:
        held = proposed(agreed(INNER), by["a"])
        row = DivisionVersion.objects.on(DAY).get(code="440106")
        other = DivisionVersion.objects.on(DAY).get(code="440111")
        DivisionVersion.objects.filter(pk=row.pk).update(geometry=other.geometry)
        with (
            translation.override("en"),
            pytest.raises(CannotCorrectLine, match="polygon of Tianhe Qu has changed since"),
        ):
            write_correction(by=by["both"], at=NOW, correction=held)
        kept = DivisionVersion.objects.get(code="440104", period__contains=DAY)
        assert kept.geometry.equals_exact(held.shapes.get(version=kept).before)

    def test_nothing_moves_twice(self, by: dict[str, Any]) -> None:
        line = agreed(INNER)
        write_correction(by=by["both"], at=NOW, correction=proposed(line, by["a"]))
        with pytest.raises(CannotCorrectLine, match="nothing moves"):
            proposed(line, by["a"])


class TestPageAndCommand:
    def test_two_people_by_the_page(self, client_as: Any) -> None:
        agreed(INNER)
        page = f"/lines/{INNER}/corrections/"
        drawer, both = client_as("boundary_inspector", "440104"), client_as("approver", "4401")
        assert "建议更正" in drawer.get(page).content.decode()
        assert drawer.post(f"{page}propose/", {"reason": ""}).status_code == 400
        assert drawer.post(f"{page}propose/", {"reason": "按协议书"}).status_code == 302
        held = LineCorrection.objects.get(line_code=INNER)
        assert f"correction-{held.pk}" in drawer.get(page).content.decode()
        assert f"correction-{held.pk}" not in drawer.get(f"{page}?at=2026-06-01").content.decode()
        assert f"{held.pk}/write/" not in drawer.get(page).content.decode()
        assert f"{held.pk}/write/" in both.get(page).content.decode()
        assert both.post(f"{page}{held.pk}/write/").status_code == 302
        assert both.post(f"{page}{held.pk}/undo/", {"reason": ""}).status_code == 400
        assert both.post(f"{page}{held.pk}/undo/", {"reason": "误"}).status_code == 302
        assert both.post(f"{page}{held.pk}/undo/", {"reason": "误"}).status_code == 409

    def test_the_command_shows_writes_and_undoes(self) -> None:
        agreed(INNER)

        def run(*given: str) -> Any:
            out = StringIO()
            call_command("correct_line", *given, "--json", stdout=out)
            return json.loads(out.getvalue())

        before = shapes()
        dry = run(INNER, "--at", "2026-06-01")
        assert not dry["committed"] and {"440104", "440106"} <= {m["code"] for m in dry["moves"]}
        assert shapes() == before
        with pytest.raises(CommandError, match="Two people"):
            run(INNER, "--at", "2026-06-01", "--commit")
        names = ("--proposed-by", "boundary", "--approved-by", "approver", "--reason", "实测")
        done = run(INNER, "--at", "2026-06-01", "--commit", *names)
        assert shapes() != before
        run("--undo", done["id"], "--approved-by", "approver", "--reason", "误", "--commit")
        assert shapes() == before
        for wrong, why in (
            (("440104-449999",), "There is no line"),
            (("--undo", "x"), "is no correction"),
            ((), "Give a LINE"),
        ):
            with pytest.raises(CommandError, match=why):
                run(*wrong)
