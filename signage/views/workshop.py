"""What a workshop has to make: a batch of orders as a page, as one SVG and as a PDF."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require_somewhere
from common.errors import BadInput
from common.filters import read_code
from signage.domain.face.shapes import placed
from signage.domain.face.sheet import HEIGHT, WIDTH
from signage.domain.face.svg import to_svg
from signage.exports.pdf import missing_characters, to_pdf
from signage.models import RectificationOrder
from signage.queries.record import county_names
from signage.queries.workshop import WorkshopItem, orders_to_make, workshop_items
from signage.views.workshop_words import (
    Pages,
    every_text,
    ground_words,
    makeable,
    order_number,
    sheet_pages,
    size_words,
)

MOST = 200
PREVIEWED = 3
GAP = 6.0


class TooMany(BadInput):
    template = (
        "A sheet holds at most %(most)s orders, these are %(count)s: choose by body or district."
    )


@require_GET
def workshop(request: Any) -> HttpResponse:
    """The batch as a list with its first pages; the address holds the choice."""
    scopes = _scopes(request)
    orders = _orders(request, scopes)
    count = orders.count()
    items = workshop_items(orders=list(orders[:MOST]), at=request.day)
    made = makeable(items)
    pages = _pages(request, items) if made else []
    query = urlencode([*_choice(request), ("at", request.day.isoformat())])
    every = _mine(scopes)
    home = min(scopes, key=len)
    values = {
        "count": count,
        "most": MOST,
        "too_many": count > MOST,
        "rows": [_row(item, request) for item in items],
        "previews": [
            mark_safe(
                to_svg(
                    page,
                    width=WIDTH,
                    height=HEIGHT,
                    title=_("Page %(number)s of the sheet") % {"number": number},
                    real_size=False,
                )
            )
            for number, page in enumerate(pages[:PREVIEWED], start=1)
        ],
        "further": max(0, len(pages) - PREVIEWED),
        "pdf_url": f"{reverse('signage:workshop_pdf')}?{query}",
        "svg_url": f"{reverse('signage:workshop_svg')}?{query}",
        "bodies": sorted(
            set(
                orders_to_make(orders=every, at=request.day).values_list(
                    "responsible_body", flat=True
                )
            )
        ),
        "body": request.GET.get("body", ""),
        "within": _within(request),
        "counties": county_names(within=home, at=request.day).items(),
        "sheet": next(iter(request.GET.getlist("sheet")), ""),
        "chosen_orders": request.GET.getlist("order"),
        "makeable": bool(made) and count <= MOST,
    }
    return render(request, "signage/workshop.html", values)


@require_GET
def workshop_pdf(request: Any) -> HttpResponse:
    items = _batch(request)
    pages = _pages(request, items)
    missing = missing_characters(every_text(pages))
    if missing:
        note = _("The type of this PDF lacks %(characters)s: set them by hand.") % {
            "characters": " ".join(f"U+{ord(each):04X}" for each in missing)
        }
        pages = _pages(request, items, notes=[note])
    title = _("Workshop sheet for place-name signs")
    content = to_pdf(pages, title=title, language=get_language() or "zh-hans")
    return _download(content, "application/pdf", f"workshop-{request.day.isoformat()}.pdf")


@require_GET
def workshop_svg(request: Any) -> HttpResponse:
    """All pages in one drawing, one beneath the other."""
    pages = _pages(request, _batch(request))
    shapes = [
        shape
        for turn, page in enumerate(pages)
        for shape in placed(page, x=0, y=turn * (HEIGHT + GAP), scale=1)
    ]
    svg = to_svg(
        shapes,
        width=WIDTH,
        height=len(pages) * (HEIGHT + GAP) - GAP,
        title=_("Workshop sheet for place-name signs"),
    )
    name = f"workshop-{request.day.isoformat()}.svg"
    return _download(svg.encode(), "image/svg+xml; charset=utf-8", name)


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _scopes(request: Any) -> list[str]:
    """Where this person may order fixes; refused in words where that is nowhere."""
    found = require_somewhere(by=request.user, capability=Capability.ORDER_FIX)
    return sorted(found, key=len)


def _mine(scopes: list[str]) -> Any:
    found = RectificationOrder.objects.none()
    for scope in scopes:
        found |= RectificationOrder.objects.shown().filter(sign__division_code__startswith=scope)
    return found


def _orders(request: Any, scopes: list[str]) -> Any:
    return orders_to_make(
        orders=_mine(scopes),
        at=request.day,
        body=request.GET.get("body", "")[:100],
        within=_within(request),
        keys=_keys(request, "order"),
        sheets=_keys(request, "sheet"),
    )


def _batch(request: Any) -> list[WorkshopItem]:
    orders = _orders(request, _scopes(request))
    count = orders.count()
    if count > MOST:
        raise TooMany(most=MOST, count=count)
    return workshop_items(orders=list(orders), at=request.day)


def _pages(request: Any, items: list[WorkshopItem], notes: list[str] | None = None) -> Pages:
    body = request.GET.get("body", "")[:100]
    return sheet_pages(items, at=request.day, bureau=body, notes=notes or [])


def _within(request: Any) -> str:
    return read_code(request.GET.get("within", ""))


def _keys(request: Any, name: str) -> list[UUID]:
    try:
        return [UUID(value) for value in request.GET.getlist(name)[: MOST + 1] if value]
    except ValueError:
        raise BadInput("An order of this address is none.") from None


def _choice(request: Any) -> list[tuple[str, str]]:
    kept = [(key, request.GET[key]) for key in ("body", "within") if request.GET.get(key)]
    keys = [(name, str(key)) for name in ("sheet", "order") for key in _keys(request, name)]
    return [*kept, *keys]


def _row(item: WorkshopItem, request: Any) -> dict[str, Any]:
    drawings = item.comparison.wanted_drawings
    order, sign = item.order, item.order.sign
    return {
        "key": str(order.pk),
        "order": order_number(order),
        "sign": sign,
        "body": order.responsible_body,
        "due": order.due_on,
        "late": order.due_on < request.day,
        "texts": [text.text for text in drawings[0].texts] if drawings else [],
        "size": size_words(drawings[0]) if drawings else "",
        "ground": ground_words(drawings[0]) if drawings else "",
    }
