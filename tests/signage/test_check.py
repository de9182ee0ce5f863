"""Checks in bulk and one by one: the same verdicts, findings opened, kept and resolved."""

import gc
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from common.models import AuditEntry, Rule
from gazetteer.models import PlaceName
from signage.domain.faces import Line, Panel, plain_face, write_faces
from signage.models import Absence, CheckRun, Finding, PlantedAbsence, Sign
from signage.operations.check import (
    CheckedLater,
    check_signs,
    failed_rules,
    failures,
    look_at_signs,
    recheck_sign,
    recheck_signs_of_places,
)
from signage.queries.changes import changes_since
from signage.queries.editions import rule_book
from signage.queries.facts import places_of, signs_to_check
from signage.queries.judge import Tally, judged
from signage.queries.record import sign_verdicts
from signage.queries.score import planted_defects, scores

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def open_rules(sign: Sign) -> list[str]:
    found = Finding.objects.open().filter(sign=sign)
    return sorted(found.values_list("rule_id_text", flat=True))


def spoil(signs: list[Sign], rng: Any) -> None:
    """Mix the faces of real signs at random, so that every rule meets every outcome."""
    for sign in signs:
        other = signs[int(rng.integers(len(signs)))]
        shown = {"hanzi": sign.hanzi, "pinyin": sign.pinyin, "ground": sign.ground_colour}
        match int(rng.integers(8)):
            case 0:
                shown["hanzi"] = other.hanzi
            case 1:
                spellings = [other.pinyin, "", f"{sign.pinyin} ROAD", "tian he"]
                shown["pinyin"] = str(rng.choice(spellings))
            case 2:
                shown["ground"] = str(rng.choice(["blue", "green", "red"]))
            case 3:
                sign.street_bearing = rng.choice([None, 45.0, float(rng.uniform(0, 180))])
            case 4:
                sign.place = rng.choice([None, other.place])
            case 5:
                sign.division_code = other.division_code
            case 6:
                sign.sign_class = str(rng.choice(["LANE", "ESTATE", "VILLAGE"]))
        sign.show_texts(**shown)
    fields = ["faces", "street_bearing", "place", "sign_class"]
    Sign.objects.bulk_update(signs, [*fields, "division_code"])


def bulk_verdicts(at: date) -> dict[Any, dict[str, str]]:
    """Sign id → rule id → fail or unknown, of every sign in one pass."""
    signs = signs_to_check(at=at)
    places = places_of(signs=signs, at=at)
    found = judged(signs=signs, at=at, book=rule_book(at=at), tally=Tally(), places=places)
    return {
        key: {**{v.rule_id: "fail" for v in failed}, **dict.fromkeys(unknown, "unknown")}
        for key, failed, unknown in found
    }


class TestBulkAndSingle:
    @pytest.mark.parametrize("seed", range(3))
    def test_say_the_same_of_random_signs(self, demo: Any, today: date, seed: int) -> None:
        signs = list(Sign.objects.order_by("number")[:60])
        spoil(signs, np.random.default_rng(seed))
        bulk = bulk_verdicts(today)
        for sign in signs:
            _, verdicts = sign_verdicts(sign=sign, at=today)
            single = {v.rule_id: str(v.outcome) for v in verdicts if v.outcome != "pass"}
            assert single == bulk[sign.pk], sign.number

    def test_keep_the_same_findings(self, demo: Any, today: date) -> None:
        signs = list(Sign.objects.order_by("number")[:25])
        spoil(signs, np.random.default_rng(9))
        Finding.objects.all().delete()
        for sign in signs:
            recheck_sign(sign=sign, at=today)
        rows = Finding.objects.open().filter(sign__in=signs)
        values = ("sign", "rule", "rule_id_text", "measured", "expected")
        single = sorted(map(str, rows.values_list(*values)))
        Finding.objects.all().delete()
        check_signs(by=None, at=today)
        assert sorted(map(str, rows.all().values_list(*values))) == single

    def test_leaves_the_collector_of_the_process_as_it_was(self, demo: Any, today: date) -> None:
        before = gc.get_threshold()
        failed_rules(at=today, within="440106")
        assert gc.get_threshold() == before


