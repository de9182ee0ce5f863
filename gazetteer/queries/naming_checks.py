"""What the rules for naming say of one name: for forms, cases and the checks as one types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy

from common.models import in_a_row
from common.rules import RuleEdition
from gazetteer.domain.categories import naming_category
from gazetteer.domain.names import spelling_of_specific
from gazetteer.domain.naming_rules import (
    Checker,
    Evidence,
    Finding,
    Proposal,
    Surroundings,
    Term,
)
from gazetteer.domain.naming_rules.locality import famous_features, famous_names
from gazetteer.domain.naming_rules.uniqueness import uniqueness_edition
from gazetteer.domain.romanise import romanise
from gazetteer.models import Place, RuleOverride
from gazetteer.queries.naming_scopes import (
    Editions,
    abolished_alike,
    local_specifics,
    others_alike,
    scope_of,
)

FACTS = (
    "length_m",
    "width_m",
    "site_m2",
    "floor_m2",
    "storeys",
    "open_m2",
    "green_ratio",
    "plot_ratio",
    "coverage",
    "city_size",
    "is_famous",
    "dialect",
    "class_code",
)
Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A finding as pages and cases use it; an overridden one is shown and does not block."""

    finding: Finding
    override: RuleOverride | None = None

    @property
    def rule_id(self) -> str:
        return self.finding.rule_id

    @property
    def article(self) -> str:
        return self.finding.article

    @property
    def edition(self) -> RuleEdition:
        return self.finding.edition

    @property
    def severity(self) -> str:
        return self.finding.severity

    @property
    def result(self) -> str:
        return self.finding.result

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.finding.evidence

    @property
    def blocks(self) -> bool:
        return self.finding.blocks and self.override is None

    @property
    def values(self) -> dict[str, Any]:
        """The values of the sentence, those that are words translated when they are read."""
        return {key: _readable(value) for key, value in self.finding.values.items()}

    @property
    def sentence(self) -> str:
        """What is wrong, in the reader's language."""
        return gettext(self.finding.message) % self.values

    def as_json(self) -> dict[str, Any]:
        """For machines and for what a case keeps: the English sentence, its parts, the edition."""
        finding = self.finding
        return {
            "rule": finding.rule_id,
            "class": finding.class_id,
            "result": str(finding.result),
            "severity": str(finding.severity),
            "blocks": self.blocks,
            "authority": finding.edition.authority,
            "article": finding.article,
            "edition": finding.edition.row_id,
            "provisional": not finding.edition.enforced,
            "message": finding.message,
            "values": {
                key: list(map(str, value)) if isinstance(value, tuple) else str(value)
                for key, value in finding.values.items()
            },
            "evidence": [
                {
                    "text": str(each.text),
                    "place": each.place_id,
                    "likeness": str(each.likeness or ""),
                    "division": each.division_code,
                    "measured": str(each.measured),
                    "expected": each.expected,
                }
                for each in finding.evidence
            ],
            "overridden": self.override.reason if self.override else "",
        }


def check_proposal(
    *,
    text: str,
    category: str,
    division_code: str,
    geometry: Any = None,
    place: Place | None = None,
    at: date,
    details: Mapping[str, Any] | None = None,
    subject: Subject | None = None,
) -> list[CheckedRule]:
    """What is wrong, doubtful or unknown about a name, the gravest first.

    ``details``: facts of the thing (``storeys``, ``site_m2`` …), ``toned`` for an approved
    reading, ``specific`` and ``generic`` where they were split by hand, ``exempt`` for rules with
    a stated exemption. ``place``: who has the name or is to get it; never its own duplicate.
    ``subject``: whose overridden findings count beside the place's, for example a case.
    """
    text = "".join(text.split())
    editions = Editions(at).for_code(division_code)
    if place is not None and geometry is None:
        geometry = place.geometry
    proposal = _proposal(text, category, division_code, place, at, dict(details or {}))
    surroundings = _surroundings(proposal, editions, geometry, at)
    findings = Checker(editions).findings(proposal, surroundings)
    subjects = [] if place is None else [subject_of(place)]
    return with_overrides(findings, [*subjects, *([subject] if subject else [])], at)


_in_a_row = lazy(in_a_row, str)


def _readable(value: Any) -> Any:
    if isinstance(value, tuple):
        return _in_a_row(tuple(map(_readable, value)))
    return gettext_lazy(value) if isinstance(value, Term) else value


def subject_of(place: Place) -> Subject:
    return place._meta.label_lower, str(place.pk)


def with_overrides(
    findings: Iterable[Finding], subjects: list[Subject], at: date
) -> list[CheckedRule]:
    """Findings with what a reviewer decided on them; only the edition that was judged counts."""
    findings = list(findings)
    known: dict[tuple[str, int], RuleOverride] = {}
    if findings and subjects:
        rows = RuleOverride.objects.in_force(on=at).filter(
            subject_type__in=[kind for kind, _key in subjects],
            subject_id__in=[key for _kind, key in subjects],
        )
        for row in rows.select_related("decided_by").order_by("decided_on", "pk"):
            if (row.subject_type, row.subject_id) in subjects:
                known[row.rule_id, row.edition_id] = row
    return [
        CheckedRule(each, known.get((each.rule_id, each.edition.row_id or 0))) for each in findings
    ]


def _proposal(
    text: str,
    category: str,
    division_code: str,
    place: Place | None,
    at: date,
    details: dict[str, Any],
) -> Proposal:
    naming = naming_category(category, division_code)
    spelled = romanise(text, category=naming, division=division_code)
    stored = place.names.on(at).standard().filter(text=text).first() if place else None
    specific, generic, toned = spelled.specific, spelled.generic, spelled.toned
    if stored is not None:
        specific, generic, toned = stored.specific, stored.generic, stored.pinyin_toned
    specific = details.get("specific") or specific
    generic = details.get("generic") or generic
    reading = details.get("toned") or spelling_of_specific(
        text, toned, specific=specific, category=naming
    )
    proposal = Proposal(
        text=text,
        specific=specific,
        generic=generic,
        category=category,
        division_code=division_code,
        toned=reading,
        existing=stored is not None,
        place_id=str(place.pk) if place else "",
        exempt=frozenset(details.get("exempt", ())),
        **{key: details[key] for key in FACTS if details.get(key) is not None},
    )
    attributes = place.attributes if place else {}
    famous = text in famous_names() or attributes.get("famous") is True
    return replace(proposal, is_famous=True) if famous else proposal


def _surroundings(
    proposal: Proposal, editions: Mapping[str, RuleEdition], geometry: Any, at: date
) -> Surroundings:
    edition = uniqueness_edition(editions, proposal)
    scope = others = abolished = local = None
    if edition is not None and proposal.division_code and proposal.specific:
        scope = scope_of(
            edition=edition, division_code=proposal.division_code, geometry=geometry, at=at
        )
        others = others_alike(proposal=proposal, edition=edition, scope=scope, at=at)
        if not proposal.existing:
            abolished = abolished_alike(proposal=proposal, scope=scope, at=at)
    if proposal.category == "FACILITY" and proposal.division_code and not proposal.existing:
        local = local_specifics(division_code=proposal.division_code, geometry=geometry, at=at)
    return Surroundings(
        scope=scope, others=others, abolished=abolished, local=local, famous=famous_features()
    )
