"""The check of polygons as background work."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from boundaries.operations.topology import keep_check
from common.models import Job


def run_check(
    *, job: Job, report: Callable[[int, int, str], None], within: str, at: str
) -> dict[str, Any]:
    """Check the polygons of a day within a jurisdiction."""
    kept = keep_check(by=job.asked_by, at=date.fromisoformat(at), within=within, report=report)
    query = urlencode({"within": within, "at": at})
    return {
        "url": f"{reverse('boundaries:faults')}?{query}",
        _("Divisions"): kept.check.divisions,
        _("Faults"): kept.faults,
    }
