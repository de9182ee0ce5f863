"""What people recorded under codes of divisions, in whatever table: built on an adjustment."""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext

from accounts.domain.scope import jurisdiction_of
from accounts.models import Grant
from boundaries.domain.adjustments import read_changes
from boundaries.models import Adjustment, AdjustmentState
from boundaries.queries.touched import touched_tables
from common.models import Recorded

# By these names a table bears a division's code, in every app.
COLUMNS = ("division_code", "code_a", "code_b", "third_code", "side_code", "jurisdiction")
WAITING = (AdjustmentState.SUBMITTED, AdjustmentState.APPROVED)


def recorded_under(*, codes: Collection[str]) -> tuple[Any, int] | None:
    """(what, how many) of the first table with rows under one of the codes, or below a county or

    town of them; None: there are none. What checks make anew and what is only a log do not count.
    """
    derived = {table.model for table in touched_tables() if table.derived}
    for model, columns in _bearers(COLUMNS):
        count = 0 if model in derived else _count(model, columns, codes)
        if count:
            return _label(model), count
    drafts = _drafts_on(set(codes))
    return (_label(Adjustment), drafts) if drafts else None


def _drafts_on(codes: set[str]) -> int:
    """Waiting drafts that change such a unit, not those that would give such a code themselves."""
    waiting = Adjustment.objects.filter(codes__overlap=list(codes), state__in=WAITING)
    named = (
        {code for change in read_changes(each.changes) for code in change.names} for each in waiting
    )
    return sum(bool(each & codes) for each in named)


def set_for(*, codes: Collection[str]) -> int:
    """How many rules, targets, plans and bodies are set for just these units.

    Roles of people follow, and so do the tables that are enrolled.
    """
    places = [jurisdiction_of(code) for code in codes]
    followed = {Grant, *(table.model for table in touched_tables())}
    return sum(
        model._default_manager.filter(jurisdiction__in=places).count()
        for model, _columns in _bearers(("jurisdiction",))
        if model not in followed
    )


def _bearers(names: Collection[str]) -> list[tuple[type[Model], list[str]]]:
    """Tables of records with columns of these names."""
    found = []
    for model in apps.get_models():
        columns = [f.column for f in model._meta.concrete_fields if f.name in names]
        if columns and _is_record(model):
            found.append((model, columns))
    return found


def _is_record(model: type[Model]) -> bool:
    """A fact with a source, or with a kept history of its rows; drafts are told by their codes."""
    kept = hasattr(model, "pgh_event_models") or issubclass(model, Recorded)
    return kept and model is not Adjustment


def _label(model: type[Model]) -> Any:
    told = {table.model: table.label for table in touched_tables()}
    own = model._meta.original_attrs.get("verbose_name_plural", gettext("Things on record"))
    return told.get(model, own)


def _count(model: type[Model], columns: list[str], codes: Collection[str]) -> int:
    under = " OR ".join(
        f"left({column}, 6) = ANY(%(counties)s) OR left({column}, 9) = ANY(%(towns)s) "
        f"OR {column} = ANY(%(exact)s)"
        for column in columns
    )
    values = {
        # Below a province or a city much may lie that is not of the adjustment's making.
        "counties": [code for code in codes if len(code) == 6 and not code.endswith("00")],
        "towns": [code for code in codes if len(code) == 9],
        "exact": sorted({*codes, *map(jurisdiction_of, codes)}),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {model._meta.db_table} WHERE {under}", values)
        return int(cursor.fetchone()[0])
