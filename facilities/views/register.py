"""The register of facilities: the workspace and its list."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.documents import html_response, word_response
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.registries import ChosenRows
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from facilities.exports.facilities import facilities_export
from facilities.exports.register_paper import register_word
from facilities.models import Facility
from facilities.queries.facilities import (
    FacilityCounts,
    categories,
    divisions_named,
    facilities,
    facility_counts,
    page_after,
)
from facilities.views.wording import Pager, address, areas, day_query, extent, name_of

PAGE = 50
LONGEST_QUERY = 60
LAYOUT = ListLayout(
    columns=[
        ListColumn("district", gettext_lazy("District"), usual=True),
        ListColumn("beds", gettext_lazy("Beds"), usual=True),
        ListColumn("address", gettext_lazy("Address"), lambda row: row.address),
        ListColumn("operator", gettext_lazy("Operator"), lambda row: row.get_operator_display()),
        ListColumn("division", gettext_lazy("Division code"), lambda row: row.division_code),
    ]
)


@keeps_filters
@has_layout(LAYOUT)
def facility_list(request: Any) -> HttpResponse:
    chosen = _filters(request.GET)
    area = chosen["within"] or settings.HOME_JURISDICTION
    rows = _chosen(chosen, request.day)
    counts = facility_counts(rows=rows)
    page, next_key = page_after(rows, after=_key(request.GET.get("after", "")), size=PAGE)
    here = reverse("facilities:facilities")
    codes = {row.division_code[:6] for row in page}
    names = {d.code: name_of(d) for d in divisions_named(at=request.day, codes=sorted(codes))}
    return render(
        request,
        "facilities/facility_list.html",
        {
            "rows": [(row, names.get(row.division_code[:6], "")) for row in page],
            "counts": counts,
            "counted": _counted(counts),
            "chosen": chosen,
            "areas": areas(request),
            "categories": categories(),
            "operators": Facility.Operator.choices,
            "pager": Pager(
                next_url=address(here, chosen, {"after": next_key}, day_query(request))
                if next_key
                else "",
                previous_url=address(here, chosen, day_query(request))
                if request.GET.get("after")
                else "",
                count_text=_counted(counts),
            ),
            "everything_url": address(here, day_query(request)),
            "word_url": address(reverse("facilities:register_word"), chosen, day_query(request)),
            "map_url": address(reverse("facilities:register_map"), chosen, day_query(request)),
            "bounds": extent(area, request.day) if chosen["within"] else None,
            "mcsd_url": address(
                reverse("facilities:fhir_locations"),
                {
                    "address-district": area,
                    "type": chosen["category"],
                    "name:contains": chosen["q"],
                    "status": "active",
                    "_count": "1000",
                },
                day_query(request),
            ),
            "may_open": may_here(
                by=request.user, capability=Capability.EDIT_FACILITY, codes=[area]
            ),
        },
    )


@require_GET
def register_word_file(request: Any) -> HttpResponse:
    """The filtered list as a Word paper, in the language being read."""
    title, asked = _sheet(request)
    return word_response(register_word(**asked, title=title), title)


@require_GET
def register_map_file(request: Any) -> HttpResponse:
    """The filtered list as one map file that opens offline."""
    # folium brings pandas, which the start of the server need not wait for.
    from facilities.exports.register_map import register_page

    title, asked = _sheet(request)
    return html_response(register_page(**asked, title=title), title)


def _sheet(request: Any) -> tuple[str, dict[str, Any]]:
    """What a paper or a map of the list is made of, and its title."""
    chosen = _filters(request.GET)
    area = chosen["within"] or settings.HOME_JURISDICTION
    rows = _chosen(chosen, request.day)
    (name,) = [name for code, name in areas(request) if code == area] or [area]
    title = _("Register of facilities: %(area)s, %(day)s") % {
        "area": name,
        "day": request.day.isoformat(),
    }
    told = [_counted(facility_counts(rows=rows))]
    if chosen["operator"]:
        told.append(str(dict(Facility.Operator.choices).get(chosen["operator"], "")))
    if chosen["q"]:
        told.append(f"“{chosen['q']}”")
    return title, {"rows": rows, "at": request.day, "told": told}


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = _chosen(_filters(query), at)
    return ChosenRows(
        count=rows.count(),
        export=lambda datum: facilities_export(rows=rows, at=at, datum=datum),
    )


def _chosen(chosen: dict[str, str], at: date) -> QuerySet[Facility]:
    return facilities(
        at=at,
        within=chosen["within"] or settings.HOME_JURISDICTION,
        category=chosen["category"],
        operator=chosen["operator"],
        text=chosen["q"],
    )


def _filters(query: QueryDict) -> dict[str, str]:
    return {
        "q": query.get("q", "").strip()[:LONGEST_QUERY],
        "category": query.get("category", "")[:12],
        "operator": query.get("operator", "")[:8],
        "within": read_code(query.get("within", "")),
    }


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _counted(counts: FacilityCounts) -> str:
    found = ngettext("%(count)s facility", "%(count)s facilities", counts.facilities) % {
        "count": f"{counts.facilities:,}"
    }
    beds = _("%(beds)s beds known at %(known)s of them") % {
        "beds": f"{counts.beds:,}",
        "known": counts.beds_known,
    }
    return f"{found} · {beds}"
