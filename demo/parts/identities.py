"""Former names, abolished districts, relations and codes of Guangzhou; a merge to look at.

Districts and their dates are those of the adjustments of 2000, 2005, 2012 and 2014; codes, the
merged pair and the place that ended are made up and marked so.
"""

import uuid
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange

from common.crs import CGCS2000
from demo.parts import RECORDS_BEGIN, DemoOptions
from gazetteer.domain.codes import build_code
from gazetteer.domain.name_periods import period_of_name
from gazetteer.models import (
    LegalCategory,
    NameKind,
    NameRelation,
    NameStatus,
    Place,
    PlaceCode,
    PlaceName,
    PlaceRelation,
)
from gazetteer.operations.end_place import write_end
from gazetteer.operations.merge_places import write_merge
from gazetteer.operations.spell import spell
from gazetteer.queries.merging import merge_plan

DATA = Path(__file__).resolve().parent.parent / "data"
NAMESPACE = uuid.UUID("6d1c9f0e-7a35-5b8e-9c53-b1f0e84a2d17")
ADJUSTMENTS = "gz-adjustments"
SYNTHETIC = "demo-synthetic"
TODAY = RECORDS_BEGIN
# Towns that went from Panyu to Nansha (国函〔2012〕152号).
MOVED_TOWNS = ("东涌镇", "大岗镇", "榄核镇")
MOVED_ON = date(2012, 9, 30)
# A road and the district whose government has its seat there (国函〔2005〕35号).
SEATS = (("越华路", "440104"), ("中山七路", "440103"))
SEATED_ON = date(2005, 4, 28)
MERGED_ON, ENDED_ON = date(2024, 3, 1), date(2024, 5, 6)
HERE = "440106"


def load(options: DemoOptions) -> str:
    former = sum(map(_former, _read("former_names.tsv")))
    abolished = sum(map(_abolished, _read("abolished_districts.tsv")))
    _short_name()
    relations = _relations()
    codes = _codes()
    _made_up()
    return (
        f"{former} former names, {abolished} abolished districts, {relations} relations, "
        f"{codes} synthetic codes, one merge and one ended place (synthetic)"
    )


def _former(row: dict[str, str]) -> int:
    """A former name with the standard name of its time, and what it was renamed to."""
    place = _division(row["code"])
    period = period_of_name(
        kind=NameKind.FORMER, began=row["began"], ended=row["ended"], today=TODAY
    )
    name = _name(
        place,
        row["name"],
        NameKind.FORMER,
        DateRange(period.start, period.end),
        began=period.began,
        ended=period.ended,
        document=row["document"],
    )
    _name(
        place,
        row["name"],
        NameKind.STANDARD,
        DateRange(period.use_start, period.use_end),
        ended="" if period.ended == str(period.use_end) else period.ended,
        document=row["document"],
    )
    now = place.names.on(RECORDS_BEGIN).standard().get()
    NameRelation.objects.create(
        name=name,
        kind="renamed_to",
        other=now,
        period=DateRange(period.use_end, None),
        source_id=ADJUSTMENTS,
    )
    return 1


def _abolished(row: dict[str, str]) -> int:
    place = Place.objects.create(
        pk=uuid.uuid5(NAMESPACE, row["code"]),
        legal_category=LegalCategory.DIVISION,
        class_code="21300",
        division_code=row["code"],
        source_id=ADJUSTMENTS,
    )
    began = date.fromisoformat(row["began"]) if row["began"] else None
    document = row["document"]
    _name(place, row["name"], NameKind.STANDARD, DateRange(began, None), document=document)
    write_end(
        place=place,
        on=date.fromisoformat(row["ended"]),
        successors=[_division(row["successor"])],
        document=document,
    )
    PlaceRelation.objects.filter(place=place).update(source=ADJUSTMENTS)
    return 1


def _short_name() -> None:
    """The short name of the city as the city's own documents bear it."""
    document = "穗府〔2005〕19号"
    _name(_division("440100"), "穗", NameKind.SHORT, DateRange(None, None), document=document)


