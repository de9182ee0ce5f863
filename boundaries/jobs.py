"""The check of polygons as background work."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from boundaries.operations.repair import OtherRepair, fingerprint, propose_repair, write_repair
from boundaries.operations.topology import keep_check
from common.models import Job

Asked = list[tuple[str, str]]


def asked(*, within: str, at: str, gap_width_m: float | None = None, **seen: str) -> Asked:
    """What a check or a repair was asked for, in words; ``seen`` is for the machine alone."""
    told: Asked = [(_("Day"), at), (_("Jurisdiction"), within or "—")]
    if gap_width_m is not None:
        told.append((_("Widest gap to fill (m)"), f"{gap_width_m:g}"))
    return told


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


def run_repair(
    *,
    job: Job,
    report: Callable[[int, int, str], None],
    within: str,
    at: str,
    gap_width_m: float,
    seen: str,
) -> dict[str, Any]:
    """Write the proposal that was seen, if it is still the same, and check again."""
    day = date.fromisoformat(at)
    report(0, 3, _("Proposing the repair"))
    repair = propose_repair(at=day, within=within, gap_width_m=gap_width_m)
    if fingerprint(repair) != seen:
        raise OtherRepair()
    report(1, 3, _("Writing the shapes"))
    written = write_repair(repair=repair, at=day, by=job.asked_by, within=within)
    report(2, 3, _("Checking again"))
    keep_check(by=job.asked_by, at=day, within=within, capability=Capability.APPROVE_ADJUSTMENT)
    report(3, 3, "")
    query = urlencode({"within": within, "at": at})
    return {
        "url": f"{reverse('boundaries:faults')}?{query}",
        _("Shapes that changed"): written,
        _("Faults after the repair"): repair.faults_after,
    }
