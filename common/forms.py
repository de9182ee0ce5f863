"""Forms of the shell: they parse, operations decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.importing.opening import ACCEPTED
from common.importing.tables import LARGEST_FILE, MEGABYTE


class UploadForm(forms.Form):
    """A file to import; the choices are what the person may import, and where."""

    kind = forms.ChoiceField(label=_("What is in it"))
    jurisdiction = forms.ChoiceField(
        label=_("Jurisdiction"),
        required=False,
        help_text=_("Rows that lie elsewhere are faults."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, Excel (.xlsx), GeoJSON, GeoPackage, or a Shapefile as ZIP; at most %(most)d MB."
        )
        % {"most": LARGEST_FILE // MEGABYTE},
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": _("Choose a file to import."),
            "empty": _("The file is empty."),
        },
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[tuple[str, Any]],
        jurisdictions: Sequence[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds)
        self.fields["jurisdiction"].choices = list(jurisdictions)


class ExportForm(forms.Form):
    """In which format and datum a list is taken out."""

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
        initial="CGCS2000",
    )

    def __init__(self, *args: Any, datums: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["datum"].choices = list(datums)
