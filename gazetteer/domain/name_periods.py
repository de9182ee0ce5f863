"""From what is known of a name's time to the days for which it stands on record."""

from dataclasses import dataclass
from datetime import date, timedelta

from common.errors import BadInput
from common.partial_dates import PartialDate, read_partial_date

# Names that are no longer in use: they are found under this kind once their use has ended.
PAST = frozenset({"former", "historic", "abolished"})


@dataclass(frozen=True, slots=True)
class NamePeriod:
    """``[start, end)``: the days of the record; ``began`` and ``ended``: EDTF, as it is known.

    Of a name of the past, ``began`` and ``ended`` tell of its use and ``use_end`` is the bound of
    that; the record goes on from there, so that the name is found today as what it is.
    """

    start: date | None
    end: date | None
    began: str
    ended: str
    use_start: date | None
    use_end: date | None


def period_of_name(*, kind: str, began: str, ended: str, today: date) -> NamePeriod:
    """The period of a name of a kind, from partial dates ("" where nothing is known)."""
    since = read_partial_date(began) if began.strip() else None
    until = read_partial_date(ended) if ended.strip() else None
    use_start = since.first if since else None
    use_end = end_bound(since, until)
    past = kind in PAST
    if past and use_end is not None and use_end > today:
        raise BadInput("A name of the past has ended already: its end lies in the future.")
    return NamePeriod(
        start=use_end if past else use_start,
        end=None if past else use_end,
        began=_kept(since, past),
        ended=_kept(until, past),
        use_start=use_start,
        use_end=use_end,
    )


def end_bound(began: PartialDate | None, ended: PartialDate | None) -> date | None:
    """The first day on which the name is no longer used.

    The first possible day of the end, as with every partial date; but the day after its last
    possible one where the first is unknown (before 1949) or no later than the beginning (a name
    that began and ended in 1958). Raises :class:`BadInput` where the end precedes the beginning.
    """
    if ended is None:
        return None
    start = began.first if began else None
    if ended.first is not None and (start is None or ended.first > start):
        return ended.first
    after = ended.last + timedelta(days=1) if ended.last else None
    if after is not None and (start is None or after > start) and not _same_day(began, ended):
        return after
    raise BadInput("The end must come after the beginning.")


def _same_day(began: PartialDate | None, ended: PartialDate) -> bool:
    return began is not None and began.precision == ended.precision == "day"


def _kept(known: PartialDate | None, past: bool) -> str:
    """A whole day of a present name stands in its period already."""
    if known is None or (known.exact and not past):
        return ""
    return known.edtf
