"""Merging: the preview is what happens, everything goes along, an undo is exact."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone, translation

from common.errors import BadInput, NotInScope, NotPermitted
from gazetteer.models import (
    NameKind,
    NamingCase,
    Place,
    PlaceMerge,
    PlaceName,
    PlaceRelation,
    Protection,
    Suggestion,
)
from gazetteer.operations.codes import give_code
from gazetteer.operations.merge_places import (
    CannotMerge,
    CannotUndoMerge,
    SeenOtherwise,
    Undecided,
    merge_places,
    undo_merge,
)
from gazetteer.operations.place_names import CannotAddName, NameFacts, add_name, correct_name
from gazetteer.operations.relations import relate_names, relate_places
from gazetteer.queries.merge_rows import as_json, value_of
from gazetteer.queries.merging import MergePlan, merge_plan, movables, records_digest
from gazetteer.queries.pointers import pointer_of
from gazetteer.queries.search import search_names
from signage.models import Sign
from tests.gazetteer.test_identity import SINCE, make_place

ON = date(2025, 6, 1)
TODAY = date(2025, 6, 30)
# Kept by the database from other tables, or the truth of the demonstration set.
FOLLOWING = {"signage.shownplace", "signage.plantedabsence"}


@pytest.fixture
def officer(make_user: Callable[..., Any]) -> Any:
    return make_user("place_name_officer", "4401")


@pytest.fixture
def pair(demo: Any, officer: Any) -> tuple[Place, Place]:
    """Two records of one lane with something of every kind on each."""
    ended, survivor = make_place("栖霞里巷"), make_place("栖霞里")
    Place.objects.filter(pk=ended.pk).update(
        description="东起甲，西至乙", geometry=Point(113.331, 23.131, srid=4490)
    )
    ended.refresh_from_db()
    for place, text in ((ended, "旧栖霞"), (ended, "栖霞"), (survivor, "栖霞")):
        add_name(
            by=officer,
            place=place,
            kind="alias",
            facts=NameFacts(text=text, began="1990"),
            at=TODAY,
        )
    add_name(
        by=officer,
        place=ended,
        kind="former",
        facts=NameFacts(text="石马里", ended="1958"),
        at=TODAY,
    )
    road = make_place("栖霞大街")
    for place in (ended, survivor):
        relate_places(by=officer, place=place, kind="part_of", other=road, start=SINCE)
    relate_places(by=officer, place=ended, kind="crosses", other=survivor, start=SINCE)
    relate_places(by=officer, place=make_place(), kind="part_of", other=ended, start=SINCE)
    for place in (ended, survivor):
        give_code(by=officer, place=place, on=date(2024, 1, 1))
    Protection.objects.create(place=ended, list_name="市级名录", period=DateRange(SINCE, None))
    Suggestion.objects.create(
        place=ended, changes={}, digest="x", reason="见", suggested_at=timezone.now()
    )
    NamingCase.objects.create(
        number="测-1",
        kind="renaming",
        state="withdrawn",
        place=ended,
        text="栖霞新里",
        category="STREET",
        division_code="440106",
        applicant="测试",
        applied_by=officer,
        opened_on=SINCE,
    )
    signs = list(Sign.objects.filter(division_code__startswith="440106").order_by("number")[:3])
    Sign.objects.filter(pk__in=[sign.pk for sign in signs[:2]]).update(place=ended)
    faces = [{"panels": [{"lines": [{"text": "栖霞里巷", "place": str(ended.pk)}]}]}]
    Sign.objects.filter(pk=signs[2].pk).update(faces=faces)
    return ended, survivor


def preview(pair: tuple[Place, Place], decisions: Any = None) -> MergePlan:
    ended, survivor = (Place.objects.get(pk=each.pk) for each in pair)
    return merge_plan(
        ended=ended, survivor=survivor, on=ON, today=TODAY, decisions=decisions or decided(pair)
    )


def decided(pair: tuple[Place, Place], name: str = "alias", fact: str = "take") -> dict[str, str]:
    standard = pair[0].names.standard().get()
    return {f"name:{standard.pk}": name, "fact:position": fact}


def merge(officer: Any, pair: tuple[Place, Place], **values: Any) -> PlaceMerge:
    return merge_places(
        **{
            "by": officer,
            "ended": pair[0],
            "survivor": pair[1],
            "on": ON,
            "at": timezone.now(),
            "reason": "实地核查为同一巷",
            "decisions": decided(pair),
            **values,
        }
    )


def everything() -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of the tables that a merge touches, as values."""
    return {
        label: {
            row.pk: as_json(
                {
                    column.attname: value_of(row, column.attname)
                    for column in row._meta.concrete_fields
                }
            )
            for row in apps.get_model(label)._base_manager.all()
        }
        for label in TOUCHED
    }


