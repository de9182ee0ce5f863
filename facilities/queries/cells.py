"""Where people live on a day, as arrays."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from common.crs import CGCS2000, GUANGZHOU_ZONE, project_points

# Numbers travel as packed bytes, not as a hundred thousand Python objects: 100 ms less.
CELLS = """
    SELECT string_agg(float8send(x), ''), string_agg(float8send(y), ''),
           string_agg(float8send(people), ''), string_agg(float8send(people_60_plus), ''),
           string_agg(rpad(division_code, 12), ''), string_agg((approximate::int)::text, ''),
           max(base_on), bool_or(synthetic)
    FROM (SELECT ST_X(centre) AS x, ST_Y(centre) AS y, people, people_60_plus, division_code,
                 approximate, base_on, synthetic
          FROM facilities_populationcell
          WHERE period @> %(at)s::date AND division_code LIKE %(prefix)s ORDER BY id) cell
"""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of the population grid, one row each; ``codes`` are of their streets or districts."""

    lonlat: NDArray[np.float64]
    people: NDArray[np.float64]
    elders: NDArray[np.float64]
    codes: NDArray[np.str_]
    approximate: NDArray[np.bool_]
    base_on: date | None
    synthetic: bool

    def some(self, which: NDArray[np.bool_]) -> "Cells":
        if which.all():
            return self
        return Cells(
            self.lonlat[which],
            self.people[which],
            self.elders[which],
            self.codes[which],
            self.approximate[which],
            self.base_on,
            self.synthetic,
        )


@dataclass(frozen=True, slots=True)
class MissedCell:
    """One cell that is not covered; ``cost`` in metres or minutes, ``None`` without a way."""

    lon: float
    lat: float
    people: float
    elders: float
    code: str
    cost: float | None


@dataclass(frozen=True, slots=True, eq=False)
class UncoveredCells:
    """Inhabited cells that are not covered: positions in degrees, people, elders, codes of their
    divisions, and what the way to the k-th nearest facility costs (infinite: there is none)."""

    lonlat: NDArray[np.float64]
    people: NDArray[np.float64]
    elders: NDArray[np.float64]
    codes: NDArray[np.str_]
    costs: NDArray[np.float64]

    def most(self, count: int) -> list[MissedCell]:
        """Those with the most elders, the most first."""
        order = np.argsort(-self.elders, kind="stable")[:count]
        return [
            MissedCell(
                *(float(value) for value in self.lonlat[i]),
                people=float(self.people[i]),
                elders=float(self.elders[i]),
                code=str(self.codes[i]),
                cost=float(self.costs[i]) if np.isfinite(self.costs[i]) else None,
            )
            for i in order
        ]


def read_cells(*, at: date, within: str) -> Cells:
    """The inhabited cells of a division on a day."""
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"at": at, "prefix": f"{within}%"})
        x, y, people, elders, codes, approximate, base_on, synthetic = cursor.fetchone()
    letters = (codes or "").encode("ascii")
    return Cells(
        lonlat=np.column_stack([_doubles(x), _doubles(y)]),
        people=_doubles(people),
        elders=_doubles(elders),
        codes=np.char.strip(np.frombuffer(letters, dtype="S12").astype("<U12")),
        approximate=np.frombuffer((approximate or "").encode("ascii"), dtype="S1") == b"1",
        base_on=base_on,
        synthetic=bool(synthetic),
    )


def _doubles(packed: Any) -> NDArray[np.float64]:
    return np.frombuffer(bytes(packed or b""), dtype=">f8").astype(np.float64)


def in_metres(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of CGCS2000 in the metres that distances are measured in."""
    return project_points(lonlat, CGCS2000, GUANGZHOU_ZONE) if len(lonlat) else lonlat
