"""A local edition of the standard: tried, proposed by one person, approved by another, in force."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, NotInScope, NotPermitted, Refusal
from common.models import AuditEntry, Rule
from common.rules import RuleEdition
from signage.domain.parameters import BOUNDS, refuse_implausible
from signage.domain.standard import Comparison, read_parameters, typed
from signage.operations.check import check_signs
from signage.operations.standard import (
    DayPassed,
    Draft,
    LaterEdition,
    NotDecidable,
    OwnDraft,
    approve_edition,
    propose_edition,
    reject_edition,
)
from signage.queries.editions import rule_book
from signage.queries.standard import edition_row

DISTRICT = "440106"


def edition(rule_id: str, **parameters: Any) -> RuleEdition:
    return RuleEdition(rule_id, "", "", parameters=parameters)


class TestTypedParameters:
    @pytest.mark.parametrize(("text", "value"), [("70", 70), (" 70.5 ", 70.5), ("0", 0)])
    def test_numbers_are_read(self, text: str, value: float) -> None:
        found = read_parameters(edition("R35", min_score=60), {"min_score": text})
        assert found == {"min_score": value}

    def test_lists_are_typed_with_commas_of_either_kind(self) -> None:
        rule = edition("R32", materials=["stainless", "aluminium"])
        assert typed(rule.parameters["materials"]) == "stainless, aluminium"
        found = read_parameters(rule, {"materials": "stainless，steel, "})
        assert found == {"materials": ["stainless", "steel"]}

    def test_what_is_not_typed_stays(self) -> None:
        assert read_parameters(edition("R35", min_score=60), {}) == {"min_score": 60}

    @pytest.mark.parametrize(
        ("rule", "texts"),
        [
            (edition("R35", min_score=60), {"min_score": "sixty"}),
            (edition("R35", min_score=60), {"min_score": "true"}),
            (edition("R35", min_score=60), {"min_score": "NaN"}),
            (edition("R35", min_score=60), {"min_score": "[60]"}),
            (edition("R39", postcode="off"), {"postcode": "perhaps"}),
            (
                edition("R13", ew="blue", ns="green", split_deg=45, margin_deg=2),
                {"ew": "pinkish"},
            ),
            (edition("R01", ignore_space=True), {"ignore_space": "1"}),
            (
                edition("R23", doors=["DOOR_L"], odd_side={"ew": "N", "ns": "W"}),
                {"odd_side": '{"ew": "N"}'},
            ),
            (
                edition("R22", doors=["DOOR_L"], start={"ew": "E", "ns": "N"}),
                {"start": '{"ew": "up", "ns": "N"}'},
            ),
            *(
                (
                    edition("R23", doors=["DOOR_L"], odd_side={"ew": "N", "ns": "W"}),
                    {"odd_side": text},
                )
                for text in ('{"ew": "", "ns": "W"}', '{"ew": "NS", "ns": "W"}', "[" * 4000)
            ),
            *(
                (
                    edition("R14", text="white", numbers={"BUILDING": ["black", "white"]}),
                    {"numbers": f'{{"BUILDING": ["{ink}", "white"]}}'},
                )
                for ink in ("\\u0000", "\\ud800")
            ),
        ],
    )
    def test_refuses_what_no_rule_could_read(
        self, rule: RuleEdition, texts: dict[str, str]
    ) -> None:
        with pytest.raises(BadInput):
            read_parameters(rule, texts)

    @pytest.mark.parametrize(
        ("rule", "texts", "said"),
        [
            (edition("R31", max_m=500, signs=["STREET"]), {"max_m": "-5"}, "between 10 and 10000"),
            (edition("R26", min=2.2, max=2.5, supports=["post"]), {"max": "9"}, "between"),
            (edition("R26", min=2.2, max=2.5, supports=["post"]), {"min": "3"}, "no sign could"),
            (edition("R35", min_score=60), {"min_score": "101"}, "between 0 and 100, not at 101"),
        ],
    )
    def test_refuses_numbers_that_no_standard_could_mean(
        self, rule: RuleEdition, texts: dict[str, str], said: str
    ) -> None:
        with pytest.raises(BadInput, match=said):
            read_parameters(rule, texts)

    def test_every_number_of_the_national_editions_has_its_bounds(self, demo: Any) -> None:
        for row in Rule.objects.filter(rule_id__startswith="R"):
            refuse_implausible(row.rule_id, row.parameters)
            for name, value in row.parameters.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert (row.rule_id, name) in BOUNDS

    def test_differences_count_both_ways(self) -> None:
        told = Comparison(["R15", "R35"])
        told.note(1, {"R35"}, ())
        told.note(2, {"R35", "R15"}, {"R35", "R15"})
        told.note(3, (), ["R35", "R10"])
        (found,) = told.differences()
        assert (found.rule_id, found.failing, found.passing) == ("R35", 1, 1)
        assert found.examples == (3,)


@pytest.fixture
def people(make_user: Any) -> dict[str, Any]:
    return {
        role: make_user(role, DISTRICT) for role in ("place_name_officer", "approver", "viewer")
    }


def draft(**changes: Any) -> Draft:
    values = {
        "rule_id": "R35",
        "jurisdiction": DISTRICT,
        "texts": {"min_score": "80"},
        "in_force_from": timezone.localdate(),
        "authority": "天河区地名标志设置规范",
        "article": "第六条",
        "status": "verified",
        "reason": "本区要求更高",
    }
    return Draft(**{**values, **changes})


@pytest.mark.django_db
class TestFromDraftToForce:
    def test_an_approved_edition_rules_from_its_day_and_findings_keep_it(
        self, people: Any, make_sign: Any
    ) -> None:
        sign = make_sign(condition=75, check=False)
        today = timezone.localdate()
        made = propose_edition(by=people["place_name_officer"], at=timezone.now(), draft=draft())
        rule = approve_edition(by=people["approver"], at=timezone.now(), draft=made)
        check_signs(by=None, at=today, within=DISTRICT)
        finding = sign.findings.get(rule_id_text="R35")
        assert finding.rule == rule and finding.expected == "≥ 80"
        elsewhere = rule_book(at=today).for_code("440104001").edition("R35")
        assert elsewhere is not None and elsewhere.parameters == {"min_score": 60}
        names = ("propose_edition", "approve_edition")
        assert AuditEntry.objects.filter(operation__in=names).count() == 2

    def test_the_former_local_edition_ends_where_the_new_one_begins(self, people: Any) -> None:
        today = timezone.localdate()
        for day, score in ((today, "80"), (today + timedelta(days=30), "90")):
            made = propose_edition(
                by=people["place_name_officer"],
                at=timezone.now(),
                draft=draft(in_force_from=day, texts={"min_score": score}),
            )
            approve_edition(by=people["approver"], at=timezone.now(), draft=made)
        rows = Rule.objects.filter(rule_id="R35", jurisdiction=DISTRICT).order_by("pk")
        assert [row.period.lower for row in rows] == [today, today + timedelta(days=30)]
        assert rows[0].period.upper == rows[1].period.lower

    def test_after_its_last_day_the_national_one_rules_again(self, people: Any, demo: Any) -> None:
        today = timezone.localdate()
        last = today + timedelta(days=9)
        made = propose_edition(
            by=people["place_name_officer"],
            at=timezone.now(),
            draft=draft(in_force_until=last),
        )
        approve_edition(by=people["approver"], at=timezone.now(), draft=made)
        scores = [
            edition_row(rule_id="R35", at=day, code=DISTRICT).parameters["min_score"]
            for day in (today, last, last + timedelta(days=1))
        ]
        assert scores == [80, 80, 60]

    def test_nobody_approves_what_they_proposed(self, people: Any, demo: Any) -> None:
        from accounts.models import Grant

        officer = people["place_name_officer"]
        period = DateRange(date(2023, 6, 30), None)
        Grant.objects.create(user=officer, role="approver", jurisdiction=DISTRICT, period=period)
        made = propose_edition(by=officer, at=timezone.now(), draft=draft())
        with pytest.raises(OwnDraft):
            approve_edition(by=officer, at=timezone.now(), draft=made)

    def test_a_rejected_change_is_over_and_frees_the_rule(self, people: Any, demo: Any) -> None:
        made = propose_edition(by=people["place_name_officer"], at=timezone.now(), draft=draft())
        with pytest.raises(Refusal, match="waiting for approval"):
            propose_edition(by=people["place_name_officer"], at=timezone.now(), draft=draft())
        with pytest.raises(BadInput):
            reject_edition(by=people["approver"], at=timezone.now(), draft=made, reason=" ")
        reject_edition(by=people["approver"], at=timezone.now(), draft=made, reason="依据不足")
        with pytest.raises(NotDecidable):
            approve_edition(by=people["approver"], at=timezone.now(), draft=made)
        propose_edition(by=people["place_name_officer"], at=timezone.now(), draft=draft())

    def test_days_that_passed_or_are_taken_are_refused(self, people: Any, demo: Any) -> None:
        officer, approver, now = people["place_name_officer"], people["approver"], timezone.now()
        made = propose_edition(by=officer, at=now, draft=draft())
        with pytest.raises(DayPassed):
            approve_edition(by=approver, at=now + timedelta(days=2), draft=made)
        approve_edition(by=approver, at=now, draft=made)
        again = propose_edition(by=officer, at=now, draft=draft())
        with pytest.raises(LaterEdition):
            approve_edition(by=approver, at=now, draft=again)

    @pytest.mark.parametrize(
        "changes",
        [
            {"in_force_from": date(2020, 1, 1)},
            {"in_force_until": date(2020, 1, 1)},
            {"authority": " "},
            {"reason": ""},
            {"status": "certain"},
            {"rule_id": "R99"},
            {"texts": {"min_score": "many"}},
            *({"jurisdiction": code} for code in ("44010", "440100", "440199")),
        ],
    )
    def test_refuses_in_one_sentence(self, make_user: Any, demo: Any, changes: Any) -> None:
        officer = make_user("place_name_officer", "4401")
        with pytest.raises(BadInput):
            propose_edition(by=officer, at=timezone.now(), draft=draft(**changes))

    def test_scope_and_role(self, people: Any, make_user: Any) -> None:
        now = timezone.now()
        with pytest.raises(NotInScope):
            propose_edition(by=make_user("place_name_officer", "440104"), at=now, draft=draft())
        with pytest.raises(NotPermitted):
            propose_edition(by=people["viewer"], at=now, draft=draft())
        made = propose_edition(by=people["place_name_officer"], at=now, draft=draft())
        with pytest.raises(NotPermitted):
            approve_edition(by=people["viewer"], at=now, draft=made)
        with pytest.raises(NotInScope):
            approve_edition(by=make_user("approver", "440104"), at=now, draft=made)


@pytest.mark.django_db
class TestPages:
    def test_list_shows_every_rule_with_its_status(self, client_as: Any, demo: Any) -> None:
        page = client_as(language="en").get(reverse("signage:standard")).content.decode()
        for rule_id in ("R01", "R22", "R38", "R43"):
            assert rule_id in page
        assert "provisional" in page and "verified" in page

    def test_propose_approve(self, client_as: Any, make_sign: Any) -> None:
        make_sign(condition=75)
        officer = client_as("place_name_officer", DISTRICT, language="en")
        address = reverse("signage:standard_rule", args=["R35"])
        values = {
            "p_min_score": "80",
            "in_force_from": timezone.localdate().isoformat(),
            "authority": "天河区地名标志设置规范",
            "status": "verified",
            "reason": "本区要求更高",
        }
        shown = officer.post(address, {**values, "propose": "1"})["Location"]
        assert "another person has to approve it" in officer.get(shown).content.decode()
        assert officer.post(shown, {"approve": "1"}).status_code == 403
        approver = client_as("approver", DISTRICT, language="en")
        assert approver.post(shown, {"approve": "1"}).status_code == 302
        assert Rule.objects.get(rule_id="R35", jurisdiction=DISTRICT).parameters == {
            "min_score": 80
        }

    def test_an_officer_of_the_city_chooses_for_which_district_a_change_is(
        self, client_as: Any, demo: Any
    ) -> None:
        officer = client_as("place_name_officer", "4401", language="en")
        rules = officer.get(reverse("signage:standard"), {"within": DISTRICT}).content.decode()
        address = f"{reverse('signage:standard_rule', args=['R35'])}?within={DISTRICT}"
        assert f'href="{address}"' in rules
        page = officer.get(address)
        assert page.context["jurisdiction"] == DISTRICT
        assert "Another edition for Tianhe" in page.content.decode()
        assert {"4401", DISTRICT, "440104"} <= dict(page.context["places"]).keys()

    def test_bad_parameters_keep_what_was_typed(self, client_as: Any, demo: Any) -> None:
        officer = client_as("place_name_officer", DISTRICT, language="en")
        values = {
            "p_min_score": "many",
            "in_force_from": timezone.localdate().isoformat(),
            "status": "verified",
            "preview": "1",
        }
        response = officer.post(reverse("signage:standard_rule", args=["R35"]), values)
        page = response.content.decode()
        assert response.status_code == 409
        assert "cannot be “many”" in page and 'value="many"' in page

    def test_an_unknown_rule_is_not_found(self, client_as: Any, demo: Any) -> None:
        address = reverse("signage:standard_rule", args=["R99"])
        assert client_as().get(address).status_code == 404
