"""Synthetic signs along the roads and at villages and landmarks, many with planted faults.

Signs are right by construction; the faults put into them, and the signs left out, are the truth
by which detection is scored. Days are counted back from the day of loading, so that some orders
are always overdue.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from common.crs import CGCS2000
from demo.parts import RECORDS_BEGIN, SEED, DemoOptions
from demo.sign_drafts import CITY, Areas, Draft, faces_of, sound_site
from demo.sign_faults import misplace, move_away, number_fault, plants, twin
from demo.sign_orders import write_orders
from demo.sign_places import flagged_and_ended, place_signs
from demo.sign_streets import (
    SERVED_M,
    Street,
    door_plates,
    in_degrees,
    street_signs,
    streets_of_the_city,
    with_plates,
)
from signage.domain.faces import write_faces
from signage.models import PlantedAbsence, Sign
from signage.operations.campaign import keep_day
from signage.operations.check import check_signs

NAMESPACE = uuid.UUID("8e0c7c53-52f4-5a51-9d5a-3a7d7d1f6b10")
FAULTY_SHARE = 0.22
TWO_FAULTS_SHARE = 0.12
LEFT_OUT_SHARE = 0.03
UNKNOWN_BEARING_SHARE = 0.02
FIRST_CHECK_DAYS_AGO = 60
# Texts are at fault more often than sheets; whatever is rare is planted this often at least.
USUAL = {"R01": 8, "R05": 5, "R10": 6, "R13": 5, "R08": 3, "R06": 2, "R35": 3, "R34": 2}
AT_LEAST, AT_LEAST_SMALL = 8, 4
STREETS_WITH_PLATES, STREETS_WITH_PLATES_SMALL = 60, 12


def load(options: DemoOptions) -> str:
    rng = np.random.default_rng([SEED, 7])
    streets = streets_of_the_city()
    if not streets:
        return "no streets, so no signs"
    areas = Areas()
    today = timezone.localdate()
    drafts = _set_up(streets, areas, options, rng)
    _spoil(drafts, today, AT_LEAST_SMALL if options.small else AT_LEAST, rng)
    drafts += [twin(d) for d in drafts if d.mid_block and not d.truth and rng.random() < 0.01]
    rows = list(_rows(drafts, areas, today, rng))
    Sign.objects.bulk_create(rows, batch_size=2000)
    options.report("checking the signs")
    summary = check_signs(by=None, at=today - timedelta(days=FIRST_CHECK_DAYS_AGO), within=CITY)
    orders = write_orders(today=today, small=options.small)
    for days_ago in range(FIRST_CHECK_DAYS_AGO, 0, -7):
        keep_day(at=today - timedelta(days=days_ago), within=CITY)
    check_signs(by=None, at=today, within=CITY)
    faulty = sum(bool(sign.planted_defects) for sign in rows)
    absent = PlantedAbsence.objects.count()
    return (
        f"{len(rows)} signs, {faulty} with planted faults, {absent} left out; "
        f"{summary.failed_signs} found by the first check; {orders} orders"
    )


def _set_up(streets: list[Street], areas: Areas, options: DemoOptions, rng: Any) -> list[Draft]:
    """Sound signs, but for what only whole streets and places can be wrong in."""
    changed = flagged_and_ended(streets, timezone.localdate())
    many = STREETS_WITH_PLATES_SMALL if options.small else STREETS_WITH_PLATES
    plated = {street.place_id: turn for turn, street in enumerate(with_plates(streets, many))}
    drafts: list[Draft] = []
    absences: list[PlantedAbsence] = []
    for street in streets:
        own = changed.get(street.place_id)
        left_out = set() if own else _left_out(street, changed, rng)
        absences += [
            PlantedAbsence(place_id=street.place_id, rule_id_text="R30", spot=spot)
            for spot in sorted(left_out)
        ]
        made = street_signs(street, areas, left_out, rng)
        made = _thinned(made, street, rng) if not own and not left_out else made
        if own:
            made = [own(draft, turn) for turn, draft in enumerate(made)]
        elif not left_out:
            _out_of_place(made, street, areas, rng)
        drafts += made
        if street.place_id in plated and not own:
            sides = door_plates(street, areas, rng)
            number_fault(sides, street, plated[street.place_id] % 7)
            drafts += [*sides[0], *sides[1]]
    drafts += place_signs(areas, absences, rng)
    PlantedAbsence.objects.bulk_create(absences)
    return drafts


def _left_out(street: Street, changed: Mapping[Any, Any], rng: Any) -> set[str]:
    """R30: a junction without a sign, far enough from the next spot that has one.

    Not where a street is met whose name changes: it might be no named street any more.
    """
    others = {str(key) for key in changed}
    for spot in street.spots[2:]:
        if spot.key.partition("/")[0] in others:
            continue
        alone = all(
            abs(spot.along - other.along) > 2 * SERVED_M for other in street.spots if other != spot
        )
        if alone and rng.random() < LEFT_OUT_SHARE:
            return {spot.key}
    return set()


def _thinned(made: list[Draft], street: Street, rng: Any) -> list[Draft]:
    """R31: three signs in a row were never set up; the next one tells of it."""
    for turn in range(1, len(made) - 3):
        row = made[turn : turn + 3]
        if all(draft.mid_block for draft in row) and rng.random() < 0.02:
            before, after = (street.line.project(made[at].point) for at in (turn - 1, turn + 3))
            if after - before > 520:
                made[turn + 3].defects.add("R31")
                made[turn + 3].locked = True
                return [*made[:turn], *made[turn + 3 :]]
    return made


def _out_of_place(made: list[Draft], street: Street, areas: Areas, rng: Any) -> None:
    """R28 and R29: at most one sign of a street, so that the others still serve it."""
    if any(draft.defects for draft in made) or rng.random() > 0.12:
        return
    away = misplace if rng.random() < 0.5 else move_away
    for draft in made:
        if away(draft, street, areas):
            draft.locked = True
            return


def _spoil(drafts: list[Draft], today: date, at_least: int, rng: Any) -> None:
    """Plant faults in a share of the sound signs, then what came up too seldom."""
    ways = plants(today)
    rules = list(ways)
    weights = np.array([USUAL.get(rule, 1) for rule in rules], dtype=float)
    weights /= weights.sum()
    open_to_faults = [draft for draft in drafts if not draft.locked]
    for draft in open_to_faults:
        if rng.random() >= FAULTY_SHARE:
            continue
        wanted = 2 if rng.random() < TWO_FAULTS_SHARE else 1
        for index in rng.choice(len(rules), size=len(rules), replace=False, p=weights):
            wanted -= ways[rules[int(index)]](draft, rng)
            if wanted <= 0:
                break
    counted = Counter(rule for draft in drafts for rule in draft.truth)
    for rule in rules:
        for index in rng.permutation(len(open_to_faults)):
            if counted[rule] >= at_least:
                break
            draft = open_to_faults[int(index)]
            if not draft.truth and ways[rule](draft, rng):
                counted[rule] += 1


def _rows(drafts: Iterable[Draft], areas: Areas, today: date, rng: Any) -> Iterator[Sign]:
    """Numbers run within the district that set the sign up, in the order of making."""
    drafts = list(drafts)
    serial: Counter[str] = Counter()
    for draft, point in zip(drafts, in_degrees([d.point for d in drafts]), strict=True):
        serial[draft.county] += 1
        number = f"GZ-{draft.county}-{serial[draft.county]:05d}"
        truth = draft.truth
        hidden = "R13" not in truth and rng.random() < UNKNOWN_BEARING_SHARE
        yield Sign(
            id=uuid.uuid5(NAMESPACE, number),
            number=number,
            sign_class=draft.sign_class,
            location=Point(round(point.x, 7), round(point.y, 7), srid=CGCS2000),
            division_code=draft.code,
            place_id=draft.place_id,
            street_bearing=None if hidden else draft.bearing,
            faces=write_faces(faces_of(draft)),
            door_number=draft.door_number,
            period=DateRange(RECORDS_BEGIN, None),
            planted_defects=truth,
            source_id="demo-synthetic",
            synthetic=True,
            **sound_site(draft, f"{areas.names[draft.county]}民政局", today, rng),
        )
