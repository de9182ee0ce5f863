"""One naming case as it stood on a day: its data, steps, papers, opinions, meetings."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from gazetteer.models import (
    AgendaItem,
    Ballot,
    CasePaper,
    CaseState,
    CaseStep,
    NamingCase,
    PublicComment,
)

# Facts that come with a step, by the day that says whether the step had been taken.
_LATER = (
    ("submitted_on", ("submitted_on", "findings", "checked_on")),
    ("comment_from", ("comment_from", "comment_until")),
    ("approved_on", ("approved_on", "approved_by", "approving_body", "approval_document")),
    ("filed_on", ("filed_on",)),
    ("announced_on", ("announced_on", "effective_on", "announcement")),
    ("standard_on", ("standard_on", "name")),
)
_ASKED = (
    "current_text",
    "text",
    "reading",
    "meaning",
    "category",
    "class_code",
    "division_code",
    "geometry",
    "position",
    "details",
    "applicant",
    "wide_impact",
    "vanished",
)


def get_case(*, case_id: UUID) -> NamingCase | None:
    """The case with everything its page names; secret places have none."""
    people = ("applied_by", "approved_by")
    rows = NamingCase.objects.shown().select_related("place", "rule", "name", "source", *people)
    found: NamingCase | None = rows.filter(pk=case_id).first()
    return found


def steps_of(*, case: NamingCase, at: date) -> list[CaseStep]:
    """The steps made by a day, the first first."""
    return list(case.steps.filter(on__lte=at).select_related("by"))


def as_it_was(*, case: NamingCase, steps: Sequence[CaseStep], at: date) -> NamingCase:
    """The case as it stood on a day: what was asked for then, and nothing of later steps."""
    later = case.events.filter(pgh_created_at__gte=night_of(at)).order_by("pgh_id").first()
    if later is not None:
        for name in _ASKED:
            setattr(case, name, getattr(later, name))
    case.state = steps[-1].after if steps else CaseState.DRAFT
    for day_field, names in _LATER:
        day = getattr(case, day_field)
        if day is not None and day > at:
            for name in names:
                field = case._meta.get_field(name)
                setattr(case, name, None if field.null else field.get_default())
    return case


def papers_of(*, case: NamingCase, at: date) -> list[CasePaper]:
    """The papers as they read on a day."""
    papers, night = [], night_of(at)
    for paper in case.papers.select_related("written_by"):
        if paper.written_at >= night:
            earlier = paper.events.filter(written_at__lt=night).order_by("-pgh_id").first()
            if earlier is None:
                continue
            for name in ("contents", "file", "file_name", "sha256", "written_at", "written_by_id"):
                setattr(paper, name, getattr(earlier, name))
        papers.append(paper)
    return papers


def comments_of(*, case: NamingCase, at: date) -> list[PublicComment]:
    return list(case.comments.filter(received_on__lte=at).select_related("recorded_by"))


def agenda_of(*, case: NamingCase, at: date) -> QuerySet[AgendaItem]:
    """Meetings that had the case on their agenda by a day, with the votes counted."""
    items: QuerySet[AgendaItem] = (
        case.agenda.filter(meeting__held_on__lte=at)
        .select_related("meeting__committee")
        .annotate(
            in_favour=Count("opinions", filter=Q(opinions__ballot=Ballot.FOR)),
            against=Count("opinions", filter=Q(opinions__ballot=Ballot.AGAINST)),
            abstained=Count("opinions", filter=Q(opinions__ballot=Ballot.ABSTAIN)),
            recused=Count("opinions", filter=Q(opinions__recused=True)),
        )
        .order_by("meeting__held_on")
    )
    return items


def night_of(at: date) -> datetime:
    """The moment at which the day ends: what happened during the day counts on it."""
    return timezone.make_aware(datetime.combine(at + timedelta(days=1), time.min))
