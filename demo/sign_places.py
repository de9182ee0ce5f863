"""Signs of villages, landmarks and buildings; streets whose name ended, changed or is flagged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from django.db.backends.postgresql.psycopg_any import DateRange

from demo.parts import RECORDS_BEGIN
from demo.sign_defects import Face
from demo.sign_drafts import CITY, Areas, Draft, metres
from demo.sign_streets import Street
from gazetteer.domain.romanise import romanise
from gazetteer.models import LegalCategory, Place, PlaceName
from signage.models import PlantedAbsence

VILLAGE_CLASS = "21610"
LEFT_OUT_SHARE = 0.04
CLASSES = {
    LegalCategory.RES_BUILDING: "ESTATE",
    LegalCategory.FACILITY: "STATION",
    LegalCategory.PARK_RESERVE: "SCENIC",
    LegalCategory.NATURAL: "NATURAL",
    LegalCategory.OTHER: "SCENIC",
}
NOT_DUE = (LegalCategory.OTHER,)
FORMER_SINCE = date(2015, 1, 1)
ENDED_DAYS_AGO, RENAMED_DAYS_AGO = 400, 150
Own = Callable[[Draft, int], Draft]


def place_signs(areas: Areas, absences: list[PlantedAbsence], rng: Any) -> list[Draft]:
    """One sign a place, but where it is left out on purpose (R38); estates have plates as well."""
    names = PlaceName.objects.standard().on(RECORDS_BEGIN).within(CITY).exclude(pinyin_sign="")
    villages = names.filter(place__class_code=VILLAGE_CLASS)
    landmarks = names.filter(place__legal_category__in=list(CLASSES), place__geometry__isnull=False)
    rows = list(villages.select_related("place").order_by("place__division_code"))
    rows += landmarks.select_related("place").order_by("place__division_code", "text")
    unnamed = Place.objects.within(CITY).filter(class_code=VILLAGE_CLASS)
    drafts: list[Draft] = []
    for name in rows:
        village = name.place.class_code == VILLAGE_CLASS
        if rng.random() < LEFT_OUT_SHARE and name.place.legal_category not in NOT_DUE:
            absences.append(PlantedAbsence(place_id=name.place_id, rule_id_text="R38", spot=""))
            continue
        point = _in_cell(name, areas, rng) if village else metres(name.place.geometry).centroid
        kind = "VILLAGE" if village else CLASSES[name.place.legal_category]
        face = Face(
            name.text, name.pinyin_sign, "blue", name.specific, name.generic, name.pinyin_toned
        )
        county = name.place.division_code[:6]
        code = name.place.division_code[:9] if village else areas.code_at(point)
        drafts.append(Draft(kind, name.place_id, county, code or county, point, face))
        if kind == "ESTATE":
            drafts += _plates(drafts[-1])
    named = {name.place_id for name in rows}
    nameless = unnamed.exclude(pk__in=named).filter(names__kind="standard").distinct()
    absences += [PlantedAbsence(place=place, rule_id_text="R38", spot="") for place in nameless]
    return drafts


def _in_cell(name: PlaceName, areas: Areas, rng: Any) -> Any:
    """Somewhere in the town of a village whose own place is not known."""
    code = name.place.division_code
    shape = areas.cells.get(code[:9]) or areas.counties[code[:6]]
    middle = shape.representative_point()
    for _ in range(4):
        moved = np.array([middle.x, middle.y]) + rng.normal(0, 400, 2)
        point = shapely.Point(moved)
        if shape.covers(point):
            return point
    return middle


def _plates(estate: Draft) -> list[Draft]:
    made = []
    for number in range(1, 5):
        point = shapely.Point(estate.point.x + 30 * number, estate.point.y + 20)
        building = replace(
            estate,
            sign_class="BUILDING",
            point=point,
            number_text=f"{number}",
            layout={},
            site={},
            defects=set(),
        )
        unit = replace(
            building,
            sign_class="UNIT",
            point=shapely.Point(point.x + 8, point.y),
            number_text=f"{number}单元",
            layout={},
            site={},
            defects=set(),
        )
        made += [building, unit]
    return made


def flagged_and_ended(streets: list[Street], today: date) -> dict[Any, Own]:
    """Made-up streets with a flagged (R43), an ended (R02, R37) and a changed name (R37).

    Only made-up names: nothing is said of a real one. Returns what becomes of their signs.
    """
    made_up = [street for street in streets if street.made_up]
    changed: dict[Any, Own] = {}
    for turn, street in enumerate(made_up[:9]):
        if turn % 3 == 0:
            _flag(street)
            changed[street.place_id] = _all_with("R43")
        elif turn % 3 == 1:
            _end(street, today - timedelta(days=ENDED_DAYS_AGO))
            changed[street.place_id] = _all_with("R02", "R37")
        else:
            changed[street.place_id] = _renamed(street, today - timedelta(days=RENAMED_DAYS_AGO))
    return changed


def _all_with(*rules: str) -> Own:
    def own(draft: Draft, turn: int) -> Draft:
        draft.locked = True
        draft.defects |= set(rules)
        if "R37" in rules:
            draft.site["installed_on"] = FORMER_SINCE + timedelta(days=365 * 4)
            draft.site["service_life_years"] = 30
        return draft

    return own


def _flag(street: Street) -> None:
    place = Place.objects.get(pk=street.place_id)
    place.attributes = {**place.attributes, "unsuitable": "怪"}
    place.save(update_fields=["attributes"])


def _end(street: Street, day: date) -> None:
    name = PlaceName.objects.standard().on(day).get(place_id=street.place_id)
    name.period = DateRange(name.period.lower, day)
    name.save(update_fields=["period"])
    name.pk = None
    name.kind = name.status = "abolished"
    name.period = DateRange(day, None)
    name.save(force_insert=True)


def _renamed(street: Street, day: date) -> Own:
    """The street had another name until a day; every other sign still shows it."""
    name = PlaceName.objects.standard().on(RECORDS_BEGIN).get(place_id=street.place_id)
    name.period = DateRange(day, None)
    name.save(update_fields=["period"])
    old = f"旧{name.text}"
    spelt = romanise(old, category="street")
    for kind, status, period in (
        ("standard", "standard", DateRange(FORMER_SINCE, day)),
        ("former", "historic", DateRange(day, None)),
    ):
        PlaceName.objects.create(
            place_id=street.place_id,
            text=old,
            kind=kind,
            status=status,
            period=period,
            pinyin_sign=spelt.sign,
            source_id="demo-synthetic",
            synthetic=True,
        )

    def own(draft: Draft, turn: int) -> Draft:
        draft.locked = True
        if turn % 2 == 0:
            draft.face = replace(draft.face, hanzi=old, pinyin=spelt.sign)
            draft.defects |= {"R01", "R05", "R37"}
            draft.site["installed_on"] = FORMER_SINCE + timedelta(days=365 * 3)
            draft.site["service_life_years"] = 30
        return draft

    return own
