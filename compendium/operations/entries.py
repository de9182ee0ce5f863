"""Writing into an entry, signing it on its way, giving it back."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.models import DivisionVersion
from common.audit import record
from common.errors import BadInput, Refusal
from compendium.domain.flow import Stage, after, jurisdiction_needed
from compendium.domain.items import BY_KEY, Form, items_of
from compendium.models import Entry, EntryItem, Signature
from compendium.queries.entries import content_hash, sheets_of

# Who signs at which stage; the jurisdiction has to be wide enough (domain.flow).
NEEDS = {
    Stage.COLLECT: Capability.EDIT_NAME,
    Stage.COUNTY: Capability.REVIEW_NAME,
    Stage.EXPERTS: Capability.GIVE_OPINION,
    Stage.CITY: Capability.APPROVE_NAME,
    Stage.PROVINCE: Capability.APPROVE_NAME,
}
FIRST_YEAR, LONGEST = 1900, 20_000


class CannotWrite(Refusal):
    template = (
        "The entry is on its way: it can be written only while the unit or the county has it."
    )


class CannotSign(Refusal):
    template = "The entry cannot be signed: %(checks)s stand against it."


class SignedBefore(Refusal):
    template = "You signed the stage before: another person has to sign this one."


class EntryChanged(Refusal):
    template = (
        "The entry has changed since you read it: nothing was signed or given back. Read what "
        "stands now."
    )


class IsPrinted(Refusal):
    template = "The entry is ready for print: nothing is left to sign."


class NeedsReason(BadInput):
    template = "Give the reason for which the entry goes back."


def entry_of(version: DivisionVersion, at: date) -> Entry:
    """The entry of a division, locked; begun where nobody wrote anything yet."""
    Entry.objects.get_or_create(
        division_id=version.division_id,
        defaults={"division_code": version.code, "data_on": at},
    )
    entry: Entry = Entry.objects.select_for_update().get(division_id=version.division_id)
    return entry


@transaction.atomic
def write_item(
    *,
    by: Any,
    at: date,
    version: DivisionVersion,
    key: str,
    text: str = "",
    value: float | None = None,
    base_year: int | None = None,
    source: str = "",
) -> EntryItem | None:
    """Write one item; empty text and value take back what was written (``None``).

    Raises :class:`CannotWrite` once the experts have it, BadInput for an item that the system tells
    alone, that an entry of this level has not, or for a figure without its base year.
    """
    require(by=by, capability=Capability.EDIT_NAME, codes=[version.code])
    item = BY_KEY.get(key)
    if item is None or item.form is Form.LIVE or item not in items_of(version.level):
        raise BadInput("An entry of this level has no item “%(key)s” to write.", key=key[:40])
    entry = entry_of(version, at)
    if entry.stage not in (Stage.COLLECT, Stage.COUNTY):
        raise CannotWrite()
    text = text.strip()
    if not text and value is None:
        entry.items.filter(key=key).delete()
        record(by=by, operation="clear_item", subject=entry, jurisdiction=version.code, item=key)
        return None
    if len(text) > LONGEST:
        raise BadInput("The text is longer than %(most)d characters.", most=LONGEST)
    if item.form is Form.FIGURE:
        if value is None or value < 0:
            raise BadInput("Give the figure as a number that is not negative.")
        if base_year is None or not FIRST_YEAR <= base_year <= at.year:
            raise BadInput(
                "Give the base year of the figure, from %(first)d to %(last)d.",
                first=FIRST_YEAR,
                last=at.year,
            )
    written, _made = EntryItem.objects.update_or_create(
        entry=entry,
        key=key,
        defaults={
            "text": text,
            "value": value,
            "base_year": base_year,
            "source": source.strip()[:200],
            "written_by": by,
        },
    )
    record(by=by, operation="write_item", subject=entry, jurisdiction=version.code, item=key)
    return written


@transaction.atomic
def sign_entry(
    *, by: Any, at: date, version: DivisionVersion, note: str = "", seen: str | None = None
) -> Entry:
    """Sign the entry's stage and hand it on; ``seen``: hash of the content that was read.

    Raises :class:`EntryChanged` where it is no longer that, :class:`CannotSign` while required
    items are missing (E09) or something secret is told (E14), :class:`SignedBefore` for the one
    who signed the stage before.
    """
    entry = entry_of(version, at)
    if _is_done(entry, by, seen, given_back=False):
        return entry
    stage = Stage(entry.stage)
    following = after(stage)
    if following is None:
        raise IsPrinted()
    require(by=by, capability=NEEDS[stage], codes=[jurisdiction_needed(stage, version.code)])
    _require_seen(entry, seen)
    last = entry.signatures.last()
    if last is not None and not last.given_back and last.by_id == by.pk:
        raise SignedBefore()
    (sheet,) = sheets_of(versions=[version], at=at)
    if sheet.against:
        raise CannotSign(checks=", ".join(finding.check for finding in sheet.against))
    return _move(entry, stage, following, by=by, at=at, note=note, given_back=False)


@transaction.atomic
def give_back(
    *, by: Any, at: date, version: DivisionVersion, note: str, seen: str | None = None
) -> Entry:
    """Give the entry back to the unit, with the reason."""
    entry = entry_of(version, at)
    if _is_done(entry, by, seen, given_back=True):
        return entry
    stage = Stage(entry.stage)
    if stage in (Stage.COLLECT, Stage.PRINT):
        raise BadInput("Only an entry that is on its way can be given back.")
    require(by=by, capability=NEEDS[stage], codes=[jurisdiction_needed(stage, version.code)])
    _require_seen(entry, seen)
    if not note.strip():
        raise NeedsReason()
    return _move(entry, stage, Stage.COLLECT, by=by, at=at, note=note, given_back=True)


def _is_done(entry: Entry, by: Any, seen: str | None, *, given_back: bool) -> bool:
    """Whether it is the second click on one page: it asks for what the first one has done."""
    last = entry.signatures.last()
    if seen is None or last is None or (last.by_id, last.given_back) != (by.pk, given_back):
        return False
    return seen == content_hash(entry, stage=last.stage)


def _require_seen(entry: Entry, seen: str | None) -> None:
    """Another person may have signed this stage meanwhile: the same click would sign the next."""
    if seen is not None and seen != content_hash(entry):
        raise EntryChanged()


def _move(
    entry: Entry, stage: Stage, to: Stage, *, by: Any, at: date, note: str, given_back: bool
) -> Entry:
    Signature.objects.create(
        entry=entry, stage=stage, by=by, on=at, note=note.strip(), given_back=given_back
    )
    entry.stage, entry.data_on = to, at
    entry.save(update_fields=["stage", "data_on"])
    record(
        by=by,
        operation="give_back_entry" if given_back else "sign_entry",
        subject=entry,
        jurisdiction=entry.division_code,
        reason=note.strip(),
        stage=str(stage),
    )
    return entry