class TestScore:
    def test_finds_all_that_was_planted_and_nothing_else(self, demo: Any, today: date) -> None:
        planted = planted_defects(at=today)
        rules = sorted({rule for truth in planted.values() for rule in truth})
        assert len(rules) >= 38
        for score in scores(planted=planted, found=failed_rules(at=today), rules=rules):
            assert score.recall >= 0.99, score
            assert score.precision >= 0.97, score

    def test_finds_every_sign_that_was_left_out(self, demo: Any, today: date) -> None:
        missing = failures(at=today, within="4401").missing
        found = {(each.place_id, each.spot, each.verdict.rule_id) for each in missing}
        planted = PlantedAbsence.objects.values_list("place_id", "spot", "rule_id_text")
        assert found == set(planted) and len(found) > 3

    def test_counts_misses_and_false_alarms(self) -> None:
        planted = {1: frozenset({"R01"}), 2: frozenset({"R01"}), 3: frozenset()}
        found = {1: frozenset({"R01"}), 3: frozenset({"R01"}), 4: frozenset({"R01"})}
        (score,) = scores(planted=planted, found=found, rules=["R01"])
        assert (score.planted, score.found, score.right) == (2, 2, 1)
        assert (score.recall, score.precision) == (0.5, 0.5)

    def test_the_truth_is_never_read_by_the_rules(self, demo: Any, today: date) -> None:
        before = failed_rules(at=today)
        Sign.objects.update(planted_defects=["R01"])
        assert failed_rules(at=today) == before


class TestFindings:
    def test_open_with_the_edition_they_were_judged_by(self, make_sign: Any) -> None:
        sign = make_sign(pinyin="TIANHE ROAD", hanzi="错路")
        findings = {each.rule_id_text: each for each in sign.findings.select_related("rule")}
        assert "R01" in findings
        assert findings["R01"].rule.authority.startswith("地名管理条例")

    def test_resolve_when_the_sign_is_right(self, make_sign: Any, today: date) -> None:
        sign = make_sign(ground_colour="green")
        assert open_rules(sign) == ["R13"]
        sign.show_texts(hanzi=sign.hanzi, pinyin=sign.pinyin, ground="blue")
        sign.save()
        recheck_sign(sign=sign, at=today)
        assert open_rules(sign) == []
        assert sign.findings.get().resolved_on == today

    def test_a_second_check_opens_nothing_twice(self, make_sign: Any, today: date) -> None:
        make_sign(ground_colour="green")
        assert check_signs(by=None, at=today, within="440106").opened == 0

    def test_unknown_does_not_resolve(self, make_sign: Any, today: date) -> None:
        sign = make_sign(ground_colour="green")
        Sign.objects.filter(pk=sign.pk).update(street_bearing=None)
        check_signs(by=None, at=today, within="440106")
        assert open_rules(sign) == ["R13"]

    def test_a_changed_value_is_brought_up_to_date(self, make_sign: Any, today: date) -> None:
        sign = make_sign(hanzi="错路")
        Sign.objects.filter(pk=sign.pk).update(faces=write_faces(plain_face(hanzi="错错路")))
        check_signs(by=None, at=today, within="440106")
        assert sign.findings.get(rule_id_text="R01").measured == "错错路"

    def test_a_renamed_place_makes_its_sound_signs_wrong(
        self, make_sign: Any, street: PlaceName, today: date
    ) -> None:
        sign = make_sign()
        assert open_rules(sign) == []
        PlaceName.objects.filter(pk=street.pk).update(text="新名路", pinyin_sign="XINMING LU")
        check_signs(by=None, at=today, within="440106")
        assert open_rules(sign) == ["R01", "R05"]

    def test_the_name_of_the_day_counts(
        self, make_sign: Any, street: PlaceName, today: date
    ) -> None:
        make_sign(number="TEST-DAY", check=False)
        renamed = today - timedelta(days=100)
        PlaceName.objects.filter(pk=street.pk).update(
            period=DateRange(street.period.lower, renamed)
        )
        PlaceName.objects.create(
            place=street.place,
            text="新名路",
            pinyin_sign="XINMING LU",
            period=DateRange(renamed, None),
            source=street.source,
        )
        key = Sign.objects.get(number="TEST-DAY").pk
        assert key not in failed_rules(at=renamed - timedelta(days=1))
        assert failed_rules(at=today)[key] == {"R01", "R05", "R37"}

    def test_are_not_kept_for_days_before_the_last_check(self, demo: Any, today: date) -> None:
        with pytest.raises(CheckedLater):
            check_signs(by=None, at=today - timedelta(days=1000))

    def test_a_rule_out_of_force_resolves_its_findings(self, make_sign: Any, today: date) -> None:
        sign = make_sign(ground_colour="green")
        Rule.objects.filter(rule_id="R13").update(period=DateRange(date(2008, 8, 1), today))
        check_signs(by=None, at=today, within="440106")
        assert open_rules(sign) == []


