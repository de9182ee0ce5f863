"""How well the rules find what was planted in the demonstration set."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from gazetteer.models import Place
from signage.models import PlantedAbsence, Sign


@dataclass(frozen=True, slots=True)
class RuleScore:
    """Planted, found, and found where planted, for one rule."""

    rule_id: str
    planted: int
    found: int
    right: int

    @property
    def recall(self) -> float:
        """Share of the planted defects that were found; 1 where none was planted."""
        return self.right / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Share of the findings that were planted; 1 where none was found."""
        return self.right / self.found if self.found else 1.0


def planted_defects(*, at: date, within: str = "") -> dict[Any, frozenset[str]]:
    """Sign id → rule ids planted, for every sign whose truth is known."""
    signs = Sign.objects.on(at).shown().within(within).filter(planted_defects__isnull=False)
    rows = signs.order_by().values_list("id", "planted_defects")
    return {key: frozenset(planted) for key, planted in rows.iterator(chunk_size=5000)}


def planted_absences(*, within: str = "") -> dict[tuple[Any, str], frozenset[str]]:
    """(place, spot) → rule ids of the signs that were left out."""
    rows = PlantedAbsence.objects.filter(place__in=Place.objects.shown().within(within))
    found: dict[tuple[Any, str], frozenset[str]] = {}
    for place, spot, rule in rows.values_list("place_id", "spot", "rule_id_text"):
        found[place, spot] = found.get((place, spot), frozenset()) | {rule}
    return found


def scores(
    *, planted: dict[Any, frozenset[str]], found: dict[Any, frozenset[str]], rules: list[str]
) -> list[RuleScore]:
    """Compare the truth with what a check found, rule by rule; signs without truth are left out."""
    nothing: frozenset[str] = frozenset()
    return [
        RuleScore(
            rule_id=rule_id,
            planted=sum(rule_id in truth for truth in planted.values()),
            found=sum(rule_id in found.get(key, nothing) for key in planted),
            right=sum(
                rule_id in truth and rule_id in found.get(key, nothing)
                for key, truth in planted.items()
            ),
        )
        for rule_id in rules
    ]
