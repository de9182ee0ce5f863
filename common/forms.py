"""Forms of the shell: they parse, operations decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from common.importing.opening import ACCEPTED
from common.importing.tables import LARGEST_FILE, MEGABYTE
from common.periods import parse_day


class FolderInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FolderField(forms.FileField):
    """All files of a folder, [] where none was chosen."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FolderField, self).clean(each, initial) for each in data or () if each.size]


class UploadForm(forms.Form):
    """A file or folder to import; the choices are what the person may import, and where."""

    kind = forms.ChoiceField(label=_("What is in it"))
    jurisdiction = forms.ChoiceField(
        label=_("Jurisdiction"),
        required=False,
        help_text=_("Rows that lie elsewhere are faults."),
    )
    file = forms.FileField(
        label=_("File"),
        # `%` on a lazy text would translate it here, once for everybody.
        help_text=format_lazy(
            _("CSV, Excel (.xlsx), GeoJSON, GeoPackage, or a Shapefile as ZIP; at most {most} MB."),
            most=LARGEST_FILE // MEGABYTE,
        ),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": _("The file is empty.")},
    )
    folder = FolderField(
        label=_("or a folder"),
        required=False,
        help_text=_(
            "One table (CSV or Excel) with the photos that its rows name; the same limit. "
            "The browser asks whether it may send the files."
        ),
        widget=FolderInput(attrs={"webkitdirectory": True}),
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

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        given = [name for name in ("file", "folder") if values.get(name)]
        if not given and "file" not in self.errors:
            self.add_error("file", _("Choose a file to import."))
        if len(given) > 1:
            self.add_error("folder", _("Choose a file or a folder, not both."))
        return values


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


def cleaned_values(form: forms.Form, names: Mapping[str, str]) -> dict[str, Any]:
    """The values as the page would take them; the first fault with the name of its property.

    A field would write a list or a truth down as a text, and one of days fail on a number: that is
    refused first.
    """
    called = {field: name for name, field in names.items()}
    for key, field in form.fields.items():
        value = form.data.get(key)
        of_truth = isinstance(field, forms.BooleanField)
        strange = (list, dict, int, float) if isinstance(field, forms.DateField) else (list, dict)
        if value is not None and (
            isinstance(value, strange) or isinstance(value, bool) != of_truth
        ):
            raise BadInput("“%(name)s” is not of the kind it has to be.", name=called.get(key, key))
        if isinstance(field, forms.DateField) and isinstance(value, str) and value.strip():
            parse_day(value)  # 01/02/2024 is another day to others
    for key, faults in form.errors.items():
        raise BadInput("“%(name)s”: %(why)s", name=called.get(key, key), why=str(faults[0]))
    return dict(form.cleaned_data)
