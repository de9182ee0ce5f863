"""Reference rows: sources, rules of law and standards, facility categories.

Every ``fixtures/reference/*.json`` is a plain Django fixture without numbers for keys: a row is
found again by its natural key, written where it differs, left alone where it does not. What is
made up for the demonstration stands apart, in ``fixtures/demo``.
"""

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.base import DeserializationError
from django.core.serializers.python import Deserializer
from django.db import IntegrityError, models, transaction

from common.errors import BadInput
from demo.parts import DemoOptions

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
FOLDER, MADE_UP = FIXTURES / "reference", FIXTURES / "demo"
# Tables of dated editions, and what an edition is of.
EDITIONS = {
    "common.rule": ("rule_id", "jurisdiction"),
    "facilities.target": ("target_id", "jurisdiction"),
    "facilities.categoryauthority": ("category_id",),
}


def load(options: DemoOptions) -> str:
    counts: dict[str, int] = {}
    for path in (*sorted(FOLDER.glob("*.json")), *sorted(MADE_UP.glob("*.json"))):
        for row in read_rows(path):
            model = apps.get_model(row["model"])
            put(model, row)
            label = str(model._meta.verbose_name_plural)
            counts[label] = counts.get(label, 0) + 1
    return ", ".join(f"{count} {label}" for label, count in counts.items())


def add_new() -> int:
    """Rows that a newer version of the fixtures brings; what is there stays as it was edited."""
    added = 0
    for path in sorted(FOLDER.glob("*.json")):
        for row in read_rows(path):
            given = _parsed(row)
            if type(given)._default_manager.filter(**natural_key(given)).exists():
                continue
            try:
                with transaction.atomic():
                    given.save(force_insert=True)
            except IntegrityError:
                # An edition that somebody wrote covers these days: it stands.
                continue
            added += 1
    return added


def read_rows(path: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise BadInput("%(file)s is not valid JSON: %(why)s", file=path.name, why=error) from error


def put(model: type[models.Model], row: dict[str, Any]) -> None:
    """Create the row or bring the existing one up to date; an equal row is not touched."""
    given = _parsed(row)
    found = model._default_manager.filter(**natural_key(given)).first()
    if found is None:
        given.save(force_insert=True)
        return
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    changed = [name for name in names if getattr(found, name) != getattr(given, name)]
    for name in changed:
        setattr(found, name, getattr(given, name))
    if changed:
        found.save(update_fields=changed)


def _parsed(row: dict[str, Any]) -> Any:
    try:
        (parsed,) = Deserializer([row])
    except DeserializationError as error:
        raise BadInput(
            "A reference row of %(model)s cannot be read: %(why)s", model=row["model"], why=error
        ) from error
    return parsed.object


def natural_key(row: Any) -> dict[str, Any]:
    """What identifies a reference row: an edition by its first day, others by key."""
    if row._meta.label_lower in EDITIONS:
        begins = row.period.lower
        first = {"period__startswith": begins} if begins else {"period__startswith__isnull": True}
        return {name: getattr(row, name) for name in EDITIONS[row._meta.label_lower]} | first
    if row.pk is None:
        raise BadInput("Reference rows of %(model)s need a key.", model=row._meta.label_lower)
    return {"pk": row.pk}
