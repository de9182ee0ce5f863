"""Scope first, then the role, then the act: what every operation asks before it writes."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability, roles_with
from accounts.domain.scope import any_covers, jurisdiction_of
from accounts.models import Role
from common.errors import NotInScope, NotPermitted


def require(*, by: Any, capability: Capability, codes: Iterable[str]) -> None:
    """Raise unless ``by`` may do the act on things of these division codes.

    :class:`NotInScope` (shown as 404) when no grant reaches any of the codes,
    :class:`NotPermitted` when one does but with no role for the act. A thing that lies in two
    jurisdictions (a boundary line) is in the scope of either.
    """
    codes = list(codes)
    everywhere = by.jurisdictions()
    if not any(any_covers(everywhere, code) for code in codes):
        raise NotInScope
    allowed = by.jurisdictions_for(capability)
    if not any(any_covers(allowed, code) for code in codes):
        names = [str(Role(role).label) for role in roles_with(capability)]
        raise NotPermitted(role=_(" or ").join(names))


def require_somewhere(*, by: Any, capability: Capability) -> list[str]:
    """Where a person may do the act; refused in words where that is nowhere."""
    allowed: list[str] = by.jurisdictions_for(capability)
    if not allowed:
        require(by=by, capability=capability, codes=by.jurisdictions() or [""])
    return allowed


def may_here(*, by: Any, capability: Capability, codes: Iterable[str]) -> bool:
    """For buttons: whether :func:`require` would pass."""
    try:
        require(by=by, capability=capability, codes=codes)
    except (NotInScope, NotPermitted):
        return False
    return True


def area_to_read(*, asked: str, by: Any, home: str) -> str:
    """The jurisdiction that a page is asked to tell of; where none is asked the home one, or this
    person's own within it. Whether they may read it is for :func:`require`."""
    if asked:
        return jurisdiction_of(asked)
    own = by.jurisdictions()
    inner = sorted((code for code in own if code.startswith(home)), key=len)
    return inner[0] if inner and not any(home.startswith(code) for code in own) else home


def within(queryset: models.QuerySet[Any], by: Any, *, field: str = "division_code") -> Any:
    """Rows in any jurisdiction of this person (the lookup that turns outside into 404)."""
    condition = Q(pk__in=[])
    for own in by.jurisdictions():
        condition |= Q(**{f"{field}__startswith": own})
    return queryset.filter(condition)


def within_either(
    queryset: models.QuerySet[Any], by: Any, *, fields: Iterable[str] = ("code_a", "code_b")
) -> Any:
    """Rows of a boundary with either side (or any of ``fields``) in a jurisdiction of ``by``."""
    condition = Q(pk__in=[])
    for own in by.jurisdictions():
        for field in fields:
            condition |= Q(**{f"{field}__startswith": own})
    return queryset.filter(condition)


def own_side(*, by: Any, capability: Capability, codes: Iterable[str]) -> str:
    """The first of the codes for which a person may do the act; the log is read by jurisdiction."""
    allowed = by.jurisdictions_for(capability)
    return next(code for code in codes if any_covers(allowed, code))
