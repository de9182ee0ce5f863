"""N03: the generic term fits extent, size and nature (Art 9 (2)); thresholds are local data."""

from collections.abc import Mapping, Sequence
from typing import Any

from common.rules import RuleEdition
from gazetteer.domain.naming_rules.finding import Evidence, Finding, Term, found, unknown
from gazetteer.domain.naming_rules.finding import marked as _
from gazetteer.domain.naming_rules.proposal import Proposal, Surroundings
from gazetteer.domain.naming_rules.registry import rule

Limits = Mapping[str, Sequence[float | None]]

FACTS = {
    "length_m": Term(_("length (m)")),
    "width_m": Term(_("width (m)")),
    "site_m2": Term(_("site (m²)")),
    "floor_m2": Term(_("floor area (m²)")),
    "storeys": Term(_("storeys")),
    "open_m2": Term(_("open space (m²)")),
    "green_ratio": Term(_("green share")),
    "plot_ratio": Term(_("plot ratio")),
    "coverage": Term(_("building coverage")),
}


@rule("N03")
def generic_fits(
    proposal: Proposal, surroundings: Surroundings, edition: RuleEdition
) -> Finding | None:
    """Thresholds of the generic term: one of ``any`` and everything in ``all`` must hold.

    A row of the table is ``{"terms": […], "city_size": "large", "any": [{fact: [min, below]}],
    "all": {fact: [min, below]}}``. Where the size of the city is not known and the answers for
    each differ, the answer is unknown; so it is where a deciding fact is missing.
    """
    if proposal.category not in edition.parameters.get("categories", ("RES_BUILDING",)):
        return None
    rows = [row for row in edition.parameters.get("generics", ()) if _asks(row, proposal)]
    size = proposal.city_size or _city_size(edition, proposal.division_code)
    if size:
        rows = [row for row in rows if row.get("city_size", size) == size]
    answers = {_holds(row, proposal) for row in rows}
    if not rows or answers == {True}:
        return None
    if answers != {False}:
        missing = _missing(rows, proposal)
        if not missing:
            return unknown(
                edition,
                _("Whether “%(generic)s” fits depends on the size of the city, which is not set."),
                generic=proposal.generic,
            )
        return unknown(
            edition,
            _("Whether “%(generic)s” fits cannot be told without: %(facts)s."),
            generic=proposal.generic,
            facts=tuple(FACTS[fact] for fact in missing),
        )
    return found(
        edition,
        _("The thing is not of the size that the generic term “%(generic)s” asks for."),
        evidence=_measures(rows, proposal),
        class_id="DA-GENERIC",
        generic=proposal.generic,
    )


def _asks(row: Mapping[str, Any], proposal: Proposal) -> bool:
    return any(proposal.generic == term for term in row["terms"])


def _city_size(edition: RuleEdition, division_code: str) -> str:
    sizes: Mapping[str, str] = edition.parameters.get("city_sizes", {})
    prefixes = (division_code[:n] for n in range(len(division_code), 1, -1))
    return next((sizes[prefix] for prefix in prefixes if prefix in sizes), "")


def _holds(row: Mapping[str, Any], proposal: Proposal) -> bool | None:
    """Three-valued: None where a missing fact decides."""
    groups = [_all(group, proposal) for group in row.get("any", ())]
    one = True if not groups or True in groups else None if None in groups else False
    return _and([one, _all(row.get("all", {}), proposal)])


def _all(limits: Limits, proposal: Proposal) -> bool | None:
    return _and([_within(getattr(proposal, fact), limit) for fact, limit in limits.items()])


def _and(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def _within(value: float | None, limit: Sequence[float | None]) -> bool | None:
    if value is None:
        return None
    least, below = limit
    return (least is None or value >= least) and (below is None or value < below)


def _limits(rows: list[Mapping[str, Any]]) -> list[tuple[str, Sequence[float | None]]]:
    return [
        pair
        for row in rows
        for group in (*row.get("any", ()), row.get("all", {}))
        for pair in group.items()
    ]


def _missing(rows: list[Mapping[str, Any]], proposal: Proposal) -> list[str]:
    asked = dict.fromkeys(fact for fact, _limit in _limits(rows))
    return [fact for fact in asked if getattr(proposal, fact) is None]


def _measures(rows: list[Mapping[str, Any]], proposal: Proposal) -> tuple[Evidence, ...]:
    found_ones = {}
    for fact, limit in _limits(rows):
        value = getattr(proposal, fact)
        if value is not None and not _within(value, limit):
            found_ones[fact] = Evidence(FACTS[fact], measured=f"{value:g}", expected=_range(limit))
    return tuple(found_ones.values())


def _range(limit: Sequence[float | None]) -> str:
    least, below = limit
    if least is None:
        return f"< {below:g}"
    return f"≥ {least:g}" if below is None else f"≥ {least:g}, < {below:g}"
