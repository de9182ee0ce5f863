"""Many entries as one document: background work whose file is kept."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.errors import BadInput
from common.models import Job
from compendium.exports.entries import entries_json, entries_word
from compendium.queries.entries import entry_sheets


def export_entries(
    *,
    job: Job,
    report: Callable[[int, int, str], None],
    within: str,
    at: str,
    format: str,
) -> dict[str, Any]:
    """The entries of a jurisdiction (``word`` or ``json``), widest division first."""
    require(by=job.asked_by, capability=Capability.READ, codes=[within])
    day = date.fromisoformat(at)
    report(0, 1, _("Reading what is known"))
    # Papers and files are in the language of the bureau, whoever asked for them.
    with translation.override(settings.LANGUAGE_CODE):
        sheets = entry_sheets(at=day, within=within)
    if not sheets:
        raise BadInput("No entry lies there on %(day)s.", day=at)
    name = f"compendium-{within}-{at}"
    if format == "json":
        content = json.dumps(entries_json(sheets=sheets), ensure_ascii=False).encode()
        job.result_file.save(f"{name}.json", ContentFile(content), save=False)
    else:
        content = entries_word(sheets=sheets, report=report)
        job.result_file.save(f"{name}.docx", ContentFile(content), save=False)
    job.save(update_fields=["result_file"])
    report(len(sheets), len(sheets), "")
    return {_("Entries"): len(sheets)}
