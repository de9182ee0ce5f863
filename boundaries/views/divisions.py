"""Pages of divisions: the list with its map, and one division."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boundaries.domain.codes import prefix_of
from boundaries.exports.divisions import divisions_export
from boundaries.models import DivisionVersion, Level
from boundaries.queries.divisions import (
    DivisionPage,
    ancestors,
    bounds_of,
    children,
    counts_by_level,
    descendants_by_level,
    divisions,
    focus_shape,
    get_division,
    is_code,
    neighbours,
    page_of,
    recorded_periods,
    versions,
)
from boundaries.queries.inside import counts_inside
from boundaries.queries.lineage import forebears_of, heirs_of, last_known, records_begin
from boundaries.views.history import life_of, time_slider
from common.errors import BadInput
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.queries import row_changes
from common.registries import ChosenRows, home_bounds
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters

PAGE = 50
# A record's tables show so many rows and lead to the list for the rest.
MOST_CHILDREN = 300
LAYOUT = ListLayout(
    columns=[
        ListColumn("kind", gettext_lazy("Kind"), usual=True),
        ListColumn("area", gettext_lazy("Area (km²)"), usual=True),
        ListColumn("level", gettext_lazy("Level"), lambda row: row.get_level_display()),
        ListColumn("seat", gettext_lazy("Seat"), lambda row: row.seat),
        ListColumn("since", gettext_lazy("Since"), lambda row: row.period.lower),
        ListColumn("document", gettext_lazy("Document"), lambda row: row.document),
    ]
)


def level_words() -> dict[int, str]:
    """The levels in the plural, as headings of counts."""
    return {
        Level.PROVINCE: _("Provinces"),
        Level.CITY: _("Cities"),
        Level.COUNTY: _("Counties"),
        Level.TOWNSHIP: _("Towns and streets"),
        Level.VILLAGE: _("Villages and neighbourhoods"),
    }


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    area, text = _area_and_text(query)
    counts = counts_by_level(at=at, within=area, text=text)
    level = _level(query, counts, searching=bool(text))
    rows = divisions(at=at, level=level, within=area, text=text)
    return ChosenRows(
        count=counts.get(level, 0) if level else sum(counts.values()),
        export=lambda datum: divisions_export(rows=rows, at=at, datum=datum),
    )


def _area_and_text(asked: QueryDict) -> tuple[str, str]:
    area = read_code(asked.get("within", settings.HOME_JURISDICTION))
    return area, asked.get("q", "").strip()[:80]


@keeps_filters
@has_layout(LAYOUT)
def divisions_list(request: Any) -> HttpResponse:
    asked = request.GET
    area, text = _area_and_text(asked)
    counts = counts_by_level(at=request.day, within=area, text=text)
    level = _level(asked, counts, searching=bool(text))
    rows = divisions(at=request.day, level=level, within=area, text=text)
    page = page_of(rows, after=asked.get("after", ""), before=asked.get("before", ""), limit=PAGE)
    found = counts.get(level, 0) if level else sum(counts.values())
    values = {
        "rows": page.rows,
        "found": found,
        "pager": _pager(asked, page, found),
        "levels": [
            (
                word,
                counts[key],
                _address(asked, level="" if key == level else str(key)),
                key == level,
            )
            for key, word in level_words().items()
            if counts.get(key)
        ],
        "areas": _areas(area, request),
        "area": area,
        "level": level,
        "text": text,
        "bounds": list(home_bounds(area, at=request.day)),
        "home_url": reverse("boundaries:divisions"),
        "time": time_slider(query=asked, at=request.day, today=request.today, within=area),
    }
    return render(request, "boundaries/division_list.html", values)


def _level(asked: QueryDict, counts: dict[int, int], *, searching: bool) -> int | None:
    """The level asked for; else all levels for a search, the widest but one otherwise."""
    text = asked.get("level", "")
    if text:
        if text not in {str(level.value) for level in Level}:
            raise BadInput("The list has no such filter or order.")
        return int(text)
    if searching or "level" in asked:
        return None
    below = sorted(counts)
    return below[1] if len(below) > 1 and counts[below[0]] == 1 else next(iter(below), None)


def _areas(area: str, request: Any) -> list[tuple[str, str, bool]]:
    """What the list can be narrowed or widened to: the country, the chain above, one step down."""
    choices = [("", _("The whole country"), not area)]
    here = get_division(code=area.ljust(6, "0") if len(area) <= 6 else area, at=request.day)
    if here is None:
        provinces = divisions(at=request.day, level=Level.PROVINCE)
        asked = [(area, area, True)] if area else []
        return choices + asked + [(prefix_of(row.code), row.shown, False) for row in provinces]
    above = ancestors(division=here, at=request.day)
    for depth, row in enumerate([*above, here]):
        indent = "\u3000" * depth
        choices.append((prefix_of(row.code), indent + row.shown, row.code == here.code))
    if here.level < Level.TOWNSHIP:
        indent = "\u3000" * (len(above) + 1)
        below = children(division=here, at=request.day)
        choices += [(prefix_of(row.code), indent + row.shown, False) for row in below]
    return choices


def _address(asked: QueryDict, **changed: str) -> str:
    """The list's own address with some filters changed, from its first page again."""
    kept = {key: value for key, value in asked.items() if key not in ("after", "before")}
    query = urlencode({**kept, **changed})
    return f"{reverse('boundaries:divisions')}?{query}"


