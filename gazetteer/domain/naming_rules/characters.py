"""N04: the national common language and script (Art 9 (4)); odd characters (怪)."""

from common.rules import RuleEdition
from gazetteer.domain.characters import charset_level, substitutions
from gazetteer.domain.naming_rules.finding import (
    Evidence,
    Finding,
    Severity,
    found,
)
from gazetteer.domain.naming_rules.finding import marked as _
from gazetteer.domain.naming_rules.proposal import Proposal, Surroundings
from gazetteer.domain.naming_rules.registry import rule
from gazetteer.domain.readings import is_hanzi

DIGITS = frozenset("0123456789")


@rule("N04")
def characters(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """Foreign signs block; forms that are not standard block a new name; rare ones only warn.

    Level 3 of the list was made partly for place names, and a name in use is never blocked.
    """
    allowed = DIGITS if proposal.category in edition.parameters["digits_in"] else frozenset()
    odd = [c for c in proposal.text if not (is_hanzi(c) or c in allowed)]
    in_use = Severity.WARN if proposal.existing else Severity.BLOCK
    if odd:
        return found(
            edition,
            _("“%(characters)s” is not a Chinese character: names are written in characters only."),
            at_most=in_use,
            evidence=_each(odd),
            class_id="GUAI-CHAR",
            characters=" ".join(dict.fromkeys(odd)),
        )
    beyond = [c for c in proposal.text if c not in allowed and (charset_level(c) or 4) >= 3]
    if not beyond:
        return None
    other_forms = substitutions(proposal.text, local=False)
    if other_forms:
        suggestion = list(proposal.text)
        for each in other_forms:
            suggestion[each.position] = each.standard
        return found(
            edition,
            _("“%(characters)s” is not a standard form: write “%(suggestion)s”."),
            at_most=in_use,
            evidence=tuple(
                Evidence(each.character, measured=each.why, expected=each.standard)
                for each in other_forms
            ),
            characters="".join(each.character for each in other_forms),
            suggestion="".join(suggestion),
        )
    outside = [c for c in beyond if charset_level(c) is None]
    if outside:
        return found(
            edition,
            _("“%(characters)s” is not in the list of 8105 standard characters."),
            at_most=Severity.WARN,
            evidence=_each(outside),
            characters="".join(dict.fromkeys(outside)),
        )
    return found(
        edition,
        _("“%(characters)s” is rare (level 3 of the list of standard characters)."),
        at_most=Severity.INFO if proposal.existing else Severity.WARN,
        evidence=_each(beyond),
        characters="".join(dict.fromkeys(beyond)),
    )


def _each(letters: list[str]) -> tuple[Evidence, ...]:
    return tuple(Evidence(letter) for letter in dict.fromkeys(letters))
