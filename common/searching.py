"""One question to all that can be searched: filters as typed, nobody asked in vain."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.errors import BadInput
from common.filters import read_code
from common.registries import Hit, search_traits

Provider = Callable[..., list[Hit]]
FARTHEST_M = 500_000.0


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What every hit has to meet. ``near`` is a wish: what lies there comes first."""

    within: str = ""
    category: str = ""
    near_point: tuple[float, float] | None = None
    within_m: float | None = None
    near: str = ""

    @property
    def asked(self) -> dict[str, Any]:
        """The filters in use that a provider has to understand."""
        values = {
            "category": self.category,
            "near_point": self.near_point,
            "within_m": self.within_m,
        }
        return {key: value for key, value in values.items() if value}


def read_filters(
    typed: Mapping[str, str], *, categories: Sequence[str], near: str
) -> SearchFilters:
    """Filters as they stand in an address or on a command line; one sentence where they cannot."""
    within, category = read_code(typed.get("within", "")), typed.get("category", "").strip()
    if category and category not in categories:
        raise BadInput("There is no class “%(category)s”.", category=category[:20])
    point, reach = _point(typed.get("point", "")), _metres(typed.get("within_m", ""))
    if reach is not None and point is None:
        raise BadInput("A distance needs a point to measure from: longitude,latitude.")
    return SearchFilters(within, category, point, reach, near)


def find_everywhere(
    providers: Sequence[Provider],
    *,
    text: str,
    at: date,
    filters: SearchFilters,
    limit: int,
    suggest: bool = False,
) -> list[Hit]:
    """Hits of every provider that understands the filters, the best first.

    A provider whose best hit could not be among the first ``limit`` any more is not asked.
    """
    found: list[Hit] = []
    for provider in sorted(providers, key=lambda each: -search_traits(each).best):
        traits = search_traits(provider)
        if not set(filters.asked) <= traits.understands:
            continue
        if sum(hit.score > traits.best for hit in found) >= limit:
            continue
        wishes = {"near": filters.near, "suggest": suggest}
        extra = {key: wishes[key] for key in wishes if key in traits.understands}
        found += provider(
            text=text, at=at, within=filters.within, limit=limit, **filters.asked, **extra
        )
    return sorted(found, key=lambda hit: (-hit.score, hit.title))


def _point(text: str) -> tuple[float, float] | None:
    if not text.strip():
        return None
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        lon = lat = float("nan")
    # Comparisons with what is not a number are false.
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadInput(
            "“%(point)s” is no point on the globe: write longitude,latitude in degrees,"
            " for example 113.264,23.129.",
            point=text[:40],
        )
    return lon, lat


def _metres(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        metres = float(text)
    except ValueError:
        metres = 0
    if not 0 < metres <= FARTHEST_M:
        raise BadInput(
            "“%(distance)s” is no distance: write metres, from 1 to 500000.", distance=text[:20]
        )
    return metres
