"""What a row of the access table is, and how it finds its values in the demonstration set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.domain.roles import Capability

Values = Mapping[str, Any] | Callable[[], Mapping[str, Any]]

DISTRICT = "440106"
OUTSIDE = "440104"
NOBODYS = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Route:
    """One address and who gets what.

    ``name``: the URL name with its namespace. ``kwargs``, ``data``: values, or a function that
    looks them up in the demonstration set (something in Tianhe, 440106).
    ``open``: needs no sign-in. ``needs``: the capability asked for; None is every role.
    ``ok``: status for those who may; ``refused``: for those in the jurisdiction who may not.
    ``signed_out``: 302 leads to the sign-in page; programs are told 401.
    ``outside``: status for a person with the right role in another district (edit pages: 404).
    """

    name: str
    kwargs: Values = field(default_factory=dict)
    method: str = "GET"
    query: str = ""
    data: Values = field(default_factory=dict)
    open: bool = False
    needs: Capability | None = None
    ok: int = 200
    refused: int = 403
    outside: int | None = None
    signed_out: int = 302

    @property
    def label(self) -> str:
        return f"{self.method} {self.name}"


def first(model: str, key: str, **filters: Any) -> Callable[[], Mapping[str, Any]]:
    """``first("signage.Sign", "number", division_code="440106")`` → {"number": "…"}."""

    def look_up() -> Mapping[str, Any]:
        from django.apps import apps

        rows = apps.get_model(model)._default_manager.filter(**filters).order_by("pk")
        value = rows.values_list(key, flat=True).first()
        assert value is not None, f"The demonstration set has no {model} with {filters}."
        return {key: value}

    return look_up
