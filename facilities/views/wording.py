"""Words and small pieces that the facility pages share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from boundaries.models import DivisionVersion, Level
from common.models import bilingual
from facilities.queries.facilities import Division, divisions_named


@dataclass(frozen=True, slots=True)
class Pager:
    next_url: str
    previous_url: str
    count_text: str


def name_of(division: Division) -> str:
    return bilingual(division.name, division.name_en)


def areas(request: Any) -> list[tuple[str, str]]:
    """The home city and its districts as choices: code prefix and name."""
    home = settings.HOME_JURISDICTION
    city = divisions_named(at=request.day, codes=[home.ljust(6, "0")])
    districts = divisions_named(at=request.day, within=home, level=Level.COUNTY)
    choices = [(home, name_of(city[0]) if city else home)]
    return choices + [(d.code, name_of(d)) for d in districts]


def day_query(request: Any) -> dict[str, str]:
    """The day in the address, where it is not today."""
    return {} if request.day == request.today else {"at": request.day.isoformat()}


def address(path: str, *parts: dict[str, Any]) -> str:
    """A path with the non-empty values of all parts as its query."""
    values = {
        key: value for part in parts for key, value in part.items() if value not in ("", None)
    }
    return f"{path}?{urlencode(values)}" if values else path


def extent(code: str, day: Any) -> Sequence[float] | None:
    """West, south, east, north of a division with a shape on the day."""
    row = DivisionVersion.objects.on(day).filter(code=code.ljust(6, "0")).with_geometry().first()
    return list(row.geometry.extent) if row else None
