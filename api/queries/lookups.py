"""Short answers for programs: what is called so, what is here, who became whom, how is it spelt."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings

from boundaries.models import DivisionVersion, Level
from boundaries.queries.divisions import ancestors, get_division, is_code, recorded_periods
from boundaries.queries.lineage import crosswalk_rows, heirs_of, kin_of, last_known
from common.errors import BadInput, NotInScope
from facilities.models import FacilityCategory
from facilities.queries.search import facilities_near
from facilities.queries.tiers import distance_presets
from gazetteer.domain.names import Category
from gazetteer.domain.readings import is_hanzi
from gazetteer.domain.romanise import romanise
from gazetteer.models import LegalCategory
from gazetteer.queries.naming_checks import check_proposal
from gazetteer.queries.reverse import things_near, whats_here
from gazetteer.queries.search import search_names

LONGEST_NAME, MOST_FOUND = 100, 100
FARTHEST_FACILITY_M = 20_000.0

Values = dict[str, Any]


def found_names(
    *, text: str, at: date, within: str = "", category: str = "", limit: int = 20
) -> list[Values]:
    _category(category, empty=True)
    found = search_names(
        text=text[:80],
        at=at,
        within=within,
        near=settings.HOME_JURISDICTION,
        category=category,
        limit=min(max(limit, 1), MOST_FOUND),
    )
    return [
        {
            "place": str(each.place_id),
            "name": each.text,
            "pinyin": each.pinyin,
            "kind": each.kind,
            "category": each.category,
            "division_code": each.division_code,
            "within": each.within,
            "why": each.why,
            "score": round(each.score, 3),
            "point": each.point,
            "synthetic": each.synthetic,
            "approximate": each.approximate,
        }
        for each in found
    ]


def at_point(*, point: tuple[float, float], at: date, within_m: float) -> Values:
    found = whats_here(point=point, at=at, within_m=within_m)
    groups = things_near(point=point, at=at, within_m=within_m)
    return {
        "divisions": [division_values(each) for each in found.divisions],
        "places": [
            {
                "place": str(each.place_id),
                "name": each.text,
                "pinyin": each.pinyin,
                "category": each.category,
                "distance_m": round(each.distance_m, 1),
                "synthetic": each.synthetic,
                "approximate": each.approximate,
            }
            for each in found.places
        ],
        "things": [
            {
                "kind": str(group.title),
                "total": group.total,
                "listed": [{"name": t.title, "text": t.text} for t in group.things],
            }
            for group in groups
        ],
    }


def division_on(*, code: str, at: date) -> Values:
    """The division of a code on a day with those above; NotInScope where it had none then."""
    found = get_division(code=code, at=at)
    if found is None:
        raise NotInScope
    above = [division_values(each) for each in ancestors(division=found, at=at)]
    return {**division_values(found), "above": above}


def lineage_of(*, code: str, at: date) -> Values:
    """What the code stood for, who it came from and what it is on the day."""
    found = last_known(code=code, at=at) if is_code(code) else None
    if found is None:
        raise NotInScope
    before, after = kin_of(division_id=found.division_id)
    return {
        "division": division_values(found),
        "periods": [_period(each) for each in recorded_periods(code=code)],
        "from": [division_values(each) for each in before],
        "into": [division_values(each) for each in after],
        "on_the_day": [division_values(each) for each in heirs_of(version=found, at=at)],
    }


def crosswalk_between(*, start: date, end: date, within: str, cities: bool) -> list[Values]:
    level = Level.CITY if cities else Level.COUNTY
    return [
        {
            "old_code": row.old and row.old.code,
            "old_name": row.old and row.old.name,
            "new_code": row.new and row.new.code,
            "new_name": row.new and row.new.name,
            "relation": str(row.relation),
            "share": row.share,
            "share_total": row.share_total,
            "reversible": row.reversible,
        }
        for row in crosswalk_rows(start=start, end=end, within=within, level=level)
    ]


def spelt(*, text: str, category: str, division: str = "") -> Values:
    name = _name(text)
    if category not in list(Category):
        raise BadInput("There is no class “%(category)s”.", category=category[:20])
    spelling = romanise(name, category=category, division=division or None)
    return {
        "name": name,
        "plain": spelling.plain,
        "toned": spelling.toned,
        "sign": spelling.sign,
        "source": spelling.source,
    }


def checked_name(*, text: str, category: str, division: str, at: date) -> Values:
    """What the rules say of a name that somebody thinks of; blocked where one forbids it."""
    name = _name(text)
    _category(category)
    if len(division) < 4 or not division.isdigit():
        raise BadInput("“%(code)s” is not the beginning of a division code.", code=division[:20])
    found = check_proposal(text=name, category=category, division_code=division, at=at)
    return {
        "name": name,
        "blocked": any(each.edition.severity == "block" for each in found),
        "findings": [
            {
                "rule": each.rule_id,
                "article": each.article,
                "severity": str(each.edition.severity),
                "status": str(each.edition.status),
            }
            for each in found
        ],
    }


def coverage_at(*, point: tuple[float, float], category: str, at: date) -> Values:
    """The nearest facility of a category, in a straight line, and which radii hold it."""
    if not FacilityCategory.objects.filter(code=category).exists():
        raise BadInput("There is no category “%(code)s” of facilities.", code=category[:20])
    near, _total = facilities_near(
        point=point, within_m=FARTHEST_FACILITY_M, at=at, limit=1, category=category
    )
    first = near[0] if near else None
    return {
        "category": category,
        "searched_m": FARTHEST_FACILITY_M,
        "nearest": first
        and {
            "facility": str(first[0].identity),
            "name": first[0].name,
            "distance_m": round(first[1], 1),
            "synthetic": first[0].synthetic,
        },
        "tiers": [
            {
                "minutes": tier.minutes,
                "radius_m": tier.distance_m,
                "covered": first is not None and first[1] <= tier.distance_m,
                "verified": tier.verified,
            }
            for tier in distance_presets(at=at)
        ],
    }


def division_values(version: DivisionVersion) -> Values:
    return {
        "code": version.code,
        "name": version.name,
        "name_en": version.name_en,
        "level": version.level,
        "kind": version.kind,
        **_period(version.period),
    }


def _period(period: Any) -> Values:
    ends: Sequence[date | None] = (period.lower, period.upper)
    return dict(
        zip(("from", "to"), (each.isoformat() if each else None for each in ends), strict=True)
    )


def _name(text: str) -> str:
    name = "".join(text.split())
    if not any(map(is_hanzi, name)) or len(name) > LONGEST_NAME:
        raise BadInput("Give a name in Chinese characters, at most %(most)s.", most=LONGEST_NAME)
    return name


def _category(category: str, *, empty: bool = False) -> None:
    if category not in LegalCategory.values and not (empty and not category):
        raise BadInput("There is no class “%(category)s”.", category=category[:20])
