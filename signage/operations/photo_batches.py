"""A ZIP of photos as background work: matched with signs, looked at by a person, then kept."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.errors import BadInput, NotInScope
from common.importing.packed import PackedFile, each_picture, pictures_inside, read_member
from common.jobs import beside, start_job
from common.models import Job
from signage.models import Sign
from signage.operations.match_photos import match_photos

Report = Callable[..., None]
MATCH, KEEP = "match_photos", "keep_photos"
MOST_PHOTOS = 500


def begin_matching(*, by: Any, file: Any, within: str, at: date) -> Job:
    """Keep the ZIP and match its photos; raises BadInput for what holds none or too many."""
    require(by=by, capability=Capability.CHECK_SIGNS, codes=[within])
    with NamedTemporaryFile(suffix=".zip") as held:
        for chunk in file.chunks():
            held.write(chunk)
        held.flush()
        found = set(pictures_inside(Path(held.name)).values())
        if not found:
            raise BadInput("The ZIP holds no photos.")
        if len(found) > MOST_PHOTOS:
            raise BadInput(
                "The ZIP holds %(count)d photos: bring at most %(most)d at a time.",
                count=len(found),
                most=MOST_PHOTOS,
            )
        held.seek(0)
        kept = default_storage.save(f"photo-batches/{uuid4()}.zip", File(held))
    return start_job(
        kind=MATCH, by=by, file=kept, batch=file.name[:100], within=within, at=at.isoformat()
    )


def run_match(
    *, job: Job, report: Report, file: str, within: str, at: str, **_told: Any
) -> dict[str, Any]:
    """Match without keeping anything: the answers are the job's result."""
    path = Path(default_storage.path(file))
    with beside(report) as tell:
        found = match_photos(
            by=job.asked_by,
            at=date.fromisoformat(at),
            within=within,
            photos=_reported(path, tell),
        )
    text = json.dumps([asdict(each) for each in found], ensure_ascii=False)
    job.result_file.save("photos.json", ContentFile(text.encode()), save=False)
    job.save(update_fields=["result_file"])
    matched = sum(1 for each in found if each.number)
    return {
        "url": reverse("signage:photo_batch", args=[job.pk]),
        _("Matched"): matched,
        _("Left over"): len(found) - matched,
    }


def begin_keeping(*, by: Any, batch: Job, chosen: Mapping[str, str]) -> Job:
    """Keep the photos with the signs that a person saw and agreed to."""
    if not any(chosen.values()):
        raise BadInput("No photo is given to a sign: choose one at least.")
    told = {key: batch.parameters[key] for key in ("file", "batch", "within", "at")}
    return start_job(kind=KEEP, by=by, chosen=dict(chosen), **told)


def run_keep(
    *,
    job: Job,
    report: Report,
    file: str,
    within: str,
    at: str,
    chosen: Mapping[str, str],
    **_told: Any,
) -> dict[str, Any]:
    path = Path(default_storage.path(file))
    with beside(report) as tell:
        found = match_photos(
            by=job.asked_by,
            at=date.fromisoformat(at),
            within=within,
            photos=_reported(path, tell),
            keep=True,
            chosen=chosen,
        )
    kept = sum(1 for each in found if each.number)
    return {
        "url": reverse("signage:signs") + "?state=all",
        _("Kept"): kept,
        _("Left over"): len(found) - kept,
    }


def get_batch(*, by: Any, pk: UUID) -> Job:
    """A matched batch of this person."""
    job = Job.objects.filter(pk=pk, kind=MATCH, asked_by=by, state=Job.State.DONE).first()
    if job is None or not job.result_file:
        raise NotInScope
    return job


def matched_photos(job: Job) -> list[dict[str, Any]]:
    """What was matched, without the signs that have been hidden since."""
    with job.result_file.open("rb") as file:
        found: list[dict[str, Any]] = json.load(file)
    numbers = {number for photo in found for number, _metres in photo["candidates"]}
    signs = Sign.objects.shown().filter(number__in=numbers)
    shown = set(signs.values_list("number", flat=True))
    for photo in found:
        photo["candidates"] = [each for each in photo["candidates"] if each[0] in shown]
        if photo["number"] and photo["number"] not in shown:
            photo |= {"number": "", "why": "none_near", "distance_m": None}
    return found


def photo_of(job: Job, number: int) -> PackedFile:
    """One photo of the batch by its place in the result; NotInScope where there is none."""
    photos = matched_photos(job)
    if number >= len(photos):
        raise NotInScope
    return read_member(Path(default_storage.path(job.parameters["file"])), photos[number]["name"])


def _reported(path: Path, tell: Report) -> Iterator[PackedFile]:
    total = len(set(pictures_inside(path).values()))
    for done, picture in enumerate(each_picture(path)):
        tell(done, total, _("Matching photos"))
        yield picture
