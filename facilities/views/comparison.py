"""Scenarios side by side: money or sites against coverage against the worst-served."""

import math
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from facilities.domain.scenarios import undominated
from facilities.exports.scenario_words import MODELS, STATES, count, how_good, share, way_words
from facilities.exports.target_words import number
from facilities.models import SitingScenario


def compared(rows: Sequence[SitingScenario]) -> dict[str, Any]:
    """Table and chart; a scenario that another beats in every number is marked. What is spent is
    the cost of the sites; only where none has a cost it is their number."""
    answered = [row for row in rows if row.answered]
    priced = any("cost" in row.result for row in answered)
    # Metres and minutes cannot be held against each other.
    alike = len({row.asked.in_minutes for row in answered}) < 2
    best = undominated([_numbers(row, priced, alike) for row in answered])
    lines = [
        {
            "scenario": row,
            "state": STATES[row.state],
            "model": MODELS[row.asked.model],
            "sites": len(row.new_sites),
            "cost": number(row.result["cost"]) if "cost" in row.result else _("unknown"),
            "elders": count(row.result["after"]["elders"]),
            "elders_share": share(row.result["after"]["elders"], row.result["elders"]),
            "people_share": share(row.result["after"]["people"], row.result["people"]),
            "mean": way_words(row.asked, row.result["after"]["mean"]),
            "worst": way_words(row.asked, row.result["after"]["worst"]),
            "how_good": how_good(row),
            "undominated": kept,
        }
        for row, kept in zip(answered, best, strict=True)
    ]
    grounds = {(row.jurisdiction, row.day, row.category_id) for row in answered}
    limits = {(row.asked.mode, row.asked.limit, row.asked.detour) for row in answered}
    spent = _("Cost (10,000 yuan)") if priced else _("New sites")
    return {
        "rows": rows,
        "lines": lines,
        "heads": {"elders": _("60+ covered, %"), "people": _("All covered, %")},
        "left_out": [row for row in rows if not row.answered],
        "differ": len(grounds) > 1,
        "limits_differ": len(limits) > 1,
        "priced": priced,
        "chart": {
            "x": spent,
            "y": _("60+ within the distance, %"),
            "worst": _("worst-served"),
            "points": [
                {
                    "name": row.name,
                    "x": _spent(row, priced),
                    "y": _percent(row),
                    "worst": way_words(row.asked, row.result["after"]["worst"]),
                    "best": kept is True,
                }
                for row, kept in zip(answered, best, strict=True)
                if _spent(row, priced) is not None
            ],
        },
    }


def _spent(row: SitingScenario, priced: bool) -> float | None:
    return row.result.get("cost") if priced else float(len(row.new_sites))


def _percent(row: SitingScenario) -> float:
    whole = row.result["elders"]
    return round(100 * row.result["after"]["elders"] / whole, 2) if whole else 0.0


def _numbers(row: SitingScenario, priced: bool, alike: bool) -> tuple[float | None, ...]:
    """The less, the better. Who has no way at all is farther than anybody who has one."""
    after = row.result["after"]
    worst = math.inf if after["worst"] is None else float(after["worst"])
    return (_spent(row, priced), -float(after["elders"]), worst if alike else None)
