"""N01: a name is a specific and a generic term (Art 9, first sentence)."""

from common.rules import RuleEdition
from gazetteer.domain.naming_rules.finding import Finding, found
from gazetteer.domain.naming_rules.finding import marked as _
from gazetteer.domain.naming_rules.proposal import Proposal, Surroundings
from gazetteer.domain.naming_rules.registry import rule


@rule("N01")
def two_terms(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """Both terms are there, and the generic one is in the table of its category.

    Natural villages are written as one word (rule 3 of 1984): the row names the categories asked.
    """
    if proposal.category not in edition.parameters["categories"]:
        return None
    endings = edition.parameters.get("endings", {}).get(proposal.category, ())
    generic = proposal.generic or next((e for e in endings if proposal.text.endswith(e)), "")
    if not generic:
        return found(
            edition,
            _("“%(text)s” has no generic term of its category at its end."),
            text=proposal.text,
        )
    if not proposal.specific or proposal.text == generic:
        return found(
            edition, _("“%(text)s” is a generic term without a specific one."), text=proposal.text
        )
    return None
