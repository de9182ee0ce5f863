"""The parts of the demonstration set, in the order in which they build on each other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

# The day of the division list the set is built from; records begin here.
RECORDS_BEGIN = date(2023, 6, 30)
SEED = 20120630
PARTS = (
    "reference",
    "accounts",
    "divisions",
    "history",
    "townships",
    "streets",
    "lines",
    "markers",
    "inspections",
    "signs",
    "sign_work",
    "facilities",
    "population",
    "protected",
    "notices",
    "cases",
    "identities",
    "plans",
)


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """``polygons``: amap or tianditu; ``everything``: all villages of the country;

    ``small``: the fixed subset for tests, built by the same code; ``report(text)`` tells progress.
    """

    polygons: str = "amap"
    everything: bool = False
    small: bool = False
    report: Callable[[str], None] = lambda text: None


def loader(part: str) -> Callable[[DemoOptions], str]:
    """The part's ``load(options) -> summary``, run inside one transaction."""
    load: Any = import_module(f"demo.parts.{part}").load
    return load  # type: ignore[no-any-return]
