"""Reference rows are kept as the fixtures of this version have them, unless somebody changed them.

Every fixture is a plain one of Django without numbers for keys: a row is found again by its natural
key. What was written is remembered (:class:`demo.models.ReferenceRow`), so that a row which is no
longer so is known to have been changed here.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from common.audit import record
from common.errors import BadInput
from demo.models import ReferenceRow

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
FOLDER, MADE_UP = FIXTURES / "reference", FIXTURES / "demo"
# Tables of dated editions, and what an edition is of.
EDITIONS = {
    "common.rule": ("rule_id", "jurisdiction"),
    "facilities.target": ("target_id", "jurisdiction"),
    "facilities.categoryauthority": ("category_id",),
}
OPERATION = "load_reference"


class NoSuchRow(BadInput):
    template = "No row “%(key)s” was kept as it is here: take one of those that were named."


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Keys of rows: new ones, those brought up to date, those kept although they differ."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """Empty where all was as it should be."""
        counts = [
            (self.added, f"{len(self.added)} new rows"),
            (self.updated, f"{len(self.updated)} brought up to date"),
            (self.kept, f"{len(self.kept)} kept as changed here: {', '.join(self.kept)}"),
        ]
        return ", ".join(text for rows, text in counts if rows)


@transaction.atomic
def bring_up_to_date(*folders: Path, take: Collection[str] = ()) -> Upkeep:
    """Add what is new, change what the fixtures changed. A row that somebody changed, or wrote
    for days of a new one, stays and is named, unless its key is in ``take``.

    Raises :class:`BadInput` for a fixture that cannot be read, :class:`NoSuchRow` for a key in
    ``take`` that names no such row.
    """
    written = dict(ReferenceRow.objects.values_list("key", "values"))
    done, taken = Upkeep(), set()
    with pghistory.context(operation=OPERATION):
        for row in read_rows(*folders):
            given = _parsed(row)
            key, values = _key(given), _values(given)
            found = type(given)._default_manager.filter(**_natural_key(given)).first()
            stands = found and _values(found)
            if stands != values:
                if key in take:
                    taken.add(key)
                elif found and not _as_written(found, key, written):
                    done.kept.append(key)
                    continue
                if not _save(given, found):
                    done.kept.append(key)
                    continue
                (done.updated if found else done.added).append(key)
            if written.get(key) != values:
                ReferenceRow.objects.update_or_create(key=key, defaults={"values": values})
    unknown = set(take) - taken
    if unknown:
        raise NoSuchRow(key=min(unknown))
    return done


def read_rows(*folders: Path) -> Iterator[dict[str, Any]]:
    """The rows of all fixtures in these folders. Raises :class:`BadInput`."""
    for folder in folders:
        for path in sorted(folder.glob("*.json")):
            try:
                yield from json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise BadInput(
                    "%(file)s is not valid JSON: %(why)s", file=path.name, why=error
                ) from error


def _save(given: Any, found: Any) -> bool:
    """False where another edition, which somebody wrote, covers its days."""
    try:
        with transaction.atomic():
            if found is None:
                given.save(force_insert=True)
                return True
            given.pk = found.pk
            given.save(force_update=True)
            record(by=None, operation=OPERATION, subject=given)
    except IntegrityError:
        return False
    return True


def _as_written(found: Any, key: str, written: dict[str, Any]) -> bool:
    """Whether nobody changed the row since set-up wrote it."""
    if key in written:
        stands = _values(found)
        # Columns come and go with versions.
        return all(stands[name] == value for name, value in written[key].items() if name in stands)
    # A database that is older than this memory: the row's own history tells, where it has one.
    return not written and hasattr(found, "events") and not found.events.exists()


def _values(row: Any) -> dict[str, Any]:
    """As JSON holds them; the number of a row is not of the fixture."""
    fields = [each for each in row._meta.concrete_fields if not each.primary_key]
    return {each.attname: _plain(each, row) for each in fields}


def _plain(field: Any, row: Any) -> Any:
    value = field.value_from_object(row)
    if isinstance(value, DateRange):
        # The database writes the bounds of a range without beginning in its own way.
        return [each and each.isoformat() for each in (value.lower, value.upper)]
    return field.value_to_string(row)


def _key(row: Any) -> str:
    """The natural key in words, such as ``facilities.target T11 4401 2012-01-01``."""
    parts = (str(value) for value in _natural_key(row).values() if value not in ("", True))
    return " ".join((row._meta.label_lower, *parts))


def _parsed(row: dict[str, Any]) -> Any:
    try:
        (parsed,) = Deserializer([row])
    except DeserializationError as error:
        raise BadInput(
            "A reference row of %(model)s cannot be read: %(why)s", model=row["model"], why=error
        ) from error
    return parsed.object


def _natural_key(row: Any) -> dict[str, Any]:
    """What identifies a reference row: an edition by its first day, others by key."""
    if row._meta.label_lower in EDITIONS:
        begins = row.period.lower
        first = {"period__startswith": begins} if begins else {"period__startswith__isnull": True}
        return {name: getattr(row, name) for name in EDITIONS[row._meta.label_lower]} | first
    if row.pk is None:
        raise BadInput("Reference rows of %(model)s need a key.", model=row._meta.label_lower)
    return {"pk": row.pk}
