"""Lists in pages by number: the page that is asked for, and the links to its neighbours."""

from typing import Any

from django.core.paginator import Page, Paginator

from common.errors import BadInput

PAGE = 50


def page_of(request: Any, rows: Any) -> Page:
    """The page in the address (?page=2); raises BadInput for one that there is not."""
    pages = Paginator(rows, PAGE)
    number = request.GET.get("page", "1")
    if not (number.isdigit() and number.isascii() and 1 <= int(number[:6]) <= pages.num_pages):
        raise BadInput("The address names no page of this list.")
    return pages.page(int(number))


def pager(request: Any, page: Page, count_text: str) -> dict[str, str]:
    """For ``components/pager.html``; filters and the day stay in the address."""

    def address(number: int) -> str:
        asked = request.GET.copy()
        asked["page"] = str(number)
        return f"?{asked.urlencode()}"

    return {
        "count_text": count_text,
        "next_url": address(page.next_page_number()) if page.has_next() else "",
        "previous_url": address(page.previous_page_number()) if page.has_previous() else "",
    }
