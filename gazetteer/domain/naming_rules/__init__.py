"""The rules for naming (domain reference §1.3–1.5, §1.12), one file a group.

``Checker(editions).findings(proposal, surroundings)`` answers with what is wrong, doubtful or
cannot be told; importing this registers all rules. How they divide the work:

- N01–N12 are the rules of Art 9 and of local law, judged by the row in force on the day.
- DA-WORD and YANG-WORD have tests of their own. The other classes of the notice of 2018 (大洋怪重)
  are second names for a fault that N02–N09 find, so that one fault is one finding.
- A rule says nothing where it is kept; unknown where a fact it needs is missing.
"""

from gazetteer.domain.naming_rules import (
    characters,
    generics,
    locality,
    structure,
    uniqueness,
    words,
)
from gazetteer.domain.naming_rules.finding import Evidence, Finding, Result, Severity, Term
from gazetteer.domain.naming_rules.proposal import (
    FamousFeature,
    OtherName,
    Proposal,
    Scope,
    Surroundings,
)
from gazetteer.domain.naming_rules.registry import (
    CLASSES,
    Checker,
    known_ids,
    registered_rules,
)

__all__ = [
    "CLASSES",
    "Checker",
    "Evidence",
    "FamousFeature",
    "Finding",
    "OtherName",
    "Proposal",
    "Result",
    "Scope",
    "Severity",
    "Surroundings",
    "Term",
    "characters",
    "generics",
    "known_ids",
    "locality",
    "registered_rules",
    "structure",
    "uniqueness",
    "words",
]
