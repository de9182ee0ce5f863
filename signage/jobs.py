"""The check of all signs as background work."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse

from common.jobs import beside
from common.models import Job
from signage.operations.check import check_signs

Report = Callable[[int, int, str], None]


def run_check(*, job: Job, report: Report, within: str, at: str) -> dict[str, Any]:
    """Check the signs of a jurisdiction; the whole check is one transaction."""
    with beside(report) as tell:
        summary = check_signs(
            by=job.asked_by, at=date.fromisoformat(at), within=within, report=tell
        )
    return {
        "url": reverse("signage:signs"),
        "signs": summary.signs,
        "non_standard": summary.failed_signs,
        "opened": summary.opened,
        "resolved": summary.resolved,
        "unknown": summary.unknown,
        **summary.counts,
    }
