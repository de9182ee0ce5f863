"""Where published lists and documented events tell different things; both are kept."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from boundaries.models import DivisionChange, DivisionEvent, DivisionVersion
from common.models import bilingual


@dataclass(frozen=True, slots=True)
class Told:
    """Both accounts of one event; ``None`` where that side knows nothing of it.

    Each is (day or days as EDTF, what happened).
    """

    lists: tuple[str, str] | None
    documents: tuple[str, str] | None


def disagreements(
    *, at: date, within: str = "", doubt: str = "", text: str = ""
) -> QuerySet[DivisionEvent]:
    """Doubtful events up to a day, the latest first, with their arrows at hand.

    ``within``: beginning of the code of any division concerned; ``text``: part of a name, of the
    document or of the words of the record.
    """
    rows = DivisionEvent.objects.exclude(doubt="").filter(happens_on__lte=at)
    if doubt:
        rows = rows.filter(doubt=doubt)
    sides = DivisionChange.objects.all()
    if within:
        held = Q(before__code__startswith=within) | Q(after__code__startswith=within)
        rows = rows.filter(pk__in=sides.filter(held).values("event_id"))
    if text:
        named = Q(before__name__contains=text) | Q(after__name__contains=text)
        rows = rows.filter(
            Q(document__contains=text)
            | Q(note__contains=text)
            | Q(pk__in=sides.filter(named).values("event_id"))
        )
    light = DivisionVersion.objects.light()
    return (
        rows.select_related("source")
        .order_by("-happens_on", "-pk")
        .prefetch_related(
            Prefetch("changes", sides.order_by("pk")),
            Prefetch("changes__before", light),
            Prefetch("changes__after", light),
        )
    )


def both_accounts(event: DivisionEvent) -> Told:
    """What the lists show and what the documents say."""
    arrows = bilingual("；", "; ").join(
        " → ".join(
            f"{side.code} {side.shown}" if side else "—" for side in (change.before, change.after)
        )
        for change in event.changes.all()
    )
    written = " ".join(filter(None, (event.document, event.article, event.note)))
    doubts = DivisionEvent.Doubt
    if event.doubt == doubts.LISTS_ONLY:
        return Told(lists=(event.effective or event.happens_on.isoformat(), arrows), documents=None)
    documents = (event.effective or str(event.happens_on.year), written or arrows)
    if event.doubt == doubts.EVENTS_ONLY:
        return Told(lists=None, documents=documents)
    return Told(lists=(event.happens_on.isoformat(), arrows), documents=documents)
