"""Background work of this app."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import gettext as _

from common.models import Job
from facilities.exports.coverage_words import facts
from facilities.queries.coverage import CoverageQuestion, measure_coverage

STEPS = 3


def export_coverage(
    *,
    job: Job,
    report: Callable[[int, int, str], None],
    language: str,
    **asked: Any,
) -> dict[str, Any]:
    """Make the single-file map and keep it at the job; the result names its size and numbers."""
    # folium brings pandas: a second and 60 MB that no other page and no command should wait for.
    from facilities.exports.coverage_map import coverage_page

    with translation.override(language):
        report(0, STEPS, _("Measuring coverage"))
        question = _question(**asked)
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


def coverage_asked(*, language: str, **asked: Any) -> list[tuple[str, Any]]:
    """What an export was asked for, in words."""
    return facts(_question(**asked))


def _question(*, at: str, report_by: str, **more: Any) -> CoverageQuestion:
    """``more`` goes by the names of :class:`CoverageQuestion`."""
    return CoverageQuestion(at=date.fromisoformat(at), by=report_by, **more)
