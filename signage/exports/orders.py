"""Orders of a filtered list, each as it stood on the day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from shapely import Point

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed
from signage.queries.orders import OrderFilter, OrderRow, orders_page

STREAM = 2_000


def orders_export(
    *, chosen: OrderFilter, at: date, datum: Datum, states: Mapping[str, Any]
) -> Export:
    """``states``: what the states of an order are called."""
    return listed(
        name="sign_orders",
        title=_("Orders"),
        columns=[
            Column("number", _("Sign number")),
            Column("hanzi", _("Characters")),
            Column("division", _("Division code")),
            Column("body", _("Responsible body")),
            Column("state", _("State")),
            Column("due_on", _("Due on")),
            Column("rules", _("Rules not kept")),
            Column("cost", _("Cost (yuan)"), kind="number"),
            Column("sheet", _("Order sheet")),
            Column("reopened", _("Reopened"), kind="flag"),
            *flags(),
        ],
        rows=lambda: (_row(row, states) for row in _orders(chosen, at)),
        datum=datum,
        day=at,
    )


def _orders(chosen: OrderFilter, at: date) -> Iterator[OrderRow]:
    after = None
    while True:
        rows, more = orders_page(at=at, chosen=chosen, size=STREAM, after=after)
        yield from rows
        if not more:
            return
        after = (rows[-1].due_on, rows[-1].id)


def _row(row: OrderRow, states: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": row.number,
        "hanzi": row.hanzi,
        "division": row.division_code,
        "body": row.body,
        "state": str(states[row.state]),
        "due_on": row.due_on.isoformat(),
        "rules": " ".join(row.rules),
        "cost": None if row.cost is None else float(row.cost),
        "sheet": row.sheet_number or "",
        "reopened": row.reopened,
        "synthetic": row.synthetic,
        "approximate": row.approximate,
        "geometry": Point(row.lon, row.lat),
    }
