"""What was decided of lists before, and places as candidates of a list."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import BooleanField, Count, Q
from django.db.models.expressions import RawSQL

from api.queries.features import properties_of
from common.features import feature_collections
from common.models import Job
from gazetteer.models import MatchDecision, MatchRow, Place
from gazetteer.queries.divisions import division_chains, path_text


def area_of(user: Any) -> str:
    """The jurisdiction that a person decides for: the widest of their own."""
    return min(user.jurisdictions(), key=len, default="")


def decided_before(
    texts: Collection[str], *, category: str, area: str
) -> dict[tuple[str, str], MatchDecision]:
    """(text, division) → what holds in a jurisdiction: its own decision before those above."""
    rows = MatchDecision.objects.for_area(area).filter(text__in=texts, category=category)
    return {(row.text, row.division): row for row in rows}


def named_places(ids: Iterable[str], *, at: date) -> dict[str, dict[str, Any]]:
    """Places of the day that may be shown, as a list keeps its candidates."""
    found = properties_of(feature_collections()["places"], list(ids), at=at)
    codes = {each["division_code"] for each in found.values()}
    chains = division_chains(codes=codes, at=at)
    return {
        key: {
            "id": key,
            "name": each["name"],
            "pinyin": each["pinyin"],
            "within": path_text(chains[each["division_code"]]),
            "code": each["division_code"],
            "why": "",
            "score": None,
            "match": False,
            "lon": each["lon"],
            "lat": each["lat"],
        }
        for key, each in found.items()
    }


# Rows with a candidate that has become secret since they were matched.
_TOUCHED = RawSQL(
    """EXISTS (SELECT FROM gazetteer_place secret WHERE secret.secrecy = 'secret'
        AND gazetteer_matchrow.found @> jsonb_build_array(jsonb_build_object('id', secret.id)))""",
    (),
    output_field=BooleanField(),
)


def rows_of(job: Job, *, state: str = "", after: int = -1, limit: int | None = None) -> list[Any]:
    """Rows of a list after a number, of a state or of all; what became secret since is left out."""
    rows = MatchRow.objects.filter(job=job)
    if state:
        touched = _touched(job)
        so = [row.pk for row in touched if row.state == state]
        as_kept = Q(state=state) & ~Q(pk__in=[row.pk for row in touched])
        rows = rows.filter(as_kept | Q(pk__in=so))
    return _hide(rows.filter(number__gt=after).select_related("decision__by")[:limit])


def counts_of(job: Job) -> dict[str, int]:
    """State → number of rows, as :func:`rows_of` shows them."""
    touched = _touched(job)
    rows = MatchRow.objects.filter(job=job).exclude(pk__in=[row.pk for row in touched])
    counts = Counter(dict(rows.order_by().values_list("state").annotate(n=Count("pk"))))
    counts.update(row.state for row in touched)
    return counts


def _touched(job: Job) -> list[MatchRow]:
    return _hide(MatchRow.objects.filter(_TOUCHED, job=job))


def _hide(rows: Iterable[MatchRow]) -> list[MatchRow]:
    """The rows as if there were no secret places; never to be saved."""
    found = list(rows)
    ids = {each["id"] for row in found for each in row.found}
    shown = set(map(str, Place.objects.shown().filter(pk__in=ids).values_list("pk", flat=True)))
    for row in found:
        if all(each["id"] in shown for each in row.found):
            continue
        row.found = [each for each in row.found if each["id"] in shown]
        if row.picked and row.picked not in shown:
            row.decision = None
            row.pick("", "")
        else:
            row.pick(row.picked, row.by)  # with nothing left to pick there is nothing open
    return found
