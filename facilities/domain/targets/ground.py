"""What is known of one day, as targets read it: divisions, facilities, people, policy figures.

``None`` and absent keys are not recorded, never zero. Codes are division codes; ``within`` and
every prefix are the beginnings of codes (4401, 440106, 440106001).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from boundaries.domain.codes import prefix_of
from facilities.domain.attributes import Stage

# The lengths of prefixes that facilities are looked up by: city, county, township.
LENGTHS = (4, 6, 9)


@dataclass(frozen=True, slots=True)
class Unit:
    """A division in force on the day."""

    code: str
    name: str
    name_en: str
    level: int
    kind: str

    @property
    def prefix(self) -> str:
        return prefix_of(self.code)


@dataclass(frozen=True, slots=True)
class Site:
    """A facility as it stands on the day; ``operator`` "" and ``beds`` None are unknown."""

    key: str
    name: str
    category: str
    code: str
    operator: str = ""
    beds: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    stage: Stage = Stage.IN_SERVICE
    synthetic: bool = False
    approximate: bool = False

    def get(self, attribute: str) -> Any:
        """What is recorded, ``None`` where nothing is."""
        if attribute == "beds":
            return self.beds
        if attribute == "operator":
            return self.operator or None
        return self.attributes.get(attribute)


@dataclass(frozen=True, slots=True)
class People:
    """Residents and those aged 60 and over, by the last count before the day."""

    people: float = 0.0
    elders: float = 0.0
    synthetic: bool = False
    approximate: bool = False

    def plus(self, other: "People") -> "People":
        return People(
            self.people + other.people,
            self.elders + other.elders,
            self.synthetic or other.synthetic,
            self.approximate or other.approximate,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that policy sets for a division and all below it, such as the low-income line."""

    key: str
    code: str
    value: float
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """People within a radius of a category: covered of all; ``people`` 0 where nobody lives.

    ``on_network``: those whose ways were measured along streets, the others' by straight line."""

    people: float = 0.0
    covered: float = 0.0
    on_network: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """All that targets are measured on.

    ``people`` is by the code that cells of the grid bear. ``complete``: the register of facilities
    is whole on the day, so that a facility that is not in it does not exist; else its absence says
    nothing. ``declared``: categories of other bodies of which the same was said one by one.
    ``begins``: the first day of which any facility there is on record, None where there is none.
    ``heirs``: code of a list of another day → prefixes of what it is on this day. ``reach``:
    (category, metres) → code of cells → people within reach (along streets where a walking network
    is kept, else by straight line).
    """

    day: date
    units: Sequence[Unit] = ()
    sites: Sequence[Site] = ()
    people: Mapping[str, People] = field(default_factory=dict)
    figures: Sequence[Figure] = ()
    complete: bool = False
    declared: frozenset[str] = frozenset()
    begins: date | None = date.min
    heirs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reach: Mapping[tuple[str, float], Mapping[str, Reach]] = field(default_factory=dict)
    _sites: dict[tuple[str, str], list[Site]] = field(default_factory=dict, repr=False)
    _people: dict[str, People] = field(default_factory=dict, repr=False)
    _units: dict[tuple[str, int], list[Unit]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        found: dict[tuple[str, str], list[Site]] = defaultdict(list)
        for site in self.sites:
            for length in LENGTHS:
                if len(site.code) >= length:
                    found[site.category, site.code[:length]].append(site)
        self._sites.update(found)
        for code, counted in self.people.items():
            for length in LENGTHS:
                if len(code) >= length:
                    prefix = code[:length]
                    self._people[prefix] = self._people.get(prefix, People()).plus(counted)

    @property
    def recorded(self) -> bool:
        """Whether the facilities of the day can be told at all: not before the first record."""
        return self.complete or (self.begins is not None and self.begins <= self.day)

    def units_in(self, within: str, level: int, kinds: Sequence[str] = ()) -> list[Unit]:
        """Divisions of a level (of some kinds) inside a prefix or equal to it."""
        found = self._units.get((within, level))
        if found is None:
            found = [
                unit
                for unit in self.units
                if unit.level == level and unit.prefix.startswith(within)
            ]
            self._units[within, level] = found
        return [unit for unit in found if not kinds or unit.kind in kinds]

    def sites_in(
        self, prefixes: Iterable[str], categories: Iterable[str], *, planned: bool = False
    ) -> list[Site]:
        """Facilities in service; with ``planned`` those planned or under construction too."""
        prefixes = tuple(prefixes)
        found = [
            site
            for category in categories
            for prefix in prefixes
            for site in self._sites.get((category, prefix), ())
        ]
        return [site for site in found if planned or site.stage == Stage.IN_SERVICE]

    def people_in(self, within: str) -> People | None:
        """``None`` where no count is on record there."""
        return self._people.get(within)

    def figure(self, key: str, within: str) -> Figure | None:
        """The figure set for the smallest division that holds ``within``."""
        found = [f for f in self.figures if f.key == key and within.startswith(f.code)]
        return max(found, key=lambda each: len(each.code), default=None)
