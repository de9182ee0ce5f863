"""What ever happened to a place, as far as the records tell: names, cases, acts, its end."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from common.models import AuditEntry
from gazetteer.domain.notice_flow import OVER
from gazetteer.domain.workflow import FINAL
from gazetteer.models import CaseState, CaseStep, NamingCase, Place, PlaceName
from gazetteer.queries.notices import night_of, notices_of_place

# Steps of a case that the public is told of; the others are on the page of the case.
PUBLIC_STEPS = (CaseState.APPROVED, CaseState.ANNOUNCED, CaseState.STANDARD)


@dataclass(frozen=True, slots=True)
class PlaceEvent:
    """``kind``: name_begins, name_ends, case, act, ended, merged; ``about``: the row that tells."""

    on: date
    kind: str
    about: Any
    text: str = ""
    who: str = ""


def place_events(*, place: Place, names: list[PlaceName]) -> list[PlaceEvent]:
    """Every event of any day, the latest first: the page tells apart what came after its day."""
    events = [
        *(
            PlaceEvent(name.period.lower, "name_begins", name)
            for name in names
            if name.period.lower
        ),
        *(PlaceEvent(name.period.upper, "name_ends", name) for name in names if name.period.upper),
        *_case_events(place),
        *_acts(place),
    ]
    if place.ended_on:
        events.append(
            PlaceEvent(place.ended_on, "merged" if place.merged_into_id else "ended", place)
        )
    return sorted(events, key=lambda event: (event.on, event.kind != "act"), reverse=True)


def _case_events(place: Place) -> list[PlaceEvent]:
    rows = CaseStep.objects.filter(case__place=place, after__in=PUBLIC_STEPS)
    return [
        PlaceEvent(step.on, "case", step.case, text=str(step.get_after_display()))
        for step in rows.select_related("case").order_by("on", "pk")
    ]


def _acts(place: Place) -> list[PlaceEvent]:
    rows = AuditEntry.objects.filter(subject_type=place._meta.label_lower, subject_id=str(place.pk))
    return [
        PlaceEvent(timezone.localdate(act.at), "act", act, text=act.reason, who=str(act.user or ""))
        for act in rows.select_related("user")
    ]


def open_matters(*, place: Place, at: date) -> dict[str, list[Any]]:
    """What is under way about the place on a day: naming cases, notices, suggestions."""

    cases = NamingCase.objects.on(at).filter(place=place).exclude(state_on__in=FINAL)
    suggestions = place.suggestions.filter(suggested_at__lt=night_of(at)).filter(
        Q(decided_at__isnull=True) | Q(decided_at__gte=night_of(at))
    )
    return {
        "cases": list(cases.order_by("opened_on", "number")),
        "notices": [
            each for each in notices_of_place(place=place, at=at) if each.state not in OVER
        ],
        "suggestions": list(suggestions.order_by("suggested_at")),
    }
