"""The day of effect: what the gazetteer holds before and after, and who hears of it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from gazetteer.domain.workflow import CannotMove
from gazetteer.models import CaseState, NameMove, NamingCase, Notice, Place, PlaceName
from gazetteer.operations.due_names import let_due_names_take_effect
from gazetteer.operations.take_effect import name_changed
from gazetteer.queries.impact import impact_of
from signage.models import RectificationOrder, Sign
from tests.gazetteer.naming_cases import BODY, DOCUMENT, Bureau, moment, today

pytestmark = pytest.mark.usefixtures("demo")


def names(place: Place, days: int) -> set[tuple[str, str, str]]:
    rows = place.names.on(today(days))
    return set(rows.values_list("text", "kind", "status"))


@pytest.fixture
def heard() -> Any:
    """What the signal told, one dictionary a time."""
    told: list[dict[str, Any]] = []

    def listen(**news: Any) -> None:
        told.append(news)

    name_changed.connect(listen)
    yield told
    name_changed.disconnect(listen)


class TestNaming:
    def test_makes_the_place_and_its_name(self, bureau: Bureau) -> None:
        case = bureau.in_effect(meaning="吉祥", details={"length_m": 900})
        place = case.place
        assert place is not None
        assert (place.legal_category, place.class_code) == ("STREET", "23440")
        assert place.description == "东起甲路，西至乙路"
        name = place.names.get()
        assert (name.text, name.meaning, name.approved_by) == ("穗吉新路", "吉祥", BODY)
        assert (name.document, name.period.lower) == (DOCUMENT, today())
        assert place.names.on(today(-1)).count() == 0
        assert case.name == name

    def test_an_approved_reading_stands(self, bureau: Bureau) -> None:
        case = bureau.in_effect(text="穗埔新路", reading="Suìbù Xīnlù")
        assert case.name.pinyin_toned == "Suìbù Xīnlù"

    def test_not_before_its_day(self, bureau: Bureau) -> None:
        case = bureau.announced(effective_on=today(5))
        with pytest.raises(CannotMove, match="not before"):
            bureau.move(case, "take_effect")
        bureau.day = 7
        case = bureau.move(case, "take_effect")
        assert (case.standard_on, case.name.period.lower) == (today(5), today(5))

    def test_a_jurisdiction_may_know_no_such_change(self, bureau: Bureau) -> None:
        NameMove.objects.filter(pk="naming-proposed-standard").update(allowed=False)
        case = bureau.announced()
        with pytest.raises(CannotMove, match="No rule"):
            bureau.move(case, "take_effect")
        assert not Place.objects.filter(names__text="穗吉新路").exists()


class TestRenaming:
    def renamed(self, bureau: Bureau, road: Place) -> NamingCase:
        return bureau.in_effect(kind="renaming", place=road, text="穗和路", position="东西向")

    def test_the_old_name_is_a_former_one_from_that_day(self, bureau: Bureau, road: Place) -> None:
        self.renamed(bureau, road)
        assert ("天河路", "standard", "standard") in names(road, -1)
        assert names(road, 0) >= {
            ("穗和路", "standard", "standard"),
            ("天河路", "former", "historic"),
        }
        old = road.names.get(text="天河路", kind="standard")
        assert old.relations.get(kind="renamed_to").other.text == "穗和路"

    def test_exactly_its_signs_are_checked_again(
        self, bureau: Bureau, road: Place, django_capture_on_commit_callbacks: Any
    ) -> None:
        signs = Sign.objects.on(today()).filter(place=road)
        assert signs.exists()
        with django_capture_on_commit_callbacks(execute=True):
            self.renamed(bureau, road)
        for sign in signs:
            assert sign.findings.filter(rule_id_text="R01", resolved_on=None).exists()

    def test_the_case_does_not_fit_a_place_that_was_renamed_meanwhile(
        self, bureau: Bureau, road: Place
    ) -> None:
        case = bureau.announced(kind="renaming", place=road, text="穗和路", position="东西向")
        road.names.on(today()).standard().update(text="天河大道")
        with pytest.raises(CannotMove, match="another name now"):
            bureau.move(case, "take_effect")

    def test_a_later_name_stands_in_the_way(self, bureau: Bureau, road: Place) -> None:
        case = bureau.announced(kind="renaming", place=road, text="穗和路", position="东西向")
        road.names.on(today()).standard().update(period=DateRange(today(-400), today(30)))
        PlaceName.objects.create(place=road, text="后路", period=DateRange(today(30), None))
        with pytest.raises(CannotMove, match="on later days"):
            bureau.move(case, "take_effect")

    def test_every_day_has_one_standard_name_however_often_it_changes(
        self, bureau: Bureau, road: Place
    ) -> None:
        for day, text in ((-30, "穗和路"), (-20, "穗宁路"), (-10, "穗平路")):
            bureau.day = day
            bureau.in_effect(kind="renaming", place=road, text=text, position="东西向")
        expected = {-31: "天河路", -30: "穗和路", -21: "穗和路", -20: "穗宁路", 0: "穗平路"}
        for days, text in expected.items():
            assert road.names.on(today(days)).standard().get().text == text
        former = road.names.on(today()).filter(kind="former").values_list("text", flat=True)
        assert set(former) == {"天河路", "穗和路", "穗宁路"}

    def test_a_division_follows_its_adjustment(self, bureau: Bureau, district: Place) -> None:
        case = bureau.open(kind="renaming", place=district, text="穗南区")
        NamingCase.objects.filter(pk=case.pk).update(
            state="announced",
            announced_on=today(),
            approved_on=today(),
            effective_on=today(),
            approved_by=bureau.approver,
        )
        with pytest.raises(CannotMove, match="adjustment of divisions"):
            bureau.move(case, "take_effect")


class TestAbolition:
    def test_ends_the_name_and_leaves_the_place(self, bureau: Bureau, road: Place) -> None:
        bureau.in_effect(kind="abolition", place=road, position="东西向")
        road.refresh_from_db()
        assert road.ended_on is None
        assert ("天河路", "abolished", "abolished") in names(road, 0)
        assert not road.names.on(today()).standard().exists()

    def test_ends_the_place_that_has_vanished(self, bureau: Bureau, road: Place) -> None:
        case = bureau.in_effect(kind="abolition", place=road, vanished=True, position="东西向")
        road.refresh_from_db()
        assert road.ended_on == today()
        assert (case.name.kind, case.name.document) == ("abolished", DOCUMENT)


class TestTheNews:
    def test_is_told_once_all_is_committed(
        self, bureau: Bureau, heard: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            case = bureau.in_effect()
            assert heard == []
        (news,) = heard
        assert (news["place"], news["on"], news["case"]) == (case.place_id, today(), case.pk)

    def test_whoever_fails_to_hear_it_does_not_undo_the_name(
        self, bureau: Bureau, django_capture_on_commit_callbacks: Any, caplog: Any
    ) -> None:
        def deaf(**news: Any) -> None:
            raise ValueError("deaf")

        name_changed.connect(deaf)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                case = bureau.in_effect()
        finally:
            name_changed.disconnect(deaf)
        assert case.state == CaseState.STANDARD
        assert "after a change of name" in caplog.text


class TestDueNames:
    def test_the_system_takes_the_last_step(self, bureau: Bureau) -> None:
        bureau.day = -9
        case = bureau.announced(effective_on=today(-2))
        (outcome,) = let_due_names_take_effect(at=moment(), within="440106")
        assert outcome.refusal is None
        case.refresh_from_db()
        step = case.steps.last()
        assert (case.state, case.standard_on) == (CaseState.STANDARD, today(-2))
        assert (step.by, step.on) == (None, today(-2))

    def test_one_that_cannot_go_on_holds_up_no_other(self, bureau: Bureau, road: Place) -> None:
        stuck = bureau.announced(kind="renaming", place=road, text="穗和路", position="东西向")
        road.names.on(today()).standard().update(text="天河大道")
        bureau.announced()
        outcomes = let_due_names_take_effect(at=moment(), within="440106")
        refused = {each.case.pk for each in outcomes if each.refusal}
        assert refused == {stuck.pk}
        assert len(outcomes) == 2

    def test_the_command_is_dry_and_tells(self, bureau: Bureau) -> None:
        case = bureau.announced()
        out = StringIO()
        call_command("take_effect", within="440106", json=True, stdout=out)
        read = json.loads(out.getvalue())
        assert [row["number"] for row in read["cases"]] == [case.number]
        assert not read["committed"]
        call_command("take_effect", within="440106", commit=True, stdout=StringIO())
        case.refresh_from_db()
        assert case.state == CaseState.STANDARD

    def test_the_command_fails_where_a_name_could_not(self, bureau: Bureau, road: Place) -> None:
        bureau.announced(kind="renaming", place=road, text="穗和路", position="东西向")
        road.names.on(today()).standard().update(text="天河大道")
        with pytest.raises(CommandError, match="1 of 1"):
            call_command("take_effect", within="440106", commit=True, stdout=StringIO())


class TestImpact:
    def test_counts_what_hangs_on_a_name(self, road: Place, bureau: Bureau) -> None:
        PlaceName.objects.create(
            place=road, text="天路", kind="alias", status="recorded", period=DateRange(None, None)
        )
        square = Place.objects.create(legal_category="OTHER", division_code="440106")
        PlaceName.objects.create(place=square, text="天河路广场", period=DateRange(None, None))
        Notice.objects.create(
            place=road,
            division_code="440106",
            organisation="某公司",
            facts="x",
            correction="x",
            drafted_at=moment(),
            drafted_by=bureau.officer,
            jurisdiction="440106",
        )
        sign = Sign.objects.on(today()).filter(place=road).first()
        RectificationOrder.objects.filter(sign__place=road).delete()
        RectificationOrder.objects.create(
            sign=sign,
            responsible_body="某局",
            due_on=today(9),
            ordered_at=moment(-1),
            ordered_by=bureau.officer,
        )
        found = impact_of(place=road, at=today())
        titles = [thing.title for group in found.groups for thing in group.things]
        assert {"天路", "天河路广场", "某公司"} <= set(titles)
        assert found.total == sum(group.total for group in found.groups)
        assert all(group.total for group in found.groups)

    def test_of_a_division_counts_what_is_inside(self, district: Place) -> None:
        assert impact_of(place=district, at=today()).total > 10

    def test_costs_few_queries(self, road: Place, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(25):
            impact_of(place=road, at=today())
