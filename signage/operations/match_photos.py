"""A batch of photos finds its signs by what the camera wrote; what is doubtful is left over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput
from common.middleware import sentence
from common.photos import ReadPhoto, read_photo
from signage.domain.photo_matching import Limits, Shot, match
from signage.models import PhotoPhase, Sign, SignPhoto
from signage.operations.evidence import keep_photo
from signage.queries.editions import PHOTO, edition
from signage.queries.photo_sites import kept_already, signs_called, sites_near

UNREADABLE, KNOWN, OTHER_YEAR = "unreadable", "known", "other_year"
NOT_CHOSEN = "not_chosen"


@dataclass(slots=True)
class MatchedPhoto:
    """``number``: the sign, "" where the photo is left over, ``why`` a code that says so.

    ``error``: the sentence about a file that is no photo. ``candidates``: (number, metres) of
    signs that it may show, the likeliest first.
    """

    name: str
    number: str = ""
    why: str = ""
    distance_m: float | None = None
    error: str = ""
    candidates: list[tuple[str, float]] = field(default_factory=list)


@transaction.atomic
def match_photos(
    *,
    by: Any,
    at: date,
    within: str,
    photos: Iterable[Any],
    keep: bool = False,
    chosen: Mapping[str, str] | None = None,
) -> list[MatchedPhoto]:
    """Match uploads with signs of a jurisdiction; with ``keep`` matched ones are kept.

    ``chosen`` (name of a photo → number of a sign) is what a person decided: it stands instead of
    the matching, and photos that are not in it are left over.

    ``by`` is None for commands run at the machine itself. A file that is no photo is told of and
    the rest goes on. A photo from another year than ``at`` is left to people, as is one that is on
    record for its sign already.
    """
    if by is not None:
        require(by=by, capability=Capability.CHECK_SIGNS, codes=[within])
    limits = Limits(
        within_m=float(edition(rule_id=PHOTO, at=at, code=within).parameters["max_distance_m"])
    )
    answers: list[MatchedPhoto] = []
    kept: list[SignPhoto] = []
    try:
        for upload in photos:
            name = str(upload.name)
            try:
                read = read_photo(upload)
            except BadInput as error:
                answers.append(MatchedPhoto(name, why=UNREADABLE, error=sentence(error)))
                continue
            if chosen is None:
                answer, sign = _answer(name, read, at, within, limits)
            else:
                answer, sign = _decided(name, read, within, chosen.get(name, ""))
            answers.append(answer)
            if keep and sign is not None:
                kept.append(keep_photo(read, by=by, sign=sign, phase=PhotoPhase.BEFORE))
    except BaseException:
        # Rows are rolled back by the database; files have to be told.
        for photo in kept:
            photo.image.delete(save=False)
        raise
    if kept:
        audit.record(
            by=by,
            operation="match_photos",
            subject=kept[0],
            jurisdiction=within,
            photos=[str(photo.pk) for photo in kept],
            left=len(answers) - len(kept),
        )
    return answers


def _answer(
    name: str, read: ReadPhoto, at: date, within: str, limits: Limits
) -> tuple[MatchedPhoto, Sign | None]:
    taken = timezone.localdate(read.taken_at) if read.taken_at else None
    shot = Shot(read.taken_where, read.heading, taken)
    near = read.taken_where
    sites = sites_near(where=near, within_m=limits.within_m, within=within) if near else []
    found = match(shot, sites, limits)
    signs = signs_called(keys=[each.key for each in found.candidates])
    answer = MatchedPhoto(
        name,
        why=str(found.why or ""),
        candidates=[(signs[each.key].number, each.distance_m) for each in found.candidates],
    )
    if not found.key:
        return answer, None
    if taken is not None and taken.year != at.year:
        answer.why = OTHER_YEAR
    elif kept_already(hashes=[read.sha256]) & {(found.key, read.sha256)}:
        answer.why = KNOWN
    if answer.why:
        return answer, None
    sign = signs[found.key]
    answer.number, answer.distance_m = sign.number, found.candidates[0].distance_m
    return answer, sign


def _decided(
    name: str, read: ReadPhoto, within: str, number: str
) -> tuple[MatchedPhoto, Sign | None]:
    if not number:
        return MatchedPhoto(name, why=NOT_CHOSEN), None
    sign = Sign.objects.shown().within(within).filter(number=number).first()
    if sign is None:
        raise BadInput(
            "There is no sign “%(number)s” here for the photo “%(name)s”: correct the number or "
            "leave it empty.",
            number=number[:30],
            name=name[-60:],
        )
    if kept_already(hashes=[read.sha256]) & {(str(sign.pk), read.sha256)}:
        return MatchedPhoto(name, why=KNOWN), None
    return MatchedPhoto(name, sign.number), sign
