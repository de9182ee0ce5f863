"""Suggestions: who may make them, what is refused, what deciding writes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from common.photos import NotAnImage
from gazetteer.models import Informant, OpenPost, Place, Suggestion
from gazetteer.operations.complaints import RepeatsTheInformant
from gazetteer.operations.edit_name import IsRenaming, edit_name
from gazetteer.operations.open_posts import TooMany
from gazetteer.operations.places import CannotEditPlace
from gazetteer.operations.suggestions import (
    AnswerMissing,
    DecidedAlready,
    NothingSuggested,
    OwnSuggestion,
    PlaceEnded,
    RecordChanged,
    SameAsRecord,
    TooLong,
    decide,
    difference,
    mark_duplicate,
    suggest,
)
from gazetteer.queries.suggestions import suggestions

pytestmark = pytest.mark.usefixtures("demo")
ORIGIN = {"origin": "因天河得名"}


def put(road: Place, proposed: Any = None, **values: Any) -> Suggestion:
    return suggest(
        **{
            "by": None,
            "at": timezone.now(),
            "place": road,
            "proposed": ORIGIN if proposed is None else proposed,
            "reason": "见地名志",
            "address": "192.0.2.7",
            **values,
        }
    )


@pytest.fixture
def officer(make_user: Callable[..., Any]) -> Any:
    return make_user("place_name_officer", "440106")


def settle(officer: Any, suggestion: Suggestion, accept: Any, **values: Any) -> Suggestion:
    options = {"answer": "已核对", **values}
    return decide(by=officer, at=timezone.now(), suggestion=suggestion, accept=accept, **options)


class TestSuggest:
    def test_keeps_what_differs_and_who_apart(self, road: Place) -> None:
        found = put(road, {**ORIGIN, "text": "天河路"}, name="建议人甲", contact="000-0000-1")
        assert found.changes == {"origin": {"from": "", "to": "因天河得名"}}
        assert found.suggested_by is None
        assert Informant.objects.get(suggestion=found).contact == "000-0000-1"
        line = AuditEntry.objects.get(operation="suggest")
        assert line.user is None
        assert "000-0000-1" not in str(line.details)

    @pytest.mark.parametrize("field", ["reason", "evidence"])
    def test_who_suggests_is_not_named_where_all_can_read_it(self, road: Place, field: str) -> None:
        with pytest.raises(RepeatsTheInformant):
            put(road, contact="138-0013 8000", **{field: "请致电13800138000"})
        assert not road.suggestions.exists()

    def test_a_viewer_of_another_district_may_suggest_too(
        self, road: Place, make_user: Callable[..., Any]
    ) -> None:
        viewer = make_user("viewer", "440104")
        assert put(road, by=viewer).suggested_by == viewer

    @pytest.mark.parametrize("proposed", [{}, {"origin": "  "}])
    def test_refuses_an_empty_suggestion(self, road: Place, proposed: Any) -> None:
        with pytest.raises(NothingSuggested):
            put(road, proposed)

    @pytest.mark.parametrize("proposed", [{"text": "天 河路"}, {"reading": "Tiānhé Lù"}])
    def test_refuses_what_the_record_says_already(self, road: Place, proposed: Any) -> None:
        with pytest.raises(SameAsRecord):
            put(road, proposed)

    def test_refuses_a_place_that_ended(self, road: Place) -> None:
        road.ended_on = date(2024, 1, 1)
        road.save()
        with pytest.raises(PlaceEnded, match="2024-01-01"):
            put(road)

    @pytest.mark.parametrize("field", ["origin", "text"])
    def test_refuses_a_hundred_thousand_characters(self, road: Place, field: str) -> None:
        with pytest.raises(TooLong):
            put(road, {field: "长" * 100_000})
        with pytest.raises(TooLong):
            put(road, reason="长" * 100_000)

    @pytest.mark.parametrize(
        "proposed",
        [
            {"colour": "red"},
            {"position": "113.3, 23.1"},
            {"alias": "天河大路", "alias_kind": "king"},
            {"origin": "a\x00b"},
        ],
    )
    def test_refuses_what_a_record_cannot_hold(self, road: Place, proposed: Any) -> None:
        with pytest.raises(BadInput):
            put(road, proposed)

    @pytest.mark.parametrize(
        ("secrecy", "signed_in", "there"),
        [("secret", True, False), ("internal", False, False), ("internal", True, True)],
    )
    def test_what_is_not_public_does_not_exist_outside(
        self, road: Place, officer: Any, secrecy: str, signed_in: bool, there: bool
    ) -> None:
        road.secrecy = secrecy
        road.save()
        if there:
            assert put(road, by=officer)
            return
        with pytest.raises(NotInScope):
            put(road, by=officer if signed_in else None)

    def test_an_address_is_throttled_and_kept_as_a_hash_for_a_day(self, road: Place) -> None:
        now = timezone.now()
        for number in range(10):
            put(road, {"origin": f"来历{number}"}, at=now)
        with pytest.raises(TooMany):
            put(road, {"origin": "来历"}, at=now)
        assert put(road, {"origin": "来历"}, address="192.0.2.8", at=now)
        assert put(road, {"origin": "明日"}, at=now + timedelta(days=2))
        assert not OpenPost.objects.filter(address__contains="192.0.2").exists()
        assert OpenPost.objects.count() == 1

    def test_a_photo_is_kept_without_its_owner(self, road: Place, picture: Any) -> None:
        [kept] = put(road, photo=picture()).files.all()
        assert b"OWNER-OF-CAMERA" in picture().read()
        assert b"OWNER-OF-CAMERA" not in kept.file.read()

    def test_refuses_a_photo_that_is_none_and_keeps_nothing(self, road: Place) -> None:
        with pytest.raises(NotAnImage):
            put(road, photo=SimpleUploadedFile("x.jpg", b"not a picture"))


class TestDecide:
    def test_takes_over_a_part_and_answers(self, road: Place, officer: Any) -> None:
        found = put(road, {**ORIGIN, "reading": "Tiānhè Lù"})
        settle(officer, found, ORIGIN, answer="读音无误")
        found.refresh_from_db()
        name = road.names.get()
        assert (found.state, found.answer) == ("partly", "读音无误")
        assert (name.origin, name.pinyin_toned) == ("因天河得名", "Tiānhé Lù")
        assert AuditEntry.objects.filter(operation="edit_name", subject_id=str(road.pk)).exists()

    def test_an_edited_value_is_accepted_in_part(self, road: Place, officer: Any) -> None:
        found = settle(officer, put(road), {"origin": "因天河区得名"})
        assert found.state == "partly"
        assert road.names.get().origin == "因天河区得名"

    def test_every_field_of_a_name_and_place_is_written(self, road: Place, officer: Any) -> None:
        wanted = {
            "reading": "Tiānhè Lù",
            "meaning": "含义",
            "origin": "来历",
            "history": "沿革",
            "description": "东西走向",
            "alias": "天河大路",
            "alias_kind": "alias",
        }
        found = put(road, wanted)
        assert settle(officer, found, wanted).state == "accepted"
        name = road.names.get(kind="standard")
        road.refresh_from_db()
        assert (name.meaning, name.history, road.description) == ("含义", "沿革", "东西走向")
        assert road.names.get(text="天河大路").kind == "alias"
        assert all(each.done for each in difference(found, timezone.localdate()))

    def test_a_point_is_moved(self, road: Place, officer: Any) -> None:
        road.geometry = None
        road.save()
        found = put(road, {"position": "113.3300,23.1300"})
        settle(officer, found, {"position": "113.330000, 23.130000"})
        road.refresh_from_db()
        assert road.geometry.coords == (113.33, 23.13)

    def test_a_point_outside_the_division_is_refused(self, road: Place, officer: Any) -> None:
        Place.objects.filter(pk=road.pk).update(geometry=None)
        road.refresh_from_db()
        away = {"position": "113.500000, 22.500000"}
        with pytest.raises(BadInput, match="m outside"):
            settle(officer, put(road, away), away)
        road.refresh_from_db()
        assert road.geometry is None

    def test_a_division_is_not_moved(self, district: Place, make_user: Callable[..., Any]) -> None:
        Place.objects.filter(pk=district.pk).update(geometry=None)
        district.refresh_from_db()
        away = {"position": "113.330000, 23.000000"}
        steward = make_user("place_name_officer", "4401")
        with pytest.raises(CannotEditPlace, match="adjustment of divisions"):
            settle(steward, put(district, away), away)

    def test_a_further_name_is_judged_as_on_its_own_form(self, road: Place, officer: Any) -> None:
        wrong = {"alias": "123", "alias_kind": "alias"}
        with pytest.raises(BadInput, match="no letter"):
            settle(officer, put(road, wrong), wrong)
        former = {"alias": "石牌大路", "alias_kind": "former"}
        settle(officer, put(road, former), former)
        name = road.names.get(text="石牌大路")
        assert (name.kind, name.status) == ("former", "historic")

    def test_declining_needs_an_answer(self, road: Place, officer: Any) -> None:
        found = put(road)
        with pytest.raises(AnswerMissing):
            settle(officer, found, {}, answer=" ")
        assert settle(officer, found, {}).state == "declined"
        assert road.names.get().origin == ""

    def test_a_homophone_is_a_correction_and_a_new_name_is_not(
        self, road: Place, officer: Any
    ) -> None:
        found = put(road, {"text": "天和路"})
        assert settle(officer, found, {"text": "天和路"}).state == "accepted"
        other = put(road, {"text": "天府路"})
        with pytest.raises(IsRenaming, match="天府路"):
            settle(officer, other, {"text": "天府路"})
        assert road.names.get().text == "天和路"

    def test_refuses_what_the_operation_refuses_and_writes_nothing(
        self, road: Place, officer: Any
    ) -> None:
        found = put(road, {**ORIGIN, "reading": "Tianhe Road"})
        with pytest.raises(BadInput):
            settle(officer, found, {**ORIGIN, "reading": "Tianhe Road"})
        found.refresh_from_db()
        assert found.state == "new"
        assert road.names.get().origin == ""

    def test_a_record_changed_meanwhile_is_a_conflict_and_not_overwritten(
        self, road: Place, officer: Any
    ) -> None:
        found = put(road)
        today = timezone.localdate()
        [before] = difference(found, today)
        edit_name(by=officer, place=road, at=today, text="天河路", origin="别的来历")
        [after] = difference(found, today)
        assert not before.conflict and after.conflict
        with pytest.raises(RecordChanged):
            settle(officer, found, ORIGIN, seen={"origin": before.now})
        settle(officer, found, ORIGIN, seen={"origin": after.now})
        assert road.names.get().origin == "因天河得名"

    def test_equal_ones_become_duplicates_with_the_same_answer(
        self, road: Place, officer: Any
    ) -> None:
        first, twin, other = put(road), put(road), put(road, {"origin": "别的"})
        queue = suggestions(at=timezone.localdate(), within="440106", state="new", place=road).rows
        assert [(row.pk, row.equals) for row in queue] == [(first.pk, 2), (other.pk, 1)]
        settle(officer, first, ORIGIN, answer="谢谢")
        twin.refresh_from_db()
        assert (twin.state, twin.duplicate_of_id, twin.answer) == ("duplicate", first.pk, "谢谢")
        other.refresh_from_db()
        assert other.state == "new"

    def test_marks_a_repetition_by_hand(self, road: Place, officer: Any, district: Place) -> None:
        first, other = put(road), put(road, {"origin": "因天河而得名"})
        with pytest.raises(BadInput):
            mark_duplicate(by=officer, at=timezone.now(), suggestion=other, of=other)
        with pytest.raises(BadInput):
            mark_duplicate(by=officer, at=timezone.now(), suggestion=other, of=put(district))
        done = mark_duplicate(by=officer, at=timezone.now(), suggestion=other, of=first)
        assert done.state == "duplicate"

    def test_refuses_twice_ones_own_without_role_and_outside(
        self, road: Place, officer: Any, make_user: Callable[..., Any]
    ) -> None:
        found = put(road)
        with pytest.raises(NotPermitted):
            settle(make_user("viewer", "440106"), found, ORIGIN)
        with pytest.raises(NotInScope):
            settle(make_user("place_name_officer", "440104"), found, ORIGIN)
        with pytest.raises(OwnSuggestion):
            settle(officer, put(road, {"origin": "自荐"}, by=officer), {"origin": "自荐"})
        with pytest.raises(BadInput):
            settle(officer, found, {"meaning": "没有建议过"})
        settle(officer, found, ORIGIN)
        with pytest.raises(DecidedAlready):
            settle(officer, found, ORIGIN)
