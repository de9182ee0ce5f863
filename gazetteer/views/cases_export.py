"""The filtered list of naming cases as a file."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from common.datums import get_datum
from common.errors import BadInput
from common.exporting.writing import SUFFIXES, write_export
from common.middleware import sentence
from gazetteer.exports.cases import export_of_cases
from gazetteer.forms.export import ExportForm
from gazetteer.views.cases import read_filters, shown_cases


def cases_export(request: Any) -> HttpResponse:
    rows = shown_cases(request, read_filters(request.GET)).defer(None).defer("findings")
    form = ExportForm(request.POST or None)
    told = ""
    if request.method == "POST" and form.is_valid():
        export = export_of_cases(
            cases=rows, at=request.day, datum=get_datum(form.cleaned_data["datum"])
        )
        format = form.cleaned_data["format"]
        try:
            with TemporaryDirectory() as folder:
                path = Path(folder) / f"cases{SUFFIXES.get(format, '')}"
                write_export(export, format=format, path=path)
                response = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
        except BadInput as error:
            told = sentence(error)
        else:
            name = f"naming-cases-{request.day.isoformat()}{SUFFIXES[format]}"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            response["X-Content-Type-Options"] = "nosniff"
            return response
    values = {
        "form": form,
        "sentence": told,
        "count": rows.order_by().count(),
        "cancel_url": f"{reverse('gazetteer:cases')}?{request.GET.urlencode()}",
    }
    return render(request, "gazetteer/case_export.html", values, status=400 if told else 200)
