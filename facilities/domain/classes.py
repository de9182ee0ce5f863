"""Classes of a covered share, the same on the map, in the legend and in the exported file."""

from bisect import bisect_right
from collections.abc import Sequence

# Lower bounds of the classes above the first: 0–10, 10–25, 25–50, 50–75, 75–100 %.
BOUNDS = (0.10, 0.25, 0.50, 0.75)


def share_class(share: float | None) -> int:
    """1 (least covered) to 5, 0 where the share is unknown because nobody lives there."""
    return 0 if share is None else bisect_right(BOUNDS, share) + 1


def class_ranges() -> list[tuple[int, int, int]]:
    """Class, from and to in per cent."""
    edges = [0, *(round(bound * 100) for bound in BOUNDS), 100]
    return [(n + 1, edges[n], edges[n + 1]) for n in range(len(edges) - 1)]


def value_bounds(values: Sequence[float | None]) -> tuple[float, ...]:
    """Up to four bounds that part the known values into classes of about equal number: the fifths,
    rounded to two figures so that a legend can be read."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return ()
    fifths = {_rounded(known[len(known) * part // 5]) for part in (1, 2, 3, 4)}
    # A bound that nothing lies below would make an empty class.
    return tuple(sorted(bound for bound in fifths if bound > known[0]))


def value_class(value: float | None, bounds: Sequence[float]) -> int:
    """1 (least) to 5, 0 where the value is unknown."""
    return 0 if value is None else bisect_right(bounds, value) + 1


def _rounded(value: float) -> float:
    return float(f"{value:.2g}")
