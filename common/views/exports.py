"""The page that takes a list out as a file: small ones at once, long ones as work."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from common.datums import get_datum
from common.errors import BadInput
from common.forms import ExportForm
from common.imports.wording import datum_choices
from common.jobs import start_job
from common.list_exports import file_name, note_export, written
from common.middleware import sentence
from common.registries import list_exports

AT_ONCE = 5_000


def list_export(request: Any, key: str) -> HttpResponse:
    taken = list_exports().get(key)
    if taken is None:
        raise Http404
    chosen = taken.chosen(query=request.GET, at=request.day, by=request.user)
    form = ExportForm(request.POST or None, datums=datum_choices())
    told = ""
    if request.method == "POST" and form.is_valid():
        asked, query = form.cleaned_data, request.GET.urlencode()
        note_export(
            by=request.user,
            key=key,
            query=query,
            at=request.day,
            count=chosen.count,
            format=asked["format"],
        )
        if chosen.count > AT_ONCE:
            job = start_job(
                kind="export_list",
                by=request.user,
                key=key,
                query=query,
                at=request.day.isoformat(),
                **asked,
            )
            return redirect("job", job.pk)
        try:
            export = chosen.export(get_datum(asked["datum"]))
            with written(export, format=asked["format"]) as (path, _rows):
                response = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
        except BadInput as error:
            told = sentence(error)
        else:
            name = file_name(key=key, at=request.day, format=asked["format"])
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            response["X-Content-Type-Options"] = "nosniff"
            return response
    values = {
        "form": form,
        "sentence": told,
        "title": taken.title,
        "note": taken.note,
        "count": chosen.count,
        "cancel_url": f"{reverse(taken.url_name)}?{request.GET.urlencode()}",
    }
    return render(request, "list_export.html", values, status=400 if told else 200)
