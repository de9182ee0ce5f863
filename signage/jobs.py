"""The check of all signs as background work."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from django.db import connections
from django.urls import reverse

from common.models import Job
from signage.operations.check import check_signs

Report = Callable[[int, int, str], None]


def run_check(*, job: Job, report: Report, within: str, at: str) -> dict[str, Any]:
    """Check the signs of a jurisdiction; the whole check is one transaction."""
    with ThreadPoolExecutor(max_workers=1) as beside:

        def tell(done: int, total: int, doing: str = "") -> None:
            beside.submit(_outside, report, done, total, doing).result()

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


def _outside(report: Report, done: int, total: int, doing: str) -> None:
    """Progress is told on a connection of its own: inside the check nobody else would see it."""
    try:
        report(done, total, doing)
    finally:
        connections.close_all()
