"""Pairs of names that are alike in the scope the law gives, for the finder on the map."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.cache import cache
from django.db import connection
from django.db.models import Max

from common.models import AuditEntry, Rule
from common.rules import RuleEdition
from gazetteer.domain.naming_rules import OtherName, Severity
from gazetteer.domain.naming_rules.uniqueness import alike
from gazetteer.domain.similarity import Likeness
from gazetteer.models import BuiltUpArea, PlaceName, RuleOverride
from gazetteer.queries.naming_index import NameIndex, entry_as_proposal

KEPT_S = 600
# The same specific term with another generic one: told of, not a fault.
DERIVED = "derived"
KINDS = ("same", "homophone", "shape", "near", DERIVED)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, how they are alike, and the rule that asks them to differ."""

    one: OtherName
    other: OtherName
    category: str
    kind: str
    severity: str
    rule_id: str
    article: str
    authority: str
    provisional: bool
    edition: int | None
    scope: str

    @property
    def places(self) -> tuple[str, str]:
        return self.one.place_id, self.other.place_id


@dataclass(frozen=True, slots=True)
class Spot:
    """A point to show; ``of_division`` where only the point of its division is known."""

    lon: float
    lat: float
    of_division: bool = False


@dataclass(frozen=True, slots=True)
class PairPage:
    """``counts``: pairs of each kind with the other filters; ``points``: where each place lies."""

    pairs: list[Pair]
    total: int
    counts: dict[str, int]
    points: dict[str, Spot] = field(default_factory=dict)
    overrides: dict[tuple[str, str, int], RuleOverride] = field(default_factory=dict)

    def override_of(self, pair: Pair) -> RuleOverride | None:
        for place in pair.places:
            found = self.overrides.get((place, pair.rule_id, pair.edition or 0))
            if found is not None:
                return found
        return None


def alike_pairs(
    *, within: str, at: date, category: str = "", kind: str = "", start: int = 0, limit: int = 25
) -> PairPage:
    """Pairs with at least one name within a code, duplicates first; one page of them."""
    pairs = [pair for pair in _all_pairs(within, at) if category in ("", pair.category)]
    counts = Counter(pair.kind for pair in pairs)
    if kind:
        shown = [pair for pair in pairs if pair.kind == kind]
    else:
        shown = [pair for pair in pairs if pair.kind != DERIVED]
    page = shown[start : start + limit]
    places = {place for pair in page for place in pair.places}
    return PairPage(page, len(shown), dict(counts), _points(places, at), _overrides(places, at))


def _all_pairs(within: str, at: date) -> list[Pair]:
    """All pairs, kept for a while: as long as no name, area, rule or act has been added."""
    key = f"alike-{within}-{at}-{_stamp()}"
    pairs: list[Pair] | None = cache.get(key)
    if pairs is None:
        pairs = _find(within, at)
        cache.set(key, pairs, KEPT_S)
    return pairs


def _stamp() -> str:
    models = (PlaceName, BuiltUpArea, AuditEntry, Rule)
    return "-".join(
        str(model._default_manager.aggregate(last=Max("pk"))["last"] or 0) for model in models
    )


def _find(within: str, at: date) -> list[Pair]:
    index = NameIndex(within=within, at=at)
    found: dict[tuple[str, str], Pair] = {}
    for entry in index.inside:
        edition = index.edition_for(entry)
        scope, others = index.scope_and_others(entry)
        if edition is None or scope is None:
            continue
        proposal = entry_as_proposal(entry)
        for other in others or ():
            key = (min(proposal.place_id, other.place_id), max(proposal.place_id, other.place_id))
            close = None if key in found else alike(proposal, other, edition.parameters)
            if close is not None:
                kept = "stands_in" if scope.stands_in else scope.kind
                found[key] = _pair(entry.other, other, entry.category, close, edition, kept)
    order = {kind: number for number, kind in enumerate(KINDS)}
    return sorted(
        found.values(), key=lambda p: (order[p.kind], p.one.division_code, p.one.text, p.places)
    )


def _pair(
    one: OtherName,
    other: OtherName,
    category: str,
    close: tuple[Likeness, Severity],
    edition: RuleEdition,
    scope: str,
) -> Pair:
    likeness, severity = close
    derived = likeness is Likeness.SAME and severity is Severity.INFO
    return Pair(
        one=one,
        other=other,
        category=category,
        kind=DERIVED if derived else str(likeness),
        severity=str(severity),
        rule_id=edition.rule_id,
        article=edition.article,
        authority=edition.authority,
        provisional=not edition.enforced,
        edition=edition.row_id,
        scope=scope,
    )


def _points(places: Iterable[str], at: date) -> dict[str, Spot]:
    """The place's own point, else that of the smallest division around it that has one."""
    sql = """
        SELECT p.id::text, ST_X(spot.point), ST_Y(spot.point), p.geometry IS NULL
        FROM gazetteer_place p CROSS JOIN LATERAL (
            SELECT ST_PointOnSurface(p.geometry) AS point WHERE p.geometry IS NOT NULL
            UNION ALL
            (SELECT v.point FROM boundaries_divisionversion v
             WHERE p.geometry IS NULL AND v.point IS NOT NULL AND v.period @> %(at)s::date
               AND v.code IN (p.division_code, left(p.division_code, 9), left(p.division_code, 6))
             ORDER BY length(v.code) DESC LIMIT 1)
        ) spot
        WHERE p.id = ANY(%(places)s::uuid[])
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"at": at, "places": list(places)})
        return {place: Spot(*spot) for place, *spot in cursor.fetchall()}


def _overrides(places: Iterable[str], at: date) -> dict[tuple[str, str, int], RuleOverride]:
    rows = RuleOverride.objects.in_force(on=at).filter(
        subject_type="gazetteer.place", subject_id__in=list(places)
    )
    return {
        (row.subject_id, row.rule_id, row.edition_id): row
        for row in rows.select_related("decided_by")
    }
