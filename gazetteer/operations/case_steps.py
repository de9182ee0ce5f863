"""What each step of a naming case sets on it, read and checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from common.errors import BadInput
from gazetteer.domain.clocks import COMMENT
from gazetteer.domain.workflow import CannotMove
from gazetteer.models import CaseKind, CaseState, CaseStep, NamingCase
from gazetteer.operations.spell import hold_name
from gazetteer.operations.take_effect import apply_to_gazetteer
from gazetteer.queries.case_announcement import announcement_particulars
from gazetteer.queries.case_facts import approval_rule, case_findings, rules_of

LONGEST_LINE = 100
COUNTY_DIGITS = 6
# Approved, and not yet a standard name.
ON_THE_WAY = (CaseState.APPROVED, CaseState.FILED, CaseState.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes the step, on which day. ``by`` None: the system itself, on a day that was fixed."""

    by: Any
    day: date
    at: datetime


Values = dict[str, Any]
Setter = Callable[[NamingCase, Step, Values], date]
Writer = Callable[[NamingCase, Step], None]


def _nothing(case: NamingCase, step: Step, details: Values) -> date:
    return step.day


@dataclass(frozen=True, slots=True)
class StepForm:
    """``sets`` reads the details and answers with the day of the step; ``writes`` follows once

    the guards have passed. ``fields``: the details that the step knows.
    """

    sets: Setter = _nothing
    fields: tuple[str, ...] = ()
    writes: Writer | None = None

    def set(self, case: NamingCase, step: Step, details: Mapping[str, Any]) -> date:
        unknown = set(details) - set(self.fields)
        if unknown:
            raise BadInput("This step knows no field “%(field)s”.", field=min(unknown)[:40])
        return self.sets(case, step, dict(details))

    def write(self, case: NamingCase, step: Step) -> None:
        if self.writes is not None:
            self.writes(case, step)


def _submit(case: NamingCase, step: Step, details: Values) -> date:
    """The rules for naming are asked on the day of the application; what they said is kept."""
    if not case.position and case.geometry is None:
        raise CannotMove("Say where the place lies: draw it, or describe the position in words.")
    case.submitted_on = case.checked_on = step.day
    case.findings = [each.as_json() for each in case_findings(case=case, at=step.day)]
    case.rule = approval_rule(case=case, at=step.day)
    # What was opened for an earlier application does not count for this one.
    case.comment_from = case.comment_until = None
    return step.day


def _comment(case: NamingCase, step: Step, details: Values) -> date:
    """Open public comment; the first day does not count, as in every period of law."""
    edition = rules_of(case=case, at=step.day).get(COMMENT)
    days = int(edition.parameters["public_comment_days"]) if edition else 0
    start = _day(details, "comment_from", step.day)
    end = _day(details, "comment_until", start + timedelta(days=days))
    if start < step.day:
        raise BadInput("Public comment cannot begin before today.")
    if end < start:
        raise BadInput("Public comment cannot end before it begins.")
    if edition is not None and edition.enforced and end < start + timedelta(days=days):
        raise BadInput("Public comment lasts at least %(days)d days.", days=days)
    case.comment_from, case.comment_until = start, end
    return step.day


def _approve(case: NamingCase, step: Step, details: Values) -> date:
    body, document = _line(details, "body"), _line(details, "document")
    if not body:
        raise BadInput("Name the organ that approves.")
    if not document:
        raise BadInput("Give the number of the approval document.")
    day = _past_day(case, step, details, "approved_on")
    _refuse_second_approval(case)
    case.approving_body, case.approval_document = body, document
    case.approved_on, case.approved_by = day, step.by
    return day


def _refuse_second_approval(case: NamingCase) -> None:
    """Of two cases about one new name in a county one is approved: until it takes effect the

    rules for naming do not know of it. Who approves the other in the same second waits for it.
    """
    if case.kind == CaseKind.ABOLITION:
        return
    hold_name(case.text)
    on_the_way = NamingCase.objects.filter(state__in=ON_THE_WAY).exclude(kind=CaseKind.ABOLITION)
    county = case.division_code[:COUNTY_DIGITS]
    same = on_the_way.filter(text=case.text, category=case.category)
    other = same.filter(division_code__startswith=county).exclude(pk=case.pk).first()
    if other is not None:
        raise CannotMove(
            "Case %(number)s about the same name is approved already.", number=other.number
        )


def _file(case: NamingCase, step: Step, details: Values) -> date:
    case.filed_on = _past_day(case, step, details, "filed_on")
    return case.filed_on


def _announce(case: NamingCase, step: Step, details: Values) -> date:
    """The particulars are kept as they were announced, whatever changes later."""
    day = _past_day(case, step, details, "announced_on")
    effective = _day(details, "effective_on", day)
    if effective < day:
        raise BadInput("A name takes effect on the day of its announcement at the earliest.")
    if _line(details, "position"):
        case.position = _line(details, "position", most=2000)
    case.announced_on, case.effective_on = day, effective
    case.announcement = {}
    found = announcement_particulars(case=case, at=day)
    channels = _line(details, "channels", most=500)
    if found.complete:
        case.announcement = found.as_json() | ({"channels": channels} if channels else {})
    return day


def _day(details: Values, name: str, default: date) -> date:
    value = details.get(name) or default
    if isinstance(value, datetime) or not isinstance(value, date):
        raise BadInput(
            "“%(text)s” is not a day: write it as YYYY-MM-DD, for example 2024-05-01.",
            text=str(value)[:40],
        )
    return value


def _past_day(case: NamingCase, step: Step, details: Values, name: str) -> date:
    """The day on which it was done: not in the future, not before the step before it."""
    day = _day(details, name, step.day)
    last = CaseStep.objects.filter(case=case).order_by("on", "pk").last()
    if day > step.day:
        raise BadInput("The day lies in the future.")
    if last is not None and day < last.on:
        raise BadInput("The day lies before the last step, of %(day)s.", day=last.on.isoformat())
    return day


def _line(details: Values, name: str, *, most: int = LONGEST_LINE) -> str:
    text = str(details.get(name) or "").strip()
    if len(text) > most or "\x00" in text:
        raise BadInput("A text is too long: it may have at most %(most)d characters.", most=most)
    return text


def _effect(case: NamingCase, step: Step, details: Values) -> date:
    """The day that was announced, however late somebody or something comes to write it down."""
    case.standard_on = case.effective_on or step.day
    return case.standard_on


def _write_effect(case: NamingCase, step: Step) -> None:
    apply_to_gazetteer(case=case, by=step.by, on=case.standard_on or step.day)


STEPS = {
    "submit": StepForm(_submit),
    "to_comment": StepForm(_comment, ("comment_from", "comment_until")),
    "approve": StepForm(_approve, ("body", "document", "approved_on")),
    "file": StepForm(_file, ("filed_on",)),
    "announce": StepForm(_announce, ("announced_on", "effective_on", "position", "channels")),
    "take_effect": StepForm(_effect, (), _write_effect),
}


def step_of(key: str) -> StepForm:
    return STEPS.get(key, StepForm())
