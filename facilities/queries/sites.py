"""The facilities of a category on a day as arrays, and who comes to each of them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from facilities.models import Facility
from facilities.queries.cells import Cells

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
FIELDS = ("identity", "name", "location", "beds", "division_code", "synthetic", "approximate")


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Facilities in service: degrees, beds (NaN: unknown), codes of their divisions, marks."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    lonlat: Floats
    beds: Floats
    codes: NDArray[np.str_]
    synthetic: NDArray[np.bool_]
    approximate: NDArray[np.bool_]

    def within(self, division: str) -> NDArray[np.bool_]:
        return np.asarray(np.char.startswith(self.codes, division), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Load:
    """A facility with the people whose nearest it is within the limit, and what is ``beyond``:
    elders whose nearest it is although the way is longer. ``beds`` None: unknown."""

    key: str
    name: str
    code: str
    beds: int | None
    people: float
    elders: float
    beyond: float
    synthetic: bool
    approximate: bool

    @property
    def elders_a_bed(self) -> float | None:
        return self.elders / self.beds if self.beds else None


def sites_of(*, at: date, category: str) -> Sites:
    """All of the category, wherever they are: people cross borders."""
    rows = Facility.objects.on(at).shown().filter(category=category).order_by("name", "pk")
    found = list(rows.values_list(*FIELDS))
    columns = zip(*found, strict=True) if found else [()] * len(FIELDS)
    keys, names, points, beds, codes, synthetic, approximate = columns
    return Sites(
        keys=tuple(str(key) for key in keys),
        names=tuple(names),
        lonlat=np.array([point.coords for point in points], dtype=np.float64).reshape(-1, 2),
        beds=np.array([np.nan if each is None else each for each in beds], dtype=np.float64),
        codes=np.array(codes, dtype="<U12"),
        synthetic=np.array(synthetic, dtype=np.bool_),
        approximate=np.array(approximate, dtype=np.bool_),
    )


def loads(
    *, sites: Sites, cells: Cells, costs: Floats, chosen: Integers, limit: float
) -> tuple[Load, ...]:
    """Who comes to each facility if everybody goes to the nearest (``chosen``, at ``costs``); the
    most elders first, and only facilities that are anybody's nearest."""
    count = len(sites.keys)
    near, any_way = costs <= limit, chosen >= 0

    def sums(values: Floats, which: NDArray[np.bool_]) -> Floats:
        found = np.bincount(chosen[which], weights=values[which], minlength=count)
        return np.asarray(found, dtype=np.float64)

    people, elders = (sums(values, near & any_way) for values in (cells.people, cells.elders))
    beyond = sums(cells.elders, ~near & any_way)
    asked = np.flatnonzero(people + elders + beyond > 0)
    order = asked[np.argsort(-elders[asked], kind="stable")]
    return tuple(
        Load(
            key=sites.keys[i],
            name=sites.names[i],
            code=str(sites.codes[i]),
            beds=None if np.isnan(sites.beds[i]) else int(sites.beds[i]),
            people=float(people[i]),
            elders=float(elders[i]),
            beyond=float(beyond[i]),
            synthetic=bool(sites.synthetic[i]),
            approximate=bool(sites.approximate[i]),
        )
        for i in order.tolist()
    )
