"""A list of names matched with places: as work in the background, then picked by hand."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from api.domain.reconcile import NameQuery
from api.queries.reconcile import Candidate, candidates
from common.errors import BadInput, NotInScope
from common.importing.opening import open_table
from common.importing.tables import Table
from common.jobs import start_job
from common.models import Job

KIND = "match_list"
MOST_ROWS, REPORTED = 10_000, 100
NAME_WORDS = ("标准地名", "地名", "名称", "地名名称", "name", "place", "toponym")
DIVISION_WORDS = (
    "政区代码",
    "行政区划代码",
    "行政区",
    "行政区划",
    "所属政区",
    "division",
    "county",
)


def begin_matching(*, by: Any, file: Any, name_column: str, division_column: str, at: date) -> Job:
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
        if sum(1 for _row in islice(table.rows(), MOST_ROWS + 1)) > MOST_ROWS:
            raise BadInput("The list has more than %(most)s rows: split it.", most=MOST_ROWS)
        kept = default_storage.save(f"matches/{uuid4()}{suffix}", ContentFile(path.read_bytes()))
    return start_job(
        kind=KIND, by=by, file=kept, list=file.name[:100], at=at.isoformat(), columns=chosen
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
    **_told: Any,
) -> dict[str, Any]:
    """The work itself: every row with its candidates, kept as the job's result."""
    path = Path(default_storage.path(file))
    table = open_table(path)
    rows = list(islice(table.rows(), MOST_ROWS))
    place = {heading: index for index, heading in enumerate(table.headings)}
    matched, sure = [], 0
    for number, row in enumerate(rows):
        if number % REPORTED == 0:
            report(number, len(rows), _("Matching names"))
        cells = ["" if cell is None else str(cell).strip() for cell in row.cells]
        told = {key: _cell(cells, place.get(column)) for key, column in columns.items()}
        query = NameQuery(text=told["name"][:80], division=told["division"][:80])
        found = candidates(query, at=date.fromisoformat(at), near=settings.HOME_JURISDICTION)
        sure += bool(found and found[0].match)
        matched.append({"cells": cells, "name": told["name"], "found": [_kept(c) for c in found]})
    text = json.dumps({"headings": table.headings, "rows": matched}, ensure_ascii=False)
    job.result_file.save("matches.json", ContentFile(text.encode()), save=False)
    job.save(update_fields=["result_file"])
    report(len(rows), len(rows), "")
    return {
        _("Rows"): len(rows),
        _("Certain"): sure,
        "url": f"/match/{job.pk}/",
        "picks": {},
    }


def _cell(cells: Sequence[str], index: int | None) -> str:
    return cells[index] if index is not None and index < len(cells) else ""


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


def get_matching(*, by: Any, pk: UUID) -> Job:
    """A finished matching of this person."""
    job = Job.objects.filter(pk=pk, kind=KIND, asked_by=by, state=Job.State.DONE).first()
    if job is None or not job.result_file:
        raise NotInScope
    return job


def matched_rows(job: Job) -> dict[str, Any]:
    with job.result_file.open("rb") as file:
        found: dict[str, Any] = json.load(file)
    return found


@transaction.atomic
def keep_picks(*, by: Any, job: Job, picks: Mapping[str, str]) -> int:
    """What a person decided: row number → place id, "" where none fits; how many changed."""
    held = Job.objects.select_for_update().get(pk=job.pk, asked_by=by)
    rows = matched_rows(job)["rows"]
    kept = dict(held.result.get("picks", {}))
    changed = 0
    for number, place in picks.items():
        if not (number.isascii() and number.isdigit()) or int(number) >= len(rows):
            raise BadInput("The list has no row %(row)s.", row=number[:12])
        if place and place not in {each["id"] for each in rows[int(number)]["found"]}:
            raise BadInput("The place is none of the candidates of row %(row)s.", row=number)
        if kept.get(number, picked_first(rows[int(number)])) != place:
            kept[number] = place
            changed += 1
    held.result["picks"] = kept
    held.save(update_fields=["result"])
    return changed


def picked_first(row: Mapping[str, Any]) -> str:
    """What holds of a row that nobody has looked at: its certain candidate, or none."""
    found = row["found"]
    return str(found[0]["id"]) if found and found[0]["match"] else ""
