"""Targets for single facilities: staff for the funding, shares of professions, what they offer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from facilities.domain.attributes import STAFF
from facilities.domain.targets.forms import exact, form, of_sites, require_some, whole
from facilities.domain.targets.ground import Ground, Site
from facilities.domain.targets.result import (
    Measurement,
    Outcome,
    Result,
    not_recorded,
    of_site,
)

FUNDING = "annual_funding_yuan"
Judge = Callable[[Site], Result]


@dataclass(frozen=True, slots=True)
class StaffForFunding:
    """One of the staff for each ``unit`` yuan of annual service funding."""

    categories: Sequence[str]
    unit: float

    def __post_init__(self) -> None:
        require_some(categories=self.categories)
        if not self.unit > 0:
            raise ValueError("unit is above 0")


@form("staff_for_funding", StaffForFunding, value="facilities", short="staff", single=True)
def staff_for_funding(
    asked: StaffForFunding, ground: Ground, within: str, rounding: str
) -> Measurement:
    """Enough staff for the funding (T04): 1,950,000 yuan at 100,000 ask for 20 (ceil)."""

    def judge(site: Site) -> Result:
        funding, staff = site.get(FUNDING), site.get(STAFF)
        if funding is None or staff is None:
            return of_site(
                site, Outcome.UNKNOWN, value=staff, missing=not_recorded(site, FUNDING, STAFF)
            )
        need = whole(exact(funding) / exact(asked.unit), rounding)
        return _enough(site, staff, need)

    return each_site(asked.categories, ground, within, judge)


@dataclass(frozen=True, slots=True)
class StaffShare:
    """A share of the staff is of the ``counted`` professions; ``professions`` are all there are."""

    categories: Sequence[str]
    counted: Sequence[str]
    professions: Sequence[str]
    share: str

    def __post_init__(self) -> None:
        require_some(categories=self.categories, counted=self.counted)
        if not 0 < exact(self.share) <= 1 or not set(self.counted) <= set(self.professions):
            raise ValueError("share lies above 0 up to 1, and what is counted is a profession")


@form("staff_share", StaffShare, value="facilities", short="staff", single=True)
def staff_share(asked: StaffShare, ground: Ground, within: str, rounding: str) -> Measurement:
    """Enough staff of some professions (T05, T06): 2/3 of 20 are 14 (ceil).

    Staff whose profession is not recorded may be of any: the answer stays unknown while they
    could decide it.
    """

    share = exact(asked.share)

    def judge(site: Site) -> Result:
        staff = site.get(STAFF)
        if staff is None:
            return of_site(site, Outcome.UNKNOWN, missing=not_recorded(site, STAFF))
        need = whole(share * staff, rounding)
        have = sum(site.get(name) or 0 for name in asked.counted)
        unrecorded = [name for name in asked.counted if site.get(name) is None]
        spare = staff - sum(site.get(name) or 0 for name in asked.professions)
        if have >= need or not unrecorded or not spare:
            return _enough(site, have, need)
        if have + spare < need:
            return _enough(site, have, need, short_by=need - have - spare)
        missing = not_recorded(site, *unrecorded)
        return of_site(site, Outcome.UNKNOWN, value=have, wanted=need, missing=missing)

    return each_site(asked.categories, ground, within, judge)


@dataclass(frozen=True, slots=True)
class Offers:
    """A list attribute holds all ``items``."""

    categories: Sequence[str]
    attribute: str
    items: Sequence[str]

    def __post_init__(self) -> None:
        require_some(categories=self.categories, attribute=self.attribute, items=self.items)


@form("offers_all", Offers, value="facilities", short="items", single=True)
def offers_all(asked: Offers, ground: Ground, within: str, rounding: str) -> Measurement:
    """Everything that is asked is offered (T08 functions, T09 client groups)."""

    def judge(site: Site) -> Result:
        offered = site.get(asked.attribute)
        if offered is None:
            missing = not_recorded(site, asked.attribute)
            return of_site(site, Outcome.UNKNOWN, wanted=float(len(asked.items)), missing=missing)
        lacks = tuple(item for item in asked.items if item not in offered)
        return of_site(
            site,
            Outcome.SHORT if lacks else Outcome.MET,
            value=float(len(asked.items) - len(lacks)),
            wanted=float(len(asked.items)),
            short_by=float(len(lacks)) if lacks else None,
            lacks=lacks,
        )

    return each_site(asked.categories, ground, within, judge)


def _enough(site: Site, have: int, need: int, *, short_by: int | None = None) -> Result:
    lack = need - have if short_by is None else short_by
    return of_site(
        site,
        Outcome.MET if have >= need else Outcome.SHORT,
        value=float(have),
        wanted=float(need),
        short_by=float(lack) if have < need else None,
    )


def each_site(categories: Sequence[str], ground: Ground, within: str, judge: Judge) -> Measurement:
    """Judge every facility in service. One that nobody registered cannot be judged."""
    results = [judge(site) for site in ground.sites_in([within], categories)]
    return of_sites(results, ground, add_up=True)
