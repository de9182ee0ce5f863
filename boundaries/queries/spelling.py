"""Names of divisions in Latin letters: how they are spelled is known to the app of place names."""

from collections.abc import Callable
from dataclasses import replace

from boundaries.domain.adjusting import Outcome
from boundaries.domain.adjustments import BadDraft, Unit
from common.models import bilingual

# ``(name, code) -> str``, "" where a name cannot be spelled.
Speller = Callable[[str, str], str]
_spellers: list[Speller] = []


def add_speller(speller: Speller) -> None:
    _spellers.append(speller)


def spelled(name: str, code: str) -> str:
    """The name of a division in Latin letters, "" where nobody can tell."""
    return next(filter(None, (spell(name, code) for spell in _spellers)), "")


def with_spelled_names(outcome: Outcome) -> Outcome:
    """The outcome with the names that begin with it in Latin letters too."""
    return replace(outcome, after={key: _spelled(unit) for key, unit in outcome.after.items()})


def told(refusal: BadDraft) -> BadDraft:
    """The refusal with the names of its units in the reader's language."""
    values = {
        key: shown(_spelled(value)) if isinstance(value, Unit) else value
        for key, value in refusal.values.items()
    }
    return BadDraft(refusal.message_id, **values)


def _spelled(unit: Unit) -> Unit:
    return unit if unit.name_en else replace(unit, name_en=spelled(unit.name, unit.code))


def shown(unit: Unit | None) -> str:
    """Code and name of a unit in the reader's language, "" where there is none."""
    return f"{unit.code} {bilingual(unit.name, unit.name_en)}" if unit else ""
