"""Background work of this app."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.models import Job
from gazetteer.exports.file import file_name, names_file
from gazetteer.queries.name_filters import FILTERS

Report = Callable[[int, int, str], None]


def export_names(
    *,
    job: Job,
    report: Report,
    at: str,
    format: str,
    datum: str,
    language: str,
    **filters: str,
) -> dict[str, Any]:
    """Write a long list and keep the file at the job."""
    day = date.fromisoformat(at)
    chosen = {key: filters.get(key, "") for key in FILTERS}
    with override(language):
        report(0, 2, _("Writing the file"))
        with names_file(filters=chosen, at=day, format=format, datum=datum) as (path, count):
            report(1, 2, _("Keeping the file"))
            with path.open("rb") as file:
                job.result_file.save(file_name(at=day, format=format), File(file), save=False)
        job.save(update_fields=["result_file"])
        report(2, 2, "")
        return {_("Names"): count}
