"""Faults of the polygons of a day: the list with its map, and asking for a check."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import shapely
from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.domain.scope import jurisdiction_of
from accounts.scoping import may_here, require
from boundaries.exports.topology import faults_export
from boundaries.models import CoverageCheck, CoverageFault, FaultKind
from boundaries.queries.divisions import division_names, get_division
from boundaries.queries.topology import last_check, reshaped_since
from common.errors import BadInput
from common.filters import read_choice, read_code
from common.geojson import feature
from common.jobs import start_job
from common.periods import parse_day
from common.registries import ChosenRows, home_bounds

PAGE = 50


def _area(query: QueryDict, by: Any) -> str:
    """The jurisdiction asked for, which has to be one of this person's; else the widest of them."""
    area = jurisdiction_of(read_code(query.get("within", "")))
    if not area:
        own = sorted(by.jurisdictions(), key=len)
        if not own or settings.HOME_JURISDICTION.startswith(own[0]):
            area = settings.HOME_JURISDICTION if "within" not in query else own[0] if own else ""
        else:
            area = own[0]
    require(by=by, capability=Capability.READ, codes=[area])
    return area


def _found(
    query: QueryDict, area: str, at: date
) -> tuple[CoverageCheck | None, Any, dict[str, int], str]:
    """The check that tells, its faults of the chosen kind, how many of each, the kind."""
    kind = read_choice(query, "kind", FaultKind.values)
    check = last_check(at=at, within=area)
    rows = CoverageFault.objects.filter(check_of=check).concerning(area)
    counted = rows.order_by().values("kind").annotate(found=Count("pk"))
    counts = {row["kind"]: row["found"] for row in counted}
    return check, rows.filter(kind=kind) if kind else rows, counts, kind


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    check, rows, _counts, _kind = _found(query, _area(query, by), at)
    day = check.day if check else at
    return ChosenRows(
        count=rows.count(), export=lambda datum: faults_export(rows=rows, at=day, datum=datum)
    )


def faults_list(request: Any) -> HttpResponse:
    asked, at = request.GET, request.day
    area = _area(asked, request.user)
    check, rows, counts, kind = _found(asked, area, at)
    found = counts.get(kind, 0) if kind else sum(counts.values())
    first = _page(asked, found)
    shown = list(rows[first : first + PAGE])
    codes = {code for row in shown for code in row.codes}
    names = division_names(codes=codes, at=check.day) if check else {}
    here = get_division(code=area.ljust(6, "0"), at=at) if area else None
    values = {
        "check": check,
        "stale": bool(check) and reshaped_since(check=check, within=area, at=at),
        "rows": [(row, [(code, names.get(code, code)) for code in row.codes]) for row in shown],
        "found": found,
        "pager": {
            "count_text": ngettext("%(count)d fault", "%(count)d faults", found) % {"count": found},
            "next_url": _address(asked, first=str(first + PAGE)) if first + PAGE < found else "",
            "previous_url": _address(asked, first=str(first - PAGE)) if first else "",
        },
        "chips": [
            (label, counts[key], _address(asked, kind="" if key == kind else key), key == kind)
            for key, label in FaultKind.choices
            if counts.get(key)
        ],
        "area": area,
        "area_name": here.shown if here else area or _("The whole country"),
        "may_check": may_here(by=request.user, capability=Capability.EDIT_LINE, codes=[area]),
        "focus": _focus(shown),
        "bounds": list(home_bounds(area, at=at)),
    }
    return render(request, "boundaries/fault_list.html", values)


def _page(asked: QueryDict, found: int) -> int:
    text = asked.get("first", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise BadInput("The list has no such filter or order.")
    return min(int(text), max(0, found - 1))


def _address(asked: QueryDict, **changed: str) -> str:
    kept = {key: value for key, value in asked.items() if key != "first"}
    query = urlencode({key: value for key, value in {**kept, **changed}.items() if value})
    return f"{reverse('boundaries:faults')}?{query}"


def _focus(shown: list[CoverageFault]) -> dict[str, Any] | None:
    """The faults of this page, highlighted; a point on each, for many are too small to see."""
    features = []
    for row in shown:
        shape = shapely.from_wkb(bytes(row.geometry.wkb))
        features.append(feature(shapely.Point(row.point.x, row.point.y), {}, f"{row.pk}-p"))
        features.append(feature(shape, {}, str(row.pk)))
    return {"type": "FeatureCollection", "features": features} if features else None


@require_POST
def faults_check(request: Any) -> HttpResponse:
    """Start the check of a jurisdiction in the background."""
    within = jurisdiction_of(read_code(request.POST.get("within", "")))
    require(by=request.user, capability=Capability.EDIT_LINE, codes=[within])
    at = parse_day(request.POST["at"]) if request.POST.get("at") else request.today
    job = start_job(kind="check_coverage", by=request.user, within=within, at=at.isoformat())
    return redirect("job", job.pk)
