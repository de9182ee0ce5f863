"""Orders as a list by deadline, and the sheets by which they were given."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from common.filters import read_choice, read_code
from common.list_layouts import ListColumn, ListLayout
from common.registries import ChosenRows
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from signage.exports.orders import orders_export
from signage.models import OrderKind, OrderSheet
from signage.queries.orders import (
    FILTERS,
    OPEN_STATES,
    OrderFilter,
    OrderRow,
    bodies_with_orders,
    order_counts,
    orders_page,
    sheet_orders,
    sheets_until,
)
from signage.queries.record import county_names
from signage.views.signs import Pager
from signage.views.wording import ORDER_LABELS, ORDER_STATES, due_words

PAGE = 50
SHEETS = 12
LONGEST_BODY = 100
LAYOUT = ListLayout(
    columns=[
        ListColumn("order", gettext_lazy("Order"), usual=True),
        ListColumn("state", gettext_lazy("State"), lambda row: row["label"]),
        ListColumn("body", gettext_lazy("Responsible body"), lambda row: row["order"].body),
        ListColumn("due", gettext_lazy("Due on"), lambda row: row["order"].due_on),
        ListColumn("cost", gettext_lazy("Cost (yuan)"), lambda row: _cost(row["order"].cost)),
        ListColumn("sheet", gettext_lazy("Order sheet"), lambda row: row["order"].sheet_number),
        ListColumn(
            "division", gettext_lazy("Division code"), lambda row: row["order"].division_code
        ),
    ]
)


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def orders(request: Any) -> HttpResponse:
    chosen = _filter(request.GET)
    counts = order_counts(at=request.day, chosen=chosen)
    rows, more = orders_page(
        at=request.day, chosen=chosen, size=PAGE, after=_after(request.GET.get("after", ""))
    )
    count = number_format(counts.get(chosen.state, 0), force_grouping=True)
    last = f"{rows[-1].due_on.isoformat()}~{rows[-1].id}" if more else ""
    values = {
        "chosen": chosen,
        "may_order": request.user.may(Capability.ORDER_FIX),
        "states": [
            {
                "text": text,
                "count": counts.get(state, 0),
                "on": state == chosen.state,
                "url": _address(request, state=state, after=""),
            }
            for state, text in _filters()
        ],
        "counties": county_names(within=settings.HOME_JURISDICTION, at=request.day),
        "bodies": bodies_with_orders(at=request.day, within=chosen.within),
        "rows": [order_row(row, request.day) for row in rows],
        "sheets": sheets_until(at=request.day, limit=SHEETS),
        "page": Pager(
            next_url=_address(request, after=last) if last else "",
            previous_url=_address(request, after="") if request.GET.get("after") else "",
            count_text=_("%(count)s orders") % {"count": count},
        ),
        "cleared_url": _address(request, state="all", within="", body="", after=""),
    }
    return render(request, "signage/order_list.html", values)


@require_GET
def order_sheet(request: Any, pk: Any) -> HttpResponse:
    shown = OrderSheet.objects.shown(request.day)
    sheet = get_object_or_404(shown.select_related("ordered_by"), pk=pk)
    rows = sheet_orders(sheet=sheet, at=request.day)
    over = sum(row.state in ("closed", "waived") for row in rows)
    known = [row.cost for row in rows if row.cost is not None]
    values = {
        "sheet": sheet,
        "may_order": request.user.may(Capability.ORDER_FIX),
        "rows": [order_row(row, request.day) for row in rows],
        "over": over,
        "total": len(rows),
        "late": sum(row.state in OPEN_STATES and row.due_on < request.day for row in rows),
        "cost": sum(known),
        "cost_unknown": len(rows) - len(known),
    }
    return render(request, "signage/order_sheet.html", values)


def order_row(row: OrderRow, at: date) -> dict[str, Any]:
    late = row.state in OPEN_STATES and row.due_on < at
    return {
        "order": row,
        "new": row.kind == OrderKind.NEW,
        "state": "overdue" if late else ORDER_STATES[row.state],
        "label": ORDER_LABELS[row.state],
        "due": due_words(row.due_on, at) if row.state in OPEN_STATES else row.due_on.isoformat(),
    }


def _cost(yuan: Decimal | None) -> str:
    return "" if yuan is None else str(number_format(yuan, force_grouping=True))


def _filters() -> list[tuple[str, str]]:
    texts = {"open": pgettext("order", "open"), "overdue": _("overdue"), "all": _("all orders")}
    return [(state, str(texts.get(state) or ORDER_LABELS[state])) for state in FILTERS]


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    chosen = _filter(query)
    return ChosenRows(
        count=order_counts(at=at, chosen=chosen).get(chosen.state, 0),
        export=lambda datum: orders_export(chosen=chosen, at=at, datum=datum, states=ORDER_LABELS),
    )


def _filter(query: QueryDict) -> OrderFilter:
    return OrderFilter(
        state=read_choice(query, "state", FILTERS, default="open"),
        within=read_code(query.get("within", "")),
        body=query.get("body", "")[:LONGEST_BODY],
    )


def _after(text: str) -> tuple[date, UUID] | None:
    day, _mark, key = text.partition("~")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError:
        return None


def _address(request: Any, **changes: str) -> str:
    kept = {**{key: value for key, value in request.GET.items() if value}, **changes}
    query = urlencode({key: value for key, value in kept.items() if value})
    return f"{request.path}?{query}" if query else str(request.path)
