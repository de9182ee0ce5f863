"""Rows as a merge touches them: values before and after, kept as JSON, read back exactly."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange


@dataclass(frozen=True, slots=True)
class Write:
    """``before`` None: a new row, whose key is known once it is written.

    ``late``: the row would have to end before it begins.
    """

    model: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    late: bool = False

    @classmethod
    def of(cls, row: models.Model, after: Mapping[str, Any], *, late: bool = False) -> "Write":
        """What becomes of the named columns of a row."""
        before = {name: value_of(row, name) for name in after}
        return cls(row._meta.label_lower, str(row.pk), as_json(before), as_json(after), late)

    @classmethod
    def whole(cls, row: models.Model, after: Mapping[str, Any]) -> "Write":
        """The same of a row whose other columns, too, have to stay as they are for an undo."""
        return cls.of(row, _columns(row) | after)

    @classmethod
    def new(cls, row: models.Model) -> "Write":
        """A row to be written, with every column but its key."""
        return cls(row._meta.label_lower, "", None, as_json(_columns(row)))

    def told(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "key": self.key,
            "before": None if self.before is None else dict(self.before),
            "after": dict(self.after),
        }


def _columns(row: models.Model) -> dict[str, Any]:
    return {
        column.attname: value_of(row, column.attname)
        for column in row._meta.concrete_fields
        if not column.primary_key
    }


def model_of(label: str) -> Any:
    return apps.get_model(label)


def value_of(row: models.Model, name: str) -> Any:
    return getattr(row, name)


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _written(value) for name, value in values.items()}


def from_json(label: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of columns as Django takes them."""
    columns = {column.attname: column for column in model_of(label)._meta.concrete_fields}
    return {name: _read(columns[name], value) for name, value in values.items()}


def ended_on(row: Any, on: date) -> DateRange | None:
    """The row's period, ended by a day; None where it begins on that day or later."""
    period = row.period
    if period.lower is not None and period.lower >= on:
        return None
    return DateRange(period.lower, on if period.upper is None else min(period.upper, on))


def _written(value: Any) -> Any:
    if isinstance(value, DateRange):
        return [_written(value.lower), _written(value.upper)]
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.fields.files.FieldFile):
        return value.name or ""
    return str(value) if isinstance(value, uuid.UUID) else value


def _read(column: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column, DateRangeField):
        return DateRange(*(date.fromisoformat(day) if day else None for day in value))
    if isinstance(column, GeometryField):
        return GEOSGeometry(value)
    if isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
        return date.fromisoformat(value)
    return value
