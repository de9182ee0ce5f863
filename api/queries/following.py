"""What people follow: its name where they may read it, what happened to it, what is overdue."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Follow
from accounts.models import Notice as Told
from accounts.scoping import within
from api.queries.changes import QUIET, fields_of, uuids
from boundaries.models import Adjustment, BoundaryLine, DivisionVersion, JointInspection
from boundaries.queries.divisions import division_names
from boundaries.queries.lines import get_line_row, lines
from common import audit
from common.models import bilingual
from gazetteer.models import Notice, PlaceName
from gazetteer.queries.cases import cases_on
from gazetteer.queries.notices import notices_on
from signage.models import RectificationOrder, Sign

PLACE, DIVISION, CASE, SIGN, LINE, NOTICE, OVERDUE = Follow.Kind.values
Thing = tuple[str, str]
# Kind → name of its page and of the key in it.
PAGES = {
    PLACE: ("gazetteer:place", "pk"),
    DIVISION: ("boundaries:division", "code"),
    CASE: ("gazetteer:case", "pk"),
    SIGN: ("signage:sign", "number"),
    LINE: ("boundaries:line", "code"),
    NOTICE: ("gazetteer:notice", "pk"),
}
TYPES = {
    "gazetteer.place": PLACE,
    "gazetteer.namingcase": CASE,
    "gazetteer.notice": NOTICE,
    "signage.sign": SIGN,
    "signage.rectificationorder": SIGN,
    "boundaries.boundaryline": LINE,
    "boundaries.jointinspection": LINE,
    "boundaries.adjustment": DIVISION,
}
# Drafts of an adjustment are told to nobody who only follows a division.
TOLD_ADJUSTMENTS = ("adjustment_approved", "adjustment_in_force", "adjustment_undone")


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit entry and the things that it is about."""

    number: int
    at: datetime
    operation: str
    user_id: int | None
    things: Sequence[Thing]


def page_of(kind: str, key: str) -> str:
    name, argument = PAGES[kind]
    return reverse(name, kwargs={argument: key})


def names_of(things: Iterable[Thing], *, by: Any, at: date) -> dict[Thing, str]:
    """What each is called, for those that ``by`` may read; the others are not there."""
    asked: dict[str, set[str]] = {}
    for kind, key in things:
        asked.setdefault(kind, set()).add(key)
    if not by.grants_today():
        return {}
    readers: dict[str, Callable[..., dict[str, str]]] = {
        PLACE: _places,
        DIVISION: _divisions,
        CASE: _cases,
        SIGN: _signs,
        LINE: _lines,
        NOTICE: _notices,
    }
    return {
        (kind, key): name
        for kind, keys in asked.items()
        if kind in readers
        for key, name in readers[kind](keys, by=by, at=at).items()
    }


def unread_of(user: Any, *, at: date) -> int:
    """How many notices of what the person may read wait, as the page shows them.

    A number beside an empty page would tell that something followed has become secret.
    """
    waiting = Told.objects.filter(user=user, read_at__isnull=True).values_list("kind", "key")
    counted = Counter(waiting.order_by())
    names = names_of(counted, by=user, at=at) if counted else {}
    return sum(number for thing, number in counted.items() if thing in names)


def _places(keys: Collection[str], **_told: Any) -> dict[str, str]:
    """By the last standard name that began: what has ended is still told of."""
    rows = PlaceName.objects.filter(place__in=uuids(keys), kind="standard")
    rows = rows.exclude(place__secrecy="secret").order_by("period")
    told = rows.values_list("place_id", "text", "pinyin_plain")
    return {str(key): bilingual(text, f"{text} {pinyin}".strip()) for key, text, pinyin in told}


def _divisions(keys: Collection[str], *, at: date, **_told: Any) -> dict[str, str]:
    rows = DivisionVersion.objects.filter(code__in=keys, period__startswith__lte=at)
    return {row.code: bilingual(row.name, row.name_en) for row in rows.order_by("period")}


def _cases(keys: Collection[str], *, by: Any, at: date) -> dict[str, str]:
    rows = cases_on(at=at, by=by).filter(pk__in=uuids(keys))
    return {str(row.pk): f"{row.title} {row.number}" for row in rows}


def _signs(keys: Collection[str], **_told: Any) -> dict[str, str]:
    rows = Sign.objects.shown().filter(number__in=keys)
    return {row.number: str(row) for row in rows}


def _lines(keys: Collection[str], *, at: date, **_told: Any) -> dict[str, str]:
    rows = list(BoundaryLine.objects.filter(code__in=keys).order_by("period"))
    codes = {code for row in rows for code in (row.code_a, row.code_b)}
    names = division_names(codes=codes, at=at)
    return {
        row.code: "—".join(
            names.get(code, written)
            for code, written in ((row.code_a, row.name_a), (row.code_b, row.name_b))
        )
        for row in rows
    }


def _notices(keys: Collection[str], *, at: date, **_told: Any) -> dict[str, str]:
    """To whom, its number, and what is forbidden in the reader's language."""
    rows = notices_on(at=at).filter(pk__in=uuids(keys)).prefetch_related("breaches")
    return {
        str(row.pk): " · ".join(
            filter(
                None,
                (row.organisation, row.number, *(each.conduct for each in row.breaches.all())),
            )
        )
        for row in rows
    }


