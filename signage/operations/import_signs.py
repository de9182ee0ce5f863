"""A checked file of signs with its photos is written as a whole, and taken back as a whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.utils.translation import gettext as _

from common.errors import Refusal
from common.importing.packed import read_member
from common.imports.committing import ChangedMeanwhile, listed
from common.models import ImportBatch, ImportRow
from common.photos import read_photo
from gazetteer.models import Place
from signage.models import PhotoPhase, RectificationOrder, Sign, SignPhoto, SignReport
from signage.operations.campaign import keep_day
from signage.operations.check import recheck_signs, recheck_signs_of_places
from signage.operations.evidence import keep_photo

Report = Callable[[int, int, str], None]
AT_ONCE = 1_000
MARK = "sign"


class BuiltUpon(Refusal):
    template = (
        "The import cannot be undone: %(count)d of its signs have been changed or used since "
        "(%(numbers)s)."
    )


@transaction.atomic
def commit_signs(*, batch: ImportBatch, by: Any, report: Report) -> None:
    """Write the signs and photos of a batch and check them; part of the operation that asked."""
    rows = batch.rows.filter(outcome="add").order_by("number")
    total, done = rows.count(), 0
    kept: list[SignPhoto] = []
    try:
        for start in range(0, total, AT_ONCE):
            chunk = list(rows[start : start + AT_ONCE])
            _refuse_changed(chunk)
            signs = [_sign(row, batch) for row in chunk]
            Sign.objects.bulk_create(signs)
            for row, sign in zip(chunk, signs, strict=True):
                for member in row.values.get("photos", ()):
                    read = read_photo(read_member(Path(batch.file.path), member))
                    kept.append(keep_photo(read, by=by, sign=sign, phase=PhotoPhase.BEFORE))
                done += 1
                report(done, total, _("Writing signs and photos"))
        numbers = list(rows.values_list("values__number", flat=True))
        if numbers:
            recheck_signs(numbers=numbers, at=batch.day)
    except BaseException:
        # Rows are rolled back by the database; files have to be told.
        for photo in kept:
            photo.image.delete(save=False)
        raise
    newest = Sign.pgh_event_model.objects.aggregate(last=Max("pgh_id"))["last"]  # type: ignore[attr-defined]
    batch.marks = {MARK: newest or 0, "photos": [str(photo.pk) for photo in kept]}


@transaction.atomic
def undo_signs(*, batch: ImportBatch, by: Any, report: Report) -> None:
    """Remove what the import brought, and look again at the streets where it stood."""
    signs = Sign.objects.filter(pk__in=batch.rows.filter(outcome="add").values("subject"))
    photos = SignPhoto.objects.filter(pk__in=batch.marks.get("photos", ()))
    _refuse_built_upon(batch, signs)
    codes = set(signs.values_list("division_code", flat=True))
    places = list(Place.objects.filter(signs__in=signs).distinct())
    files = [photo.image for photo in photos]
    photos.delete()
    signs.delete()
    if places:
        recheck_signs_of_places(places=places, at=batch.day)
    keep_day(at=batch.day, codes=codes)
    report(1, 1, _("Removing what was added"))
    transaction.on_commit(lambda: [file.delete(save=False) for file in files])


def _sign(row: ImportRow, batch: ImportBatch) -> Sign:
    values = {key: value for key, value in row.values.items() if key != "photos"}
    return Sign(
        pk=row.subject,
        location=GEOSGeometry(row.geometry.ewkb),
        period=DateRange(batch.day, None),
        source=batch.source,
        **values,
    )


def _refuse_changed(rows: list[ImportRow]) -> None:
    """A number that has come on record, or a place that has gone, since the check."""
    numbers = {row.values["number"] for row in rows}
    wrong = set(Sign.objects.filter(number__in=numbers).values_list("number", flat=True))
    places = {row.values["place_id"] for row in rows if "place_id" in row.values}
    shown = Place.objects.shown().filter(pk__in=places)
    there = {str(pk) for pk in shown.values_list("pk", flat=True)}
    wrong |= {
        row.values["number"]
        for row in rows
        if "place_id" in row.values and row.values["place_id"] not in there
    }
    if wrong:
        raise ChangedMeanwhile(count=len(wrong), numbers=listed(wrong))


def _refuse_built_upon(batch: ImportBatch, signs: Any) -> None:
    """A later change of a sign, an order, a report, or a photo that is not the import's own."""
    events = Sign.pgh_event_model.objects.filter(pgh_id__gt=batch.marks.get(MARK, 0))  # type: ignore[attr-defined]
    changed = events.filter(pgh_obj_id__in=signs.values("pk")).values("pgh_obj_id")
    used = set(signs.filter(pk__in=changed).values_list("number", flat=True))
    for model in (RectificationOrder, SignReport):
        rows = model.objects.filter(sign__in=signs)
        used |= set(rows.values_list("sign__number", flat=True))
    others = SignPhoto.objects.filter(sign__in=signs).exclude(pk__in=batch.marks.get("photos", ()))
    used |= set(others.values_list("sign__number", flat=True))
    used |= set(signs.filter(answers__isnull=False).values_list("number", flat=True))
    if used:
        shown = Sign.objects.shown().filter(number__in=used).values_list("number", flat=True)
        raise BuiltUpon(count=len(used), numbers=listed(shown) or "…")
