"""Place-name codes after an adjustment of divisions: the code names the division, so it changes.

Domain reference §3.3: the old code ends on the day and is never given again; the new one is the
next in the sequence of the new division and the place's class.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from boundaries.domain.adjusting import Outcome
from boundaries.models import Adjustment
from boundaries.operations.adjustments import CannotAdjust
from boundaries.operations.follow import Follower, iso
from boundaries.queries.adjusting import Passage
from gazetteer.domain.codes import code_prefix, next_code, parse_code
from gazetteer.models import PlaceCode
from gazetteer.operations.codes import LOCK
from gazetteer.queries.adjusted import codes_to_change


def write(*, adjustment: Adjustment, outcome: Outcome, passages: Sequence[Passage]) -> list[Any]:
    """[old id, its former end, new id] of each code that no longer fits."""
    day = adjustment.happens_on
    found = codes_to_change(passages=passages, eve=day - timedelta(days=1))
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last: dict[str, str] = {}
    kept = []
    for pk, _place, code, _period, division in found:
        class_code = parse_code(code).class_code
        prefix = code_prefix(division_code=division, class_code=class_code)
        if prefix not in last:
            given = PlaceCode.objects.filter(code__startswith=prefix)
            last[prefix] = given.aggregate(last=Max("code"))["last"] or ""
        last[prefix] = next_code(division_code=division, class_code=class_code, last=last[prefix])
        row = PlaceCode.objects.select_for_update(of=("self",)).get(pk=pk)
        upper = row.period.upper
        row.period = DateRange(row.period.lower, day)
        row.save(update_fields=["period"])
        new = PlaceCode.objects.create(
            place_id=row.place_id,
            code=last[prefix],
            period=DateRange(day, upper),
            source_id=row.source_id,
            synthetic=row.synthetic,
        )
        kept.append([row.pk, iso(upper), new.pk])
    return kept


def take_back(*, rows: Sequence[Any]) -> None:
    for old, upper, new in rows:
        given = PlaceCode.objects.select_for_update(of=("self",)).filter(pk=new).first()
        end = date.fromisoformat(upper) if upper else None
        if given is None or given.period.upper != end:
            raise CannotAdjust("A place-name code that it gave ended since: it cannot be undone.")
        given.delete()
        row = PlaceCode.objects.get(pk=old)
        row.period = DateRange(row.period.lower, end)
        row.save(update_fields=["period"])


CODES_FOLLOW = Follower("place_codes", write, take_back)
