"""Relations, codes, ends and permanent addresses of places."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from common.errors import BadInput, NotInScope, NotPermitted
from gazetteer.models import (
    NameKind,
    NameRelation,
    Place,
    PlaceName,
    PlaceRelation,
)
from gazetteer.operations.codes import CannotGiveCode, CodeTaken, end_code, give_code
from gazetteer.operations.end_place import CannotEndPlace, StillProtected, end_place
from gazetteer.operations.protection import protect_name
from gazetteer.operations.relations import (
    CannotRelate,
    RelationEnded,
    end_place_relation,
    relate_names,
    relate_places,
    strike_name_relation,
    strike_place_relation,
)
from gazetteer.queries.place_facts import codes_of, relations_of
from gazetteer.queries.pointers import pointer_of, successors_of

TODAY = date(2025, 6, 30)
SINCE = date(2023, 6, 30)
_numbers = itertools.count(1)


def make_place(
    text: str = "", *, category: str = "STREET", code: str = "440106", **columns: Any
) -> Place:
    """A place with a standard name since the records begin."""
    text = text or f"试验{next(_numbers)}路"
    values = {"geometry": Point(113.33, 23.13, srid=4490), "class_code": "23600", **columns}
    place = Place.objects.create(legal_category=category, division_code=code, **values)
    PlaceName.objects.create(
        place=place,
        text=text,
        period=DateRange(SINCE, None),
        pinyin_plain="Shiyan Lu",
        pinyin_toned="Shìyàn Lù",
        reading_source="dictionary",
    )
    return place


@pytest.fixture
def officer(make_user: Callable[..., Any]) -> Any:
    return make_user("place_name_officer", "4401")


@pytest.fixture
def approver(make_user: Callable[..., Any]) -> Any:
    return make_user("approver", "4401")


class TestRelatePlaces:
    def test_is_seen_from_both_places(self, demo: Any, officer: Any) -> None:
        bridge, road = make_place("试验桥"), make_place("试验路")
        relate_places(by=officer, place=bridge, kind="part_of", other=road, start=SINCE)
        [seen] = relations_of(place=road, at=TODAY)
        assert (seen.outward, seen.name.text, seen.current) == (False, "试验桥", True)
        assert relations_of(place=bridge, at=date(2020, 1, 1))[0].current is False

    @pytest.mark.parametrize("kind", ["part_of", "seat_of"])
    def test_refuses_a_circle(self, demo: Any, officer: Any, kind: str) -> None:
        one, two, three = make_place(), make_place(), make_place()
        relate_places(by=officer, place=one, kind=kind, other=two)
        relate_places(by=officer, place=two, kind=kind, other=three)
        with pytest.raises(CannotRelate):
            relate_places(by=officer, place=three, kind=kind, other=one)

    def test_a_circle_needs_a_common_day(self, demo: Any, officer: Any) -> None:
        one, two = make_place(), make_place()
        relate_places(by=officer, place=one, kind="part_of", other=two, end=date(2000, 1, 1))
        relate_places(by=officer, place=two, kind="part_of", other=one, start=date(2000, 1, 1))

    def test_refuses_the_same_again_and_the_reverse_of_crossing(
        self, demo: Any, officer: Any
    ) -> None:
        one, two = make_place(), make_place()
        relate_places(by=officer, place=one, kind="crosses", other=two)
        for place, other in ((one, two), (two, one), (one, one)):
            with pytest.raises(CannotRelate):
                relate_places(by=officer, place=place, kind="crosses", other=other)

    def test_refuses_a_place_that_is_no_more(self, demo: Any, officer: Any) -> None:
        one, two = make_place(), make_place(ended_on=date(2024, 1, 1))
        with pytest.raises(CannotRelate):
            relate_places(by=officer, place=one, kind="crosses", other=two)
        relate_places(by=officer, place=one, kind="crosses", other=two, end=date(2024, 1, 1))

    @pytest.mark.parametrize("kind", ["succeeded_by", "", "eats"])
    def test_refuses_other_kinds(self, demo: Any, officer: Any, kind: str) -> None:
        with pytest.raises(BadInput):
            relate_places(by=officer, place=make_place(), kind=kind, other=make_place())

    def test_asks_for_role_and_jurisdiction(self, demo: Any, make_user: Any) -> None:
        one, two = make_place(), make_place()
        for role, code, refusal in (
            ("viewer", "440106", NotPermitted),
            ("place_name_officer", "440104", NotInScope),
        ):
            with pytest.raises(refusal):
                relate_places(by=make_user(role, code), place=one, kind="part_of", other=two)

    def test_ends_and_is_struck_off(self, demo: Any, officer: Any) -> None:
        one, two = make_place(), make_place()
        row = relate_places(by=officer, place=one, kind="part_of", other=two, start=SINCE)
        with pytest.raises(BadInput):
            end_place_relation(by=officer, relation=row, on=SINCE, reason="拆除")
        row = end_place_relation(by=officer, relation=row, on=TODAY, reason="拆除")
        with pytest.raises(RelationEnded):
            end_place_relation(by=officer, relation=row, on=TODAY, reason="拆除")
        strike_place_relation(by=officer, relation=row, reason="登记错误")
        assert not PlaceRelation.objects.filter(place=one).exists()


class TestNoCircles(HypothesisCase):
    """However relations are tried, none of a kind ever leads back to its beginning."""

    @given(
        tries=st.lists(
            st.tuples(
                st.integers(0, 4), st.integers(0, 4), st.integers(2000, 2006), st.integers(1, 4)
            ),
            max_size=14,
        )
    )
    @settings(max_examples=25, deadline=None)
    def test_holds(self, tries: list[tuple[int, int, int, int]]) -> None:
        from accounts.models import Grant, User

        person = User.objects.create_user(username=f"rel-{next(_numbers)}")
        Grant.objects.create(
            user=person, role="place_name_officer", jurisdiction="", period=DateRange(SINCE, None)
        )
        places = [make_place() for _ in range(5)]
        edges = []
        for one, two, year, years in tries:
            days = (date(year, 1, 1), date(year + years, 1, 1))
            try:
                with transaction.atomic():
                    relate_places(
                        by=person,
                        place=places[one],
                        kind="part_of",
                        other=places[two],
                        start=days[0],
                        end=days[1],
                    )
            except CannotRelate:
                continue
            edges.append((one, two, year, year + years))
        for year in range(2000, 2011):
            held = {(one, two) for one, two, start, end in edges if start <= year < end}
            reached = set(held)
            for _ in places:
                reached |= {(a, d) for a, b in reached for c, d in held if b == c}
            assert not any(one == two for one, two in reached)


class TestRelateNames:
    def test_refuses_circles_and_doubles(self, demo: Any, officer: Any) -> None:
        one, two, three = (make_place().names.get() for _ in range(3))
        relate_names(by=officer, name=one, kind="renamed_to", other=two, start=SINCE)
        relate_names(by=officer, name=two, kind="renamed_to", other=three)
        for name, other in ((three, one), (one, two), (one, one)):
            with pytest.raises(CannotRelate):
                relate_names(by=officer, name=name, kind="renamed_to", other=other)
        relate_names(by=officer, name=three, kind="derived_from", other=one)

    def test_is_struck_off(self, demo: Any, officer: Any) -> None:
        one, two = (make_place().names.get() for _ in range(2))
        row = relate_names(by=officer, name=one, kind="derived_from", other=two, note="以此得名")
        strike_name_relation(by=officer, relation=row, reason="误登")
        assert not NameRelation.objects.filter(pk=row.pk).exists()


class TestGiveCode:
    def test_counts_within_division_and_class_and_ends_the_one_before(
        self, demo: Any, officer: Any
    ) -> None:
        one, two = make_place(), make_place()
        first = give_code(by=officer, place=one, on=date(2024, 1, 1))
        second = give_code(by=officer, place=two, on=date(2024, 1, 1))
        assert int(second.code) == int(first.code) + 1
        third = give_code(by=officer, place=one, on=date(2025, 1, 1), reason="重新编码")
        first.refresh_from_db()
        assert first.period.upper == date(2025, 1, 1)
        assert [fact.code.code for fact in codes_of(place=one, at=TODAY) if fact.current] == [
            third.code
        ]
        assert third.code[:14] == "44010600023600"

    def test_is_never_reused(self, demo: Any, officer: Any) -> None:
        one, two = make_place(), make_place()
        code = give_code(by=officer, place=one, on=date(2024, 1, 1))
        end_code(by=officer, code=code, on=date(2024, 6, 1), reason="撤销")
        with pytest.raises(CodeTaken):
            give_code(by=officer, place=two, on=date(2025, 1, 1), code=code.code)
        fresh = give_code(by=officer, place=two, on=date(2025, 1, 1))
        assert fresh.code != code.code

    @pytest.mark.parametrize(
        ("code", "refusal"),
        [
            ("123", BadInput),
            ("4401060002360000000A", BadInput),
            ("44010600023600000000", BadInput),
            ("44010600099999000001", BadInput),
            ("44990600023600000001", BadInput),
            ("44010400023600000001", CannotGiveCode),
            ("44010600023700000001", CannotGiveCode),
        ],
    )
    def test_refuses_wrong_codes(
        self, demo: Any, officer: Any, code: str, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            give_code(by=officer, place=make_place(), on=date(2024, 1, 1), code=code)

    def test_refuses_days_out_of_order(self, demo: Any, officer: Any) -> None:
        place = make_place()
        code = give_code(by=officer, place=place, on=date(2025, 1, 1))
        with pytest.raises(CannotGiveCode):
            give_code(by=officer, place=place, on=date(2024, 1, 1))
        with pytest.raises(BadInput):
            end_code(by=officer, code=code, on=date(2025, 1, 1), reason="撤销")
        Place.objects.filter(pk=place.pk).update(ended_on=date(2025, 3, 1))
        with pytest.raises(CannotGiveCode):
            give_code(by=officer, place=place, on=date(2025, 3, 1))

    def test_asks_for_the_role(self, demo: Any, make_user: Any) -> None:
        with pytest.raises(NotPermitted):
            give_code(by=make_user("viewer", "440106"), place=make_place(), on=SINCE)


class TestEndPlace:
    def test_ends_all_that_holds_and_names_successors(
        self, demo: Any, officer: Any, approver: Any
    ) -> None:
        place, heir, part = make_place("试验旧路"), make_place("试验新路"), make_place()
        give_code(by=officer, place=place, on=SINCE)
        relate_places(by=officer, place=part, kind="part_of", other=place)
        ended = end_place(
            by=approver,
            place=place,
            on=TODAY,
            reason="拆除",
            document="穗民〔2025〕1号",
            successors=[heir],
        )
        assert ended.ended_on == TODAY
        assert not place.names.on(TODAY).exclude(kind="abolished").exists()
        abolished = place.names.on(TODAY).get()
        assert (abolished.text, abolished.ended, abolished.document) == (
            "试验旧路",
            "2025-06-30",
            "穗民〔2025〕1号",
        )
        assert not place.codes.on(TODAY).exists()
        assert not place.related_places.on(TODAY).exists()
        assert place.names.on(date(2025, 6, 29)).standard().get().text == "试验旧路"
        assert [each.name for each in successors_of(place=place)] == ["试验新路"]

    def test_a_standard_name_needs_the_approver_and_the_document(
        self, demo: Any, officer: Any, approver: Any
    ) -> None:
        place = make_place()
        with pytest.raises(NotPermitted):
            end_place(by=officer, place=place, on=TODAY, reason="拆除", document="穗民1号")
        with pytest.raises(BadInput):
            end_place(by=approver, place=place, on=TODAY, reason="拆除")
        with pytest.raises(BadInput):
            end_place(by=approver, place=place, on=TODAY, reason=" ", document="穗民1号")

    def test_refuses_divisions_protected_names_and_dead_successors(
        self, district: Place, approver: Any
    ) -> None:
        values = {"by": approver, "on": TODAY, "reason": "拆除", "document": "穗民1号"}
        with pytest.raises(CannotEndPlace):
            end_place(place=district, **values)
        place = make_place()
        for successor in (place, make_place(ended_on=SINCE)):
            with pytest.raises(CannotEndPlace):
                end_place(place=place, successors=[successor], **values)
        protect_name(by=approver, place=place, list_name="市级名录", start=SINCE, reason="历史")
        with pytest.raises(StillProtected):
            end_place(place=place, **values)
        with pytest.raises(CannotEndPlace):
            end_place(place=make_place(), **{**values, "on": SINCE})


class TestPointers:
    def test_follows_a_chain_to_its_end(self, demo: Any) -> None:
        last = make_place("终点路")
        middle = make_place(ended_on=SINCE, merged_into=last)
        first = make_place()
        with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
            Place.objects.filter(pk=first.pk).update(ended_on=SINCE, merged_into=middle)
        Place.objects.filter(pk=middle.pk).update(merged_into=None)
        Place.objects.filter(pk=first.pk).update(ended_on=SINCE, merged_into=middle)
        Place.objects.filter(pk=middle.pk).update(merged_into=last)
        pointer = pointer_of(place_id=first.pk, at=TODAY)
        assert pointer is not None and (pointer.place.pk, pointer.merged) == (last.pk, True)

    def test_no_loop_can_be_written(self, demo: Any) -> None:
        one, two = make_place(), make_place()
        Place.objects.filter(pk=one.pk).update(ended_on=SINCE, merged_into=two)
        with pytest.raises(IntegrityError), transaction.atomic():
            Place.objects.filter(pk=two.pk).update(ended_on=SINCE, merged_into=one)

    def test_secret_places_are_not_there(self, demo: Any) -> None:
        place = make_place(secrecy="secret")
        assert pointer_of(place_id=place.pk, at=TODAY) is None
        open_one = make_place(ended_on=SINCE, merged_into=place)
        assert pointer_of(place_id=open_one.pk, at=TODAY) is None


class TestKinds:
    def test_all_kinds_but_standard_can_be_told(self) -> None:
        from gazetteer.operations.place_names import STATUSES

        assert set(STATUSES) == set(NameKind) - {NameKind.STANDARD}