class TestStreetsAndPlaces:
    """What a change touches is checked again, and nothing else."""

    def test_a_sign_moved_to_another_street_leaves_the_first_without(
        self, make_sign: Any, today: date
    ) -> None:
        absent = Absence.objects.open().filter(rule_id_text="R30")
        served = Sign.objects.filter(sign_class="STREET", planted_defects=[]).order_by("number")
        first = served.select_related("place")[0].place
        start = Point(first.geometry.coords[0], srid=4490)
        sign = served.filter(place=first).order_by(Distance("location", start))[0]
        before = absent.filter(place=sign.place).count()
        left, sign.place = sign.place, make_sign(check=False).place
        sign.save()
        recheck_sign(sign=sign, at=today, left=left.pk)
        assert absent.filter(place=left).count() > before
        sign.place = left
        sign.save()
        recheck_sign(sign=sign, at=today)
        assert absent.filter(place=left).count() == before

    def test_a_renaming_checks_all_signs_of_the_place_and_no_others(
        self, make_sign: Any, street: PlaceName, today: date
    ) -> None:
        sign, before = make_sign(), Finding.objects.count()
        PlaceName.objects.filter(pk=street.pk).update(text="新名路", pinyin_sign="XINMING LU")
        summary = recheck_signs_of_places(places=[street.place], at=today)
        assert summary.signs == Sign.objects.filter(place=street.place).count()
        assert open_rules(sign) == ["R01", "R05"]
        new = Finding.objects.order_by("-pk")[: Finding.objects.count() - before]
        assert {finding.sign.place_id for finding in new} == {street.place_id}

    def test_a_sign_that_shows_a_renamed_place_on_a_further_line_is_checked(
        self, make_sign: Any, today: date
    ) -> None:
        other = PlaceName.objects.standard().filter(text="天河路").select_related("place")[0]
        sign = make_sign(check=False)
        face = plain_face(hanzi=sign.hanzi, pinyin=sign.pinyin, ground="blue")[0]
        line = Line("hanzi", other.text, place=str(other.place_id))
        sign.show([replace(face, panels=(*face.panels, Panel((line,))))])
        sign.save()
        recheck_sign(sign=sign, at=today)
        assert "R01" not in open_rules(sign)
        PlaceName.objects.filter(pk=other.pk).update(text="新名路")
        recheck_signs_of_places(places=[other.place], at=today)
        assert "R01" in open_rules(sign)

    def test_only_what_changed_since_a_day_is_looked_at(
        self, make_sign: Any, street: PlaceName, today: date
    ) -> None:
        make_sign(check=False)
        everything = look_at_signs(at=today).signs
        Sign.objects.filter(number="TEST-1").update(condition=10)
        changed = changes_since(since=today, at=today, within="")
        narrowed = look_at_signs(at=today, changed=changed)
        assert street.place.signs.count() <= narrowed.signs < everything
        summary = check_signs(by=None, at=today, changed_since=today)
        assert summary.counts["R35"] >= 1

    def test_a_new_edition_of_a_rule_touches_everything(self, demo: Any, today: date) -> None:
        Rule.objects.filter(rule_id="R35").update(period=DateRange(today, None))
        assert changes_since(since=today, at=today, within="440106").everything

    def test_a_local_edition_touches_its_own_jurisdiction_and_no_more(
        self, demo: Any, today: date
    ) -> None:
        national = Rule.objects.get(rule_id="R38", jurisdiction="", period__endswith=None)
        national.pk, national.jurisdiction = None, "440106"
        national.period = DateRange(today, None)
        national.save(force_insert=True)
        changed = changes_since(since=today, at=today, within="")
        assert (changed.everything, changed.jurisdictions) == (False, {"440106"})
        assert changes_since(since=today, at=today, within="440106").everything
        assert changes_since(since=today, at=today, within="440104").jurisdictions == frozenset()

        looked = look_at_signs(at=today, changed=changed)
        there = look_at_signs(at=today, within="440106")
        assert there.signs <= looked.signs < look_at_signs(at=today).signs
        # Places that owe a sign are looked at too.
        assert looked.counts["R38"] >= there.counts["R38"] > 0

    def test_planned_and_removed_signs_are_not_looked_at(self, make_sign: Any, today: date) -> None:
        sign = make_sign(check=False, state="removed", hanzi="错路")
        assert sign.pk not in failed_rules(at=today)


