"""What an adjustment of divisions touches here: facilities, and people by age."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.domain.adjusting import Outcome
from boundaries.models import Level
from boundaries.queries.adjusting import Passage
from boundaries.queries.spelling import shown
from boundaries.queries.touched import Measure, Touched, moved_sql, values_of
from facilities.models import Facility, PopulationCell

FACILITIES = Touched(
    key="facilities",
    label=gettext_lazy("Facilities"),
    fate=gettext_lazy("Get the code of the heir."),
    model=Facility,
    point="location",
    # What a facility was before it changed stays as it was.
    where="upper_inf(thing.period)",
)
PEOPLE = Touched(
    key="population",
    label=gettext_lazy("Cells of the population grid"),
    fate=gettext_lazy("Are counted in the heir."),
    model=PopulationCell,
    point="centre",
)
# People of each county before and after: all cells, with the codes of those that move.
BY_AGE = """
    WITH moved AS ({moved}), cell AS (
        SELECT cell.division_code AS old, coalesce(moved.new, cell.division_code) AS new,
               people_0_14, people_15_59, people_60_plus, synthetic
        FROM facilities_populationcell cell LEFT JOIN moved ON moved.id = cell.id
        WHERE period @> %(at)s::date AND cell.division_code LIKE ANY(%(within)s::text[])
    )
    SELECT unit, sum(before_young), sum(before_middle), sum(before_old),
           sum(after_young), sum(after_middle), sum(after_old), bool_or(synthetic)
    FROM (
        SELECT left(old, %(digits)s) AS unit, people_0_14 AS before_young,
               people_15_59 AS before_middle, people_60_plus AS before_old,
               0 AS after_young, 0 AS after_middle, 0 AS after_old, synthetic
        FROM cell
        UNION ALL
        SELECT left(new, %(digits)s), 0, 0, 0, people_0_14, people_15_59, people_60_plus, synthetic
        FROM cell
    ) told GROUP BY unit ORDER BY unit
"""
# Digits of the codes of a level.
DIGITS = {Level.COUNTY: 6, Level.TOWNSHIP: 9}


def measure_people(*, outcome: Outcome, passages: Sequence[Passage], on: date) -> list[Measure]:
    """People by age in every county, or town, that the adjustment changes."""
    found = []
    for level, digits in DIGITS.items():
        units = [u for u in (*outcome.before.values(), *outcome.after.values()) if u.level == level]
        if not units or not passages:
            continue
        names = {unit.code: shown(unit) for unit in units}
        values = {
            **values_of(passages),
            "at": on - timedelta(days=1),
            "within": sorted({f"{unit.code}%" for unit in units}),
            "digits": digits,
        }
        with connection.cursor() as cursor:
            cursor.execute(BY_AGE.format(moved=moved_sql(table=PEOPLE)), values)
            rows = cursor.fetchall()
        for code, *people, synthetic in rows:
            before, after = people[:3], people[3:]
            if code in names and before != after:
                label = _("People in %(unit)s") % {"unit": names[code]}
                found.append(Measure(label, _told(before), _told(after), synthetic=synthetic))
        if found:
            break
    return found


def _told(people: Sequence[float]) -> str:
    """0–14, 15–59, 60 and over."""
    young, middle, old = (number_format(round(each), 0, force_grouping=True) for each in people)
    return _("0–14: %(young)s, 15–59: %(middle)s, 60+: %(old)s") % {
        "young": young,
        "middle": middle,
        "old": old,
    }
