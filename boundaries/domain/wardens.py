"""Patrols of a line's wardens: monthly, losses reported within hours (domain reference §5.3)."""

from datetime import date, datetime, timedelta


def late_by(found_at: datetime, reported_at: datetime, hours: float) -> timedelta | None:
    """By how much a report came too late, None where it came in time.

    Found at 08:00 and reported at 20:00 is in time within twelve hours, a minute later is not.
    Raises ValueError for a report before the finding.
    """
    if reported_at < found_at:
        raise ValueError("A report comes after what it reports.")
    over = reported_at - found_at - timedelta(hours=hours)
    return over if over > timedelta(0) else None


def patrol_due(begins: date, last: date | None, every_days: int) -> date:
    """The last day on which the next patrol is in time: so many days after the last one, or

    after the contract began.
    """
    return (last or begins) + timedelta(days=every_days)
