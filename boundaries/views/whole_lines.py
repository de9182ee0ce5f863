"""The page of city and provincial lines, each made of its county lines."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from boundaries.exports.line_words import level_words, state_words, works_words
from boundaries.queries.lines import STATES, line_areas
from boundaries.queries.whole_lines import whole_lines
from common.filters import read_choice, read_code
from common.list_layouts import whole_table
from common.views.list_layouts import has_layout

LAYOUT = whole_table(
    code=gettext_lazy("Line code"),
    sections=gettext_lazy("County lines"),
    length=gettext_lazy("Length (km)"),
    state=gettext_lazy("State"),
)


@has_layout(LAYOUT)
def whole_line_list(request: Any) -> HttpResponse:
    area = read_code(request.GET.get("within", settings.HOME_JURISDICTION[:2]))
    level = read_choice(request.GET, "level", ["1", "2"]) or "1"
    rows = whole_lines(at=request.day, level=int(level), within=area)
    words = state_words()
    day = {} if request.day == request.today else {"at": request.day.isoformat()}
    values = {
        "rows": [
            {
                "line": row,
                "states": [
                    (key, words[key], row.states[key]) for key in STATES if row.states.get(key)
                ],
                "works": [
                    (mark, word, row.works[key])
                    for key, mark, word in works_words()
                    if row.works.get(key)
                ],
                "url": reverse("boundaries:lines")
                + "?"
                + urlencode({"within": "", "between": row.between, **day}),
            }
            for row in rows
        ],
        "km": sum(row.km for row in rows),
        "level": level,
        "levels": [(key, level_words()[key], key == level) for key in ("1", "2")],
        "areas": line_areas(home=settings.HOME_JURISDICTION, at=request.day),
        "area": area,
    }
    return render(request, "boundaries/whole_line_list.html", values)
