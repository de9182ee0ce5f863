"""What an adjustment of divisions touches here: places with their codes and names, open cases."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.domain.adjusting import Outcome
from boundaries.queries.adjusting import Passage
from boundaries.queries.touched import Measure, Touched, moved_sql, values_of
from common.models import in_a_row
from gazetteer.models import Complaint, NamingCase, Notice, Place, PlaceName

PLACES = Touched(
    key="places",
    label=gettext_lazy("Places"),
    fate=gettext_lazy("Keep their names and identity and get the code of the heir."),
    model=Place,
    point="geometry",
)
CASES = Touched(
    key="cases",
    label=gettext_lazy("Open naming cases"),
    fate=gettext_lazy("Go on at the step where they stand, before the organ of the heir."),
    model=NamingCase,
    point="geometry",
    where="thing.state NOT IN ('standard', 'rejected', 'withdrawn')",
)
COMPLAINTS = Touched(
    key="complaints",
    label=gettext_lazy("Open complaints"),
    fate=gettext_lazy("Go to the heir."),
    model=Complaint,
    point="location",
    where="thing.state IN ('new', 'in_hand')",
)
NOTICES = Touched(
    key="notices",
    label=gettext_lazy("Running rectification notices"),
    fate=gettext_lazy("Go on at the step where they stand, before the organ of the heir."),
    model=Notice,
    point="location",
    where="thing.state NOT IN ('closed', 'withdrawn')",
)
# Codes whose division part no longer fits: what stands before the class names the division.
CODES = """
    WITH moved AS ({moved})
    SELECT code.id, code.place_id, code.code, code.period, moved.new
    FROM moved JOIN gazetteer_placecode code ON code.place_id = moved.id
    WHERE moved.new IS NOT NULL AND code.period @> %(at)s::date
      AND (upper(code.period) IS NULL OR upper(code.period) > %(at)s::date + 1)
      AND left(code.code, 9) <> rpad(left(moved.new, 9), 9, '0')
    ORDER BY code.code
"""
# Two streets of one name in one county: Regulation on Place Names, Art 9.
SAME_NAMES = """
    WITH moved AS ({moved}), entered AS (
        SELECT name.text, place.legal_category, left(moved.new, 6) AS county, place.id
        FROM moved JOIN gazetteer_place place ON place.id = moved.id
        JOIN gazetteer_placename name ON name.place_id = place.id AND name.kind = 'standard'
             AND name.status = 'standard' AND name.period @> %(at)s::date
        WHERE moved.new IS NOT NULL AND left(moved.new, 6) <> left(moved.old, 6)
              AND place.legal_category = 'STREET' AND place.secrecy <> 'secret'
    )
    SELECT DISTINCT entered.text, entered.county FROM entered
    JOIN gazetteer_place other ON starts_with(other.division_code, entered.county)
         AND other.legal_category = entered.legal_category AND other.id <> entered.id
         AND other.secrecy <> 'secret' AND other.id NOT IN (SELECT id FROM moved)
    JOIN gazetteer_placename name ON name.place_id = other.id AND name.kind = 'standard'
         AND name.status = 'standard' AND name.period @> %(at)s::date
         AND name.text = entered.text
    ORDER BY entered.text LIMIT 200
"""
SHOWN = 5


def measure_names(*, outcome: Outcome, passages: Sequence[Passage], on: date) -> list[Measure]:
    """Names of divisions that have to follow by a case, and streets of one name in a new county."""
    eve = on - timedelta(days=1)
    after = {key: unit.name for key, unit in outcome.after.items()}
    renamed = [key for key, unit in outcome.before.items() if after.get(key) != unit.name]
    names = PlaceName.objects.on(eve).standard().filter(place__division__in=renamed)
    found = []
    if count := names.count():
        found.append(
            Measure(
                _("Names of divisions"),
                str(count),
                "",
                _("Follow by a naming case of each: the adjustment does not write names."),
                "due",
            )
        )
    if codes := len(codes_to_change(passages=passages, eve=eve)):
        fate = _(
            "End on the day; the next of the new division and class are given, never old ones."
        )
        found.append(Measure(_("Place-name codes"), str(codes), str(codes), fate))
    same = _same_names(passages, eve)
    if same:
        shown = in_a_row(text for text, _county in same[:SHOWN])
        found.append(
            Measure(
                _("Streets of one name in the new county"),
                str(len(same)),
                "",
                _("To be renamed (Art 9): %(names)s") % {"names": shown},
                "wrong",
            )
        )
    return found


def codes_to_change(*, passages: Sequence[Passage], eve: date) -> list[tuple[Any, ...]]:
    """(id, place, code, period, division after) of place-name codes that a passage makes wrong."""
    if not passages:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            CODES.format(moved=moved_sql(table=PLACES)), {**values_of(passages), "at": eve}
        )
        return [tuple(row) for row in cursor.fetchall()]


def _same_names(passages: Sequence[Passage], eve: date) -> list[tuple[str, str]]:
    if not passages:
        return []
    sql = SAME_NAMES.format(moved=moved_sql(table=PLACES))
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values_of(passages), "at": eve})
        return [tuple(row) for row in cursor.fetchall()]
