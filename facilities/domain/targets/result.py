"""How a measured target is told: met, short by how much, or unknown with what is not recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from facilities.domain.targets.ground import Site, Unit


class Outcome(StrEnum):
    """``NONE``: the target asks nothing here (no street in a district of towns)."""

    MET = "met"
    SHORT = "short"
    UNKNOWN = "unknown"
    NONE = "none"


class Subject(StrEnum):
    """What one result is about."""

    DIVISION = "division"
    FACILITY = "facility"
    CATEGORY = "category"


# What may be missing beside attributes of facilities.
REGISTER, DIVISIONS, HEIRS, PEOPLE = "register", "divisions", "heirs", "people"
RECORDS = "records"
THRESHOLD, BASIS, CATEGORY = "threshold", "population_basis", "category"
# One of several things, kept by other bodies that have not reported it.
PART = "part"


@dataclass(frozen=True, slots=True)
class Missing:
    """Why something is unknown: ``what`` is not recorded, an attribute or one of the words above.

    ``about`` names of whom; ``key`` is the facility, "" for anything else.
    """

    what: str
    about: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One division, facility or category of a measured target.

    ``short_by`` is what it lacks at the least, in the target's own unit; ``lacks`` names what is
    not there (functions, parts, land that is forbidden); ``stages``: what it is met by stands only
    on paper or is being built. ``along_streets``: share of the people whose ways were measured on a
    network, 0 where all are straight lines.
    """

    subject: Subject
    key: str
    name: str
    code: str
    outcome: Outcome
    name_en: str = ""
    value: float | None = None
    wanted: float | None = None
    short_by: float | None = None
    lacks: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    stages: tuple[str, ...] = ()
    along_streets: float = 0.0
    synthetic: bool = False
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """A target measured for a division on a day.

    ``value`` of ``wanted``: how many of the results meet it and how many have to (``counted``),
    or a quantity. ``short_by``: what is lacking at the least; ``at_least`` where more may be.
    """

    outcome: Outcome
    value: float | None = None
    wanted: float | None = None
    short_by: float | None = None
    at_least: bool = False
    counted: bool = False
    results: tuple[Result, ...] = ()
    missing: tuple[Missing, ...] = ()
    synthetic: bool = False
    approximate: bool = False

    def count(self, outcome: Outcome) -> int:
        return sum(1 for result in self.results if result.outcome == outcome)

    @property
    def short(self) -> tuple[Result, ...]:
        return tuple(each for each in self.results if each.outcome == Outcome.SHORT)

    @property
    def unknown(self) -> tuple[Result, ...]:
        return tuple(each for each in self.results if each.outcome == Outcome.UNKNOWN)


def unknown(*missing: Missing, value: float | None = None) -> Measurement:
    return Measurement(Outcome.UNKNOWN, value=value, missing=missing)


def not_yet(measured: Measurement) -> Measurement:
    """The same question before anything was recorded: what is asked stays, what there is goes."""
    if measured.outcome == Outcome.NONE:
        return measured
    nothing: Any = {"value": None, "short_by": None, "missing": (Missing(RECORDS),)}
    results = tuple(
        each
        if each.outcome == Outcome.NONE
        else replace(each, outcome=Outcome.UNKNOWN, lacks=(), stages=(), **nothing)
        for each in measured.results
    )
    return replace(measured, outcome=Outcome.UNKNOWN, results=results, **nothing)


NOTHING_ASKED = Measurement(Outcome.NONE)


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """All have to meet it: one that is short decides, then one that is unknown."""
    found = set(outcomes)
    for outcome in (Outcome.SHORT, Outcome.UNKNOWN, Outcome.MET):
        if outcome in found:
            return outcome
    return Outcome.NONE


def gather(
    results: Sequence[Result], *, add_up: bool = True, missing: Sequence[Missing] = ()
) -> Measurement:
    """Every result has to meet the target. ``missing``: what is unknown of the whole.

    ``short_by`` adds up what the results lack, or (``add_up`` False) counts those that are short.
    """
    asked = [each for each in results if each.outcome != Outcome.NONE]
    whole = [Outcome.UNKNOWN] if missing else []
    outcome = together([*(each.outcome for each in asked), *whole])
    short = [each for each in asked if each.outcome == Outcome.SHORT]
    lack = sum(each.short_by or 0 for each in short) if add_up else float(len(short))
    return Measurement(
        outcome=outcome,
        value=float(sum(1 for each in asked if each.outcome == Outcome.MET)) if asked else None,
        wanted=float(len(asked)) if asked else None,
        short_by=None if outcome in (Outcome.UNKNOWN, Outcome.NONE) else lack,
        at_least=outcome == Outcome.SHORT
        and (bool(missing) or any(each.outcome == Outcome.UNKNOWN for each in asked)),
        counted=True,
        results=tuple(results),
        missing=tuple(dict.fromkeys([*missing, *(m for each in asked for m in each.missing)])),
        synthetic=any(each.synthetic for each in results),
        approximate=any(each.approximate for each in results),
    )


def of_site(site: Site, outcome: Outcome, **told: object) -> Result:
    """A result about a facility."""
    return Result(
        Subject.FACILITY,
        site.key,
        site.name,
        site.code,
        outcome,
        synthetic=site.synthetic,
        **told,  # type: ignore[arg-type]
    )


def of_unit(unit: Unit, outcome: Outcome, sites: Sequence[Site] = (), **told: object) -> Result:
    """A result about a division, resting on facilities."""
    return Result(
        Subject.DIVISION,
        unit.code,
        unit.name,
        unit.code,
        outcome,
        name_en=unit.name_en,
        synthetic=any(site.synthetic for site in sites),
        **told,  # type: ignore[arg-type]
    )


def not_recorded(site: Site, *attributes: str) -> tuple[Missing, ...]:
    """The attributes that nobody has recorded of a facility."""
    return tuple(
        Missing(name, site.name, site.key) for name in attributes if site.get(name) is None
    )
