"""N10: a division's name and famous features; N11: a facility and the place where it lies."""

from functools import cache

from common.rules import RuleEdition
from gazetteer.domain.names import read_table
from gazetteer.domain.naming_rules.finding import Evidence, Finding, Severity, found, unknown
from gazetteer.domain.naming_rules.finding import marked as _
from gazetteer.domain.naming_rules.proposal import FamousFeature, Proposal, Surroundings
from gazetteer.domain.naming_rules.registry import rule


@rule("N10")
def borrowed(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """A division's specific term is not that of a famous feature, at least not outside its area.

    Art 9 (9). Names in use are not asked: 黄山市 was named before the rule.
    """
    if proposal.category != "DIVISION" or proposal.existing:
        return None
    for feature in surroundings.famous:
        # A single character (黄 of 黄河) is no name by itself.
        called = {feature.name, feature.specific if len(feature.specific) > 1 else feature.name}
        if proposal.specific in called:
            here = any(
                proposal.division_code.startswith(prefix)
                or prefix.startswith(proposal.division_code.rstrip("0") or "0")
                for prefix in feature.within
            )
            return found(
                edition,
                _("“%(specific)s” is the name of the famous feature %(feature)s."),
                at_most=Severity.WARN if here else Severity.BLOCK,
                evidence=(Evidence(feature.name, expected="、".join(feature.within)),),
                specific=proposal.specific,
                feature=feature.name,
            )
    return None


@rule("N11")
def local_name(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """A facility's specific term normally is, or begins with, the name of its place."""
    if proposal.category != "FACILITY" or proposal.existing:
        return None
    if surroundings.local is None:
        return unknown(
            edition,
            _("Where the facility lies is not known: its name cannot be compared with local ones."),
        )
    if any(local and local in proposal.specific for local in surroundings.local):
        return None
    return found(
        edition,
        _("“%(specific)s” is no name of a place here: a facility is normally called by its place."),
        at_most=Severity.WARN,
        specific=proposal.specific,
    )


@cache
def famous_features() -> tuple[FamousFeature, ...]:
    """The list in ``data/famous.tsv``, which is not complete: rules that use it only warn."""
    return tuple(
        FamousFeature(
            name, specific, kind, tuple(part for part in within.strip("-").split(",") if part)
        )
        for name, specific, kind, within, _source in read_table("famous.tsv")
    )


@cache
def famous_names() -> frozenset[str]:
    return frozenset(feature.name for feature in famous_features())