def entries_since(*, number: int, limit: int) -> tuple[list[Entry], int]:
    """Entries about things that can be followed, in order, and the number to go on from."""
    sql = """
        SELECT entry.id, entry.at, entry.operation, entry.user_id, entry.subject_type,
               entry.subject_id
        FROM common_auditentry entry
        WHERE entry.id > %s AND entry.id <= %s
          AND entry.subject_type = ANY(%s) AND entry.operation <> ALL(%s)
        ORDER BY entry.id LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [number, audit.settled(), list(TYPES), list(QUIET), limit])
        rows = cursor.fetchall()
    subjects = _subjects([(type_, subject) for *_rest, type_, subject in rows])
    entries = [
        Entry(key, at, operation, user, subjects.get((type_, subject), []))
        for key, at, operation, user, type_, subject in rows
        if type_ != "boundaries.adjustment" or operation in TOLD_ADJUSTMENTS
    ]
    return entries, rows[-1][0] if rows else number


def _subjects(asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Thing]]:
    """(type, subject) of the log → the things as their addresses name them."""
    by_type: dict[str, set[str]] = {}
    for type_, subject in asked:
        by_type.setdefault(type_, set()).add(subject)

    found: dict[tuple[str, str], list[Thing]] = {}
    for type_ in ("gazetteer.place", "gazetteer.namingcase", "gazetteer.notice"):
        for subject in by_type.get(type_, ()):
            found[type_, subject] = [(TYPES[type_], subject)]
    for type_, model, field in (
        ("signage.sign", Sign, "number"),
        ("signage.rectificationorder", RectificationOrder, "sign__number"),
        ("boundaries.boundaryline", BoundaryLine, "code"),
        ("boundaries.jointinspection", JointInspection, "line__code"),
    ):
        for subject, key in fields_of(model.objects, by_type.get(type_, ()), field).items():
            found[type_, subject] = [(TYPES[type_], key)]
    adjusted = by_type.get("boundaries.adjustment", ())
    for subject, codes in fields_of(Adjustment.objects, adjusted, "codes").items():
        found["boundaries.adjustment", subject] = [(DIVISION, code) for code in codes]
    return found


def overdue_for(*, by: Any, at: date, things: Iterable[Thing] | None = None) -> dict[Thing, date]:
    """Things whose deadline has passed → that day: of ``things``, which may lie anywhere, or

    where none are given of all in the jurisdictions of a person.
    """
    keys: dict[str, list[str]] = {}
    for kind, key in things or ():
        keys.setdefault(kind, []).append(key)

    def chosen(rows: QuerySet[Any], kind: str, field: str, area: str) -> QuerySet[Any]:
        if things is None:
            return within(rows, by, field=area)
        asked = keys.get(kind, [])
        return rows.filter(**{f"{field}__in": uuids(asked) if field == "pk" else asked})

    found: dict[Thing, date] = {}
    cases = chosen(cases_on(at=at, by=by).filter(overdue=True), CASE, "pk", "division_code")
    found |= {(CASE, str(pk)): due for pk, due in cases.values_list("pk", "due")}
    orders = RectificationOrder.objects.shown().filter(
        closed_at__isnull=True, waived_at__isnull=True, due_on__lt=at
    )
    orders = chosen(orders, SIGN, "sign__number", "sign__division_code")
    found |= {(SIGN, key): due for key, due in orders.values_list("sign__number", "due_on")}
    notices = chosen(Notice.objects.shown().overdue(at), NOTICE, "pk", "division_code")
    found |= {(NOTICE, str(pk)): due for pk, due in notices.values_list("pk", "deadline")}
    areas = set(by.jurisdictions()) if things is None else set()
    for area in areas:
        late = lines(at=at, within=area, state="wrong", limit=None).rows
        found |= {(LINE, row.code): row.due_on for row in late if row.due_on}
    for code in keys.get(LINE, []):
        row = get_line_row(code=code, at=at)
        if row and row.state == "wrong" and row.due_on:
            found[LINE, code] = row.due_on
    return found


def followed_from(name: str, values: dict[str, Any]) -> Thing | None:
    """The thing that a page is about, by the name of its address; None where none is followed."""
    for kind, (page, argument) in PAGES.items():
        if page == name:
            return kind, str(values[argument])
    return None


def words_of(operation: str) -> str:
    """What happened, in the reader's language."""
    if operation.startswith("case_"):
        return _("The case went a step on")
    if operation.startswith("notice_"):
        return _("The notice went a step on")
    if operation.startswith("adjustment_"):
        return {
            "adjustment_approved": _("An adjustment was approved"),
            "adjustment_in_force": _("An adjustment came into effect"),
            "adjustment_undone": _("An adjustment was undone"),
        }.get(operation, _("Changed"))
    return {
        OVERDUE: _("The deadline has passed"),
        "edit_place": _("Record corrected"),
        "edit_name": _("Name corrected"),
        "add_name": _("Name added"),
        "end_name": _("Name ended"),
        "merge_places": _("Merged with another place"),
        "end_place": _("The place is no more"),
        "name_takes_effect": _("The name came into effect"),
        "edit_sign": _("Record corrected"),
        "check_sign": _("Checked"),
        "order_signs": _("Ordered to be put right"),
        "reopen_order": _("Ordered once more"),
        "record_inspection": _("A joint inspection was recorded"),
        "record_patrol": _("A patrol was recorded"),
    }.get(operation, _("Changed"))
