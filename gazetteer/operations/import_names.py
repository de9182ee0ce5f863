"""A checked file of place names is written as a whole, and taken back as a whole."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from common.copying import copy_rows, since, update_rows
from common.errors import Refusal
from common.models import ImportBatch, ImportRow
from gazetteer.models import NameKind, NameStatus, Place, PlaceCode, PlaceName
from gazetteer.operations.names import BATCH, CODE_COLUMNS, NewName, create_names_in_bulk
from gazetteer.queries.known_names import (
    NAME_FIELDS,
    PLACE_FIELDS,
    codes_of_secret_places,
    divisions_known,
    names_of_places,
    places_by_code,
    same_names,
)
from gazetteer.queries.places import secret_among

Report = Callable[[int, int, str], None]
LISTED = 5
_STATUS = {
    NameKind.STANDARD.value: NameStatus.STANDARD.value,
    NameKind.FORMER.value: NameStatus.HISTORIC.value,
    NameKind.HISTORIC.value: NameStatus.HISTORIC.value,
}


class ChangedMeanwhile(Refusal):
    template = (
        "Since the check %(count)d rows no longer stand as they were checked (rows %(rows)s): "
        "check the file again."
    )


class BuiltUpon(Refusal):
    template = (
        "The import cannot be undone: %(count)d of its places have been changed or used since "
        "(%(places)s)."
    )


class Contradicted(Refusal):
    template = "The database refuses what the file says together (%(rule)s): check it again."


@transaction.atomic
def commit_names(*, batch: ImportBatch, by: Any, report: Report) -> None:
    """Write the additions and changes of a batch; part of the operation that asked."""
    total = batch.rows.filter(outcome__in=["add", "change"]).count()
    done = 0
    try:
        with transaction.atomic():
            for rows in _chunks(batch, "add"):
                _refuse_changed(_no_longer_new(rows, batch.day))
                create_names_in_bulk(_new_name(row, batch) for row in rows)
                done += len(rows)
                report(done, total, _("Writing new names"))
            for rows in _chunks(batch, "change"):
                _refuse_changed(_no_longer_as_before(rows, batch.day))
                _put(rows, batch, [row.values for row in rows])
                done += len(rows)
                report(done, total, _("Writing changes"))
    except IntegrityError as error:
        raise Contradicted(rule=_rule_of(error)) from error
    batch.marks = _history_marks()


@transaction.atomic
def undo_names(*, batch: ImportBatch, by: Any, report: Report) -> None:
    """Remove the additions and put changed rows back as they were; part of the operation."""
    _refuse_built_upon(batch)
    total = batch.rows.filter(outcome__in=["add", "change"]).count()
    done = 0
    for rows in _chunks(batch, "change"):
        _put(rows, batch, [row.before for row in rows])
        codes = [r.values["code"] for r in rows if r.values["code"] != r.before["code"]]
        PlaceCode.objects.filter(code__in=codes, source=batch.source).delete()
        done += len(rows)
        report(done, total, _("Putting changes back"))
    for rows in _chunks(batch, "add"):
        PlaceName.objects.filter(
            source=batch.source, place__in=[row.subject for row in rows]
        )._raw_delete(using="default")
        new = [row.subject for row in rows if "known_place" not in row.values]
        PlaceCode.objects.filter(place__in=new)._raw_delete(using="default")
        Place.objects.filter(pk__in=new)._raw_delete(using="default")
        done += len(rows)
        report(done, total, _("Removing what was added"))


def _chunks(batch: ImportBatch, outcome: str) -> Iterator[list[ImportRow]]:
    """Rows in the order of the file, a batch at a time; read again by key, not by offset."""
    after = -1
    while True:
        rows = batch.rows.filter(outcome=outcome, number__gt=after).order_by("number")
        # As the database writes it: nothing needs to look into the geometry on its way.
        rows = rows.defer("geometry", "remarks").annotate(shape=Cast("geometry", TextField()))
        found = list(islice(rows.iterator(chunk_size=BATCH), BATCH))
        if not found:
            return
        yield found
        after = found[-1].number


def _new_name(row: ImportRow, batch: ImportBatch) -> NewName:
    values = row.values
    known = values.get("known_place")
    return NewName(
        text=values["text"],
        legal_category=values["category"],
        division_code=values["division_code"],
        geometry=row.shape,
        period_from=_day(values.get("from")),
        period_to=_day(values.get("to")),
        source=batch.source_id,
        synthetic=values.get("synthetic", False),
        approximate=values.get("approximate", False),
        name_synthetic=values.get("synthetic", False),
        class_code=values.get("class_code", ""),
        origin=values.get("origin", ""),
        approved_by=values.get("approved_by", ""),
        document=values.get("document", ""),
        place_id=row.subject,
        kind=values["kind"],
        status=_STATUS.get(values["kind"], NameStatus.RECORDED.value),
        began=values.get("began", ""),
        ended=values.get("ended", ""),
        reading=values.get("reading", ""),
        meaning=values.get("meaning", ""),
        history=values.get("history", ""),
        document_page=values.get("document_page", ""),
        approved_on=_day(values.get("approved_on")),
        description=values.get("description", ""),
        place_code=values.get("place_code", "") if not known else "",
        known_place=bool(known),
    )


def _put(rows: Sequence[ImportRow], batch: ImportBatch, states: Sequence[Any]) -> None:
    """Bring places and names into the given states; new place-name codes are added."""
    pairs = list(zip(rows, states, strict=True))
    update_rows(
        Place,
        "id",
        PLACE_FIELDS,
        (
            (row.subject, *(state["place"][column] for column in PLACE_FIELDS))
            for row, state in pairs
            if row.values["place"] != row.before["place"]
        ),
    )
    update_rows(
        PlaceName,
        "id",
        NAME_FIELDS,
        (
            (row.values["name_id"], *(state["name"][column] for column in NAME_FIELDS))
            for row, state in pairs
            if row.values["name"] != row.before["name"]
        ),
    )
    copy_rows(
        PlaceCode,
        CODE_COLUMNS,
        (
            (row.subject, state["code"], since(batch.day), batch.source_id, False, False)
            for row, state in pairs
            if state["code"] and state["code"] != row.before["code"]
        ),
    )


def _no_longer_new(rows: Iterable[ImportRow], day: date) -> list[int]:
    """Rows whose place has come on record, or whose division has gone, since the check."""
    rows = list(rows)
    fresh = [row for row in rows if "known_place" not in row.values]
    same = same_names(texts={row.values["text"] for row in fresh}, at=day)
    given = {row.values["place_code"] for row in fresh if "place_code" in row.values}
    codes = {*places_by_code(codes=given), *codes_of_secret_places(codes=given)}
    in_force, _ever = divisions_known(codes={row.values["division_code"] for row in fresh}, at=day)
    places = {row.values["known_place"] for row in rows if "known_place" in row.values}
    records = names_of_places(places=places, at=day, lock=True) if places else {}
    return [
        row.number
        for row in rows
        if (
            row.values["known_place"] not in records
            if "known_place" in row.values
            else row.values["division_code"] not in in_force
            or row.values.get("place_code") in codes
            or any(
                (category, code) == (row.values["category"], row.values["division_code"])
                for _place, category, code in same.get(row.values["text"], ())
            )
        )
    ]


def _no_longer_as_before(rows: Iterable[ImportRow], day: date) -> list[int]:
    """Rows whose record is not what it was at the check; the records are locked."""
    rows = list(rows)
    records = names_of_places(places={str(row.subject) for row in rows}, at=day, lock=True)
    stands = {
        name.name_id: {"place": name.place, "name": name.name, "code": name.code}
        for names in records.values()
        for name in names
    }
    return [row.number for row in rows if stands.get(row.values["name_id"]) != row.before]


def _refuse_changed(numbers: Sequence[int]) -> None:
    if numbers:
        listed = ", ".join(map(str, numbers[:LISTED])) + (" …" if len(numbers) > LISTED else "")
        raise ChangedMeanwhile(count=len(numbers), rows=listed)


def _refuse_built_upon(batch: ImportBatch) -> None:
    """Later history of the batch's rows, or anything in any app that points to what it added."""
    used: dict[str, str] = {}
    for model, mark in ((Place, "place"), (PlaceName, "name")):
        owner = "pgh_obj_id" if model is Place else "place_id"
        later = model.pgh_event_model.objects.filter(pgh_id__gt=batch.marks.get(mark, 0))
        subjects = batch.rows.filter(outcome__in=["add", "change"]).values("subject")
        for place in later.filter(**{f"{owner}__in": subjects}).values_list(owner, flat=True)[:50]:
            used[str(place)] = _("changed")
    for place, what in _references(batch):
        used.setdefault(str(place), what)
    if used:
        hidden = secret_among(places=list(used))  # that one became secret is a change of it too
        told = [(place, what) for place, what in used.items() if place not in hidden][:LISTED]
        keys = [place for place, _what in told]
        names = dict(batch.rows.filter(subject__in=keys).values_list("subject", "title"))
        listed = "; ".join(f"{names.get(uuid.UUID(place), place)}: {what}" for place, what in told)
        raise BuiltUpon(count=len(used), places=listed or "…")


