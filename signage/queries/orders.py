"""Orders and order sheets as lists on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from signage.models import SHOWN_SQL, OrderSheet, RectificationOrder
from signage.queries.signs import ORDER_STATE, day_values, night_of

OPEN_STATES = ("ordered", "fixed", "verified")
FILTERS = ("open", "overdue", *OPEN_STATES, "closed", "waived", "all")


@dataclass(frozen=True, slots=True)
class OrderFilter:
    state: str = "open"
    within: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as lists show it. ``photos``: how many of each phase it has."""

    id: UUID
    kind: str
    state: str
    due_on: date
    body: str
    cost: Decimal | None
    rules: list[str]
    reopened: bool
    sheet_id: UUID | None
    sheet_number: str | None
    number: str
    hanzi: str
    pinyin: str
    division_code: str
    synthetic: bool
    approximate: bool
    lon: float
    lat: float
    before: int
    after: int


ROWS = f"""
    SELECT work.id, work.kind, {ORDER_STATE} AS state, work.due_on, work.responsible_body,
           work.cost, work.rules, work.reopens_id IS NOT NULL, work.sheet_id, sheet.number,
           sign.number, sign.hanzi, sign.pinyin, sign.division_code, sign.synthetic,
           sign.approximate, ST_X(sign.location), ST_Y(sign.location)
    FROM signage_rectificationorder work
    JOIN signage_sign sign ON sign.id = work.sign_id
    LEFT JOIN signage_ordersheet sheet ON sheet.id = work.sheet_id
    WHERE work.ordered_at < %(night)s AND {SHOWN_SQL}
"""
LISTED = f"""
    SELECT shown.*,
           (SELECT count(*) FROM signage_signphoto photo
            WHERE photo.order_id = shown.id AND photo.phase = 'before'
              AND photo.uploaded_at < %(night)s),
           (SELECT count(*) FROM signage_signphoto photo
            WHERE photo.order_id = shown.id AND photo.phase = 'after'
              AND photo.uploaded_at < %(night)s)
    FROM ({ROWS} {{where}} ORDER BY work.due_on, work.id LIMIT %(size)s) shown
    ORDER BY shown.due_on, shown.id
"""


def _where(chosen: OrderFilter, *, by_state: bool) -> tuple[str, dict[str, Any]]:
    conditions, values = [], {}
    if chosen.within:
        conditions.append("sign.division_code LIKE %(within)s")
        values["within"] = f"{chosen.within}%"
    if chosen.body:
        conditions.append("work.responsible_body = %(body)s")
        values["body"] = chosen.body
    if by_state and chosen.state in ("open", "overdue"):
        conditions.append(f"{ORDER_STATE} IN {OPEN_STATES}")
    elif by_state and chosen.state != "all":
        conditions.append(f"{ORDER_STATE} = %(state)s")
        values["state"] = chosen.state
    if by_state and chosen.state == "overdue":
        conditions.append("work.due_on < %(at)s::date")
    return "".join(f" AND {each}" for each in conditions), values


def orders_page(
    *, at: date, chosen: OrderFilter, size: int, after: tuple[date, UUID] | None = None
) -> tuple[list[OrderRow], bool]:
    """One page of orders, the earliest deadline first, and whether more follow.

    ``after``: deadline and id of the last order of the page before.
    """
    where, values = _where(chosen, by_state=True)
    if after is not None:
        where += " AND (work.due_on, work.id) > (%(due)s, %(key)s::uuid)"
        values |= {"due": after[0], "key": str(after[1])}
    with connection.cursor() as cursor:
        cursor.execute(LISTED.format(where=where), {**day_values(at), **values, "size": size + 1})
        rows = [OrderRow(*row) for row in cursor.fetchall()]
    return rows[:size], len(rows) > size


def sheet_orders(*, sheet: OrderSheet, at: date) -> list[OrderRow]:
    """Every order of a sheet, by deadline."""
    values = {**day_values(at), "sheet": str(sheet.pk), "size": None}
    with connection.cursor() as cursor:
        cursor.execute(LISTED.format(where=" AND work.sheet_id = %(sheet)s"), values)
        return [OrderRow(*row) for row in cursor.fetchall()]


def order_counts(*, at: date, chosen: OrderFilter) -> dict[str, int]:
    """Orders by state, with ``overdue``, ``open`` and ``all``."""
    where, values = _where(chosen, by_state=False)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT state, count(*), count(*) FILTER (WHERE due_on < %(at)s::date)
                FROM ({ROWS} {where}) shown GROUP BY state""",
            {**day_values(at), **values},
        )
        found = {state: (count, late) for state, count, late in cursor.fetchall()}
    counts = {state: count for state, (count, _) in found.items()}
    counts["overdue"] = sum(found[state][1] for state in OPEN_STATES if state in found)
    counts["open"] = sum(counts.get(state, 0) for state in OPEN_STATES)
    counts["all"] = sum(count for count, _ in found.values())
    return counts


def bodies_with_orders(*, at: date, within: str) -> list[str]:
    found = RectificationOrder.objects.shown(at).filter(
        ordered_at__lt=night_of(at), sign__division_code__startswith=within
    )
    return list(
        found.order_by("responsible_body").values_list("responsible_body", flat=True).distinct()
    )


def sheets_until(*, at: date, limit: int) -> list[OrderSheet]:
    """The newest sheets at the end of a day."""
    found = OrderSheet.objects.shown(at).filter(ordered_at__lt=night_of(at))
    found = found.select_related("ordered_by")
    return list(found.order_by("-ordered_at", "-number")[:limit])
