"""A rule of law or of a standard, as data: code holds its form, a row holds its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleEdition:
    """One edition of a rule in force: what a check is judged by and a finding keeps.

    ``status`` is ``verified`` or ``provisional``; a provisional rule warns and never blocks.
    """

    rule_id: str
    authority: str
    article: str
    status: str = "verified"
    severity: str = "warn"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    row_id: int | None = None

    @property
    def enforced(self) -> bool:
        return self.status == "verified"
