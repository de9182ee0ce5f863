"""Filters of lists that people keep for themselves, by name; one may open the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch, reverse

from common.errors import BadInput, Refusal
from common.models import SavedFilter

MOST = 30
LONGEST_NAME, LONGEST_QUERY = 60, 2000
# What an address holds beside its filters: the page of the list, its order and the day.
PAGES = ("after", "before", "page", "from")
NOT_FILTERS = ("at", "sort", *PAGES)


class CannotSaveFilter(Refusal):
    """The filter cannot be kept so."""


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A kept filter with its address; ``current`` when it is the one that is being looked at."""

    row: SavedFilter
    url: str
    current: bool


def list_address(page: str) -> str:
    """The address of a list by the name of its URL; raises where there is no such list."""
    try:
        return reverse(page)
    except NoReverseMatch:
        raise BadInput("The address names no list.") from None


def filters_of(query: Mapping[str, Any] | str) -> str:
    """The filters alone, always in the same order, as they stand in an address."""
    if isinstance(query, str):
        pairs = parse_qsl(query[: 2 * LONGEST_QUERY], keep_blank_values=True)
    else:
        pairs = [(key, value) for key, values in query.lists() for value in values]  # type: ignore[attr-defined]
    # "within=" says the whole country; other empty ones say nothing.
    return urlencode(
        sorted(
            (key, value)
            for key, value in pairs
            if key not in NOT_FILTERS and (value or key == "within")
        )
    )


def own_filters(*, by: Any, page: str, query: Mapping[str, Any] | str = "") -> list[ShownFilter]:
    """A person's filters of a list by name."""
    address, here = list_address(page), filters_of(query)
    rows = SavedFilter.objects.filter(user=by, page=page)
    return [ShownFilter(row, f"{address}?{row.query}", row.query == here) for row in rows]


def opening_address(*, by: Any, page: str, query: Mapping[str, Any]) -> str:
    """Where the list opens for a person who asked for nothing of it, "" for the list as it is."""
    if any(key != "at" for key in query):
        return ""
    row = SavedFilter.objects.filter(user=by, page=page, is_default=True).first()
    if row is None:
        return ""
    day = f"&{urlencode({'at': query['at']})}" if query.get("at") else ""
    return f"{list_address(page)}?{row.query}{day}"


@transaction.atomic
def save_filter(*, by: Any, page: str, name: str, query: str) -> SavedFilter:
    """Keep the filters of an address under a name; the same name again is changed."""
    list_address(page)
    name, filters = _name(name), filters_of(query)
    if not filters:
        raise CannotSaveFilter("Nothing is filtered yet: choose a filter first.")
    if len(filters) > LONGEST_QUERY:
        raise CannotSaveFilter("These filters are too long to be kept.")
    mine = SavedFilter.objects.filter(user=by, page=page)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise CannotSaveFilter("At most %(most)d filters are kept for a list.", most=MOST)
    row, _ = SavedFilter.objects.update_or_create(
        user=by, page=page, name=name, defaults={"query": filters}
    )
    return row


@transaction.atomic
def rename_filter(*, row: SavedFilter, name: str) -> None:
    row.name = _name(name)
    try:
        with transaction.atomic():
            row.save(update_fields=["name"])
    except IntegrityError:
        raise CannotSaveFilter(
            "Another of your filters is called “%(name)s”.", name=row.name
        ) from None


@transaction.atomic
def choose_default(*, row: SavedFilter, chosen: bool) -> None:
    """The list opens with this filter, or no longer does."""
    mine = SavedFilter.objects.filter(user=row.user, page=row.page)
    mine.filter(is_default=True).update(is_default=False)
    if chosen:
        row.is_default = True
        row.save(update_fields=["is_default"])


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise CannotSaveFilter("Give the filter a name.")
    if len(name) > LONGEST_NAME:
        raise CannotSaveFilter("A name has at most %(most)d characters.", most=LONGEST_NAME)
    return name