def _references(batch: ImportBatch) -> Iterator[tuple[Any, str]]:
    """(place, what refers to it) for every foreign key of every app; the batch's own apart."""
    added = batch.rows.filter(outcome="add")
    places = added.exclude(values__has_key="known_place").values("subject")
    names = PlaceName.objects.filter(source=batch.source).values("pk")
    for model, owned in ((Place, places), (PlaceName, names)):
        for relation in model._meta.related_objects:
            other, field = relation.related_model, relation.field
            if not getattr(field, "db_constraint", True):
                continue
            rows = other._default_manager.filter(**{f"{field.name}__in": owned})
            if other in (PlaceName, PlaceCode):
                rows = rows.exclude(source=batch.source)
            key = field.name if model is Place else f"{field.name}__place"
            label = str(other._meta.verbose_name_plural)
            for place in rows.order_by().values_list(key, flat=True).distinct()[:50]:
                yield place, label


def _history_marks() -> dict[str, int]:
    """The newest history rows: whatever comes after them was done after this import."""
    return {
        mark: model.pgh_event_model.objects.aggregate(last=Max("pgh_id"))["last"] or 0
        for model, mark in ((Place, "place"), (PlaceName, "name"))
    }


def _rule_of(error: IntegrityError) -> str:
    cause = getattr(error, "__cause__", None)
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return str(name or error).splitlines()[0][:120]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
