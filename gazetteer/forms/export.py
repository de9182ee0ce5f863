"""Form of an export: the format and the datum of the file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.imports.wording import datum_choices


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("csv", _("CSV (UTF-8)")),
            ("xlsx", _("Excel (.xlsx)")),
            ("geojson", "GeoJSON"),
            ("gpkg", "GeoPackage"),
            ("shp", _("Shapefile (ZIP)")),
        ],
    )
    datum = forms.ChoiceField(
        label=_("Datum of the coordinates"),
        help_text=_("GCJ-02 and BD-09 only in CSV and Excel."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["datum"].choices = datum_choices()
        self.fields["datum"].initial = "CGCS2000"
