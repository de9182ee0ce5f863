"""What an adjustment would do, before anything is written: divisions, land, and all it touches."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.domain.scope import jurisdiction_of
from accounts.models import Grant
from boundaries.domain.adjusting import Outcome
from boundaries.domain.adjustments import Key, Unit
from boundaries.domain.draft_shapes import Conservation, area_m2
from boundaries.models import DivisionVersion, Level
from boundaries.queries.adjusting import Passage, land_of, outcome_of, passages_of
from boundaries.queries.recorded_under import set_for
from boundaries.queries.simulated_lines import line_measures
from boundaries.queries.spelling import shown
from boundaries.queries.touched import Measure, count_touched, measures
from common.models import bilingual


@dataclass(frozen=True, slots=True)
class BecomesRow:
    """``relation``: begun, ended, changed, part or all of a unit."""

    old: str
    new: str
    level: int
    relation: str
    share: float | None
    old_km2: float | None
    new_km2: float | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """``unplaced``: units below a cut whose shape is unknown; ``passed``: slips of land.

    ``landless``: units that are left without land; ``shapes_lost``: units whose shape is not known
    from the day on though that of what they come from is: what they give or take has none.
    """

    outcome: Outcome
    rows: Sequence[BecomesRow]
    land: dict[int, Conservation]
    measures: Sequence[Measure]
    conflicts: list[str]
    unplaced: Sequence[str]
    passed: Sequence[tuple[str, str, float]]
    landless: Sequence[str]
    shapes_lost: Sequence[str]


def simulate(*, changes: Any, on: date) -> Simulation:
    """Everything that a draft would change on its day. Raises what the draft is refused for."""
    outcome = outcome_of(changes=changes, on=on)
    passages = passages_of(outcome=outcome)
    return Simulation(
        outcome=outcome,
        rows=_rows(outcome),
        land=land_of(outcome=outcome),
        measures=[
            *line_measures(outcome=outcome, passages=passages, on=on),
            *_jurisdictions(passages, on),
            *_things(passages),
            *measures(outcome=outcome, passages=passages, on=on),
        ],
        conflicts=_conflicts(outcome, on),
        unplaced=sorted(map(shown, outcome.unplaced)),
        passed=[(shown(origin), shown(heir), land) for origin, heir, land in outcome.passed],
        landless=sorted(
            shown(unit)
            for unit in outcome.after.values()
            # Villages have no shapes on record: of a new one nothing is known.
            if unit.shape is not None and unit.shape.is_empty and unit.level < Level.VILLAGE
        ),
        shapes_lost=sorted(
            shown(unit) for key, unit in outcome.after.items() if _loses_shape(outcome, key)
        ),
    )


def _rows(outcome: Outcome) -> list[BecomesRow]:
    areas: dict[tuple[str, Key], float] = {}
    for side, units in (("old", outcome.before), ("new", outcome.after)):
        for key, unit in units.items():
            if unit.shape is not None:
                areas[side, key] = area_m2(unit.shape) / 1e6
    rows = []
    for arrow in outcome.arrows:
        old = outcome.before.get(arrow.before) if arrow.before is not None else None
        new = outcome.after.get(arrow.after) if arrow.after is not None else None
        level = (new or old).level  # type: ignore[union-attr]
        rows.append(
            BecomesRow(
                old=shown(old),
                new=shown(new),
                level=level,
                relation=_relation(old, new, arrow.share),
                share=arrow.share,
                old_km2=areas.get(("old", arrow.before)),
                new_km2=areas.get(("new", arrow.after)),
            )
        )
    return sorted(rows, key=lambda row: (row.level, row.old or row.new, row.new))


def _relation(old: Unit | None, new: Unit | None, share: float | None) -> str:
    if old is None:
        return "begun"
    if new is None:
        return "ended"
    if share == 1:
        return "changed" if old.key == new.key else "all"
    return "part"


def _things(passages: Sequence[Passage]) -> list[Measure]:
    found = []
    for count in count_touched(passages=passages):
        fate = str(count.table.fate)
        if count.undecided:
            fate += " " + _("%(count)d wait for a person.") % {"count": count.undecided}
        total = str(count.moved + count.undecided)
        state = "check" if count.undecided else ""
        found.append(Measure(count.table.label, total, str(count.moved), fate, state))
    return found


def _jurisdictions(passages: Sequence[Passage], on: date) -> list[Measure]:
    """Roles of people, now or to come, and what else is set for a unit whose code ends."""
    whole = [one for one in passages if one.decided and one.land is None]
    gone = {jurisdiction_of(one.old.code) for one in whole}
    parts = {jurisdiction_of(one.old.code) for one in passages} - gone
    roles = Grant.objects.filter(period__overlap=DateRange(on, None))
    moved = roles.filter(jurisdiction__in=gone).count()
    left = roles.filter(jurisdiction__in=parts).count()
    found = []
    if moved:
        fate = _("Go over to the heir from the day on.")
        found.append(Measure(_("Roles of people"), str(moved), str(moved), fate))
    if left:
        fate = _("Stay where they are: a person decides who gets which part.")
        found.append(Measure(_("Roles in divided units"), str(left), str(left), fate, "check"))
    if stay := set_for(codes=[one.old.code for one in whole]):
        fate = _("Stay under the code that ends: a person enters them for the heir.")
        label = _("Rules, targets, plans and bodies set for a unit")
        found.append(Measure(label, str(stay), str(stay), fate, "check"))
    return found


def _loses_shape(outcome: Outcome, key: Key) -> bool:
    """Whether land that is known goes to where it is not; a new unit had none before."""
    if outcome.after[key].shape is not None:
        return False
    parent = outcome.after.get(outcome.after[key].parent)
    sources = [outcome.before[a.before] for a in outcome.arrows if a.after == key and a.before]
    if key not in outcome.before and parent is not None:
        sources.append(parent)
    return any(unit.shape is not None for unit in sources)


def _conflicts(outcome: Outcome, on: date) -> list[str]:
    """Names that two units under one parent would bear, among those that change."""
    eve = on - timedelta(days=1)
    parents = {unit.parent for unit in outcome.after.values() if unit.parent is not None}
    rows = DivisionVersion.objects.on(eve).filter(parent_id__in=_ids(parents))
    names = Counter(
        (parent, name)
        for division, parent, name in rows.values_list("division_id", "parent_id", "name")
        if division not in outcome.before
    )
    names.update((unit.parent, unit.name) for unit in outcome.after.values())
    changed = {(unit.parent, unit.name): unit for unit in outcome.after.values()}
    return sorted(
        bilingual(unit.name, unit.name_en) for key, unit in changed.items() if names[key] > 1
    )


def _ids(keys: set[Key]) -> list[Any]:
    return [key for key in keys if not isinstance(key, str)]
