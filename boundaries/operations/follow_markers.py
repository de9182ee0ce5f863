"""Markers of lines whose sides have other codes from the day on."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.domain.adjusting import Outcome
from boundaries.models import Adjustment, Marker
from boundaries.operations.adjustments import CannotAdjust
from boundaries.operations.follow import Follower, iso
from boundaries.queries.adjusting import Passage, heirs_of_cells
from boundaries.queries.markers import markers_of

SIDES = ("line_code", "code_a", "code_b", "third_code", "manager_code")


def sides_after(marker: Marker, heirs: dict[str, str]) -> dict[str, str] | None:
    """The sides of a marker from the day on; None where two of them have become one.

    The number stays: it is cut into the stone, and a new one comes with the demarcation (Art 16).
    """
    a, b, third, manager = (
        heirs.get(code, code)
        for code in (marker.code_a, marker.code_b, marker.third_code, marker.manager_code)
    )
    if a == b and third:
        b, third = third, ""
    if a == b:
        return None
    a, b = sorted((a, b))
    third = "" if third in (a, b) else third
    return {
        "line_code": f"{a}-{b}", "code_a": a, "code_b": b, "third_code": third,
        "manager_code": manager,
    }  # fmt: skip


def write(*, adjustment: Adjustment, outcome: Outcome, passages: Sequence[Passage]) -> list[Any]:
    """[id, sides before, end before, sides after (None: it ends on the day)] of each marker."""
    day, heirs, kept = adjustment.happens_on, heirs_of_cells(passages), []
    for marker in markers_of(sides=list(heirs), at=day - timedelta(days=1)):
        upper, before = marker.period.upper, {key: getattr(marker, key) for key in SIDES}
        after = sides_after(marker, heirs)
        if upper == day or after == before:
            continue
        if after is None:
            marker.period = DateRange(marker.period.lower, day)
        for key, value in (after or {}).items():
            setattr(marker, key, value)
        marker.save(update_fields=["period", *SIDES])
        kept.append([str(marker.pk), before, iso(upper), after])
    return kept


def take_back(*, rows: Sequence[Any]) -> None:
    for pk, before, upper, after in rows:
        marker = Marker.objects.select_for_update().filter(pk=pk).first()
        if marker is None or (
            after is not None and any(getattr(marker, key) != after[key] for key in SIDES)
        ):
            raise CannotAdjust("A marker that it moved was changed since: it cannot be undone.")
        for key, value in before.items():
            setattr(marker, key, value)
        marker.period = DateRange(marker.period.lower, date.fromisoformat(upper) if upper else None)
        marker.save(update_fields=["period", *SIDES])


MARKERS_FOLLOW = Follower("markers", write, take_back)
