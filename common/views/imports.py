"""The import wizard: upload, columns and datum, check, result on the map, commit, undo."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from common.datums import datums
from common.errors import BadInput, NotPermitted
from common.filters import read_count
from common.forms import UploadForm
from common.importing.declared import named_datum
from common.importing.folders import packed_uploads
from common.imports.reading import (
    batches_for,
    extent,
    fault_lines,
    get_batch,
    kinds_for,
    outcome_or_404,
    points,
    rows_page,
    shown_counts,
)
from common.imports.uploads import (
    choose_sheet,
    declare,
    import_kind,
    preview,
    receive_upload,
    table_of,
)
from common.imports.wording import (
    LEVELS,
    OUTCOME_STATES,
    datum_choices,
    filled,
    gist,
    remark_text,
    shown_remark,
)
from common.imports.work import start_step
from common.jobs import time_left
from common.list_layouts import whole_table
from common.middleware import sentence
from common.models import ImportBatch, ImportRow, Job
from common.registries import LegendEntry, MapLayer, home_bounds
from common.views.list_layouts import has_layout

LISTED = 100
State = ImportBatch.State
STATES = {
    State.DRAFT: "unknown",
    State.CHECKED: "due",
    State.COMMITTED: "ok",
    State.UNDONE: "unknown",
}
LAYOUT = whole_table(
    kind=gettext_lazy("Kind"),
    state=gettext_lazy("State"),
    jurisdiction=gettext_lazy("Jurisdiction"),
    rows=gettext_lazy("Rows"),
    by=gettext_lazy("By"),
    uploaded=gettext_lazy("Uploaded"),
)


@require_GET
@has_layout(LAYOUT)
def imports(request: Any) -> HttpResponse:
    _require_some(request.user)
    rows = [
        {"batch": batch, "kind": import_kind(batch.kind).label, "state": STATES[batch.state]}
        for batch in batches_for(request.user)[:LISTED]
    ]
    return render(request, "imports/import_list.html", {"rows": rows})


def import_new(request: Any) -> HttpResponse:
    kinds = _require_some(request.user)
    places = sorted({j for kind in kinds for j in request.user.jurisdictions_for(kind.capability)})
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        kinds=[(kind.key, kind.label) for kind in kinds],
        jurisdictions=[(code, code or _("the whole country")) for code in places],
    )
    told = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with file or packed_uploads(form.cleaned_data["folder"]) as upload:
                batch = receive_upload(
                    by=request.user,
                    at=request.day,
                    kind=form.cleaned_data["kind"],
                    jurisdiction=form.cleaned_data["jurisdiction"],
                    upload=upload,
                    name=upload.name,
                )
        except BadInput as error:
            told = sentence(error)
        else:
            return redirect("import", batch.pk)
    values = {
        "form": form,
        "sentence": told,
        "submit_label": _("Upload and look"),
        "cancel_url": reverse("imports"),
    }
    return render(request, "imports/import_new.html", values, status=400 if told else 200)


@require_GET
def import_batch(request: Any, pk: UUID) -> HttpResponse:
    batch = get_batch(user=request.user, pk=pk)
    if batch.busy:
        values = {"batch": batch, "job": batch.job, "left": time_left(batch.job)}
        return render(request, "imports/import_busy.html", values)
    if batch.state == State.DRAFT or (batch.state == State.CHECKED and "edit" in request.GET):
        return _prepare(request, batch)
    return _result(request, batch)


@require_POST
def import_sheet(request: Any, pk: UUID) -> HttpResponse:
    batch = get_batch(user=request.user, pk=pk)
    choose_sheet(batch=batch, by=request.user, sheet=request.POST.get("sheet", "")[:100])
    return redirect("import", pk)


@require_POST
def import_check(request: Any, pk: UUID) -> HttpResponse:
    """Keep what was declared and start the dry run."""
    batch = get_batch(user=request.user, pk=pk)
    mapping = {
        field.key: request.POST.get(f"column-{field.key}", "")
        for field in import_kind(batch.kind).fields
    }
    datum = request.POST.get("datum", "")
    try:
        declare(batch=batch, by=request.user, datum=datum, mapping=mapping)
    except BadInput as error:
        batch.mapping, batch.datum = mapping, datum
        return _prepare(request, batch, told=sentence(error), status=400)
    start_step(batch=batch, by=request.user, step="import_check")
    return redirect("import", pk)


@require_POST
def import_commit(request: Any, pk: UUID) -> HttpResponse:
    batch = get_batch(user=request.user, pk=pk)
    start_step(batch=batch, by=request.user, step="import_commit")
    return redirect("import", pk)


@require_POST
def import_undo(request: Any, pk: UUID) -> HttpResponse:
    batch = get_batch(user=request.user, pk=pk)
    start_step(batch=batch, by=request.user, step="import_undo")
    return redirect("import", pk)


@require_GET
def import_points(request: Any, pk: UUID) -> JsonResponse:
    batch = get_batch(user=request.user, pk=pk)
    features = points(
        batch=batch,
        outcome=outcome_or_404(request.GET.get("outcome", "")),
        code=request.GET.get("remark", "")[:40],
    )
    for feature in features:
        feature["properties"]["state"] = OUTCOME_STATES[feature["properties"].pop("outcome")]
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response["Cache-Control"] = "private, no-cache"
    return response


@require_GET
def import_faults(request: Any, pk: UUID) -> StreamingHttpResponse:
    batch = get_batch(user=request.user, pk=pk)
    response = StreamingHttpResponse(
        fault_lines(batch=batch), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="import-{pk.hex[:8]}-faults.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _require_some(user: Any) -> list[Any]:
    """The kinds this person may import anywhere; without any the page is refused in words."""
    kinds = kinds_for(user)
    if not kinds:
        raise NotPermitted(role=_("data steward"))
    return kinds


def _prepare(
    request: Any, batch: ImportBatch, *, told: str = "", status: int = 200
) -> HttpResponse:
    kind = import_kind(batch.kind)
    table = table_of(batch)
    job = batch.job
    if not told and job is not None and job.state == Job.State.FAILED:
        told = job.error
    named = named_datum(table.crs)
    values = {
        "batch": batch,
        "kind": kind,
        "table": table,
        "rows": preview(table),
        "fields": [
            {"field": field, "heading": batch.mapping.get(field.key, "")}
            for field in kind.fields
            if not (table.has_geometry and field.key in ("longitude", "latitude", "geometry"))
        ],
        "datums": datum_choices(),
        "datum": batch.datum if batch.datum in datums() else named,
        "named": named,
        "sentence": told,
    }
    return render(request, "imports/import_prepare.html", values, status=status)


def _result(request: Any, batch: ImportBatch) -> HttpResponse:
    kind = import_kind(batch.kind)
    batch.counts = shown_counts(batch)
    labels = kind.field_labels()
    outcome = outcome_or_404(request.GET.get("outcome", _first_outcome(batch)))
    code = request.GET.get("remark", "")[:40]
    page = rows_page(
        batch=batch,
        outcome=outcome,
        code=code,
        after=read_count(request.GET.get("after", "")),
        before=read_count(request.GET.get("before", "")),
    )
    job = batch.job
    values = {
        "batch": batch,
        "kind": kind,
        "state": STATES[batch.state],
        "outcome": outcome,
        "remark": code,
        "tabs": _tabs(request, batch, outcome),
        "remarks": _remark_chips(request, batch, kind, outcome, code),
        "findings": [
            {
                "state": LEVELS[remark_text(kind, each["code"]).level],
                "text": filled(remark_text(kind, each["code"]).text, each.get("values", {}), {}),
                "hint": remark_text(kind, each["code"]).hint,
            }
            for each in batch.findings
        ],
        "rows": [_row(row, batch, kind, labels) for row in page.rows],
        "pager": {
            "count_text": _("%(count)s rows") % {"count": f"{batch.counts.get('rows', 0):,}"},
            "next_url": _address(request, after=str(page.after)) if page.after else "",
            "previous_url": _address(request, before=str(page.before)) if page.before else "",
        },
        "error": job.error if job is not None and job.state == Job.State.FAILED else "",
        "stuck": batch.counts.get("fault", 0) + batch.counts.get("conflict", 0),
        "writes": batch.counts.get("add", 0) + batch.counts.get("change", 0),
        "overlay": _overlay(batch, outcome, code),
        "bounds": list(extent(batch=batch) or home_bounds(batch.jurisdiction, at=request.day)),
    }
    return render(request, "imports/import_result.html", values)


def _first_outcome(batch: ImportBatch) -> str:
    """What needs a person first: faults, then conflicts, else everything."""
    return next((key for key in ("fault", "conflict") if batch.counts.get(key)), "")


def _tabs(request: Any, batch: ImportBatch, outcome: str) -> list[dict[str, Any]]:
    every = [("", _("every row"), batch.counts.get("rows", 0))]
    every += [(key, label, batch.counts.get(key, 0)) for key, label in ImportRow.Outcome.choices]
    return [
        {
            "state": OUTCOME_STATES.get(key, ""),
            "text": label,
            "count": count,
            "on": key == outcome,
            "url": f"{request.path}?{urlencode({'outcome': key})}",
        }
        for key, label, count in every
        if count or not key or key == outcome
    ]


def _remark_chips(
    request: Any, batch: ImportBatch, kind: Any, outcome: str, chosen: str
) -> list[dict[str, Any]]:
    """The remarks by how often they occur: one mistake is often made a thousand times."""
    counts = sorted(batch.counts.get("remarks", {}).items(), key=lambda pair: -pair[1])
    return [
        {
            "state": LEVELS[remark_text(kind, code).level],
            "code": code,
            "text": gist(remark_text(kind, code).text),
            "count": count,
            "on": code == chosen,
            "url": _address(request, outcome="", remark="" if code == chosen else code),
        }
        for code, count in counts
    ]


def _row(row: ImportRow, batch: ImportBatch, kind: Any, labels: dict[str, str]) -> dict[str, Any]:
    new = row.outcome == ImportRow.Outcome.ADD and batch.state != State.COMMITTED
    there = row.subject and kind.subject_url and not new
    return {
        "row": row,
        "state": OUTCOME_STATES[row.outcome],
        "remarks": [shown_remark(kind, remark, labels) for remark in row.remarks],
        "changes": kind.changes(row.before, row.values) if row.before and kind.changes else (),
        "lon": row.spot.x if row.spot else None,
        "lat": row.spot.y if row.spot else None,
        "url": reverse(kind.subject_url, args=[row.subject]) if there else "",
    }


def _overlay(batch: ImportBatch, outcome: str, code: str) -> dict[str, Any]:
    query = urlencode({"outcome": outcome, "remark": code})
    layer = MapLayer(
        key="imports",
        label=_("Rows of the file"),
        order=90,
        tiles=lambda **_kwargs: [],
        legend=[
            LegendEntry(OUTCOME_STATES[key], label) for key, label in ImportRow.Outcome.choices
        ],
    )
    return {"layer": layer, "url": f"{reverse('import_points', args=[batch.pk])}?{query}"}


def _address(request: Any, **changes: str) -> str:
    kept = {k: v for k, v in request.GET.items() if k not in ("after", "before")}
    kept |= changes
    return f"{request.path}?{urlencode({k: v for k, v in kept.items() if v or k == 'outcome'})}"
