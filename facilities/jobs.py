"""Background work of this app."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import gettext as _

from common.models import Job
from facilities.queries.coverage import CoverageQuestion, measure_coverage

STEPS = 3


def export_coverage(
    *,
    job: Job,
    report: Callable[[int, int, str], None],
    at: str,
    category: str,
    distance_m: float,
    at_least: int,
    within: str,
    report_by: str,
    language: str,
    **more: Any,
) -> dict[str, Any]:
    """Make the single-file map and keep it at the job; the result names its size and numbers.

    ``more``: mode, measure, minutes and detour of the question.
    """
    # folium brings pandas: a second and 60 MB that no other page and no command should wait for.
    from facilities.exports.coverage_map import coverage_page

    with translation.override(language):
        report(0, STEPS, _("Measuring coverage"))
        question = CoverageQuestion(
            at=date.fromisoformat(at),
            category=category,
            distance_m=distance_m,
            at_least=at_least,
            within=within,
            by=report_by,
            **more,
        )
        result = measure_coverage(question=question)
        report(1, STEPS, _("Drawing the map"))
        text = coverage_page(result)
        report(2, STEPS, _("Keeping the file"))
        content = text.encode("utf-8")
        name = f"{question.key}.html"
        job.result_file.save(name, ContentFile(content), save=False)
        job.save(update_fields=["result_file"])
        report(STEPS, STEPS, "")
        share = result.total.elders_share
        return {
            _("File"): f"{name} ({len(content) / 1e6:.1f} MB)",
            _("People 60+ covered"): "—" if share is None else f"{share * 100:.1f} %",
        }