TOUCHED = (
    *("gazetteer.place", "gazetteer.placename", "gazetteer.placecode", "gazetteer.placerelation"),
    *("gazetteer.protection", "gazetteer.suggestion", "gazetteer.namingcase"),
    *("signage.sign", "signage.absence"),
)


class TestPlan:
    def test_every_table_that_points_to_a_place_goes_along(self, demo: Any) -> None:
        """A table added later has to be enrolled, or a merge would leave its rows behind."""
        place = make_place()
        served = {movable.rows(place).model._meta.label_lower for movable in movables()}
        served |= {"gazetteer.placename", "gazetteer.placecode", "gazetteer.place"}
        served |= {"gazetteer.placemerge", *FOLLOWING}
        pointing = {
            relation.related_model._meta.label_lower
            for relation in Place._meta.get_fields(include_hidden=True)
            if (relation.one_to_many or relation.one_to_one)
            and relation.auto_created
            and getattr(relation.field, "db_constraint", True)
        }
        assert pointing <= served

    def test_shows_differences_that_wait_for_a_decision(self, pair: tuple[Place, Place]) -> None:
        plan = preview(pair, {"none": "yet"})
        assert [step.title for step in plan.undecided] == ["栖霞里巷", "position"]
        assert not plan.ready

    def test_tells_what_moves_and_what_stays(self, pair: tuple[Place, Place]) -> None:
        plan = preview(pair)
        assert {step.title: step.outcome for step in plan.names} == {
            "栖霞里巷": "alias",
            "旧栖霞": "move",
            "栖霞": "end",
            "石马里": "move",
        }
        assert [step.outcome for step in plan.codes] == ["end"]
        moving = {group.key: (group.moving, len(group.staying)) for group in plan.groups}
        assert moving == {
            "relations": (0, 2),
            "related_places": (1, 0),
            "protections": (1, 0),
            "cases": (1, 0),
            "suggestions": (1, 0),
            "signs": (2, 0),
            "shown_on": (1, 0),
        }

    def test_writes_nothing(self, pair: tuple[Place, Place]) -> None:
        before = everything()
        preview(pair)
        assert everything() == before


class TestMerge:
    @pytest.mark.parametrize("name", ["alias", "former", "none"])
    @pytest.mark.parametrize("fact", ["keep", "take"])
    def test_does_what_the_preview_shows(
        self, pair: tuple[Place, Place], officer: Any, name: str, fact: str
    ) -> None:
        decisions = decided(pair, name, fact)
        plan = preview(pair, decisions)
        before = everything()
        done = merge(
            officer, pair, decisions=decisions, seen=records_digest(ended=pair[0], survivor=pair[1])
        )
        after = everything()
        changed = {
            (label, str(key))
            for label, rows in after.items()
            for key, row in rows.items()
            if before[label].get(key) != row
        }
        told = {
            (write["model"], write["key"])
            for write in done.written
            if write["before"] != write["after"]
        }
        assert changed == told
        shown = [(w.model, w.before, w.after) for w in plan.writes]
        assert shown == [(w["model"], w["before"], w["after"]) for w in done.written]
        for write in done.written:
            row = apps.get_model(write["model"])._base_manager.get(pk=write["key"])
            assert as_json({n: value_of(row, n) for n in write["after"]}) == write["after"]

    def test_the_identity_leads_on_and_names_are_found(
        self, pair: tuple[Place, Place], officer: Any
    ) -> None:
        ended, survivor = pair
        merge(officer, pair)
        pointer = pointer_of(place_id=ended.pk, at=TODAY)
        assert pointer is not None and pointer.place.pk == survivor.pk and pointer.merged
        assert search_names(text="栖霞里巷", at=TODAY)[0].place_id == survivor.pk
        assert search_names(text="栖霞里巷", at=date(2025, 5, 1))[0].place_id == ended.pk
        assert not ended.names.on(ON).exists()
        sign = Sign.objects.get(shown_places__place=survivor)
        assert str(ended.pk) not in str(sign.faces)

    def test_needs_every_decision_and_a_reason(
        self, pair: tuple[Place, Place], officer: Any
    ) -> None:
        with pytest.raises(Undecided):
            merge(officer, pair, decisions={})
        with pytest.raises(BadInput):
            merge(officer, pair, reason=" ")

    def test_refuses_what_was_seen_otherwise(self, pair: tuple[Place, Place], officer: Any) -> None:
        seen = records_digest(ended=pair[0], survivor=pair[1])
        add_name(by=officer, place=pair[0], kind="alias", facts=NameFacts(text="里巷"), at=TODAY)
        with pytest.raises(SeenOtherwise):
            merge(officer, pair, seen=seen)

    def test_asks_for_the_role_at_both(self, pair: tuple[Place, Place], make_user: Any) -> None:
        with pytest.raises(NotPermitted):
            merge(make_user("viewer", "4401"), pair)
        far = make_place(code="440104")
        with pytest.raises(NotInScope):
            merge(make_user("place_name_officer", "440106"), (pair[0], far))

    def test_refuses_what_are_not_two_records_of_one_place(
        self, pair: tuple[Place, Place], district: Place, officer: Any
    ) -> None:
        ended = pair[0]
        gone = make_place(ended_on=SINCE)
        bridge = make_place("栖霞桥", category="FACILITY")
        for other in (ended, district, gone, bridge):
            with pytest.raises(CannotMerge):
                merge(officer, (ended, other))
        for day in (SINCE, TODAY + timedelta(days=100_000)):
            with pytest.raises(CannotMerge):
                merge(officer, pair, on=day)
        NamingCase.objects.filter(place=ended).update(state="submitted")
        with pytest.raises(CannotMerge):
            merge(officer, pair)

    def test_a_merged_place_takes_no_more_names_and_merges_no_more(
        self, pair: tuple[Place, Place], officer: Any
    ) -> None:
        merge(officer, pair)
        with pytest.raises(CannotAddName):
            add_name(
                by=officer, place=pair[0], kind="alias", facts=NameFacts(text="里巷"), at=TODAY
            )
        with pytest.raises(CannotMerge):
            merge(officer, pair)
        with pytest.raises(CannotMerge):
            merge(officer, (pair[1], pair[0]))

    def test_a_survivor_without_a_standard_name_may_get_it(self, demo: Any, officer: Any) -> None:
        pair = make_place("栖霞里巷"), make_place("栖霞里")
        pair[1].names.all().delete()
        standard = pair[0].names.get()
        merge(officer, pair, decisions={f"name:{standard.pk}": "standard"})
        assert pair[1].names.on(ON).standard().get().text == "栖霞里巷"


