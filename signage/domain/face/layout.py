"""How the face of each class is divided (domain reference §4.3), read from the rules in force.

Shares are of the area inside the frame. What a rule does not say falls back to the division of a
street sign and counts as provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.rules import RuleEdition

# The second holds for classes for which the full text of the standard is still to be obtained.
LAYOUT, FURTHER_LAYOUT = "SIGN-LAYOUT", "SIGN-LAYOUT-MORE"
ACROSS, DOWN = "across", "down"
Editions = Mapping[str, RuleEdition]


@dataclass(frozen=True, slots=True)
class Layout:
    """The division of one class.

    ``split``: "" for one field; ``across``: name left, number right; ``down``: name above the
    number. ``name``: share of the name's field. ``hanzi``: share of the characters in it,
    ``minority`` of the minority script in the characters' part, ``postcode`` of a postcode's
    strip. ``ground``: the colour of the name's field where the class alone decides it. ``ratio``:
    bounds of the height of the spelling to that of the characters.
    """

    split: str = ""
    name: float = 0.75
    hanzi: float = 0.6
    minority: float = 1 / 3
    postcode: float = 0.2
    ground: str = ""
    ratio: tuple[float, float] = (0.3, 0.6)
    edition: RuleEdition | None = None

    @property
    def provisional(self) -> bool:
        return self.edition is None or not self.edition.enforced


def read_layout(sign_class: str, editions: Editions) -> Layout:
    """The division of a class by the editions of its jurisdiction and day.

    Raises :class:`KeyError`, :class:`TypeError` or :class:`ValueError` for parameters that do not
    divide anything.
    """
    found: RuleEdition | None = None
    values: Mapping[str, Any] = {}
    for rule_id in (LAYOUT, FURTHER_LAYOUT):
        edition = editions.get(rule_id)
        if edition is not None and sign_class in edition.parameters.get("layouts", {}):
            found, values = edition, edition.parameters["layouts"][sign_class]
            break
    split = str(values.get("split", ""))
    if split not in ("", ACROSS, DOWN):
        raise ValueError(f"{split} is no way to divide a face")
    return Layout(
        split=split,
        name=_share(values.get("name", 0.75)),
        hanzi=_share(_of(editions, "R17", "hanzi", 0.6)),
        minority=_share(_of(editions, "R40", "share", 1 / 3)),
        postcode=_share(values.get("postcode", 0.2)),
        ground=str(values.get("ground", "")),
        ratio=(float(_of(editions, "R19", "min", 0.3)), float(_of(editions, "R19", "max", 0.6))),
        edition=found,
    )


def _of(editions: Editions, rule_id: str, name: str, otherwise: float) -> Any:
    edition = editions.get(rule_id)
    return otherwise if edition is None else edition.parameters.get(name, otherwise)


def _share(value: Any) -> float:
    share = float(value)
    if not 0 < share < 1:
        raise ValueError("a share lies between 0 and 1")
    return share
