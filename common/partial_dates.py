"""Dates known in part ("1958", "before 1949"), as EDTF (ISO 8601-2): kept as they are known.

A partial date orders and bounds periods by its first possible day, so that a name that ended
"1984" and one that began "1984" neither overlap nor leave a gap. "Before" has no first day.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from common.errors import BadInput

# What people write, and its EDTF; the year is moved by the third (before 1949: until 1948).
_SPOKEN = (
    (r"(\d{4})年?(?:以前|之前)|before (\d{4})", "[..{}]", -1),
    (r"(\d{4})年?(?:以后|之后)|after (\d{4})", "[{}..]", 1),
    (r"(?:约|大约|about |c\. ?)(\d{4})年?", "{}~", 0),
    (r"(\d{4})年", "{}", 0),
)
_DECADE = re.compile(r"^(\d{3})0年代$")
_CHINESE_MONTH = re.compile(r"^(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?$")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class PartialDate:
    """``edtf`` is the normal form; the bounds are the first and last possible days or ``None``.

    ``precision``: day, month, year, decade or open.
    """

    edtf: str
    first: date | None
    last: date | None
    precision: str
    uncertain: bool = False

    @property
    def exact(self) -> bool:
        return self.precision == "day" and not self.uncertain


def read_partial_date(text: str) -> PartialDate:
    """Read EDTF level 0–1, or what people write (1958年3月, 1949年以前, about 1920, before 1949).

    "Before Y" excludes the year Y itself. Raises :class:`BadInput` for anything else.
    """
    return _read(text.strip())


@lru_cache(maxsize=4096)
def _read(text: str) -> PartialDate:
    # Half a second to import, which commands that read no date of this kind need not wait for.
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    edtf = _as_edtf(text)
    try:
        if not edtf or len(edtf) > _LONGEST:
            raise ValueError(text)
        parsed: Any = parse_edtf(edtf)
        first, last = _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (EDTFParseException, ValueError, AttributeError, TypeError, OverflowError):
        raise BadInput(
            "“%(text)s” is not a date: write 1958-03-01, 1958-03, 1958, 195X, 1958~ (about), "
            "or [..1948] (before 1949).",
            text=text[:40],
        ) from None
    return PartialDate(
        edtf=edtf,
        first=first,
        last=last,
        precision=_precision(edtf, first, last),
        uncertain=any(sign in edtf for sign in "?~%"),
    )


def _as_edtf(text: str) -> str:
    month = _CHINESE_MONTH.match(text)
    if month:
        parts = [month[1], month[2].zfill(2), *([month[3].zfill(2)] if month[3] else [])]
        return "-".join(parts)
    decade = _DECADE.match(text)
    if decade:
        return f"{decade[1]}X"
    for pattern, form, moved in _SPOKEN:
        match = re.fullmatch(pattern, text, re.IGNORECASE)
        if match:
            year = next(value for value in match.groups() if value)
            return form.format(f"{int(year) + moved:04d}")
    return text


def _day(moment: Any) -> date | None:
    if isinstance(moment, float):  # minus or plus infinity
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)


def _precision(edtf: str, first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return "open"
    if "X" in edtf or (last - first).days > 366:
        return "decade"
    days = (last - first).days
    return "day" if days == 0 else "month" if days < 31 else "year"
