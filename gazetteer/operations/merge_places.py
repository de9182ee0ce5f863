"""Two records of one place become one, by a plan that was shown; undone exactly or not at all."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.models import Place, PlaceMerge, Secrecy
from gazetteer.queries.merge_rows import Write, as_json, from_json, model_of, value_of
from gazetteer.queries.merging import MergePlan, merge_plan, records_digest
from gazetteer.queries.pointers import last_name

# Merges that know nothing of each other could pull the same rows to and fro.
LOCK = 44_010_513


class CannotMerge(Refusal):
    """The places cannot be merged as things stand."""


class Undecided(Refusal):
    template = "%(count)d differences wait for a decision: decide each of them first."


class SeenOtherwise(Refusal):
    template = "The records have changed since they were shown: look at the preview again."


class Contradicted(Refusal):
    template = "The database refuses what would stand together (%(rule)s): nothing was changed."


class CannotUndoMerge(Refusal):
    template = "The merge cannot be undone: %(what)s was changed or used since."


@transaction.atomic
def merge_places(
    *,
    by: Any,
    ended: Place,
    survivor: Place,
    on: date,
    at: datetime,
    reason: str,
    decisions: Mapping[str, str],
    seen: str = "",
) -> PlaceMerge:
    """Carry out :func:`~gazetteer.queries.merging.merge_plan`.

    ``seen``: the digest of the records as they were shown.

    The person needs the role where either place lies. Raises :class:`CannotMerge`,
    :class:`Undecided` or :class:`SeenOtherwise`, and writes nothing then.
    """
    _require_both(by, ended, survivor)
    if not reason.strip():
        raise BadInput("Say how it is known that both are one place: the history keeps it.")
    plan = _fresh_plan(ended, survivor, on, timezone.localdate(at), decisions)
    if plan.blocks:
        template, values = plan.blocks[0]
        raise CannotMerge(template, **values)
    if plan.undecided:
        raise Undecided(count=len(plan.undecided))
    if seen and seen != records_digest(ended=plan.ended, survivor=plan.survivor):
        raise SeenOtherwise
    counts = {group.key: group.moving for group in plan.groups}
    details = {"into": str(survivor.pk), "decisions": dict(decisions), "counts": counts}
    for subject in (ended, survivor):
        _record(
            by, "merge_places", subject, reason, on=on.isoformat(), ended=str(ended.pk), **details
        )
    return write_merge(plan=plan, by=by, at=at, reason=reason, decisions=decisions)


def write_merge(
    *, plan: MergePlan, by: Any, at: datetime, reason: str, decisions: Mapping[str, str]
) -> PlaceMerge:
    """What a plan tells is written: part of the operation that asked who may."""
    counts = {group.key: group.moving for group in plan.groups}
    try:
        with transaction.atomic():
            written = [_carry_out(write) for write in plan.writes]
    except IntegrityError as error:
        raise Contradicted(rule=_rule_of(error)) from error
    return PlaceMerge.objects.create(
        ended=plan.ended,
        survivor=plan.survivor,
        on=plan.on,
        reason=reason.strip(),
        decisions=dict(decisions),
        written=written,
        counts=counts,
        merged_at=at,
        merged_by=by,
    )


@transaction.atomic
def undo_merge(*, by: Any, merge: PlaceMerge, at: datetime, reason: str) -> PlaceMerge:
    """Put every touched row back as it was; refused once one of them is no longer as left."""
    _require_both(by, merge.ended, merge.survivor)
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")
    _one_at_a_time()
    merge = PlaceMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise CannotMerge("The merge was undone already.")
    what = what_was_built(merge)
    if what:
        raise CannotUndoMerge(what=what)
    for subject in (merge.ended, merge.survivor):
        _record(by, "undo_merge", subject, reason, ended=str(merge.ended_id))
    try:
        with transaction.atomic():
            for row in reversed(merge.written):
                _put_back(row)
    except IntegrityError as error:
        raise CannotUndoMerge(what=_rule_of(error)) from error
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    return merge


def what_was_built(merge: PlaceMerge) -> str:
    """The first row that is no longer as the merge left it, or that is used since; "" if none."""
    for written in merge.written:
        model = model_of(written["model"])
        row = model._base_manager.filter(pk=written["key"]).first()
        if (
            row is None
            or as_json({n: value_of(row, n) for n in written["after"]}) != written["after"]
        ):
            return _in_words(model, row, written["key"])
        if written["before"] is None and _used(row):
            return _in_words(model, row, written["key"])
    return ""


def _in_words(model: Any, row: Any, key: str) -> str:
    """A row for a sentence: what it is, in the reader's language, and its name or its key."""
    title = last_name(place=row) if isinstance(row, Place) else row
    return f"{model._meta.verbose_name_plural}: {title or key}"


def _fresh_plan(
    ended: Place, survivor: Place, on: date, today: date, decisions: Mapping[str, str]
) -> MergePlan:
    """The plan for the rows as they stand now, which nobody changes until it is carried out."""
    _one_at_a_time()
    ids = sorted([ended.pk, survivor.pk], key=str)
    rows = Place.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    found = {place.pk: place for place in rows.order_by("pk")}
    for place in found.values():
        list(place.names.select_for_update(of=("self",)).order_by("pk"))
    return merge_plan(
        ended=found[ended.pk],
        survivor=found[survivor.pk],
        on=on,
        today=today,
        decisions=decisions,
    )


def _require_both(by: Any, ended: Place, survivor: Place) -> None:
    for place in (ended, survivor):
        require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
        if place.secrecy == Secrecy.SECRET:
            raise CannotMerge("One of the places is not on record.")


def _carry_out(write: Write) -> dict[str, Any]:
    model = model_of(write.model)
    after = from_json(write.model, write.after)
    told = write.told()
    if write.before is None:
        row = model(**after)
        row.save(force_insert=True)
        told["key"] = str(row.pk)
    elif write.before != write.after:
        model._base_manager.filter(pk=write.key).update(**after)
    return told


def _put_back(written: Mapping[str, Any]) -> None:
    rows = model_of(written["model"])._base_manager.filter(pk=written["key"])
    if written["before"] is None:
        rows.delete()
    elif written["before"] != written["after"]:
        rows.update(**from_json(written["model"], written["before"]))


def _used(row: Any) -> bool:
    """Whether any row of any app points to one that the merge made."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in row._meta.related_objects
        if getattr(relation.field, "db_constraint", True)
    )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _rule_of(error: IntegrityError) -> str:
    cause = getattr(error, "__cause__", None)
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return str(name or error).splitlines()[0][:120]


def _record(by: Any, operation: str, place: Place, reason: str, **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=place,
        jurisdiction=place.division_code,
        reason=reason.strip(),
        **details,
    )
