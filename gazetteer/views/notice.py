"""One rectification notice: what it says, where on its way it stands, what can be done."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require
from common.errors import DimingError, NotInScope
from common.middleware import sentence
from common.queries import row_changes
from gazetteer.domain.notice_flow import Step, next_steps
from gazetteer.models import Notice, NoticeState, NoticeStep, Power
from gazetteer.operations.enforcement import NotYetOverdue
from gazetteer.operations.notices import OwnStep
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.notices import NoticeThen, get_notice, night_of, steps_of
from gazetteer.queries.suggestions import names_of
from gazetteer.queries.things import get_thing, thing_label
from gazetteer.views.evidence import file_cards
from gazetteer.views.notice_wording import (
    STEP_DONE,
    STEP_LABELS,
    clock_words,
    fine_words,
)

# The way as it is drawn; the other states are branches of it.
WAY = ("draft", "approved", "issued", "served", "corrected", "verified", "closed")
BRANCHES = {"penalised": "served", "withdrawn": "draft"}


@require_GET
def notice_record(request: Any, pk: UUID) -> HttpResponse:
    then = get_notice(pk=pk, at=request.day)
    if then is None:
        raise Http404
    notice = then.notice
    steps = steps_of(notice=notice, at=request.day)
    handles = handles_notices(request.user, notice)
    breaches = list(notice.breaches.all())
    chain = division_chains(codes=[notice.division_code], at=request.day)[notice.division_code]
    values = {
        "notice": notice,
        "then": then,
        "state_text": NoticeState(then.state).label,
        "clock": clock_words(then.clock),
        "number": notice.number if _issued(then) else "",
        "chain": chain,
        "facts": _facts(request, then, steps, handles, path_text(chain)),
        "breaches": [{"breach": row, "fines": fine_words([row])} for row in breaches],
        "way": _way(then.state, steps),
        "handles": handles,
        "files": file_cards(notice.files.all()) if handles else [],
        "inquiries": _inquiries(notice, request.day) if handles else [],
        "complaint": notice.complaint if handles else None,
        "events": _events(steps, handles),
        "changes": row_changes(notice, until=night_of(request.day)) if handles else [],
        "actions": _actions(request.user, notice, breaches, request.today),
        "focus": _focus(notice),
    }
    return render(request, "gazetteer/notice_record.html", values)


def handles_notices(user: Any, notice: Any) -> bool:
    """Persons, files and notes of a notice are for those who handle notices there."""
    return may_here(by=user, capability=Capability.READ_COMPLAINT, codes=[notice.division_code])


def _issued(then: NoticeThen) -> bool:
    return then.notice.issued_on is not None and then.state not in ("draft", "approved")


def _facts(
    request: Any, then: NoticeThen, steps: list[NoticeStep], handles: bool, where: str
) -> list[tuple[Any, ...]]:
    notice = then.notice
    done = {step.step for step in steps}
    facts: list[tuple[Any, ...]] = [
        (_("Organisation"), notice.organisation, ""),
        (_("Lies in"), f"{where} {notice.division_code}", ""),
    ]
    if notice.place:
        name = names_of(places=[notice.place], at=request.day).get(notice.place.pk, "")
        link = reverse("gazetteer:place", args=[notice.place.pk])
        facts.append((_("Place"), format_html('<a href="{}">{}</a>', link, name or _("Open")), ""))
    if notice.thing_key:
        thing = get_thing(kind=notice.thing_kind, key=notice.thing_key)
        shown = format_html('<a href="{}">{}</a>', thing.url, thing.title) if thing else ""
        facts.append((thing_label(notice.thing_kind), shown or notice.thing_key, ""))
    if notice.usage:
        facts.append((_("Where the name was used (Art 18)"), notice.get_usage_display(), ""))
    if _issued(then):
        facts += [
            (_("Day of issue"), notice.issued_on.isoformat(), ""),
            (_("To be put right by"), notice.deadline.isoformat(), ""),
        ]
    if "penalise" in done and notice.fine_yuan:
        amount = number_format(notice.fine_yuan, force_grouping=True)
        facts.append((_("Fine (yuan)"), amount, ""))
        if handles:
            facts.append((_("On whom the fine is laid"), notice.fined, ""))
    if done & {"close", "penalise"} and notice.outcome:
        facts.append(
            (_("How it ended") if "close" in done else _("What was decided"), notice.outcome, "")
        )
    return facts


def _way(state: str, steps: list[NoticeStep]) -> list[dict[str, Any]]:
    """The steps of the way: done with their day, the present one, those to come."""
    days = {step.after: step.at for step in steps if step.after != step.before}
    way = list(WAY)
    if state in BRANCHES or "penalised" in days:
        at = way.index(BRANCHES.get(state, "served")) + 1
        branch = state if state in BRANCHES else "penalised"
        way = [*way[:at], branch] if state == "withdrawn" else [*way[:at], branch, *way[at:]]
    if state == "withdrawn":
        way = [*[each for each in WAY if each in days], "withdrawn"]
    here = way.index(state)
    return [
        {
            "text": NoticeState(each).label,
            "on": days.get(each) if place <= here else None,
            "class": "is-here" if place == here else "is-done" if place < here else "is-ahead",
            "here": place == here,
        }
        for place, each in enumerate(way)
    ]


def _inquiries(notice: Notice, day: Any) -> list[dict[str, Any]]:
    rows = notice.inquiries.select_related("by").filter(at__lt=night_of(day))
    return [
        {"inquiry": row, "powers": [Power(power).label for power in row.powers]} for row in rows
    ]


def _events(steps: list[NoticeStep], handles: bool) -> list[dict[str, Any]]:
    """Every step, the latest first; notes may name persons and are for those who handle it."""
    return [
        {
            "on": timezone.localdate(step.at),
            "title": STEP_DONE.get(step.step, ("unknown", step.step))[1],
            "text": " · ".join(filter(None, [str(step.by), step.note if handles else ""])),
            "state": STEP_DONE.get(step.step, ("unknown", ""))[0],
        }
        for step in reversed(steps)
    ]


def _actions(user: Any, notice: Notice, breaches: Any, today: Any) -> list[dict[str, Any]]:
    """What fits the state of today, in the order of the work, each with its reason if not."""
    taken = dict(notice.steps.filter(by=user).values_list("step", "pk"))
    actions = []
    for step in next_steps(notice.state):
        if step.name == "send_back":
            continue
        reason = _reason(user, notice, step, taken)
        if not reason and step.name == "penalise" and _too_early(notice, breaches, today):
            reason = sentence(NotYetOverdue())
        address = (
            reverse("gazetteer:notice_edit", args=[notice.pk])
            if step.name == "edit"
            else reverse("gazetteer:notice_step", args=[notice.pk, step.name])
        )
        actions.append(
            {
                "label": STEP_LABELS[step.name],
                "url": address,
                "method": "get",
                "enabled": not reason,
                "reason": reason,
                "primary": False,
            }
        )
    for action in actions:
        if action["enabled"]:
            action["primary"] = True
            break
    return [*actions, _document(user, notice)]


def _document(user: Any, notice: Notice) -> dict[str, Any]:
    return {
        "label": _("Word document"),
        "url": reverse("gazetteer:notice_document", args=[notice.pk]),
        "method": "get",
        "enabled": handles_notices(user, notice),
        "reason": _("The document is for those who handle notices here."),
        "primary": False,
    }


def _too_early(notice: Notice, breaches: Any, today: Any) -> bool:
    late = notice.deadline is not None and notice.deadline < today
    return not late and all(row.fine_after_deadline for row in breaches)


def _reason(user: Any, notice: Notice, step: Step, taken: dict[str, int]) -> str:
    try:
        require(by=user, capability=step.capability, codes=[notice.division_code])
    except NotInScope:
        return _("This notice lies outside your jurisdiction.")
    except DimingError as error:
        return sentence(error)
    return sentence(OwnStep()) if set(step.not_by) & set(taken) else ""


def _focus(notice: Notice) -> dict[str, Any] | None:
    shape = notice.location or (notice.place.geometry if notice.place else None)
    if shape is None:
        return None
    return {
        "type": "Feature",
        "geometry": json.loads(shape.geojson),
        "properties": {"name": notice.organisation},
    }
