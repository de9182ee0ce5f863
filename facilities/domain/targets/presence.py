"""Targets that ask for facilities: so many in each division, in a share of them, in parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from boundaries.domain.codes import CITY, COUNTY, TOWNSHIP, Kind
from facilities.domain.attributes import Stage
from facilities.domain.targets.forms import exact, form, require_some, whole
from facilities.domain.targets.ground import Ground, Site, Unit
from facilities.domain.targets.result import (
    CATEGORY,
    DIVISIONS,
    HEIRS,
    NOTHING_ASKED,
    PART,
    REGISTER,
    Measurement,
    Missing,
    Outcome,
    Result,
    gather,
    not_recorded,
    of_unit,
    together,
    unknown,
)

OWN_LEVEL = "level"
OF_CITY = "city"
# Rows of the lists that are no divisions of the law.
NOT_OF_THE_LAW = (Kind.STATISTICAL, Kind.OUTSIDE_CODES)


@dataclass(frozen=True, slots=True)
class Presence:
    """``count`` facilities of the ``categories`` for each division that ``per`` names.

    ``per``: county, street, or listed: the ``divisions`` as they were coded on ``divisions_on``.
    ``city``: the city itself needs one of its own level as well. ``operator``, ``min_beds``:
    what each has to be; ``planned``: one that is planned or being built counts.
    """

    categories: Sequence[str]
    per: str = "county"
    count: int = 1
    city: bool = False
    operator: str = ""
    min_beds: int = 0
    planned: bool = False
    divisions: Sequence[str] = ()
    divisions_on: str = ""
    share: str = "1"

    def __post_init__(self) -> None:
        require_some(categories=self.categories)
        if self.per not in ("county", "street", "listed"):
            raise ValueError(f"per is {self.per!r}")
        if self.count < 1 or not 0 < exact(self.share) <= 1:
            raise ValueError("count is 1 or more, share above 0 up to 1")
        if self.per == "listed":
            require_some(divisions=self.divisions, divisions_on=self.divisions_on)


@form("one_each", Presence, value="divisions", short="facilities")
def one_each(asked: Presence, ground: Ground, within: str, rounding: str) -> Measurement:
    """Every division has its facilities (T01–T03)."""
    units = _units(asked, ground, within)
    if isinstance(units, Measurement):
        return units
    results = [_division(asked, ground, unit, prefixes) for unit, prefixes in units]
    results += _cities(asked, ground, within)
    return gather(results, missing=_lost(asked, ground, within))


@form("share_of_divisions", Presence, value="divisions", short="divisions")
def share_of_divisions(asked: Presence, ground: Ground, within: str, rounding: str) -> Measurement:
    """A share of the divisions of a city has its facilities (T07).

    A single division owes nothing by itself: its own result is told, the outcome is "none".
    """
    units = _units(asked, ground, within)
    if isinstance(units, Measurement):
        return units
    results = [_division(asked, ground, unit, prefixes) for unit, prefixes in units]
    have = sum(1 for each in results if each.outcome == Outcome.MET)
    perhaps = sum(1 for each in results if each.outcome == Outcome.UNKNOWN)
    if not ground.units_in(within, CITY):
        return Measurement(Outcome.NONE, value=float(have), counted=True, results=tuple(results))
    cities = _cities(asked, ground, within)
    need = whole(exact(asked.share) * len(units), rounding)
    lacking = max(0, need - have - perhaps)
    own = Outcome.SHORT if lacking else Outcome.MET if have >= need else Outcome.UNKNOWN
    told = gather([*results, *cities])
    outcome = together([own, *(city.outcome for city in cities)])
    lacking += sum(1 for city in cities if city.outcome == Outcome.SHORT)
    return Measurement(
        outcome=outcome,
        value=float(have),
        wanted=float(need),
        short_by=None if outcome == Outcome.UNKNOWN else float(lacking),
        at_least=outcome == Outcome.SHORT and bool(told.unknown),
        counted=True,
        results=told.results,
        missing=told.missing if outcome != Outcome.MET else (),
        synthetic=told.synthetic,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One of several things that belong together; without a category no register knows it.

    ``by_others``: other bodies keep it, so that its absence counts only where its own categories
    are declared whole."""

    zh: str
    en: str
    categories: tuple[str, ...] = ()
    by_others: bool = False

    def whole(self, ground: Ground) -> bool:
        return set(self.categories) <= ground.declared if self.by_others else ground.complete


@dataclass(frozen=True, slots=True)
class Parts:
    """Each street (``per``) has one of every part (T11: one team and three centres)."""

    parts: Sequence[dict[str, object]]
    per: str = "street"

    def __post_init__(self) -> None:
        require_some(parts=self.parts)
        if self.per not in ("county", "street"):
            raise ValueError(f"per is {self.per!r}")

    def read(self) -> list[Part]:
        return [
            Part(
                str(each["zh"]),
                str(each["en"]),
                tuple(each.get("categories", ())),  # type: ignore[arg-type]
                bool(each.get("by_others")),
            )
            for each in self.parts
        ]


