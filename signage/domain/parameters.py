"""Which numbers a rule of the sign standard can have at all.

A standard sets the numbers; these are no rules but guards against a slip of the pen (a spacing of
−5 m, a sign 9 m up), far outside of anything that a standard would ask.
"""

from collections.abc import Mapping
from typing import Any

from common.errors import BadInput

# (rule, parameter) → lowest and highest number, in the parameter's own unit.
BOUNDS: Mapping[tuple[str, str], tuple[float, float]] = {
    ("R13", "split_deg"): (1, 89),
    ("R13", "margin_deg"): (0, 20),
    ("R15", "tol_mm"): (0, 50),
    ("R16", "edge_max"): (0, 200),
    ("R17", "hanzi"): (0, 1),
    ("R17", "tolerance"): (0, 1),
    ("R18", "min"): (0, 2000),
    ("R19", "min"): (0, 1),
    ("R19", "max"): (0, 1),
    ("R24", "max_gap_numbers"): (1, 1000),
    ("R26", "min"): (0.5, 6),
    ("R26", "max"): (0.5, 6),
    ("R27", "min"): (0, 10),
    ("R27", "max"): (0, 10),
    ("R28", "max_m"): (1, 1000),
    ("R29", "digits"): (2, 12),
    ("R30", "junction_buffer_m"): (1, 500),
    ("R31", "max_m"): (10, 10_000),
    ("R33", "min_class"): (1, 10),
    ("R34", "years"): (1, 100),
    ("R35", "min_score"): (0, 100),
    ("R36", "distance_m"): (0, 500),
    ("R40", "share"): (0, 1),
    ("R40", "tolerance"): (0, 1),
}


class OutOfBounds(BadInput):
    template = "The parameter “%(name)s” lies between %(low)s and %(high)s, not at %(value)s."


class NoRange(BadInput):
    template = "The least is %(low)s, the most is %(high)s: no sign could meet both."


def refuse_implausible(rule_id: str, parameters: Mapping[str, Any]) -> None:
    """Raise :class:`BadInput` for numbers that no standard could mean."""
    for name, value in parameters.items():
        low, high = BOUNDS.get((rule_id, name), (float("-inf"), float("inf")))
        if isinstance(value, int | float) and not low <= value <= high:
            raise OutOfBounds(name=name, low=f"{low:g}", high=f"{high:g}", value=f"{value:g}")
    least, most = parameters.get("min"), parameters.get("max")
    if least is not None and most is not None and least > most:
        raise NoRange(low=f"{least:g}", high=f"{most:g}")
