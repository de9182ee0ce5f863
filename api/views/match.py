"""A list matched with places as a page: upload, look, pick, download."""

import csv
from io import StringIO
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from api.forms import MatchForm
from api.operations.matching import (
    begin_matching,
    get_matching,
    keep_picks,
    matched_rows,
    picked_first,
)
from common.errors import DimingError
from common.exporting.sheets import safe_cell
from common.middleware import sentence
from common.views import REASONS

PAGE = 50
SHOWN = ("all", "unsure", "none")


def match_new(request: Any) -> HttpResponse:
    form = MatchForm(request.POST or None, request.FILES or None)
    told = ""
    if request.method == "POST" and form.is_valid():
        try:
            job = begin_matching(by=request.user, at=request.day, **form.cleaned_data)
        except DimingError as error:
            told = sentence(error)
        else:
            return redirect("job", job.pk)
    values = {"form": form, "sentence": told, "submit_label": _("Match")}
    return render(request, "api/match_form.html", values, status=400 if told else 200)


def match_list(request: Any, pk: UUID) -> HttpResponse:
    """The rows of a page with their candidates; posting keeps what was picked."""
    job = get_matching(by=request.user, pk=pk)
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    if request.method == "POST":
        picks = {
            name.removeprefix("row-"): value
            for name, value in request.POST.items()
            if name.startswith("row-")
        }
        keep_picks(by=request.user, job=job, picks=picks)
        after = request.POST.get("after", "")
        if after.isdigit():
            return redirect(f"{reverse('api:match_list', args=[pk])}?show={show}&after={after}")
        return redirect("api:match_list", pk=pk)
    found = matched_rows(job)
    picks = job.result.get("picks", {})
    rows = [
        {
            "number": number,
            "name": row["name"],
            "found": [{**each, "reason": REASONS.get(each["why"], "")} for each in row["found"]],
            "picked": picks.get(str(number), picked_first(row)),
        }
        for number, row in enumerate(found["rows"])
    ]
    counts = {
        "all": len(rows),
        "unsure": sum(1 for row in rows if row["found"] and not row["picked"]),
        "none": sum(1 for row in rows if not row["found"]),
    }
    if show == "unsure":
        rows = [row for row in rows if row["found"] and not row["picked"]]
    elif show == "none":
        rows = [row for row in rows if not row["found"]]
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else -1
    rest = [row for row in rows if row["number"] > start]
    page = rest[:PAGE]
    values = {
        "job": job,
        "rows": page,
        "after": page[-1]["number"] if len(rest) > PAGE else "",
        "show": show,
        "choices": [
            ("all", _("All rows"), counts["all"]),
            ("unsure", _("To pick"), counts["unsure"]),
            ("none", _("Nothing found"), counts["none"]),
        ],
    }
    return render(request, "api/match_list.html", values)


def match_file(request: Any, pk: UUID) -> HttpResponse:
    """The list as it came, with the place that was matched in further columns."""
    job = get_matching(by=request.user, pk=pk)
    found = matched_rows(job)
    picks = job.result.get("picks", {})
    added = ("id", "name", "pinyin", "code", "within", "score", "why", "lon", "lat")
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([*found["headings"], *(f"diming_{key}" for key in added), "diming_by"])
    width = len(found["headings"])
    for number, row in enumerate(found["rows"]):
        picked = picks.get(str(number), picked_first(row))
        place = next((each for each in row["found"] if each["id"] == picked), {})
        cells = (row["cells"] + [""] * width)[:width]
        by = "" if not place else "person" if str(number) in picks else "machine"
        told = ["" if place.get(key) is None else place[key] for key in added]
        writer.writerow([safe_cell(cell) for cell in (*cells, *told, by)])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="matched-{str(pk)[:8]}.csv"'
    return response
