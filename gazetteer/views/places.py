"""The workspace of place names: list, filters, map."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from common.errors import BadInput
from common.registries import home_bounds
from gazetteer.models import LegalCategory
from gazetteer.queries.divisions import (
    NamedCode,
    division_chains,
    division_choices,
    path_text,
)
from gazetteer.queries.places import PlacePage, PlaceRow, count_places, name_counts, places
from gazetteer.views.wording import READING_WORDS

PAGE = 50


def places_list(request: Any) -> HttpResponse:
    asked = request.GET
    filters = list_filters(asked)
    within, text, reading = filters["within"], filters["text"], filters["reading"]
    page = places(
        at=request.day,
        **filters,
        after=_page_key(asked.get("after", "")),
        before=_page_key(asked.get("before", "")),
        limit=PAGE,
    )
    found = count_places(at=request.day, **filters)
    counts = name_counts(at=request.day, within=within)
    chains = division_chains(codes=[row.division_code for row in page.rows], at=request.day)
    values = {
        "rows": [_shown(row, chains) for row in page.rows],
        "pager": _pager(asked, page, found),
        "counts": counts,
        "categories": [
            (key, label, counts.by_category.get(key, 0)) for key, label in LegalCategory.choices
        ],
        "areas": division_choices(home=settings.HOME_JURISDICTION, at=request.day),
        "asked": {**filters, "q": text},
        "bounds": list(home_bounds(within or settings.HOME_JURISDICTION, at=request.day)),
        "cleared_url": reverse("gazetteer:places"),
        "export_url": f"{reverse('gazetteer:places_export')}?{urlencode(asked)}",
        "check_url": _address(asked, reading="" if reading else "check"),
    }
    return render(request, "gazetteer/place_list.html", values)


def list_filters(asked: QueryDict) -> dict[str, str]:
    """The filters of the list out of its address; raises BadInput for what is none."""
    within = asked.get("within", settings.HOME_JURISDICTION).strip()
    category, reading = asked.get("category", ""), asked.get("reading", "")
    text = asked.get("q", "").strip()[:80]
    if within and not (within.isdigit() and within.isascii() and len(within) <= 12):
        raise BadInput("“%(code)s” is not the beginning of a division code.", code=within[:20])
    if category not in ("", *LegalCategory.values) or reading not in ("", "check"):
        raise BadInput("The list has no such filter.")
    return {"within": within, "category": category, "text": text, "reading": reading}


def _page_key(key: str) -> str:
    """A key as the pager writes it (letters~id), or an error that says so."""
    letters, separator, number = key.rpartition("~")
    if key and not (separator and number.isascii() and number.isdigit() and len(letters) <= 300):
        raise BadInput("The address names no page of this list.")
    return key


def _shown(row: PlaceRow, chains: dict[str, list[NamedCode]]) -> dict[str, Any]:
    state = {"provisional": "check", "unknown": "unknown"}.get(row.reading_source, "ok")
    itself = row.division_code if row.is_division else ""
    return {
        "place": row,
        "where": path_text(chains[row.division_code], without=itself),
        "category": LegalCategory(row.category).label,
        "state": state,
        "state_text": READING_WORDS[state],
    }


def _address(asked: QueryDict, **changed: str) -> str:
    """The list's own address with some filters changed, from its first page again."""
    kept = {key: value for key, value in asked.items() if key not in ("after", "before")}
    query = urlencode(
        {key: value for key, value in {**kept, **changed}.items() if value or key == "within"}
    )
    return reverse("gazetteer:places") + (f"?{query}" if query else "")


def _pager(asked: QueryDict, page: PlacePage, found: int) -> dict[str, str]:
    return {
        "count_text": ngettext("%(count)d name", "%(count)d names", found) % {"count": found},
        "next_url": _address(asked, after=page.after) if page.after else "",
        "previous_url": _address(asked, before=page.before) if page.before else "",
    }
