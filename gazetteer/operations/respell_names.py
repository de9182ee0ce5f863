"""Stored names follow the tables of readings, except where their spelling is a decision."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput
from gazetteer.domain.categories import naming_category
from gazetteer.domain.respell import DECIDED, Respelt, StoredName, respell
from gazetteer.models import PlaceName

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Change:
    """One name whose spelling the tables give differently from what is stored."""

    name: str
    division: str
    before: str
    after: str
    source: str


@dataclass(frozen=True, slots=True)
class Respelling:
    looked_at: int
    decided: int
    changes: list[Change]


@transaction.atomic
def respell_names(*, within: str, by: Any, at: date, commit: bool = True) -> Respelling:
    """Spell the names current on ``at`` in a jurisdiction by the tables of today.

    Approved readings and official spellings stay, whatever the tables say. ``by`` may be None for
    the operator at the console. Without ``commit`` nothing is written.
    """
    if not (within.isascii() and within.isdigit()):
        raise BadInput("“%(code)s” is not the beginning of a division code.", code=within[:40])
    if by is not None:
        require(by=by, capability=Capability.EDIT_NAME, codes=[within])
    names = PlaceName.objects.on(at).within(within)
    decided = names.filter(reading_source__in=DECIDED).count()
    looked_at = 0
    changes: list[Change] = []
    subject = None
    rows = _by_rule(names)
    while batch := tuple(islice(rows, BATCH)):
        looked_at += len(batch)
        changed = _respell(batch)
        changes += [_told(name, before) for name, before in changed]
        subject = subject or (changed[0][0] if changed else None)
        if commit and changed:
            PlaceName.objects.bulk_update([name for name, _ in changed], list(_COLUMNS))
    if commit and subject is not None:
        audit.record(
            by=by,
            operation="respell_names",
            subject=subject,
            jurisdiction=within,
            names=len(changes),
        )
    return Respelling(looked_at, decided, changes)


_COLUMNS = tuple(Respelt.__dataclass_fields__)


def _by_rule(names: Any) -> Iterator[PlaceName]:
    rows = names.exclude(reading_source__in=DECIDED).select_related("place")
    return iter(rows.defer("place__geometry").order_by("pk").iterator(chunk_size=BATCH))


def _respell(batch: tuple[PlaceName, ...]) -> list[tuple[PlaceName, str]]:
    stored = [
        StoredName(
            text=name.text,
            category=naming_category(name.place.legal_category, name.place.division_code),
            division=name.place.division_code,
            plain=name.pinyin_plain,
            toned=name.pinyin_toned,
            source=name.reading_source,
            language=name.language,
        )
        for name in batch
    ]
    changed = []
    for name, spelt in zip(batch, respell(stored), strict=True):
        if spelt is not None:
            before = name.pinyin_toned
            for column, value in asdict(spelt).items():
                setattr(name, column, value)
            changed.append((name, before))
    return changed


def _told(name: PlaceName, before: str) -> Change:
    return Change(
        name.text, name.place.division_code, before, name.pinyin_toned, name.reading_source
    )