def _pager(asked: QueryDict, page: DivisionPage, found: int) -> dict[str, str]:
    return {
        "count_text": ngettext("%(count)d division", "%(count)d divisions", found)
        % {"count": found},
        "next_url": _address(asked, after=page.after) if page.after else "",
        "previous_url": _address(asked, before=page.before) if page.before else "",
    }


def division_record(request: Any, code: str) -> HttpResponse:
    division = get_division(code=code, at=request.day)
    if division is None:
        return _outside_the_records(request, code)
    above = ancestors(division=division, at=request.day)
    prefix = prefix_of(division.code)
    below = list(children(division=division, at=request.day)[: MOST_CHILDREN + 1])
    shape = focus_shape(division=division)
    words = level_words()
    values = {
        "division": division,
        "above": above,
        "facts": _facts(division, above, _keep_day(request)),
        "below": below[:MOST_CHILDREN],
        "below_title": words[below[0].level] if below else "",
        "more_below": len(below) > MOST_CHILDREN,
        "list_url": _list_url(prefix, request),
        "levels": [
            (words[level], count, _list_url(prefix, request, level=level))
            for level, count in descendants_by_level(division=division, at=request.day).items()
        ],
        "inside": counts_inside(within=prefix, at=request.day),
        "beside": neighbours(division=division, at=request.day) if shape else [],
        "focus": shape,
        "bounds": _bounds(division, above, request),
        "events": _events(division),
        "changes": row_changes(division),
        **life_of(division, request.day),
    }
    return render(request, "boundaries/division_record.html", values)


def _outside_the_records(request: Any, code: str) -> HttpResponse:
    """A code that is known on other days: say when, instead of an empty page."""
    periods = recorded_periods(code=code) if is_code(code) else []
    if not periods:
        raise Http404
    later = next((p.lower for p in periods if p.lower and p.lower > request.day), None)
    ended = next((p.upper for p in reversed(periods) if p.upper and p.upper <= request.day), None)
    forebears = _forebears(code, later, request.day) if later else []
    values = {
        "code": code,
        "begins_on": later,
        "ended_on": ended,
        "go_url": f"{reverse('boundaries:division', args=[code])}?at={later}" if later else "",
        "forebears": forebears,
        "kin": forebears or (_heirs(code, request.day) if ended else []),
    }
    return render(request, "boundaries/division_no_record.html", values)


def _forebears(code: str, begins_on: date, at: date) -> list[DivisionVersion]:
    first = get_division(code=code, at=begins_on)
    return forebears_of(version=first, at=at) if first else []


def _heirs(code: str, at: date) -> list[DivisionVersion]:
    last = last_known(code=code, at=at)
    return heirs_of(version=last, at=at) if last else []


def _keep_day(request: Any) -> str:
    return "" if request.day == request.today else f"?at={request.day.isoformat()}"


def _list_url(prefix: str, request: Any, **filters: Any) -> str:
    if request.day != request.today:
        filters["at"] = request.day.isoformat()
    return f"{reverse('boundaries:divisions')}?{urlencode({'within': prefix, **filters})}"


def _facts(
    division: DivisionVersion, above: list[DivisionVersion], at_query: str
) -> list[tuple[Any, ...]]:
    source = division.source.title if division.source else ""
    shape_source = source if division.area_km2 is not None else ""
    area = None
    if division.area_km2 is not None:
        area = _("%(area)s km² on the ellipsoid, sea included where the polygon has it") % {
            "area": number_format(round(division.area_km2, 1), 1, force_grouping=True)
        }
    lower, upper = division.period.lower, division.period.upper
    until = upper.isoformat() if upper else _("today")
    return [
        (_("Division code"), division.code, source),
        (_("Level"), division.get_level_display(), ""),
        (_("Kind"), division.get_kind_display(), ""),
        (_("Lies within"), _chain(above, at_query) if above else _("the country"), ""),
        (_("Area"), area, shape_source),
        *([(_("Seat"), division.seat, division.document)] if division.seat else []),
        (_("Shape"), _shape_words(division), shape_source),
        (_("Recorded for"), f"{lower.isoformat() if lower else '…'} – {until}", ""),
    ]


def _shape_words(division: DivisionVersion) -> str | None:
    if division.area_km2 is None:
        return None
    if division.synthetic:
        return _(
            "made up for demonstration: a cell around a seat, not a real limit; "
            "code and name are real"
        )
    if division.approximate:
        return _("approximate: as its source draws it, generalised or by another list")
    return _("sketch polygon of the source")


def _chain(above: list[DivisionVersion], at_query: str) -> SafeString:
    return format_html_join(
        " › ",
        '<a href="{}{}">{}</a>',
        ((reverse("boundaries:division", args=[row.code]), at_query, row.shown) for row in above),
    )


def _bounds(
    division: DivisionVersion, above: list[DivisionVersion], request: Any
) -> list[float] | None:
    """Of the division; of the nearest one above it whose shape is known otherwise."""
    for row in [division, *reversed(above)]:
        if row.area_km2 is not None:
            found = bounds_of(code=row.code, at=request.day)
            if found:
                return list(found)
    return None


def _events(division: DivisionVersion) -> list[dict[str, Any]]:
    """Every version of this division, newest first."""
    begin = records_begin() if division.level <= Level.COUNTY else None
    return [
        {
            "on": version.period.lower or "",
            "title": format_html("{} {}", version.shown, version.code),
            "text": _("Records begin; earlier states are not in the set.")
            if number == 0 and begin in (None, version.period.lower)
            else "",
            "state": "ok" if version.pk == division.pk else "unknown",
        }
        for number, version in enumerate(versions(division=division))
    ][::-1]
