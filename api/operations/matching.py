"""A list of names matched with places: as work in the background, then picked by hand."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from api.domain.reconcile import NameQuery
from api.queries.matching import area_of, decided_before, named_places
from api.queries.reconcile import Candidate, candidates
from common import audit
from common.errors import BadInput, NotInScope
from common.importing.opening import open_table
from common.importing.tables import Table
from common.jobs import start_job
from common.models import Job
from gazetteer.domain.folding import fold
from gazetteer.models import MatchDecision, MatchRow

KIND = "match_list"
MOST_ROWS, REPORTED = 10_000, 200
LONGEST = 80
# The search waits for the database half of the time.
AT_ONCE = min(4, os.cpu_count() or 1)
NAME_WORDS = ("标准地名", "地名", "名称", "地名名称", "name", "place", "toponym")
DIVISION_WORDS = (
    "政区代码",
    "行政区划代码",
    "政区",
    "行政区",
    "行政区划",
    "所属政区",
    "division",
    "county",
)


def begin_matching(
    *, by: Any, file: Any, name_column: str, division_column: str, at: date, category: str = ""
) -> Job:
    """Read the headings, keep the file, start the work; BadInput where it cannot be read."""
    suffix = Path(file.name).suffix.lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"list{suffix}"
        path.write_bytes(file.read())
        table = open_table(path, name=file.name)
        chosen = {
            "name": _column(table, name_column, NAME_WORDS, first=True),
            "division": _column(table, division_column, DIVISION_WORDS),
        }
        for count, row in enumerate(table.rows()):
            if count == MOST_ROWS:
                raise BadInput("The list has more than %(most)s rows: split it.", most=MOST_ROWS)
            if row.extra:  # the list would come back without them
                raise BadInput(
                    "Row %(row)s has more cells than the heading: put a text with a separator in it"
                    " into quotation marks.",
                    row=row.number,
                )
        kept = default_storage.save(f"matches/{uuid4()}{suffix}", ContentFile(path.read_bytes()))
    return start_job(
        kind=KIND,
        by=by,
        file=kept,
        list=file.name[:100],
        at=at.isoformat(),
        columns=chosen,
        category=category,
    )


def _column(table: Table, asked: str, words: Sequence[str], *, first: bool = False) -> str:
    if asked.strip():
        if asked.strip() not in table.headings:
            raise BadInput(
                "The list has no column “%(heading)s”: its headings are %(headings)s.",
                heading=asked.strip()[:40],
                headings=", ".join(table.headings)[:200],
            )
        return asked.strip()
    lower = {heading.lower(): heading for heading in table.headings}
    found = next((lower[word] for word in words if word in lower), "")
    return found or (table.headings[0] if first else "")


def match_list(
    *,
    job: Job,
    report: Callable[[int, int, str], None],
    file: str,
    at: str,
    columns: Mapping[str, str],
    category: str = "",
    **_told: Any,
) -> dict[str, Any]:
    """The work itself: every row with its candidates; what was decided before comes first."""
    table = open_table(Path(default_storage.path(file)))
    rows = list(islice(table.rows(), MOST_ROWS))
    place = {heading: index for index, heading in enumerate(table.headings)}
    day, language = date.fromisoformat(at), get_language()
    # A worker that was killed may have left some.
    MatchRow.objects.filter(job=job).delete()

    def work(first: int) -> list[MatchRow]:
        made = []
        try:
            with override(language):
                for number, row in enumerate(rows[first : first + REPORTED], first):
                    cells = ["" if cell is None else str(cell).strip() for cell in row.cells]
                    told = {key: _cell(cells, place.get(head)) for key, head in columns.items()}
                    made.append(_matched(job, number, cells, told, category=category, at=day))
        finally:
            connections.close_all()
        return made

    with ThreadPoolExecutor(max_workers=AT_ONCE) as others:
        for made in others.map(work, range(0, len(rows), REPORTED)):
            _offer_before(made, area=area_of(job.asked_by), category=category, at=day)
            MatchRow.objects.bulk_create(made)
            report(made[-1].number + 1, len(rows), _("Matching names"))
    # How many are certain is counted on the page: a place may become secret.
    return {
        _("Rows"): len(rows),
        "url": f"/match/{job.pk}/",
        "headings": table.headings,
    }


def _cell(cells: Sequence[str], index: int | None) -> str:
    text = cells[index] if index is not None and index < len(cells) else ""
    return text.replace("\0", "")[:LONGEST]


def _matched(
    job: Job,
    number: int,
    cells: list[str],
    told: Mapping[str, str],
    *,
    category: str,
    at: date,
) -> MatchRow:
    name, division = told["name"], told["division"]
    query = NameQuery(text=name, division=division, types=[category] if category else ())
    found = candidates(query, at=at, near=settings.HOME_JURISDICTION)
    row = MatchRow(
        job=job,
        number=number,
        cells=cells,
        name=name,
        text=fold(name)[:LONGEST],
        division=division,
        found=[_kept(each) for each in found],
    )
    sure = bool(found and found[0].match)
    row.pick(found[0].place_id if sure else "", MatchRow.By.MACHINE if sure else "")
    return row


def _kept(candidate: Candidate) -> dict[str, Any]:
    found = candidate.found
    return {
        "id": candidate.place_id,
        "name": found.text,
        "pinyin": found.pinyin,
        "within": found.within,
        "code": found.division_code,
        "why": found.why,
        "score": candidate.score,
        "match": candidate.match,
        "lon": found.point[0] if found.point else None,
        "lat": found.point[1] if found.point else None,
    }


def _offer_before(rows: Sequence[MatchRow], *, area: str, category: str, at: date) -> None:
    """Put first what people of the jurisdiction decided, where the place is there on the day."""
    before = decided_before([row.text for row in rows], category=category, area=area)
    chosen = [(row, before.get((row.text, row.division))) for row in rows if row.text]
    wanted = {str(each.place_id) for _row, each in chosen if each and each.place_id}
    named = named_places(wanted, at=at)
    for row, decision in chosen:
        if decision is None:
            continue
        key = str(decision.place_id or "")
        if key and key not in named:
            continue
        if key:
            first = _candidate(row, key) or named[key]
            row.found = [first, *(each for each in row.found if each["id"] != key)]
        row.decision = decision
        row.pick(key, MatchRow.By.BEFORE)


def _candidate(row: MatchRow, key: str) -> dict[str, Any] | None:
    return next((each for each in row.found if each["id"] == key), None)


def get_matching(*, by: Any, pk: UUID) -> Job:
    """A finished matching of this person."""
    job = Job.objects.filter(pk=pk, kind=KIND, asked_by=by, state=Job.State.DONE).first()
    if job is None or "headings" not in job.result:
        raise NotInScope
    return job


@transaction.atomic
def keep_picks(*, by: Any, job: Job, picks: Mapping[str, str], at: datetime) -> int:
    """What a person decided: row number → place id, "" where none fits; how many changed.

    It is remembered for the jurisdiction, and taken for rows of the list that say the same and
    are open.
    """
    for number in picks:
        if not (number.isascii() and number.isdigit()) or len(number) > 7:
            raise BadInput("The list has no row %(row)s.", row=number[:12])
    held = Job.objects.select_for_update().get(pk=job.pk, asked_by=by)
    rows = {row.number: row for row in MatchRow.objects.filter(job=held, number__in=picks)}
    category, changed = held.parameters.get("category", ""), 0
    for number, place in picks.items():
        row = rows.get(int(number))
        if row is None:
            raise BadInput("The list has no row %(row)s.", row=number[:12])
        if place and not _candidate(row, place):
            raise BadInput("The place is none of the candidates of row %(row)s.", row=number)
        if row.picked == place and row.by:
            continue
        changed += 1
        decision, _new = MatchDecision.objects.update_or_create(
            jurisdiction=area_of(by),
            text=row.text,
            category=category,
            division=row.division,
            defaults={"place_id": place or None, "by": by, "at": at},
        )
        same = MatchRow.objects.filter(job=held, text=row.text, division=row.division, by="")
        for each in [row, *(other for other in same if other.pk != row.pk)]:
            if not place or _candidate(each, place):
                each.decision = decision
                each.pick(place, MatchRow.By.PERSON)
                each.save(update_fields=["decision", "picked", "by", "state"])
    if changed:
        audit.record(by=by, operation="pick_matches", subject=held, picked=changed)
    return changed


@transaction.atomic
def forget_decision(*, by: Any, job: Job, key: int) -> None:
    """What was decided in one's own jurisdiction is offered no more; the list is open there."""
    decision = MatchDecision.objects.filter(pk=key, jurisdiction=area_of(by)).first()
    if decision is None:
        raise NotInScope
    rows = list(MatchRow.objects.filter(job=job, decision=decision))
    audit.record(
        by=by,
        operation="forget_match",
        subject=decision,
        jurisdiction=decision.jurisdiction,
        text=decision.text,
    )
    decision.delete()
    for row in rows:
        row.decision = None
        row.pick("", "")
        row.save(update_fields=["decision", "picked", "by", "state"])