class TestCost:
    def test_the_number_of_queries_does_not_grow_with_the_signs(
        self, make_sign: Any, today: date, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(40):
            make_sign(number=f"TEST-{number}", check=False, hanzi=f"错{number}路")
        with django_assert_max_num_queries(6):
            assert look_at_signs(at=today, within="440106").counts["R01"] >= 40

    def test_progress_is_told_and_ends_full(self, demo: Any, today: date) -> None:
        told: list[tuple[int, int, str]] = []
        summary = check_signs(by=None, at=today, report=lambda *values: told.append(values))
        assert told[-1][:2] == (summary.signs, summary.signs)


class TestAccess:
    def test_outside_the_jurisdiction_and_without_the_role(
        self, make_user: Callable[..., Any], today: date
    ) -> None:
        from common.errors import NotInScope, NotPermitted

        with pytest.raises(NotInScope):
            check_signs(by=make_user("sign_inspector", "440106"), at=today, within="440104")
        with pytest.raises(NotPermitted):
            check_signs(by=make_user("viewer", "4401"), at=today, within="4401")

    def test_leaves_an_audit_line_and_a_run(self, make_user: Any, demo: Any, today: date) -> None:
        user = make_user("sign_inspector", "440106")
        check_signs(by=user, at=today, within="440106")
        entry = AuditEntry.objects.filter(operation="check_signs").first()
        assert entry is not None and entry.user == user
        assert CheckRun.objects.first().within == "440106"


class TestCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("check_signs", *arguments, stdout=out)
        return out.getvalue()

    def test_keeps_nothing_without_commit(self, make_sign: Any) -> None:
        make_sign(check=False, hanzi="错路")
        findings = Finding.objects.count()
        assert "Nothing was kept" in self.run("--within", "440106")
        assert Finding.objects.count() == findings
        assert "1 findings opened" in self.run("--within", "440106", "--commit")

    def test_json_and_score(self, demo: Any) -> None:
        values = json.loads(self.run("--json", "--score"))
        assert values["signs"] >= 300
        assert len(values["scores"]) == 43
        for score in values["scores"]:
            assert score["recall"] >= 0.99 and score["precision"] >= 0.97, score
        assert "recall" in self.run("--score")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--within", "44x"], "not a division code"),
            (["--within", "４４"], "not a division code"),
            (["--within", "999999"], "No division with the code 999999"),
            (["--at", "yesterday"], "not a day"),
            (["--within", "11", "--score"], "no sign here has a known truth"),
        ],
    )
    def test_bad_input_is_one_sentence(self, demo: Any, arguments: list[str], words: str) -> None:
        with pytest.raises(CommandError, match=f"(?i){words}"):
            self.run(*arguments)
