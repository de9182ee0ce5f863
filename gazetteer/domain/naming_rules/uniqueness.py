"""N08, N09A–D: no duplicates and no homophones in the scope the law gives; N12: abolished names.

A row says whom the rule asks (``categories``, ``ranks``, ``famous``), in which ``scope``, and what
counts: with ``derived`` the same specific term with another generic (天河路, 天河街) is only told
of, as names derived from one another are usual; without it the specific term decides alone.
"""

from collections.abc import Mapping
from typing import Any

from common.rules import RuleEdition
from gazetteer.domain.naming_rules.finding import (
    WEIGHT,
    Evidence,
    Finding,
    Severity,
    Term,
    found,
    unknown,
)
from gazetteer.domain.naming_rules.finding import marked as _
from gazetteer.domain.naming_rules.proposal import OtherName, Proposal, Surroundings
from gazetteer.domain.naming_rules.registry import rule
from gazetteer.domain.similarity import Likeness, likeness

UNIQUENESS = ("N08", "N09A", "N09B", "N09C", "N09D")
LENGTHS = {"country": 0, "province": 2, "city": 4, "county": 6, "township": 9, "builtup": 6}
SCOPES = {
    "country": Term(_("the country")),
    "province": Term(_("the province")),
    "city": Term(_("the city")),
    "county": Term(_("the county or district")),
    "township": Term(_("the township")),
    "builtup": Term(_("the built-up area")),
    "stands_in": Term(_("the county or district, as no built-up area is drawn here")),
}
SEVERITIES = {
    Likeness.SAME: Severity.BLOCK,
    Likeness.HOMOPHONE: Severity.WARN,
    Likeness.SHAPE: Severity.WARN,
    Likeness.NEAR: Severity.INFO,
}
MESSAGES = {
    Likeness.SAME: _("“%(text)s” is a duplicate: %(others)s in %(scope)s."),
    Likeness.HOMOPHONE: _("“%(text)s” sounds the same as %(others)s in %(scope)s."),
    Likeness.SHAPE: _("“%(text)s” is easily read as %(others)s in %(scope)s."),
    Likeness.NEAR: _("“%(text)s” sounds like %(others)s but for the tones, in %(scope)s."),
}
DERIVED = _("“%(text)s” has the specific term of %(others)s in %(scope)s.")
CLASS = {Likeness.SAME: "CHONG-SAME", Likeness.HOMOPHONE: "CHONG-HOMO"}
NAMED = 3


def asks(edition: RuleEdition, *, category: str, rank: str, is_famous: bool) -> bool:
    """Whether the rule of this row asks such a name."""
    parameters = edition.parameters
    if category not in parameters["categories"]:
        return False
    if category == "DIVISION":
        return rank in parameters.get("ranks", ())
    return is_famous or not (category == "NATURAL" and parameters.get("famous"))


def uniqueness_edition(
    editions: Mapping[str, RuleEdition], proposal: Proposal
) -> RuleEdition | None:
    """The one row of N08 and N09 that asks this name, if any does."""
    for rule_id in UNIQUENESS:
        edition = editions.get(rule_id)
        if edition is not None and asks(
            edition,
            category=proposal.category,
            rank=proposal.rank,
            is_famous=proposal.is_famous,
        ):
            return edition
    return None


def alike(
    one: Proposal, other: OtherName, parameters: Mapping[str, Any]
) -> tuple[Likeness, Severity] | None:
    """How another name is alike, and how much that weighs here."""
    kind = likeness(one.sound, other.sound)
    if kind is None:
        return None
    if parameters.get("derived") and one.generic != other.generic:
        return (kind, Severity.INFO) if kind is Likeness.SAME else None
    return kind, SEVERITIES[kind]


def _check(proposal: Proposal, surroundings: Surroundings, edition: RuleEdition) -> Finding | None:
    if not asks(
        edition, category=proposal.category, rank=proposal.rank, is_famous=proposal.is_famous
    ):
        return None
    if surroundings.others is None or surroundings.scope is None:
        return unknown(
            edition, _("Duplicates cannot be looked for: where the place lies is not known.")
        )
    pairs: list[tuple[Likeness, Severity, OtherName]] = []
    for other in surroundings.others:
        # A famous feature of the list is no place of the gazetteer.
        if not other.place_id or other.place_id != proposal.place_id:
            close = alike(proposal, other, edition.parameters)
            if close is not None:
                pairs.append((*close, other))
    if not pairs:
        return None
    order = list(SEVERITIES)
    pairs.sort(key=lambda p: (-WEIGHT[p[1]], order.index(p[0]), p[2].text, p[2].place_id))
    kind, severity, _first = pairs[0]
    # Which natural features are famous is our own list so far: nothing unconfirmed blocks.
    unconfirmed = proposal.category == "NATURAL" and proposal.is_famous
    scope = "stands_in" if surroundings.scope.stands_in else surroundings.scope.kind
    derived = kind is Likeness.SAME and severity is Severity.INFO
    named = [other.text for each, weight, other in pairs if (each, weight) == (kind, severity)]
    return found(
        edition,
        DERIVED if derived else MESSAGES[kind],
        at_most=Severity.WARN if unconfirmed and severity is Severity.BLOCK else severity,
        evidence=tuple(Evidence.of(other, each) for each, _weight, other in pairs),
        class_id="" if derived else CLASS.get(kind, ""),
        text=proposal.text,
        others=_named(named),
        scope=SCOPES[scope],
    )


for _rule_id in UNIQUENESS:
    rule(_rule_id)(_check)


@rule("N12")
def abolished(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """An abolished specific term of the same category is generally not used again (local law)."""
    if proposal.existing or not surroundings.abolished:
        return None
    same = [
        other
        for other in surroundings.abolished
        if other.place_id != proposal.place_id and other.sound.key == proposal.sound.key
    ]
    if not same:
        return None
    return found(
        edition,
        _("“%(specific)s” is the specific term of the abolished %(others)s."),
        at_most=Severity.WARN,
        evidence=tuple(Evidence.of(other, Likeness.SAME) for other in same),
        specific=proposal.specific,
        others=_named([other.text for other in same]),
    )


def _named(texts: list[str]) -> tuple[str, ...]:
    unique = list(dict.fromkeys(texts))
    named = [f"“{text}”" for text in unique[:NAMED]]
    if len(texts) > len(named):
        named[-1] += f" … ({len(texts)})"
    return tuple(named)
