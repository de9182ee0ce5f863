"""The filtered list of place names as a file: small ones at once, large ones as work."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from common.errors import BadInput
from common.jobs import start_job
from common.middleware import sentence
from gazetteer.exports.file import file_name, names_file
from gazetteer.forms.export import ExportForm
from gazetteer.queries.places import count_places
from gazetteer.views.places import list_filters

AT_ONCE = 5_000


def places_export(request: Any) -> HttpResponse:
    filters = list_filters(request.GET)
    count = count_places(at=request.day, **filters)
    form = ExportForm(request.POST or None)
    told = ""
    if request.method == "POST" and form.is_valid():
        asked = {"format": form.cleaned_data["format"], "datum": form.cleaned_data["datum"]}
        if count > AT_ONCE:
            job = start_job(
                kind="export_names",
                by=request.user,
                at=request.day.isoformat(),
                language=get_language() or "zh-hans",
                **asked,
                **filters,
            )
            return redirect("job", job.pk)
        try:
            with names_file(filters=filters, at=request.day, **asked) as (path, _rows):
                response = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
        except BadInput as error:
            told = sentence(error)
        else:
            name = file_name(at=request.day, format=asked["format"])
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            response["X-Content-Type-Options"] = "nosniff"
            return response
    back = f"{reverse('gazetteer:places')}?{urlencode(request.GET)}"
    values = {"form": form, "sentence": told, "count": count, "cancel_url": back}
    return render(request, "gazetteer/place_export.html", values, status=400 if told else 200)
