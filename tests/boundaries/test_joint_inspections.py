"""A joint inspection from its beginning to its filing, by the people of both sides."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from boundaries.domain.joint_record import Stage
from boundaries.models import (
    BoundaryLine,
    Inspection,
    InspectionSide,
    JointInspection,
    Marker,
    OpenPoint,
)
from boundaries.operations.inspections import (
    CannotGoOn,
    NotYourSide,
    SectionFacts,
    add_section,
    begin_inspection,
    remove_section,
    write_side,
)
from boundaries.operations.points import raise_point, settle_point
from boundaries.operations.signing import (
    ContentChanged,
    StillMissing,
    file_inspection,
    reopen,
    sign,
    submit_side,
)
from boundaries.operations.visits import NoOtherSide, VisitFacts, record_visit
from boundaries.queries.inspections import (
    content_of,
    hash_of,
    open_points,
    readable_sides,
    stage,
)
from boundaries.queries.lines import get_line_row
from boundaries.queries.markers import get_marker, visits
from common.errors import BadInput, NotInScope, NotPermitted
from tests.boundaries.inspected import CODE, DAY, NOW, again, record, signed, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def line(free_line: BoundaryLine) -> BoundaryLine:
    return free_line


class TestBeginning:
    def test_both_sides_have_a_record(self, begun: Inspection) -> None:
        assert [side.code for side in begun.sides.all()] == ["440104", "440106"]
        assert stage(again(begun), at=DAY) == Stage.FIELD

    def test_one_regular_inspection_at_a_time(
        self, begun: Inspection, line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        with pytest.raises(CannotGoOn, match="already under way"):
            begin_inspection(by=people["b"], at=DAY, line=line, kind="regular", lead="440106")
        with pytest.raises(BadInput, match="which section"):
            begin_inspection(by=people["b"], at=DAY, line=line, kind="special", lead="440106")
        made = begin_inspection(
            by=people["b"], at=DAY, line=line, kind="special", lead="440106", section="洪水后"
        )
        assert made.section == "洪水后"

    def test_only_by_who_inspects_here(self, line: BoundaryLine, people: dict[str, Any]) -> None:
        with pytest.raises(NotInScope):
            begin_inspection(by=people["beside"], at=DAY, line=line, kind="regular", lead="440104")
        with pytest.raises(NotPermitted):
            begin_inspection(by=people["sign-a"], at=DAY, line=line, kind="regular", lead="440104")
        with pytest.raises(BadInput, match="is not a side"):
            begin_inspection(by=people["a"], at=DAY, line=line, kind="regular", lead="440111")


class TestRecords:
    def test_each_side_writes_its_own(self, begun: Inspection, people: dict[str, Any]) -> None:
        write_side(by=people["a"], inspection=begun, organisers="越秀区民政局", people="甲")
        write_side(by=people["b"], inspection=begun, organisers="天河区民政局", people="乙")
        found = {side.code: side.people for side in InspectionSide.objects.filter(inspection=begun)}
        assert found == {"440104": "甲", "440106": "乙"}
        with pytest.raises(NotYourSide):
            write_side(by=people["above"], inspection=begun, organisers="市", people="丙")

    def test_the_other_side_reads_it_once_submitted(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        held = record(begun, people)
        assert readable_sides(people["b"], held) == ["440106"]
        assert readable_sides(people["above"], held) == ["440104", "440106"]
        assert readable_sides(people["beside"], held) == []
        submit_side(by=people["a"], at=NOW, inspection=begun)
        assert readable_sides(people["b"], again(begun)) == ["440104", "440106"]
        assert readable_sides(people["beside"], again(begun)) == ["440104"]

    def test_visits_stay_in_the_record_until_submitted(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        marker = Marker.objects.on(DAY).filter(line_code=CODE).first()
        assert marker is not None
        facts = VisitFacts(DAY, "lost")
        record_visit(by=people["b"], at=DAY, marker=marker, facts=facts, inspection=begun)
        found = get_marker(number=marker.number, at=DAY)
        assert found is not None and found.found != "lost"
        assert DAY not in {each.visited_on for each in visits(marker=marker, until=DAY)}
        InspectionSide.objects.filter(inspection=begun, code="440106").update(submitted_at=NOW)
        found = get_marker(number=marker.number, at=DAY)
        assert found is not None and found.found == "lost"

    def test_what_is_missing_stops_the_submission(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        with pytest.raises(StillMissing, match="things are missing"):
            submit_side(by=people["a"], at=NOW, inspection=begun)

    def test_a_marker_of_another_line_and_a_change_without_words(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        other = Marker.objects.on(DAY).filter(line_code="440106-440112").first()
        assert other is not None
        with pytest.raises(BadInput, match="inspected line"):
            record_visit(
                by=people["b"], at=DAY, marker=other, facts=VisitFacts(DAY, "intact"),
                inspection=begun,
            )  # fmt: skip
        with pytest.raises(BadInput, match="what has changed"):
            add_section(
                by=people["a"], at=DAY, inspection=begun,
                facts=SectionFacts("001", "002", DAY, "changed"),
            )  # fmt: skip
        row = add_section(
            by=people["a"], at=DAY, inspection=begun, facts=SectionFacts("001", "002", DAY, "ok")
        )
        with pytest.raises(BadInput, match="not in the record of your side"):
            remove_section(by=people["b"], inspection=begun, pk=row.pk)
        remove_section(by=people["a"], inspection=begun, pk=row.pk)
        assert not again(begun).sides.all()[0].sections.all()


class TestSigning:
    def test_both_sign_the_same_and_it_is_frozen(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        held = signed(begun, people)
        assert stage(held, at=DAY) == Stage.SIGNED
        assert held.frozen_hash == hash_of(held)
        assert {side.signed_hash for side in held.sides.all()} == {held.frozen_hash}

    def test_who_stands_above_or_signs_too_early_is_refused(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        with pytest.raises(CannotGoOn, match="submit their records first"):
            sign(by=people["sign-a"], at=NOW, inspection=begun, seen="")
        held = submitted(begun, people)
        with pytest.raises(NotYourSide):
            sign(by=people["sign-above"], at=NOW, inspection=held, seen=hash_of(held))
        with pytest.raises(NotPermitted):
            sign(by=people["a"], at=NOW, inspection=held, seen=hash_of(held))
        with pytest.raises(NotInScope):
            sign(by=people["beside"], at=NOW, inspection=held, seen=hash_of(held))

    def test_content_that_changed_meanwhile_is_not_signed(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        held = submitted(begun, people)
        seen = hash_of(held)
        reopen(by=people["b"], inspection=held, reason="漏记")
        write_side(by=people["b"], inspection=held, organisers="天河区民政局", people="王")
        submit_side(by=people["b"], at=NOW, inspection=held)
        with pytest.raises(ContentChanged):
            sign(by=people["sign-a"], at=NOW, inspection=held, seen=seen)

    def test_a_later_change_needs_both_again(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        held = signed(begun, people)
        with pytest.raises(CannotGoOn, match="open it again"):
            write_side(by=people["a"], inspection=held, organisers="越", people="越")
        reopen(by=people["a"], inspection=held, reason="补照片")
        held = again(held)
        assert stage(held, at=DAY) == Stage.FIELD and held.frozen is None
        assert [side.signed_hash for side in held.sides.all()] == ["", ""]

    def test_the_database_keeps_unsigned_records_from_being_filed(self, begun: Inspection) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Inspection.objects.filter(pk=begun.pk).update(filed_on=DAY)


class TestFiling:
    def test_filing_starts_the_clock_anew_and_archives(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        held = signed(begun, people)
        file_inspection(
            by=people["a"],
            at=DAY,
            inspection=held,
            filed_with="广州市民政局",
            document="穗界〔2026〕1号",
        )
        held = again(held)
        assert stage(held, at=DAY) == Stage.FILED
        assert held.result is not None and held.result.inspected_on == DAY
        row = get_line_row(code=CODE, at=DAY)
        assert row is not None and row.last_on == DAY and row.lead_code == "440104"
        for act in (
            lambda: reopen(by=people["a"], inspection=held, reason="x"),
            lambda: write_side(by=people["a"], inspection=held, organisers="x", people="x"),
        ):
            with pytest.raises(CannotGoOn, match="archived"):
                act()

    def test_the_database_itself_keeps_what_is_filed(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        held = signed(begun, people)
        file_inspection(by=people["a"], at=DAY, inspection=held, filed_with="市", document="")
        row = Inspection.objects.filter(pk=held.pk)
        for changed in ({"basis": "x"}, {"filed_on": None}, {"frozen": None}):
            with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
                row.update(**changed)

    def test_unsigned_is_not_filed(self, begun: Inspection, people: dict[str, Any]) -> None:
        held = submitted(begun, people)
        with pytest.raises(CannotGoOn, match="both sides have signed"):
            file_inspection(by=people["a"], at=DAY, inspection=held, filed_with="市", document="")
        assert not JointInspection.objects.filter(line__code=CODE, inspected_on=DAY).exists()


class TestPoints:
    def test_open_points_go_on_to_the_next_inspection(
        self, begun: Inspection, line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        raise_point(
            by=people["a"],
            at=DAY,
            inspection=begun,
            about="003",
            what="界桩倾斜",
            handling="repair",
        )
        held = signed(begun, people)
        file_inspection(by=people["a"], at=DAY, inspection=held, filed_with="市", document="")
        later = date(2031, 5, 1)
        following = begin_inspection(
            by=people["b"], at=later, line=line, kind="regular", lead="440106"
        )
        assert [each["about"] for each in content_of(again(following))["points"]] == ["003"]
        assert open_points(line_code=CODE, at=later, by=people["a"]).count() == 1

    def test_no_repair_without_the_other_side(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        point = raise_point(
            by=people["a"], at=DAY, inspection=begun, about="003", what="倾斜", handling="repair"
        )
        with pytest.raises(NoOtherSide):
            settle_point(by=people["a"], at=DAY, point=point, outcome="扶正", both_present=False)
        with pytest.raises(IntegrityError), transaction.atomic():
            OpenPoint.objects.filter(pk=point.pk).update(closed_on=DAY, outcome="扶正")
        with pytest.raises(BadInput, match="Say what was done"):
            settle_point(by=people["a"], at=DAY, point=point, outcome=" ", both_present=True)
        settle_point(by=people["b"], at=DAY, point=point, outcome="双方到场扶正", both_present=True)
        assert not open_points(line_code=CODE, at=DAY, by=people["a"]).exists()
        with pytest.raises(BadInput, match="settled already"):
            settle_point(by=people["a"], at=DAY, point=point, outcome="扶正", both_present=True)
