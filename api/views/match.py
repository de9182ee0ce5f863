"""A list matched with places as a page: upload, look, pick, download."""

import csv
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from api.forms import MatchForm
from api.operations.matching import (
    begin_matching,
    forget_decision,
    get_matching,
    keep_picks,
)
from api.queries.matching import area_of, counts_of, rows_of
from common.errors import DimingError
from common.exporting.sheets import safe_cell
from common.middleware import sentence
from common.views import REASONS
from gazetteer.models import MatchRow

PAGE = 50


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
    show = request.GET.get("show", "")
    show = show if show in MatchRow.State.values else ""
    if request.method == "POST":
        picks = {
            name.removeprefix("row-"): value
            for name, value in request.POST.items()
            if name.startswith("row-")
        }
        keep_picks(by=request.user, job=job, picks=picks, at=timezone.now())
        return redirect(_page(pk, show, request.POST.get("after", "")))
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else -1
    rows = rows_of(job, state=show, after=start, limit=PAGE + 1)
    page = rows[:PAGE]
    counts = counts_of(job)
    area = area_of(request.user)
    shown = [
        {
            "row": row,
            "found": [{**each, "reason": REASONS.get(each["why"], "")} for each in row.found],
            "forget": row.decision is not None and row.decision.jurisdiction == area,
        }
        for row in page
    ]
    groups = [("", _("All rows"), sum(counts.values()))]
    for state, label in (
        ("certain", _("Certain or picked")),
        ("open", _("To pick")),
        ("none", _("No place")),
    ):
        groups.append((state, label, counts.get(state, 0)))
    values = {
        "job": job,
        "rows": shown,
        "after": page[-1].number if len(rows) > PAGE else "",
        "here": start if start >= 0 else "",
        "show": show,
        "choices": groups,
    }
    return render(request, "api/match_list.html", values)


@require_POST
def match_forget(request: Any, pk: UUID, decision: int) -> HttpResponse:
    job = get_matching(by=request.user, pk=pk)
    forget_decision(by=request.user, job=job, key=decision)
    return redirect(_page(pk, request.GET.get("show", ""), request.GET.get("after", "")))


def _page(pk: UUID, show: str, after: str) -> str:
    show = show if show in MatchRow.State.values else ""
    asked = {"show": show, "after": after if after.isdigit() else ""}
    query = urlencode({key: value for key, value in asked.items() if value})
    return reverse("api:match_list", args=[pk]) + (f"?{query}" if query else "")


def match_file(request: Any, pk: UUID) -> HttpResponse:
    """The list as it came, with the place that was matched in further columns."""
    job = get_matching(by=request.user, pk=pk)
    headings = job.result["headings"]
    added = ("id", "name", "pinyin", "code", "within", "score", "why", "lon", "lat")
    ours = [*(f"diming_{key}" for key in added), "diming_by"]
    # A list that was downloaded before has them already: what they said is out of date.
    theirs = [index for index, heading in enumerate(headings) if heading not in ours]
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([*(safe_cell(headings[index]) for index in theirs), *ours])
    for row in rows_of(job):
        place = next((each for each in row.found if each["id"] == row.picked), {})
        cells = [row.cells[index] if index < len(row.cells) else "" for index in theirs]
        told = ["" if place.get(key) is None else place[key] for key in added]
        writer.writerow([safe_cell(cell) for cell in (*cells, *told, row.by)])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="matched-{str(pk)[:8]}.csv"'
    return response