def _relations() -> int:
    rows = []
    panyu, nansha = _division("440113"), _division("440115")
    for town in MOVED_TOWNS:
        place = Place.objects.get(
            names__text=town, division_code__startswith="440115", division__isnull=False
        )
        for other, days in ((panyu, (None, MOVED_ON)), (nansha, (MOVED_ON, None))):
            rows.append((place, "part_of", other, DateRange(*days), ADJUSTMENTS))
    for road, district in SEATS:
        place = _street(road, district)
        if place is not None:
            days = DateRange(SEATED_ON, None)
            rows.append((place, "seat_of", _division(district), days, ADJUSTMENTS))
    crossing, crossed = _street("体育东路", HERE), _street("天河路", HERE)
    if crossing is not None and crossed is not None:
        days = DateRange(RECORDS_BEGIN, None)
        rows.append((crossing, "crosses", crossed, days, "public-knowledge"))
    for place, kind, other, days, source in rows:
        PlaceRelation.objects.create(
            place=place, kind=kind, other=other, period=days, source_id=source
        )
    return len(rows)


def _codes() -> int:
    """Codes by the rule, but not those of the national database: nobody here knows these."""
    places = [_street(road, HERE) for road in ("天河路", "体育东路")]
    found = [place for place in places if place is not None]
    for serial, place in enumerate(found, start=1):
        code = build_code(
            division_code=place.division_code, class_code=place.class_code, serial=serial
        )
        PlaceCode.objects.create(
            place=place,
            code=code,
            period=DateRange(RECORDS_BEGIN, None),
            source_id=SYNTHETIC,
            synthetic=True,
        )
    return len(found)


def _made_up() -> None:
    """Two records of one quarter that were merged, and a quarter that went into it."""
    survivor = _quarter("示例坊", 113.3391, 23.1512)
    double = _quarter("示例坊片", 113.3393, 23.1513)
    gone = _quarter("示例旧墟", 113.3402, 23.1520)
    standard = double.names.get()
    decisions = {f"name:{standard.pk}": "alias", "fact:position": "keep"}
    plan = merge_plan(
        ended=double, survivor=survivor, on=MERGED_ON, today=ENDED_ON, decisions=decisions
    )
    at = datetime.combine(MERGED_ON, datetime.min.time(), ZoneInfo(settings.TIME_ZONE))
    write_merge(plan=plan, by=None, at=at, reason="演示：同一地片重复登记", decisions=decisions)
    write_end(place=gone, on=ENDED_ON, successors=[survivor], document="演示文件")
    PlaceName.objects.filter(place__in=[survivor, double, gone]).update(synthetic=True)
    PlaceRelation.objects.filter(place=gone).update(source=SYNTHETIC, synthetic=True)


def _quarter(text: str, lon: float, lat: float) -> Place:
    place = Place.objects.create(
        pk=uuid.uuid5(NAMESPACE, text),
        legal_category=LegalCategory.OTHER,
        class_code="21770",
        division_code=HERE,
        geometry=Point(lon, lat, srid=CGCS2000),
        source_id=SYNTHETIC,
        synthetic=True,
        approximate=True,
    )
    days = DateRange(RECORDS_BEGIN, None)
    _name(place, text, NameKind.STANDARD, days, source=SYNTHETIC, synthetic=True)
    return place


def _name(
    place: Place,
    text: str,
    kind: NameKind,
    period: DateRange,
    *,
    source: str = ADJUSTMENTS,
    **columns: Any,
) -> PlaceName:
    statuses = {
        NameKind.STANDARD: NameStatus.STANDARD,
        NameKind.FORMER: NameStatus.HISTORIC,
        NameKind.SHORT: NameStatus.RECORDED,
    }
    name = PlaceName(
        place=place,
        text=text,
        kind=kind,
        status=statuses[kind],
        period=period,
        source_id=source,
        **columns,
    )
    spell(name, place.legal_category, place.division_code)
    name.save()
    return name


def _division(code: str) -> Place:
    found: Place = Place.objects.get(division_code=code, division__isnull=False)
    return found


def _street(text: str, district: str) -> Place | None:
    """A road of the set, where the small one has it."""
    rows = Place.objects.filter(names__text=text, division_code=district, division=None)
    found: Place | None = rows.first()
    return found


def _read(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
