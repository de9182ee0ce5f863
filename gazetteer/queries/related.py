"""What hangs on a place elsewhere in the system: apps above enrol here, the place page asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gazetteer.models import Place


@dataclass(frozen=True, slots=True)
class RelatedThing:
    """One thing, as a line: ``state`` is one of the shell's states, or ""."""

    title: str
    text: str
    url: str
    state: str = ""
    synthetic: bool = False
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class RelatedGroup:
    """Things of one kind; ``total`` may be more than are listed."""

    title: Any
    total: int
    things: Sequence[RelatedThing]
    url: str = ""


Provider = Callable[..., RelatedGroup | None]


@dataclass(slots=True)
class _Registry:
    providers: list[Provider] = field(default_factory=list)


_registry = _Registry()


def add_related(provider: Provider) -> None:
    """``provider(*, place: Place, at: date) -> RelatedGroup | None``."""
    _registry.providers.append(provider)


def related_to(*, place: Place, at: date) -> list[RelatedGroup]:
    """What every app above knows about the place on a day; empty groups are left out."""
    groups = [provider(place=place, at=at) for provider in _registry.providers]
    return [group for group in groups if group is not None and group.total]
