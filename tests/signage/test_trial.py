"""Other parameters are tried in the background: one pass, kept, told again to who decides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.errors import BadInput, NotInScope, NotPermitted
from common.jobs import cancel_job, run_job
from common.models import AuditEntry, Rule
from signage.domain.rules import RuleBook, registered_rules, touched_by
from signage.domain.standard import Comparison, read_parameters
from signage.models import CheckRun, EditionTrial, Finding, Sign, StandardDraft
from signage.models.standard import DraftState
from signage.operations import trial as trial_operations
from signage.operations.renamed import recheck_after_change
from signage.operations.standard import Draft, NotDecidable, propose_edition
from signage.operations.trial import try_draft, try_edition
from signage.queries.compare import compare_editions
from signage.queries.editions import rule_book
from signage.queries.facts import places_of, signs_to_check
from signage.queries.judge import Tally, judged, places_needing_signs
from signage.queries.standard import edition_row
from signage.queries.trials import why_stale

DISTRICT = "440106"
TEXTS = {"min_score": "80"}


@pytest.mark.django_db
class TestOnePass:
    """Narrowed to what the change can touch, it tells what judging everything twice tells."""

    @pytest.mark.parametrize(
        ("rule_id", "texts"),
        [
            ("R35", {"min_score": "90"}),
            ("R13", {"ew": "green", "ns": "blue"}),
            ("R16", {"edge_max": "10"}),
            ("R28", {"max_m": "3"}),
            ("R10", {"stoplist": "LU"}),
            ("R12", {"street_ordinal_style": "pinyin"}),
            ("R30", {"junction_buffer_m": "1"}),
            ("R31", {"max_m": "60"}),
            ("R23", {"odd_side": '{"ew": "S", "ns": "E"}'}),
            ("R36", {"distance_m": "400"}),
            ("R38", {"places": '{"STREET": []}'}),
        ],
    )
    def test_tells_the_same_as_judging_everything_by_each(
        self, demo: Any, rule_id: str, texts: dict[str, str]
    ) -> None:
        day, jurisdiction = timezone.localdate(), DISTRICT
        row = edition_row(rule_id=rule_id, at=day, code=jurisdiction)
        assert row is not None
        given = row.as_edition()
        other = replace(given, parameters=_parameters(given, texts))
        rules = touched_by(rule_id)
        book = rule_book(at=day).only(rules)
        after = book.with_edition(jurisdiction, other)
        told = Comparison(rules)
        scope = registered_rules()[rule_id].scope
        with transaction.atomic():
            compare_editions(
                at=day, jurisdiction=jurisdiction, scope=scope, books=(book, after), told=told
            )
        was, would = set(_all(book)), set(_all(after))
        failing, passing = would - was, was - would
        assert failing or passing
        for each in told.differences():
            assert each.failing == sum(1 for _, rule in failing if rule == each.rule_id)
            assert each.passing == sum(1 for _, rule in passing if rule == each.rule_id)
            assert {(key, each.rule_id) for key in each.examples} <= failing | passing
        assert {each.rule_id for each in told.differences()} == {
            rule for _, rule in failing | passing
        } & rules


def _parameters(edition: Any, texts: dict[str, str]) -> dict[str, Any]:
    try:
        return read_parameters(edition, texts)
    except BadInput:
        # A table of which only a part is asked for.
        return {**edition.parameters, "places": {"STREET": []}}


def _all(book: RuleBook) -> Iterator[tuple[Any, str]]:
    """Everything that fails in the country: by sign and rule, by place, spot and rule."""
    day, tally = timezone.localdate(), Tally()
    signs = signs_to_check(at=day)
    needing = places_needing_signs(at=day, within="")
    places = places_of(signs=signs, at=day, known=needing)
    with transaction.atomic():
        found = judged(signs=signs, at=day, book=book, tally=tally, places=places, needing=needing)
        for key, failed, _ in found:
            for verdict in failed:
                yield key, verdict.rule_id
    for each in tally.missing:
        rule_id = each.verdict.rule_id
        yield (each.place_id, each.spot, rule_id), rule_id


@pytest.fixture
def officer(own_database: str, django_db_blocker: Any) -> Iterator[User]:
    with django_db_blocker.unblock():
        yield User.objects.get(username="officer")


def begin(by: User, **changes: Any) -> EditionTrial:
    values = {"rule_id": "R35", "jurisdiction": DISTRICT, "texts": TEXTS}
    return try_edition(by=by, at=timezone.localdate(), **{**values, **changes})


def run(trial: EditionTrial) -> EditionTrial:
    run_job.call(str(trial.job_id))
    trial.refresh_from_db()
    assert trial.job is not None
    assert (trial.job.state, trial.job.error) == ("done", "")
    return trial


def propose(by: User) -> StandardDraft:
    return propose_edition(
        by=by,
        at=timezone.now(),
        draft=Draft(
            "R35", DISTRICT, TEXTS, timezone.localdate(), "规范", "六", "verified", "要求更高"
        ),
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PersonBackend")
    client.cookies["django_language"] = "en"
    return client


class TestInTheBackground:
    def test_writes_no_finding_and_tells_its_progress(self, officer: User) -> None:
        before = CheckRun.objects.count(), Finding.objects.count(), Rule.objects.count()
        trial = run(begin(officer))
        assert (CheckRun.objects.count(), Finding.objects.count(), Rule.objects.count()) == before
        signs = Sign.objects.on(trial.day).existing().within(DISTRICT).count()
        assert trial.signs == signs == trial.job.done == trial.job.total
        (told,) = trial.differences
        assert told["rule_id"] == "R35" and told["failing"] > 0 and told["passing"] == 0
        assert 0 < len(told["signs"]) <= told["failing"] and not told["places"]
        assert Sign.objects.filter(pk__in=map(UUID, told["signs"])).count() == len(told["signs"])

    def test_what_is_under_way_is_not_begun_twice(self, officer: User) -> None:
        trial = begin(officer)
        assert begin(officer) == trial
        assert begin(officer, texts={"min_score": "81"}) != trial
        run(trial)
        assert begin(officer) != trial

    def test_one_that_was_stopped_says_so_and_can_be_begun_again(self, officer: User) -> None:
        trial = begin(officer)
        cancel_job(job=trial.job)
        run_job.call(str(trial.job_id))
        trial.refresh_from_db()
        assert trial.differences is None and not trial.running
        page = client_of(officer).get(address(trial)).content.decode()
        assert "cancelled" in page and "Preview" in page

    def test_is_out_of_date_once_something_has_changed(self, officer: User) -> None:
        trial = run(begin(officer))
        today = trial.day
        assert why_stale(trial=trial, today=today) == ""
        assert why_stale(trial=trial, today=today + timedelta(days=1))
        elsewhere = Sign.objects.on(today).filter(place__division_code__startswith="440104")[0]
        Sign.objects.filter(pk=elsewhere.pk).update(condition=3)
        assert why_stale(trial=trial, today=today) == ""
        recheck_after_change(place=elsewhere.place_id, at=today)
        assert why_stale(trial=trial, today=today) == ""
        here = Sign.objects.on(today).filter(division_code__startswith=DISTRICT)[0]
        Sign.objects.filter(pk=here.pk).update(condition=3)
        assert why_stale(trial=trial, today=today)
        trial = run(begin(officer))
        assert why_stale(trial=trial, today=today) == ""
        AuditEntry.objects.create(
            operation="commit_import", subject_type="common.importbatch", jurisdiction="4401"
        )
        assert why_stale(trial=trial, today=today)
        trial = run(begin(officer))
        row = edition_row(rule_id="R35", at=today, code=DISTRICT)
        row.pk, row.jurisdiction = None, DISTRICT
        row.save()
        assert why_stale(trial=trial, today=today)

    def test_is_out_of_date_by_what_is_approved_while_it_begins(
        self, officer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def read_meanwhile(*, at: Any) -> RuleBook:
            book = rule_book(at=at)
            row = edition_row(rule_id="R35", at=at, code=DISTRICT)
            row.pk, row.jurisdiction = None, DISTRICT
            row.save()
            return book

        monkeypatch.setattr(trial_operations, "rule_book", read_meanwhile)
        trial = run(begin(officer))
        assert why_stale(trial=trial, today=trial.day)

    def test_of_what_was_decided_there_is_none(self, officer: User) -> None:
        made = propose(officer)
        StandardDraft.objects.filter(pk=made.pk).update(state=DraftState.REJECTED)
        made.refresh_from_db()
        with pytest.raises(NotDecidable):
            try_draft(by=officer, at=timezone.localdate(), draft=made)
        assert not EditionTrial.objects.exists()

    def test_refuses_what_no_rule_could_read_and_who_may_not(
        self, officer: User, make_user: Any
    ) -> None:
        with pytest.raises(BadInput):
            begin(officer, texts={"min_score": "many"})
        with pytest.raises(BadInput):
            begin(officer, rule_id="R99")
        with pytest.raises(NotPermitted):
            begin(make_user("viewer", DISTRICT))
        with pytest.raises(NotInScope):
            begin(make_user("place_name_officer", "440104"))
        made = propose(officer)
        day = timezone.localdate()
        with pytest.raises(NotPermitted):
            try_draft(by=make_user("viewer", DISTRICT), at=day, draft=made)
        with pytest.raises(NotInScope):
            try_draft(by=make_user("approver", "440104"), at=day, draft=made)


def address(trial: EditionTrial) -> str:
    page = reverse("signage:standard_rule", args=[trial.rule_id_text])
    return f"{page}?within={trial.jurisdiction}&trial={trial.pk}"


class TestPages:
    def test_the_form_goes_on_with_what_was_tried_and_the_draft_keeps_it(
        self, officer: User
    ) -> None:
        page = client_of(officer)
        values = {
            "jurisdiction": DISTRICT,
            "p_min_score": "80",
            "in_force_from": timezone.localdate().isoformat(),
            "authority": "天河区地名标志设置规范",
            "status": "verified",
            "reason": "本区要求更高",
        }
        asked = page.post(
            reverse("signage:standard_rule", args=["R35"]), {**values, "preview": "1"}
        )
        assert asked.status_code == 302
        trial = EditionTrial.objects.latest("asked_at")
        under_way = page.get(asked["Location"]).content.decode()
        assert "<progress" in page.get(f"/jobs/{trial.job_id}/progress/").content.decode()
        assert f"/jobs/{trial.job_id}/progress/" in under_way
        assert not StandardDraft.objects.exists()
        run(trial)
        shown = page.get(asked["Location"]).content.decode()
        assert "more would fail" in shown and "No finding was written" in shown
        assert 'value="80"' in shown and "天河区地名标志设置规范" in shown
        proposed = page.post(asked["Location"], {**values, "propose": "1"})["Location"]
        assert "more would fail" in page.get(proposed).content.decode()

        approver = client_of(User.objects.get(username="approver"))
        assert "more would fail" in approver.get(proposed).content.decode()
        again = approver.post(proposed, {"preview": "1"})
        assert again.status_code == 302
        run(EditionTrial.objects.latest("asked_at"))
        told = approver.get(proposed).content.decode()
        assert "Worked out at" in told and StandardDraft.objects.get().state == "proposed"

    def test_a_trial_of_another_rule_or_place_is_not_found(self, officer: User) -> None:
        trial = begin(officer)
        page = client_of(officer)
        assert page.get(address(trial)).status_code == 200
        assert page.get(address(trial).replace("R35", "R16")).status_code == 404
        assert page.get(address(trial).replace(DISTRICT, "440104", 1)).status_code == 404
        assert page.get(address(trial) + "0").status_code == 404
