"""What a joint inspection refuses, hides, takes back, and keeps as it was."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from accounts.models import Grant
from boundaries.domain.joint_record import Missing, Stage, missing_of
from boundaries.models import (
    BoundaryLine,
    Inspection,
    InspectionSide,
    Marker,
    MarkerPhoto,
    MarkerVisit,
    OpenPoint,
)
from boundaries.operations.inspections import (
    CannotGoOn,
    ParticularsChanged,
    SectionFacts,
    add_section,
    begin_inspection,
    write_report,
)
from boundaries.operations.lines import CannotRecordInspection, record_inspection
from boundaries.operations.points import NotYourDispute, raise_point, remove_point, settle_point
from boundaries.operations.signing import (
    OwnRecord,
    file_inspection,
    reopen,
    sign,
    submit_side,
    withdraw_inspection,
)
from boundaries.operations.visits import VisitFacts, record_visit, remove_visit
from boundaries.queries.inspections import (
    content_of,
    hash_of,
    may_settle,
    open_points,
    particulars_hash,
    stage,
)
from boundaries.queries.lines import get_line_row
from boundaries.queries.markers import markers, markers_along
from common.errors import BadInput
from common.photos import read_photo
from tests.boundaries.inspected import (
    CODE,
    DAY,
    NOW,
    again,
    record,
    signed,
    submitted,
    write_particulars,
)

EARLIER = DAY - timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def first_marker() -> Marker:
    found = Marker.objects.on(DAY).filter(line_code=CODE).first()
    assert found is not None
    return found


def moved_facts(marker: Marker, **more: Any) -> VisitFacts:
    """A post put 0.00002° further east, about two metres, both sides there."""
    return VisitFacts(
        DAY, "moved", longitude=marker.location.x + 0.00002, latitude=marker.location.y,
        accuracy_m=0.1, work="moved", both_present=True, **more,
    )  # fmt: skip


class TestPaper:
    def test_is_refused_while_an_inspection_is_under_way(
        self, begun: Inspection, free_line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        paper = {"line": free_line, "inspected_on": DAY, "lead": "440104", "summary": "", "at": DAY}
        with pytest.raises(CannotRecordInspection, match="under way since 2026-05-20"):
            record_inspection(by=people["a"], **paper)
        withdraw_inspection(by=people["a"], at=DAY, inspection=begun, reason="误建")
        assert record_inspection(by=people["a"], **paper).pk

    def test_the_page_says_that_one_side_entered_it(
        self, free_line: BoundaryLine, people: dict[str, Any], client_as: Any
    ) -> None:
        record_inspection(
            by=people["a"], line=free_line, inspected_on=DAY, lead="440104", summary="", at=DAY
        )
        page = client_as("viewer", "4401", language="en").get(f"/lines/{CODE}/?at=2026-06-01")
        assert "Entered from paper by one side." in page.content.decode()


class TestMoves:
    def test_a_marker_moves_when_the_inspection_is_filed(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        marker = first_marker()
        before, version = marker.location.coords, marker.version
        record_visit(
            by=people["b"], at=DAY, marker=marker, facts=moved_facts(marker), inspection=begun
        )
        held = signed(begun, people)
        marker.refresh_from_db()
        assert marker.location.coords == before
        file_inspection(by=people["a"], at=DAY, inspection=held, filed_with="市", document="")
        marker.refresh_from_db()
        assert marker.location.x == pytest.approx(before[0] + 0.00002, abs=1e-9)
        assert (marker.accuracy_m, marker.version) == (0.1, version + 1)

    def test_one_side_records_a_move_for_both(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        marker = first_marker()
        record_visit(
            by=people["b"], at=DAY, marker=marker, facts=moved_facts(marker), inspection=begun
        )
        with pytest.raises(BadInput, match="one side records it for both"):
            record_visit(
                by=people["a"], at=DAY, marker=marker, facts=moved_facts(marker), inspection=begun
            )

    def test_the_signed_content_holds_positions_as_they_were(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        marker = first_marker()
        held = signed(begun, people)
        assert content_of(held)["positions"][marker.number] == [
            round(marker.location.x, 9), round(marker.location.y, 9), marker.accuracy_m
        ]  # fmt: skip
        kept = hash_of(held)
        marker.place_at(Point(113.3, 23.1, srid=4490), 1.0)
        assert hash_of(again(held)) == kept


class TestDisputes:
    @pytest.fixture
    def dispute(self, begun: Inspection, people: dict[str, Any]) -> OpenPoint:
        return raise_point(
            by=people["a"], at=DAY, inspection=begun, about="龙洞段", what="水塘归属",
            handling="mediation",
        )  # fmt: skip

    def test_are_settled_by_the_common_superior(
        self, dispute: OpenPoint, people: dict[str, Any]
    ) -> None:
        for who in "ab":
            assert not may_settle(people[who], dispute)
            with pytest.raises(NotYourDispute, match="common superior"):
                settle_point(
                    by=people[who], at=DAY, point=dispute, outcome="已调解", both_present=True
                )
        assert may_settle(people["above"], dispute)
        settle_point(
            by=people["above"], at=DAY, point=dispute, outcome="市局调解达成一致", both_present=True
        )
        assert not open_points(line_code=CODE, at=DAY, by=people["above"]).exists()

    def test_what_is_not_submitted_is_hidden(
        self, dispute: OpenPoint, people: dict[str, Any], client_as: Any
    ) -> None:
        def seen(who: str) -> bool:
            return open_points(line_code=CODE, at=DAY, by=people[who]).exists()

        def work() -> str:
            row = get_line_row(code=CODE, at=DAY)
            assert row is not None
            return row.work

        assert (seen("a"), seen("above"), seen("b"), seen("beside")) == (True, True, False, False)
        assert work() == "at-work"
        other = client_as("boundary_inspector", "440106")
        assert other.get(f"/points/{dispute.pk}/").status_code == 404
        for page in (f"/lines/{CODE}/?at={DAY}", f"/inspections/{dispute.inspection_id}/"):
            assert "水塘归属" not in other.get(page).content.decode()
        pack = other.get(f"/inspections/{dispute.inspection_id}/pack.zip")
        assert "水塘归属".encode() not in _unzipped(pack.content)
        InspectionSide.objects.filter(inspection=dispute.inspection_id, code="440104").update(
            submitted_at=NOW
        )
        assert seen("b") and seen("beside") and work() == "disputed"
        assert "水塘归属" in other.get(f"/lines/{CODE}/?at={DAY}").content.decode()


def _unzipped(content: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return b"".join(pack.read(name) for name in pack.namelist() if name.endswith(".txt"))


class TestTakingBack:
    def test_an_inspection_is_given_up_with_its_reason(
        self, begun: Inspection, free_line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        with pytest.raises(BadInput, match="why it is given up"):
            withdraw_inspection(by=people["a"], at=DAY, inspection=begun, reason=" ")
        withdraw_inspection(by=people["above"], at=DAY, inspection=begun, reason="线路有误")
        held = again(begun)
        assert (stage(held, at=DAY), stage(held, at=EARLIER)) == (Stage.GIVEN_UP, Stage.FIELD)
        row = get_line_row(code=CODE, at=DAY)
        assert row is not None and row.work == ""
        with pytest.raises(CannotGoOn, match="given up on 2026-05-20"):
            add_section(
                by=people["a"], at=DAY, inspection=held, facts=SectionFacts("a", "b", DAY, "ok")
            )
        assert begin_inspection(
            by=people["b"], at=DAY, line=free_line, kind="regular", lead="440106"
        ).pk
        with pytest.raises(IntegrityError), transaction.atomic():
            Inspection.objects.filter(pk=held.pk).update(given_up_why="")

    def test_not_what_a_side_has_submitted(self, begun: Inspection, people: dict[str, Any]) -> None:
        record(begun, people)
        submit_side(by=people["a"], at=NOW, inspection=begun)
        with pytest.raises(CannotGoOn, match="opens it again"):
            withdraw_inspection(by=people["b"], at=DAY, inspection=begun, reason="x")

    def test_a_visit_with_its_photos(
        self, begun: Inspection, people: dict[str, Any], make_photo: Any, settings: Any,
        tmp_path: Any, django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        settings.MEDIA_ROOT = tmp_path
        marker = first_marker()
        made = record_visit(
            by=people["a"], at=DAY, marker=marker, facts=VisitFacts(DAY, "lost"), inspection=begun,
            photos=[("", read_photo(make_photo()))],
        )  # fmt: skip
        with pytest.raises(BadInput, match="not in the record of your side"):
            remove_visit(by=people["b"], inspection=begun, pk=made.pk)
        assert len(list(tmp_path.rglob("*.*"))) == 1
        with django_capture_on_commit_callbacks(execute=True):
            remove_visit(by=people["a"], inspection=begun, pk=made.pk)
        assert not MarkerVisit.objects.filter(pk=made.pk).exists()
        assert not MarkerPhoto.objects.filter(marker=marker).exists()
        assert not list(tmp_path.rglob("*.*"))

    def test_a_problem_of_ones_own(self, begun: Inspection, people: dict[str, Any]) -> None:
        point = raise_point(
            by=people["a"], at=DAY, inspection=begun, about="003", what="倾斜", handling="watch"
        )
        with pytest.raises(BadInput, match="not in the record of your side"):
            remove_point(by=people["b"], inspection=begun, pk=point.pk)
        remove_point(by=people["a"], inspection=begun, pk=point.pk)
        assert not OpenPoint.objects.filter(pk=point.pk).exists()
        assert point.events.model.objects.filter(pgh_obj_id=point.pk).exists()

    def test_by_their_buttons(
        self, begun: Inspection, people: dict[str, Any], client_as: Any
    ) -> None:
        made = record_visit(
            by=people["a"], at=DAY, marker=first_marker(), facts=VisitFacts(DAY, "lost"),
            inspection=begun,
        )  # fmt: skip
        client, desk = client_as("boundary_inspector", "440104"), f"/inspections/{begun.pk}/"
        assert str(made.pk) in client.get(desk).content.decode()
        assert client.post(f"{desk}unvisit/", {"visit": "x"}).status_code == 404
        assert client.post(f"{desk}unvisit/", {"visit": str(made.pk)}).status_code == 302
        assert not MarkerVisit.objects.filter(pk=made.pk).exists()
        assert client.post(f"{desk}withdraw/", {"reason": ""}).status_code == 400
        assert client.post(f"{desk}withdraw/", {"reason": "误建"}).status_code == 302
        page = client.get(desk).content.decode()
        assert "误建" in page and "/withdraw/" not in page


class TestSigningRules:
    def test_two_people_are_needed_on_each_side(
        self, begun: Inspection, people: dict[str, Any], make_user: Any
    ) -> None:
        alone = make_user("boundary_inspector", "440104")
        held = Grant.objects.get(user=alone)
        held.pk, held.role = None, "approver"
        held.save()
        record(begun, people)
        submit_side(by=alone, at=NOW, inspection=begun)
        submit_side(by=people["b"], at=NOW, inspection=begun)
        with pytest.raises(OwnRecord, match="Two people"):
            sign(by=alone, at=NOW, inspection=begun, seen=hash_of(again(begun)))
        with pytest.raises(IntegrityError), transaction.atomic():
            InspectionSide.objects.filter(inspection=begun, code="440104").update(
                signed_by=alone, signed_at=NOW, signed_hash="x"
            )

    def test_the_step_on_a_past_day(self, begun: Inspection, people: dict[str, Any]) -> None:
        held = submitted(begun, people)
        later = datetime(2026, 5, 22, 1, 0, tzinfo=UTC)
        for who in ("sign-a", "sign-b"):
            sign(by=people[who], at=later, inspection=held, seen=hash_of(held))
        filed = date(2026, 5, 25)
        file_inspection(by=people["a"], at=filed, inspection=held, filed_with="市", document="")
        held = again(held)
        steps = [stage(held, at=date(2026, 5, day)) for day in (19, 21, 23, 25)]
        assert steps == [Stage.FIELD, Stage.SUBMITTED, Stage.SIGNED, Stage.FILED]


class TestParticulars:
    def test_two_at_once_see_both_values(self, begun: Inspection, people: dict[str, Any]) -> None:
        seen = particulars_hash(again(begun))
        write_particulars(people["a"], begun, basis="协议书甲")
        mine = {"inspected_on": DAY, "basis": "协议书乙", "suggestions": ""}
        with pytest.raises(ParticularsChanged, match="协议书甲 ≠ 协议书乙"):
            write_report(by=people["b"], at=DAY, inspection=begun, seen=seen, **mine)
        assert again(begun).basis == "协议书甲"
        write_report(
            by=people["b"], at=DAY, inspection=begun, seen=particulars_hash(again(begun)), **mine
        )
        assert again(begun).basis == "协议书乙"

    def test_stand_once_a_side_has_submitted(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        record(begun, people)
        submit_side(by=people["a"], at=NOW, inspection=begun)
        with pytest.raises(CannotGoOn, match="opens it again before they change"):
            write_particulars(people["b"], begun, basis="x")
        reopen(by=people["a"], inspection=begun, reason="更正")
        assert write_particulars(people["b"], begun, basis="x").basis == "x"


class TestDays:
    def test_what_is_before_it_or_to_come_is_refused(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        for day, why in ((EARLIER, "was before it"), (DAY + timedelta(days=1), "still to come")):
            with pytest.raises(BadInput, match=why):
                record_visit(
                    by=people["a"], at=DAY, marker=first_marker(), inspection=begun,
                    facts=VisitFacts(day, "intact"),
                )  # fmt: skip
            with pytest.raises(BadInput, match=why):
                add_section(
                    by=people["a"], at=DAY, inspection=begun,
                    facts=SectionFacts("001", "002", day, "ok"),
                )  # fmt: skip

    def test_the_end_is_not_before_what_was_done(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        later = DAY + timedelta(days=3)
        record(begun, people)
        add_section(
            by=people["a"], at=later, inspection=begun, facts=SectionFacts("a", "b", later, "ok")
        )
        content = content_of(again(begun))
        assert missing_of(content, "440104") == [(Missing.LATER, "")]
        assert missing_of(content, "440106") == []


class TestTriJunctions:
    def test_a_post_belongs_to_three_lines(
        self, begun: Inspection, people: dict[str, Any], client_as: Any
    ) -> None:
        post = Marker.objects.on(DAY).filter(line_code="440106-440111").first()
        assert post is not None
        post.kind, post.third_code = "junction", "440104"
        post.save()
        for code in ("440106-440111", "440104-440106", "440104-440111"):
            assert post in Marker.objects.on(DAY).of_line(code)
            assert post in markers(at=DAY, line=code)
        assert post not in Marker.objects.on(DAY).of_line("440105-440106")
        assert post.number in content_of(again(begun))["markers"]
        along = markers_along(line_code=CODE, at=DAY)
        assert along is not None and post in [each.marker for each in along.placed]
        record_visit(
            by=people["a"], at=DAY, marker=post, inspection=begun, facts=VisitFacts(DAY, "intact")
        )
        third = client_as("boundary_inspector", "440104")
        assert third.get(f"/markers/{post.number}/visit/").status_code == 200
        assert third.get(f"/markers/{post.number}/edit/").status_code == 200
