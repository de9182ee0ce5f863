"""The rules for signs (domain reference §4.6), one file a group; importing this registers all.

How the rules divide the work, so that one fault gives one finding wherever that is possible:

- Every rule compares with what the sign's *linked place* requires on the day. A sign linked to no
  place, or to one without a standard name that day, is unknown to R01, R05 and R29, never wrong.
- R01 reads the characters only and R05 the letters of the spelling only. A sign that shows a former
  name in both scripts fails both: both have to be made anew; R37 adds that it was right once.
- R06–R12 own capitals, tone marks, spaces, apostrophes, ü, ordinals and English words. R05 fails
  for other letters, and where it does, R08, R09, R11 and R12 say unknown.
- R10 owns English words. A spelling whose only fault is that English words stand in for its
  generic term fails R10 and not R05; any other difference of letters fails R05 as well.
- R03 reads the form of the characters: a traditional character fails R01 and R03.
- R29 reads where the sign stands, not what it shows.
- R21–R25, R31 and R36 look at all signs of a street at once and fail single signs; R30 and R38 fail
  places, for the sign that is not there.
"""

from signage.domain.rules import (
    colour,
    content,
    layout,
    name,
    numbering,
    site,
    spacing,
    spelling,
)
from signage.domain.rules.registry import (
    Checker,
    Outcome,
    RuleBook,
    Scope,
    SignRule,
    Verdict,
    read_edition,
    registered_rules,
    touched_by,
)

__all__ = [
    "Checker",
    "Outcome",
    "RuleBook",
    "Scope",
    "SignRule",
    "Verdict",
    "colour",
    "content",
    "layout",
    "name",
    "numbering",
    "read_edition",
    "registered_rules",
    "site",
    "spacing",
    "spelling",
    "touched_by",
]
