"""Ask for a file of results; the work itself is done in the background."""

from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.audit import record
from common.jobs import start_job
from common.models import Job
from facilities.queries.coverage import CoverageQuestion

COVERAGE_EXPORT = "coverage_export"


@transaction.atomic
def ask_for_coverage_export(*, by: Any, question: CoverageQuestion) -> Job:
    """Start making the single-file map of a coverage result, in the language being read.

    Raises NotInScope outside the person's jurisdictions, NotPermitted without the role.
    """
    require(by=by, capability=Capability.ANALYSE_COVERAGE, codes=[question.within])
    job = start_job(
        kind=COVERAGE_EXPORT,
        by=by,
        at=question.at.isoformat(),
        category=question.category,
        distance_m=question.distance_m,
        at_least=question.at_least,
        within=question.within,
        report_by=question.by,
        mode=question.mode,
        measure=question.measure,
        minutes=question.minutes,
        detour=question.detour,
        language=get_language() or "zh-hans",
    )
    record(by=by, operation="export_coverage", subject=job, jurisdiction=question.within)
    return job
