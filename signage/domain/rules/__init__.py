"""The rules for signs (domain reference §4.6), one file a group; importing this registers all.

How the rules divide the work, so that one fault gives one finding wherever that is possible:

- Every rule compares with what the sign's *linked place* requires on the day. A sign linked to no
  place, or to one without a standard name that day, is unknown to R01, R05 and R29, never wrong.
- R01 reads the characters only and R05 the spelling only. A sign that shows a former name in both
  scripts therefore fails both: both have to be made anew.
- R10 owns English words. A spelling whose only fault is that English words stand in for its
  generic term fails R10 and not R05; any other difference fails R05 as well.
- R29 reads where the sign stands, not what it shows.
"""

from signage.domain.rules import colour, name, spelling, whereabouts
from signage.domain.rules.registry import (
    Checker,
    Outcome,
    RuleBook,
    SignRule,
    Verdict,
    registered_rules,
)

__all__ = [
    "Checker",
    "Outcome",
    "RuleBook",
    "SignRule",
    "Verdict",
    "colour",
    "name",
    "registered_rules",
    "spelling",
    "whereabouts",
]
