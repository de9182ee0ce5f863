"""Things of apps above that a complaint or notice can be about (a sign): they enrol here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gazetteer.models import Place


@dataclass(frozen=True, slots=True)
class Thing:
    """``point``: (longitude, latitude) in degrees."""

    kind: str
    key: str
    title: str
    url: str
    division_code: str
    place: Place | None = None
    point: tuple[float, float] | None = None


Finder = Callable[..., Thing | None]


@dataclass(slots=True)
class _Registry:
    kinds: dict[str, tuple[Any, Finder]] = field(default_factory=dict)


_registry = _Registry()


def add_things(kind: str, label: Any, find: Finder) -> None:
    """``find(*, key: str) -> Thing | None``."""
    _registry.kinds[kind] = (label, find)


def thing_label(kind: str) -> Any:
    return _registry.kinds[kind][0] if kind in _registry.kinds else kind


def get_thing(*, kind: str, key: str) -> Thing | None:
    if kind not in _registry.kinds or not key:
        return None
    return _registry.kinds[kind][1](key=key)
