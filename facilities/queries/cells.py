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
           string_agg(rpad(division_code, 12), ''),
           string_agg((approximate::int + 2 * synthetic::int)::text, ''), max(base_on)
    FROM (SELECT ST_X(centre) AS x, ST_Y(centre) AS y, people, people_60_plus, division_code,
                 approximate, base_on, synthetic
          FROM facilities_populationcell
          WHERE period @> %(at)s::date AND {where} ORDER BY id) cell
"""
WITHIN = "division_code LIKE %(prefix)s"
BEYOND = """
    division_code NOT LIKE %(prefix)s
    AND centre && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)
"""
# A degree is nowhere shorter in latitude; in longitude it shrinks with the cosine.
METRES_A_DEGREE = 110_500.0


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of the population grid, one row each; ``codes`` are of their streets or districts."""

    lonlat: NDArray[np.float64]
    people: NDArray[np.float64]
    elders: NDArray[np.float64]
    codes: NDArray[np.str_]
    approximate: NDArray[np.bool_]
    made_up: NDArray[np.bool_]
    base_on: date | None

    @property
    def synthetic(self) -> bool:
        return bool(self.made_up.any())

    def some(self, which: NDArray[np.bool_]) -> "Cells":
        if which.all():
            return self
        return Cells(
            self.lonlat[which],
            self.people[which],
            self.elders[which],
            self.codes[which],
            self.approximate[which],
            self.made_up[which],
            self.base_on,
        )

    def joined(self, others: "Cells") -> "Cells":
        """These first, the others after them; the day of the figures is that of these."""
        if not len(others.codes):
            return self
        return Cells(
            np.concatenate([self.lonlat, others.lonlat]),
            np.concatenate([self.people, others.people]),
            np.concatenate([self.elders, others.elders]),
            np.concatenate([self.codes, others.codes]),
            np.concatenate([self.approximate, others.approximate]),
            np.concatenate([self.made_up, others.made_up]),
            self.base_on,
        )

    @staticmethod
    def none() -> "Cells":
        no = np.empty(0)
        flags = np.empty(0, dtype=np.bool_)
        return Cells(np.empty((0, 2)), no, no, np.empty(0, dtype="<U12"), flags, flags, None)


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
    return _read(WITHIN, {"at": at, "prefix": f"{within}%"})


def read_cells_beyond(
    *, at: date, without: str, around: NDArray[np.float64], margin_m: float
) -> Cells:
    """Cells that are not of the division, in the box of some positions made wider by a margin."""
    (west, south), (east, north) = around.min(axis=0).tolist(), around.max(axis=0).tolist()
    up = margin_m / METRES_A_DEGREE
    across = up / max(0.1, float(np.cos(np.radians(max(abs(south), abs(north)) + up))))
    box = {"west": west - across, "south": south - up, "east": east + across, "north": north + up}
    return _read(BEYOND, {"at": at, "prefix": f"{without}%", **box})


def _read(where: str, values: dict[str, Any]) -> Cells:
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(where=where), values)
        x, y, people, elders, codes, marks, base_on = cursor.fetchone()
    # Bytes end at the first zero: nothing is left to strip.
    letters = (codes or "").encode("ascii").replace(b" ", b"\0")
    marked = np.frombuffer((marks or "").encode("ascii"), dtype=np.uint8) - ord("0")
    return Cells(
        lonlat=np.column_stack([_doubles(x), _doubles(y)]),
        people=_doubles(people),
        elders=_doubles(elders),
        codes=np.frombuffer(letters, dtype="S12").astype("<U12"),
        approximate=(marked & 1).astype(np.bool_),
        made_up=(marked & 2).astype(np.bool_),
        base_on=base_on,
    )


def _doubles(packed: Any) -> NDArray[np.float64]:
    return np.frombuffer(bytes(packed or b""), dtype=">f8").astype(np.float64)


def in_metres(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of CGCS2000 in the metres that distances are measured in."""
    return project_points(lonlat, CGCS2000, GUANGZHOU_ZONE) if len(lonlat) else lonlat
