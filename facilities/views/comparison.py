"""Scenarios side by side: sites and money against coverage against the worst-served."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from facilities.domain.scenarios import undominated
from facilities.exports.scenario_words import MODELS, STATES, count, how_good, share
from facilities.exports.target_words import number
from facilities.models import SitingScenario


def compared(rows: Sequence[SitingScenario]) -> dict[str, Any]:
    """Table and chart; a scenario that another beats in every number is marked."""
    answered = [row for row in rows if row.answered]
    best = undominated([_numbers(row) for row in answered])
    lines = [
        {
            "scenario": row,
            "state": STATES[row.state],
            "model": MODELS[row.asked.model],
            "sites": len(row.new_sites),
            "cost": number(row.result["cost"]) if "cost" in row.result else "—",
            "elders": count(row.result["after"]["elders"]),
            "elders_share": share(row.result["after"]["elders"], row.result["elders"]),
            "people_share": share(row.result["after"]["people"], row.result["people"]),
            "mean": count(row.result["after"]["mean_m"]),
            "worst": count(row.result["after"]["worst_m"]),
            "how_good": how_good(row),
            "undominated": kept,
        }
        for row, kept in zip(answered, best, strict=True)
    ]
    grounds = {(row.jurisdiction, row.day, row.category_id) for row in answered}
    distances = {(row.asked.distance_m, row.asked.detour) for row in answered}
    return {
        "rows": rows,
        "lines": lines,
        "heads": {"elders": _("60+ covered, %"), "people": _("All covered, %")},
        "left_out": [row for row in rows if not row.answered],
        "differ": len(grounds) > 1,
        "distances_differ": len(distances) > 1,
        "chart": {
            "x": _("New sites"),
            "y": _("60+ within the distance, %"),
            "worst": _("worst-served (m)"),
            "points": [
                {
                    "name": row.name,
                    "x": len(row.new_sites),
                    "y": _percent(row),
                    "worst": row.result["after"]["worst_m"],
                    "best": kept,
                }
                for row, kept in zip(answered, best, strict=True)
            ],
        },
    }


def _percent(row: SitingScenario) -> float:
    whole = row.result["elders"]
    return round(100 * row.result["after"]["elders"] / whole, 2) if whole else 0.0


def _numbers(row: SitingScenario) -> tuple[float, ...]:
    """The less, the better."""
    after = row.result["after"]
    return (float(len(row.new_sites)), -float(after["elders"]), float(after["worst_m"] or 0.0))