@form("parts_each", Parts, value="divisions", short="parts")
def parts_each(asked: Parts, ground: Ground, within: str, rounding: str) -> Measurement:
    """Every street has all parts; what no register knows stays unknown, never missing."""
    units = _standing_units(asked.per, ground, within)
    if isinstance(units, Measurement):
        return units
    parts = asked.read()
    strange = tuple(Missing(CATEGORY, part.zh) for part in parts if not part.categories)
    results = []
    for unit, prefixes in units:
        sites: list[Site] = []
        lacks, perhaps = [], list(strange)
        for part in (part for part in parts if part.categories):
            here = ground.sites_in(prefixes, part.categories)
            sites += here
            if not here and part.whole(ground):
                lacks.append(part.zh)
            elif not here and part.by_others:
                perhaps.append(Missing(PART, part.zh))
            elif not here:
                perhaps.append(Missing(REGISTER, unit.name))
        known = [Outcome.SHORT] * bool(lacks) + [Outcome.UNKNOWN] * bool(perhaps)
        results.append(
            of_unit(
                unit,
                together([Outcome.MET, *known]),
                sites,
                value=float(len(parts) - len(lacks) - len(perhaps)),
                wanted=float(len(parts)),
                short_by=float(len(lacks)) if lacks else None,
                lacks=tuple(lacks),
                missing=tuple(perhaps),
            )
        )
    return gather(results)


Asked = list[tuple[Unit, tuple[str, ...]]]


def _units(asked: Presence, ground: Ground, within: str) -> Asked | Measurement:
    """The divisions that are asked, each with its prefixes; else why nothing can be said."""
    if asked.per == "listed":
        return _listed(asked, ground, within)
    return _standing_units(asked.per, ground, within, city=asked.city)


def _standing_units(
    per: str, ground: Ground, within: str, *, city: bool = False
) -> Asked | Measurement:
    """The counties or streets that stand on the day."""
    level, digits = (COUNTY, 6) if per == "county" else (TOWNSHIP, 9)
    if len(within) > digits:
        return NOTHING_ASKED
    if not any(unit.level == level for unit in ground.units):
        return unknown(Missing(DIVISIONS))
    kinds = (Kind.STREET,) if per == "street" else ()
    units = [
        unit for unit in ground.units_in(within, level, kinds) if unit.kind not in NOT_OF_THE_LAW
    ]
    if not units and not (city and ground.units_in(within, CITY)):
        return NOTHING_ASKED
    return [(unit, (unit.prefix,)) for unit in units]


def _listed(asked: Presence, ground: Ground, within: str) -> Asked | Measurement:
    by_prefix = {unit.prefix: unit for unit in ground.units}
    found = []
    for code in asked.divisions:
        heirs = tuple(heir for heir in ground.heirs.get(code, ()) if heir.startswith(within))
        if heirs and heirs[0] in by_prefix:
            found.append((by_prefix[heirs[0]], heirs))
    if not found and not _lost(asked, ground, within):
        return NOTHING_ASKED
    return found


def _lost(asked: Presence, ground: Ground, within: str) -> list[Missing]:
    """Listed divisions of which it is not known what they are on the day."""
    return [
        Missing(HEIRS, code)
        for code in asked.divisions
        if not ground.heirs.get(code) and code.startswith(within)
    ]


def _cities(asked: Presence, ground: Ground, within: str) -> list[Result]:
    """The city's own facility, where it needs one."""
    if not asked.city:
        return []
    return [
        _division(asked, ground, city, (city.prefix,), of_city=True)
        for city in ground.units_in(within, CITY)
    ]


def _division(
    asked: Presence,
    ground: Ground,
    unit: Unit,
    prefixes: tuple[str, ...],
    *,
    of_city: bool = False,
) -> Result:
    sure, perhaps, missing = [], [], list[Missing]()
    for site in ground.sites_in(prefixes, asked.categories, planned=asked.planned):
        fits = _fits(asked, site, of_city)
        if fits:
            sure.append(site)
        elif fits is None:
            perhaps.append(site)
            missing += not_recorded(site, *_asked_of(asked))
    have, need = len(sure), asked.count
    outcome = Outcome.MET
    if have < need:
        outcome = Outcome.SHORT
        if have + len(perhaps) >= need:
            outcome = Outcome.UNKNOWN
        elif not ground.complete:
            outcome, missing = Outcome.UNKNOWN, [*missing, Missing(REGISTER, unit.name)]
    running = [site for site in sure if site.stage == Stage.IN_SERVICE]
    return of_unit(
        unit,
        outcome,
        sure or perhaps,
        value=float(have),
        wanted=float(need),
        short_by=float(need - have - len(perhaps)) if outcome == Outcome.SHORT else None,
        missing=tuple(missing) if outcome == Outcome.UNKNOWN else (),
        stages=() if len(running) >= need else tuple(sorted({str(site.stage) for site in sure})),
    )


def _asked_of(asked: Presence) -> list[str]:
    """The attributes that decide whether a facility counts."""
    return [
        *(["operator"] if asked.operator else []),
        *(["beds"] if asked.min_beds else []),
        *([OWN_LEVEL] if asked.city else []),
    ]


def _fits(asked: Presence, site: Site, of_city: bool) -> bool | None:
    """Whether a facility counts; ``None`` where what decides is not recorded."""
    answers: list[bool | None] = []
    if asked.operator:
        answers.append(site.operator == asked.operator if site.operator else None)
    if asked.min_beds:
        answers.append(None if site.beds is None else site.beds >= asked.min_beds)
    if asked.city:
        level = site.get(OWN_LEVEL)
        answers.append(None if level is None else (level == OF_CITY) == of_city)
    if False in answers:
        return False
    return None if None in answers else True
