"""What a photo says about itself, held against the site: shown, never silently trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from common.crs import GEOD


class Doubt(StrEnum):
    NO_POSITION = "no_position"
    FAR_AWAY = "far_away"
    NO_TIME = "no_time"
    BEFORE_THE_ORDER = "before_the_order"
    IN_THE_FUTURE = "in_the_future"
    LONG_BEFORE_UPLOAD = "long_before_upload"
    AFTER_THE_FIX = "after_the_fix"
    USED_ELSEWHERE = "used_elsewhere"


@dataclass(frozen=True, slots=True)
class Evidence:
    """``distance_m``: from the photo's own position to the sign; None where it names none."""

    distance_m: float | None
    doubts: tuple[Doubt, ...]


def weigh(
    *,
    taken_at: datetime | None,
    taken_where: tuple[float, float] | None,
    site: tuple[float, float],
    ordered_at: datetime | None,
    uploaded_at: datetime,
    parameters: Mapping[str, Any],
    before: bool = False,
    fixed_at: datetime | None = None,
    used_elsewhere: bool = False,
) -> Evidence:
    """Doubts about one photo. Positions are (longitude, latitude) in degrees.

    Cameras write WGS 84, which lies within a metre of CGCS2000. ``before``: it shows the sign as
    it was before the fix of ``fixed_at``. ``used_elsewhere``: the same file is the evidence of
    something else too. ``parameters``: ``max_distance_m`` and ``max_age_days``.
    """
    doubts = []
    distance = None
    if taken_where is None:
        doubts.append(Doubt.NO_POSITION)
    else:
        distance = float(GEOD.inv(*taken_where, *site)[2])
        if distance > float(parameters["max_distance_m"]):
            doubts.append(Doubt.FAR_AWAY)
    if taken_at is None:
        doubts.append(Doubt.NO_TIME)
    elif taken_at > uploaded_at + timedelta(hours=1):
        doubts.append(Doubt.IN_THE_FUTURE)
    elif before and fixed_at is not None and taken_at > fixed_at:
        doubts.append(Doubt.AFTER_THE_FIX)
    elif not before and ordered_at is not None and taken_at < ordered_at:
        doubts.append(Doubt.BEFORE_THE_ORDER)
    elif uploaded_at - taken_at > timedelta(days=float(parameters["max_age_days"])):
        doubts.append(Doubt.LONG_BEFORE_UPLOAD)
    if used_elsewhere:
        doubts.append(Doubt.USED_ELSEWHERE)
    return Evidence(distance, tuple(doubts))
