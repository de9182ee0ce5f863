"""Where the next facilities belong: sites chosen for weighted demand, with a proof.

Costs in, result out; no database. Every model answers at once and then goes on to the proof;
the best answer, the bound and the gap are always reported. Reasons: docs/decisions/0024-siting.md.
"""

from facilities.domain.siting.center import p_center
from facilities.domain.siting.cover import lscp
from facilities.domain.siting.median import mclp, p_median
from facilities.domain.siting.question import Conditions, Costs, SitingInputRefused
from facilities.domain.siting.result import CannotSite, Progress, SitingResult, Watch

__all__ = [
    "CannotSite",
    "Conditions",
    "Costs",
    "Progress",
    "SitingInputRefused",
    "SitingResult",
    "Watch",
    "lscp",
    "mclp",
    "p_center",
    "p_median",
]
