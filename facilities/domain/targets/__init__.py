"""The plan as rules (domain reference §7.2–7.6); importing this registers every form.

A target is a dated row of numbers with its source; a form is how it is measured. Each answers for
any division on any day: met, short by how much and where, or unknown with what is not recorded.

How the forms judge:

- What is not recorded is never taken for none. A facility of unknown beds may have 200: the answer
  is unknown as long as that could decide it, and no longer.
- A facility that the register does not hold does not exist only where the register is whole on the
  day (:attr:`Ground.complete`); before, its absence says nothing.
- Where every one has to meet a target, one that is short decides; how much is lacking is then told
  as "at least" while others are unknown.
"""

from facilities.domain.targets import centres, funeral, presence, ratios
from facilities.domain.targets.forms import (
    BadTarget,
    Rounding,
    TargetRule,
    measure,
    narrow,
    read_parameters,
    target_forms,
    whole,
)
from facilities.domain.targets.ground import Figure, Ground, People, Reach, Site, Unit
from facilities.domain.targets.result import (
    Measurement,
    Missing,
    Outcome,
    Result,
    Subject,
)

__all__ = [
    "BadTarget",
    "Figure",
    "Ground",
    "Measurement",
    "Missing",
    "Outcome",
    "People",
    "Reach",
    "Result",
    "Rounding",
    "Site",
    "Subject",
    "TargetRule",
    "Unit",
    "centres",
    "funeral",
    "measure",
    "narrow",
    "presence",
    "ratios",
    "read_parameters",
    "target_forms",
    "whole",
]
