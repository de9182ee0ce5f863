"""A checked register of facilities is written as a whole, and taken back as a whole.

What differs from the record begins another state on the day of the import; the state before is
kept. A contact leaves the rows of the import as soon as it is kept apart.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.utils.translation import gettext as _

from common.crs import CGCS2000
from common.errors import Refusal
from common.imports.committing import ChangedMeanwhile, listed
from common.models import ImportBatch, ImportRow
from facilities.domain.names import name_keys
from facilities.models import Facility, FacilityContact, FacilityOccupancy
from facilities.operations.lives import replace_state
from facilities.queries.known import facilities_known
from facilities.queries.standard_names import links_of

Report = Callable[[int, int, str], None]
AT_ONCE = 500
# Columns that a row brings as they are.
KEPT = ("name", "address", "operator", "beds", "approximate", "synthetic")
CONTACT = ("contact_person", "contact_phone")


class BuiltUpon(Refusal):
    template = (
        "The import cannot be undone: %(count)d of its facilities have been changed or counted "
        "since (%(names)s)."
    )


@transaction.atomic
def commit_register(*, batch: ImportBatch, by: Any, report: Report) -> None:
    """Write additions and changes of a batch; part of the operation that asked."""
    rows = batch.rows.filter(outcome__in=["add", "change"]).order_by("number")
    total = rows.count()
    for start in range(0, total, AT_ONCE):
        chunk = list(rows[start : start + AT_ONCE])
        held = _as_checked(chunk, batch.day)
        for row in chunk:
            if row.outcome == "add":
                _add(row, batch)
            else:
                _change(held[row.number], row, batch)
            _beside(row, batch)
        ImportRow.objects.bulk_update(chunk, ["values"])
        report(start + len(chunk), total, _("Writing facilities"))
    batch.marks = {"facility": _last_event()}


@transaction.atomic
def undo_register(*, batch: ImportBatch, by: Any, report: Report) -> None:
    """Remove what was added and put back what was changed, unless it was built upon."""
    rows = list(batch.rows.filter(outcome__in=["add", "change"]).order_by("number"))
    _refuse_built_upon(rows, batch)
    subjects = [row.subject for row in rows]
    FacilityOccupancy.objects.filter(identity__in=subjects, source=batch.source).delete()
    with_contact = [row.subject for row in rows if row.values.get("contact")]
    FacilityContact.objects.filter(identity__in=with_contact).delete()
    for row in rows:
        began = row.values.get("began")
        if row.outcome == "add":
            Facility.objects.filter(pk=row.subject).delete()
        elif began is not None:
            held = Facility.objects.get(pk=row.before["state"])
            if began != str(held.pk):
                made = Facility.objects.get(pk=began)
                until = made.period.upper
                made.delete()
                held.period = DateRange(held.period.lower, until)
                held.save(update_fields=["period"])
            else:
                _put_back(held, row)
    report(1, 1, _("Removing what was added"))


def _add(row: ImportRow, batch: ImportBatch) -> None:
    values = row.values
    opened = date.fromisoformat(values["opened_on"]) if values.get("opened_on") else None
    made = Facility(
        pk=row.subject,
        identity=row.subject,
        category_id=values["category"],
        period=DateRange(opened or batch.day, None),
        begun_by=Facility.Change.OPENED if opened else "",
    )
    _fill(made, row, batch)
    made.save(force_insert=True)


def _change(held: Facility, row: ImportRow, batch: ImportBatch) -> None:
    """Another state from the day on; on the very day that a state began it is corrected."""
    if len(row.before or {}) < 2:  # the facts agree: the row brings a count or a contact alone
        return
    made = held
    if held.period.lower is None or held.period.lower < batch.day:
        made = replace_state(held)
        until = held.period.upper
        held.period = DateRange(held.period.lower, batch.day)
        held.save(update_fields=["period"])
        made.period = DateRange(batch.day, until)
        made.begun_by = _kind(row)
    _fill(made, row, batch)
    made.save(force_insert=made is not held)
    row.values["began"] = str(made.pk)


def _fill(made: Facility, row: ImportRow, batch: ImportBatch) -> None:
    values = row.values
    for key in KEPT:
        if key in values:
            setattr(made, key, values[key])
    made.attributes = {**made.attributes, **values.get("attributes", {})}
    if "longitude" in values:
        made.location = Point(values["longitude"], values["latitude"], srid=CGCS2000)
        made.division_code = values["division_code"]
        made.footprint = _footprint(row.geometry)
    made.source = batch.source
    keys = name_keys(made.name, made.division_code)
    made.search_pinyin, made.search_initials = keys.pinyin, keys.initials
    links = links_of(
        name=made.name, address=made.address, division_code=made.division_code, at=batch.day
    )
    made.place_id, made.street_id = links.place, links.street


def _footprint(shape: GEOSGeometry | None) -> Any:
    if shape is None or shape.geom_type == "Point":
        return None
    return MultiPolygon(shape, srid=CGCS2000) if shape.geom_type == "Polygon" else shape


def _kind(row: ImportRow) -> str:
    """What began the state, where the row changes one kind of thing."""
    change = Facility.Change
    kinds = {
        "longitude": change.MOVED,
        "beds": change.CAPACITY,
        "name": change.RENAMED,
        "operator": change.OPERATOR,
    }
    found = [kind for key, kind in kinds.items() if key in row.values]
    return found[0] if len(found) == 1 else change.OTHER


def _beside(row: ImportRow, batch: ImportBatch) -> None:
    """The count of occupied beds and the contact; the latter leaves the row."""
    values = row.values
    if values.get("occupied") is not None:
        FacilityOccupancy.objects.get_or_create(
            identity=row.subject,
            counted_on=values["counted_on"],
            defaults={
                "occupied": values["occupied"],
                "source": batch.source,
                "synthetic": values.get("synthetic", False),
            },
        )
    person, phone = (values.pop(key, "") for key in CONTACT)
    if person or phone:
        FacilityContact.objects.create(identity=row.subject, person=person, phone=phone)
        values["contact"] = True


def _as_checked(chunk: Sequence[ImportRow], day: date) -> dict[int, Facility]:
    """The states that rows change, locked; refused where one is not what it was at the check."""
    known = facilities_known(
        identities=[str(row.subject) for row in chunk],
        names=[row.values.get("name", "") for row in chunk if row.outcome == "add"],
        at=day,
        lock=True,
    )
    held: dict[int, Facility] = {}
    wrong = []
    for row in chunk:
        if row.outcome == "add":
            code = row.values["division_code"][:6]
            if (row.values["name"], row.values["category"], code) in known:
                wrong.append(str(row.number))
            continue
        found = known.get(str(row.subject))
        if found is None or not _stands(found, row.before or {}):
            wrong.append(str(row.number))
        else:
            held[row.number] = found
    if wrong:
        raise ChangedMeanwhile(count=len(wrong), numbers=listed(wrong))
    return held


def _stands(found: Facility, before: dict[str, Any]) -> bool:
    if str(found.pk) != before["state"]:
        return False
    now = {"longitude": found.location.x, "latitude": found.location.y}
    return all(
        now.get(key, getattr(found, key, None)) == value
        for key, value in before.items()
        if key != "state"
    )


def _put_back(held: Facility, row: ImportRow) -> None:
    before = row.before or {}
    event = held.events.order_by("-pgh_id").first()
    for key in (*KEPT, "attributes", "division_code"):
        if key in before:
            setattr(held, key, before[key])
    if "longitude" in before:
        held.location = Point(before["longitude"], before["latitude"], srid=CGCS2000)
        held.footprint = event.footprint if event else None
    held.source_id = event.source_id if event else None
    keys = name_keys(held.name, held.division_code)
    held.search_pinyin, held.search_initials = keys.pinyin, keys.initials
    held.save()


def _refuse_built_upon(rows: Sequence[ImportRow], batch: ImportBatch) -> None:
    subjects = {row.subject for row in rows}
    mark = batch.marks.get("facility", 0)
    later = Facility.pgh_event_model.objects.filter(identity__in=subjects, pgh_id__gt=mark)
    used = set(later.values_list("identity", flat=True))
    own = {row.values.get("began") or str(row.subject) for row in rows}
    states = Facility.objects.filter(identity__in=subjects, period__startswith__gt=batch.day)
    used |= {row.identity for row in states if str(row.pk) not in own}
    added = {row.subject for row in rows if row.outcome == "add"}
    counts = FacilityOccupancy.objects.filter(identity__in=added).exclude(source=batch.source)
    used |= set(counts.values_list("identity", flat=True))
    if used:
        shown = Facility.objects.shown().filter(identity__in=used)
        told = set(shown.values_list("identity", flat=True))
        titles = [row.title for row in rows if row.subject in told]
        raise BuiltUpon(count=len(used), names=listed(titles) or "…")


def _last_event() -> int:
    last = Facility.pgh_event_model.objects.aggregate(last=Max("pgh_id"))["last"]
    return int(last or 0)
