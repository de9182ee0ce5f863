"""Targets that hold what there is against the people there, or one figure against another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from facilities.domain.targets.forms import exact, form, require_some, whole
from facilities.domain.targets.ground import Ground, People, Site
from facilities.domain.targets.result import (
    BASIS,
    NOTHING_ASKED,
    PEOPLE,
    REGISTER,
    THRESHOLD,
    Measurement,
    Missing,
    Outcome,
    Result,
    Subject,
    gather,
    not_recorded,
    unknown,
)

# The only count of people on record: residents of the census.
RESIDENTS = "resident"
GROUPS = ("people", "elders")


@dataclass(frozen=True, slots=True)
class PerThousand:
    """``attribute`` summed over facilities, per 1,000 of a ``group`` of people.

    ``basis``: resident or registered; ``age``: from which the elders are counted.
    """

    categories: Sequence[str]
    attribute: str
    threshold: str
    group: str = "elders"
    basis: str = RESIDENTS
    age: int = 60

    def __post_init__(self) -> None:
        require_some(categories=self.categories, attribute=self.attribute)
        if self.group not in GROUPS or exact(self.threshold) <= 0:
            raise ValueError("group is people or elders, threshold above 0")


@form("per_thousand", PerThousand, value="per_thousand", short="amount")
def per_thousand(asked: PerThousand, ground: Ground, within: str, rounding: str) -> Measurement:
    """So much for 1,000 people (T10): 1,300,000 elders at 40 ask for 52,000 beds."""
    if asked.basis != RESIDENTS or asked.age != 60:
        return unknown(Missing(BASIS))
    people = ground.people_in(within)
    if people is None:
        return unknown(Missing(PEOPLE))
    heads = getattr(people, asked.group)
    if not heads:
        return NOTHING_ASKED
    sites = ground.sites_in([within], asked.categories)
    held = _held(sites, asked.attribute, ground)
    need = whole(exact(asked.threshold) * exact(heads) / 1000, rounding)
    outcome = held.outcome(need)
    return Measurement(
        outcome=outcome,
        value=float(held.sum * 1000 / exact(heads)),
        wanted=float(exact(asked.threshold)),
        short_by=_short(held.sum, need, outcome),
        results=_sites(sites, asked.attribute),
        missing=held.missing if outcome == Outcome.UNKNOWN else (),
        synthetic=people.synthetic or any(site.synthetic for site in sites),
        approximate=people.approximate,
    )


@dataclass(frozen=True, slots=True)
class PerPeople:
    """For each category one facility (or ``area_m2`` of floor) for every ``people`` residents."""

    needs: Sequence[Mapping[str, object]]
    attribute: str = ""

    def __post_init__(self) -> None:
        require_some(needs=self.needs)
        for need in self.needs:
            if not exact(str(need["people"])) > 0:
                raise ValueError("people is above 0")
            if self.attribute:
                exact(str(need["area_m2"]))


@form("one_per_people", PerPeople, value="categories", short="facilities")
def one_per_people(asked: PerPeople, ground: Ground, within: str, rounding: str) -> Measurement:
    """Enough facilities of each category for the people of its tier (C02)."""
    people = ground.people_in(within)
    if people is None:
        return unknown(Missing(PEOPLE))
    results = []
    for need in asked.needs:
        category, heads = str(need["category"]), exact(str(need["people"]))
        sites = ground.sites_in([within], [category])
        wanted = whole(exact(people.people) / heads, rounding)
        held = _Held(Fraction(len(sites)), () if ground.complete else (Missing(REGISTER),))
        results.append(_of_category(category, within, held, wanted, people, sites))
    return gather(results)


@form("area_per_people", PerPeople, value="categories", short="m2")
def area_per_people(asked: PerPeople, ground: Ground, within: str, rounding: str) -> Measurement:
    """Enough floor of each category for the people who live there (C03)."""
    people = ground.people_in(within)
    if people is None:
        return unknown(Missing(PEOPLE))
    results = []
    for need in asked.needs:
        category, heads = str(need["category"]), exact(str(need["people"]))
        sites = ground.sites_in([within], [category])
        wanted = whole(exact(people.people) * exact(str(need["area_m2"])) / heads, rounding)
        held = _held(sites, asked.attribute, ground)
        results.append(_of_category(category, within, held, wanted, people, sites))
    return gather(results)


@dataclass(frozen=True, slots=True)
class Radii:
    """A ``share`` of a ``group`` lives within the radius of each category, in metres.

    ``share`` "" where the source names a radius but no share: measured, not judged.
    """

    radii_m: Mapping[str, float]
    share: str = ""
    group: str = "people"

    def __post_init__(self) -> None:
        require_some(radii_m=self.radii_m)
        if self.group not in GROUPS or (self.share and not 0 < exact(self.share) <= 1):
            raise ValueError("group is people or elders, share above 0 up to 1")


@form("within_radius", Radii, value="categories", short="points")
def within_radius(asked: Radii, ground: Ground, within: str, rounding: str) -> Measurement:
    """The share of residents near a facility of each category: along streets where a walking
    network is kept, elsewhere in a straight line (C01)."""
    results = []
    for category, radius in asked.radii_m.items():
        reached = ground.reach.get((category, float(radius)))
        if not reached:
            return unknown(Missing(PEOPLE))
        here = [reach for code, reach in reached.items() if code.startswith(within)]
        heads = sum(reach.people for reach in here)
        share = sum(reach.covered for reach in here) / heads if heads else None
        found = _reached(asked, ground, within, category, share)
        along = sum(reach.on_network for reach in here)
        results.append(replace(found, along_streets=along / heads if heads else 0.0))
    told = gather(results)
    # Without a share nothing is met or short: there is nothing to count.
    return told if asked.share else replace(told, value=None, wanted=None)


def _reached(
    asked: Radii, ground: Ground, within: str, category: str, share: float | None
) -> Result:
    people = ground.people_in(within) or People()
    wanted = float(exact(asked.share)) if asked.share else None
    missing: tuple[Missing, ...] = ()
    if share is None:
        outcome = Outcome.NONE
    elif wanted is None:
        outcome, missing = Outcome.UNKNOWN, (Missing(THRESHOLD),)
    elif share >= wanted:
        outcome = Outcome.MET
    elif ground.complete:
        outcome = Outcome.SHORT
    else:
        outcome, missing = Outcome.UNKNOWN, (Missing(REGISTER),)
    short = outcome == Outcome.SHORT and share is not None and wanted is not None
    sites = ground.sites_in([within], [category])
    return Result(
        Subject.CATEGORY,
        category,
        category,
        within,
        outcome,
        value=None if share is None else share * 100,
        wanted=None if wanted is None else wanted * 100,
        short_by=(wanted - share) * 100 if short else None,  # type: ignore[operator]
        missing=missing,
        synthetic=people.synthetic or any(site.synthetic for site in sites),
        # Who lives near rests on where they lie.
        approximate=people.approximate or any(site.approximate for site in sites),
    )


@dataclass(frozen=True, slots=True)
class FigureRatio:
    """The policy figure ``over`` is at most ``most`` times the figure ``under``."""

    over: str
    under: str
    most: str

    def __post_init__(self) -> None:
        if exact(self.most) <= 0:
            raise ValueError("most is above 0")


@form("figure_ratio", FigureRatio, value="times", short="times", of_facilities=False)
def figure_ratio(asked: FigureRatio, ground: Ground, within: str, rounding: str) -> Measurement:
    """One policy figure against another (T12: the low-income line and the minimum standard)."""
    figures = [ground.figure(key, within) for key in (asked.over, asked.under)]
    over, under = figures
    if over is None or under is None or not under.value:
        keys = (asked.over, asked.under)
        absent = [key for key, found in zip(keys, figures, strict=True) if not found]
        return unknown(*(Missing(key) for key in absent or [asked.under]))
    ratio, most = exact(str(over.value)) / exact(str(under.value)), exact(asked.most)
    met = ratio <= most
    return Measurement(
        outcome=Outcome.MET if met else Outcome.SHORT,
        value=float(ratio),
        wanted=float(most),
        short_by=None if met else float(ratio - most),
        synthetic=over.synthetic or under.synthetic,
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """What there is for sure, and why there may be more."""

    sum: Fraction
    missing: tuple[Missing, ...]

    def outcome(self, need: int) -> Outcome:
        if self.sum >= need:
            return Outcome.MET
        return Outcome.UNKNOWN if self.missing else Outcome.SHORT


def _held(sites: Sequence[Site], attribute: str, ground: Ground) -> _Held:
    missing = [m for site in sites for m in not_recorded(site, attribute)]
    if not ground.complete:
        missing.append(Missing(REGISTER))
    known = (site.get(attribute) for site in sites)
    return _Held(sum((exact(v) for v in known if v is not None), Fraction(0)), tuple(missing))


def _short(held: Fraction, need: int, outcome: Outcome) -> float | None:
    return float(need - held) if outcome == Outcome.SHORT else None


def _sites(sites: Sequence[Site], attribute: str) -> tuple[Result, ...]:
    """The facilities that count, with what each brings."""
    return tuple(
        Result(
            Subject.FACILITY,
            site.key,
            site.name,
            site.code,
            Outcome.NONE if site.get(attribute) is not None else Outcome.UNKNOWN,
            value=site.get(attribute),
            missing=not_recorded(site, attribute),
            synthetic=site.synthetic,
        )
        for site in sites
    )


def _of_category(
    category: str, within: str, held: _Held, need: int, people: People, sites: Sequence[Site]
) -> Result:
    outcome = held.outcome(need)
    return Result(
        Subject.CATEGORY,
        category,
        category,
        within,
        outcome,
        value=float(held.sum),
        wanted=float(need),
        short_by=_short(held.sum, need, outcome),
        missing=held.missing if outcome == Outcome.UNKNOWN else (),
        synthetic=people.synthetic or any(site.synthetic for site in sites),
        approximate=people.approximate,
    )