class TestUndo:
    @pytest.mark.parametrize("name", ["alias", "former"])
    def test_puts_everything_back_exactly(
        self, pair: tuple[Place, Place], officer: Any, name: str
    ) -> None:
        before = everything()
        done = merge(officer, pair, decisions=decided(pair, name))
        assert everything() != before
        undo_merge(by=officer, merge=done, at=timezone.now(), reason="核查有误")
        assert everything() == before
        with pytest.raises(CannotMerge):
            undo_merge(by=officer, merge=done, at=timezone.now(), reason="核查有误")
        merge(officer, pair)

    @pytest.mark.parametrize(
        "built", ["copy", "corrected", "moved", "relation", "renamed", "referred"]
    )
    def test_refuses_once_something_was_built_on_it(
        self, pair: tuple[Place, Place], officer: Any, built: str
    ) -> None:
        survivor = pair[1]
        done = merge(officer, pair)
        copy = survivor.names.get(text="栖霞里巷", kind=NameKind.ALIAS)
        other = make_place("另一里")
        if built == "copy":
            PlaceName.objects.filter(pk=copy.pk).update(text="栖霞里弄")
        elif built == "corrected":
            correct_name(
                by=officer,
                name=survivor.names.get(text="旧栖霞"),
                facts=NameFacts(text="旧栖霞", began="1990", meaning="因旧里得名"),
                at=TODAY,
                reason="补充含义",
            )
        elif built == "moved":
            survivor.names.filter(text="旧栖霞").update(place=other)
        elif built == "relation":
            PlaceRelation.objects.filter(other=survivor, kind="part_of").update(other=other)
        elif built == "renamed":
            survivor.names.standard().update(text="改名里")
        else:
            name = other.names.get()
            relate_names(by=officer, name=name, kind="derived_from", other=copy)
        with pytest.raises(CannotUndoMerge):
            undo_merge(by=officer, merge=done, at=timezone.now(), reason="核查有误")

    def test_refuses_once_the_survivor_went_on_into_another(
        self, pair: tuple[Place, Place], officer: Any
    ) -> None:
        done = merge(officer, pair)
        last = make_place("栖霞总里")
        standard = pair[1].names.standard().get()
        merge(
            officer,
            (pair[1], last),
            on=date(2025, 6, 15),
            decisions={f"name:{standard.pk}": "former", "fact:position": "keep"},
        )
        with (
            translation.override("zh-hans"),
            pytest.raises(CannotUndoMerge, match=": 栖霞里"),
        ):
            undo_merge(by=officer, merge=done, at=timezone.now(), reason="核查有误")
        pointer = pointer_of(place_id=pair[0].pk, at=TODAY)
        assert pointer is not None and pointer.place.pk == last.pk

    def test_asks_for_role_and_reason(
        self, pair: tuple[Place, Place], officer: Any, make_user: Any
    ) -> None:
        done = merge(officer, pair)
        with pytest.raises(BadInput):
            undo_merge(by=officer, merge=done, at=timezone.now(), reason="")
        with pytest.raises(NotPermitted):
            undo_merge(
                by=make_user("viewer", "4401"), merge=done, at=timezone.now(), reason="核查有误"
            )
