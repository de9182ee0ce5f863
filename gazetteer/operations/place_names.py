"""Names beside the standard one are put on record, corrected, ended and struck off."""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from common.partial_dates import read_partial_date
from gazetteer.domain.name_periods import PAST, NamePeriod, period_of_name
from gazetteer.domain.readings import ReadingSource
from gazetteer.models import NameKind, NameStatus, Place, PlaceName
from gazetteer.operations.spell import spell

STATUSES = {
    NameKind.SHORT: NameStatus.RECORDED,
    NameKind.ALIAS: NameStatus.RECORDED,
    NameKind.ETHNIC: NameStatus.RECORDED,
    NameKind.FORMER: NameStatus.HISTORIC,
    NameKind.HISTORIC: NameStatus.HISTORIC,
    NameKind.PROPOSED: NameStatus.PROPOSED,
    NameKind.ABOLISHED: NameStatus.ABOLISHED,
}
CHINESE = "zh"
LONGEST = 100
# What the row of the former standard name has in common with that of the former name.
SHARED = (
    *("place", "text", "language", "specific", "generic", "pinyin_plain", "pinyin_toned"),
    *("pinyin_sign", "reading_source", "search_pinyin", "search_initials", "meaning", "origin"),
    *("approved_by", "approved_on", "document", "document_page", "source", "synthetic"),
)
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_LATIN = re.compile(r"^[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’ .-]*$")


class CannotAddName(Refusal):
    """The name may not be put on record so."""


class NotHere(Refusal):
    template = "A standard name is given, changed or abolished by a case, not here."


class NameInUse(Refusal):
    template = "“%(name)s” is used by a case or another name and cannot be struck off: end it."


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a form tells of a name.

    ``began`` and ``ended``: partial dates, as people write them or EDTF. ``reading``: Pinyin with
    tones, or the official Roman spelling of a name in a minority language. ``non_standard``: the
    name is in use against the rules and is on record for that.
    """

    text: str
    began: str = ""
    ended: str = ""
    reading: str = ""
    language: str = CHINESE
    script_text: str = ""
    meaning: str = ""
    origin: str = ""
    history: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    document: str = ""
    document_page: str = ""
    non_standard: bool = False


@transaction.atomic
def add_name(
    *,
    by: Any,
    place: Place,
    kind: str,
    facts: NameFacts,
    at: date,
    was_standard: bool = False,
    reason: str = "",
) -> PlaceName:
    """Put a name of any kind but the standard one on record; its period follows from the dates.

    ``was_standard``: a former name is on record as the standard name of the days of its use too,
    so that these days find it. Raises :class:`CannotAddName`, :class:`NotHere` or ``BadInput``.
    """
    place = _locked(by, place)
    if kind not in STATUSES:
        raise NotHere
    name = PlaceName(place=place, kind=kind)
    period = _fill(name, facts, at)
    _refuse_double(name)
    _refuse_after_end(name)
    name.save()
    if was_standard:
        _keep_as_standard(name, period)
    _record(by, "add_name", name, reason, was_standard=was_standard, facts=_as_kept(name))
    return name


@transaction.atomic
def correct_name(*, by: Any, name: PlaceName, facts: NameFacts, at: date, reason: str) -> PlaceName:
    """Correct a name that is not a standard one; every former state is kept."""
    _locked(by, name.place)
    name = _fresh(name)
    _refuse_no_reason(reason)
    before = _as_kept(name)
    _fill(name, facts, at)
    _refuse_double(name)
    _refuse_after_end(name)
    _record(by, "correct_name", name, reason, before=before, after=_as_kept(name))
    name.save()
    return name


@transaction.atomic
def end_name(*, by: Any, name: PlaceName, ended: str, reason: str, at: date) -> PlaceName:
    """A short name, alias, ethnic or proposed name is used no more since a partial date."""
    _locked(by, name.place)
    name = _fresh(name)
    _refuse_no_reason(reason)
    if name.kind in PAST:
        raise CannotAddName("A name of the past has ended already: correct its dates instead.")
    if name.period.upper is not None:
        raise CannotAddName("The name has ended already.")
    if not ended.strip():
        raise BadInput("Say when the name went out of use.")
    began = name.began or (name.period.lower.isoformat() if name.period.lower else "")
    period = period_of_name(kind=name.kind, began=began, ended=ended, today=at)
    before = _as_kept(name)
    name.period, name.ended = DateRange(name.period.lower, period.end), period.ended
    _record(by, "end_name", name, reason, before=before, after=_as_kept(name))
    name.save()
    return name


@transaction.atomic
def strike_name(*, by: Any, name: PlaceName, reason: str) -> None:
    """Take off a name that never was one; the history keeps it."""
    _locked(by, name.place)
    name = _fresh(name)
    _refuse_no_reason(reason)
    if name.relations.exists() or name.related_names.exists() or name.cases.exists():
        raise NameInUse(name=name.text)
    _record(by, "strike_name", name, reason, before=_as_kept(name))
    name.delete()


def _locked(by: Any, place: Place) -> Place:
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    found: Place = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if found.merged_into_id is not None:
        raise CannotAddName("The place was merged into another: its names belong there.")
    return found


def _fresh(name: PlaceName) -> PlaceName:
    found: PlaceName = PlaceName.objects.select_for_update(of=("self",)).get(pk=name.pk)
    if found.kind == NameKind.STANDARD:
        raise NotHere
    return found


def _fill(name: PlaceName, facts: NameFacts, at: date) -> NamePeriod:
    for field in fields(NameFacts):
        value = getattr(facts, field.name)
        if field.name not in ("began", "ended", "reading", "non_standard"):
            setattr(name, field.name, value.strip() if isinstance(value, str) else value)
    name.text = " ".join(facts.text.split())
    period = period_of_name(kind=name.kind, began=facts.began, ended=facts.ended, today=at)
    name.period = DateRange(period.start, period.end)
    name.began, name.ended = period.began, period.ended
    name.status = STATUSES[NameKind(name.kind)]
    if facts.non_standard:
        if name.status != NameStatus.RECORDED:
            raise BadInput("Only a short name, an alias or a name in a language is non-standard.")
        name.status = NameStatus.NON_STANDARD
    _check_language(name)
    _check_text(name)
    _spell(name, facts.reading.strip())
    name.full_clean(exclude=["place", "source", "audio"], validate_constraints=False)
    return period


def _check_language(name: PlaceName) -> None:
    ethnic = name.kind == NameKind.ETHNIC
    name.language = name.language or CHINESE
    if not _LANGUAGE.match(name.language):
        raise BadInput(
            "“%(language)s” is not the code of a language: bo, ug, mn, za, ii …",
            language=name.language[:20],
        )
    if ethnic and name.language.split("-")[0] == CHINESE:
        raise BadInput("Say which language the name is in.")
    if ethnic and not name.script_text:
        raise BadInput("Give the name in its own script.")
    if ethnic and not name.text:
        name.text = name.script_text[:LONGEST]


def _check_text(name: PlaceName) -> None:
    if not name.text:
        raise BadInput("Give the name.")
    if len(name.text) > LONGEST:
        raise BadInput("A name has at most %(most)d characters.", most=LONGEST)
    if not any(map(str.isalpha, name.text)) or not name.text.isprintable():
        raise BadInput("“%(text)s” is not a name: it has no letter.", text=name.text[:40])


def _spell(name: PlaceName, reading: str) -> None:
    """Names in a minority language keep the spelling they are given; it is never recomputed."""
    if name.kind != NameKind.ETHNIC:
        spell(name, name.place.legal_category, name.place.division_code, reading)
        return
    if not reading:
        raise BadInput("Give the official Roman spelling of the name.")
    if not _LATIN.match(reading):
        raise BadInput("“%(text)s” is not a spelling in Roman letters.", text=reading[:40])
    name.pinyin_plain = name.pinyin_toned = reading
    name.pinyin_sign = reading.upper()
    name.reading_source = ReadingSource.SPELLING
    letters = "".join(each for each in reading.lower() if each.isalpha())
    name.search_pinyin = letters
    name.search_initials = "".join(word[:1] for word in reading.lower().split())[:60]


def _refuse_double(name: PlaceName) -> None:
    same = PlaceName.objects.filter(place=name.place, text=name.text, kind=name.kind)
    same = same.filter(period__overlap=name.period, language=name.language).exclude(pk=name.pk)
    if same.exists():
        raise CannotAddName("The place has this name on record already for some of these days.")
    today = PlaceName.objects.filter(place=name.place, text=name.text).standard()
    if name.kind in (NameKind.ALIAS, NameKind.SHORT, NameKind.PROPOSED) and (
        today.filter(period__overlap=name.period).exists()
    ):
        raise CannotAddName("This is the standard name of the place on some of these days.")


def _refuse_after_end(name: PlaceName) -> None:
    """A place that is no more has no name in use; names of its past may still be learned."""
    ended = name.place.ended_on
    if ended is None or name.kind in PAST:
        return
    if name.period.upper is None or name.period.upper > ended:
        raise CannotAddName(
            "The place is no more since %(day)s: say when the name ended.", day=ended
        )


def _keep_as_standard(name: PlaceName, period: NamePeriod) -> None:
    if name.kind != NameKind.FORMER or period.use_end is None:
        raise BadInput("Only a former name whose end is known was a standard name once.")
    used = DateRange(period.use_start, period.use_end)
    other = PlaceName.objects.filter(place=name.place).standard().filter(period__overlap=used)
    if (stands := other.first()) is not None:
        raise CannotAddName(
            "On some of these days “%(name)s” is on record as the standard name.", name=stands.text
        )
    PlaceName.objects.create(
        **{field: getattr(name, field) for field in SHARED},
        kind=NameKind.STANDARD,
        status=NameStatus.STANDARD,
        period=used,
        began=_partly_known(name.began),
        ended=_partly_known(name.ended),
    )


def _partly_known(edtf: str) -> str:
    """What a period does not tell: whole days stand in it."""
    return "" if not edtf or read_partial_date(edtf).exact else edtf


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")


def _as_kept(name: PlaceName) -> dict[str, str]:
    return {
        "text": name.text,
        "kind": name.kind,
        "status": name.status,
        "period": f"[{name.period.lower or ''},{name.period.upper or ''})",
        "began": name.began,
        "ended": name.ended,
        "pinyin": name.pinyin_toned,
        "document": name.document,
    }


def _record(by: Any, operation: str, name: PlaceName, reason: str, **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=name.place,
        jurisdiction=name.place.division_code,
        reason=reason.strip(),
        name=name.text,
        kind=name.kind,
        **details,
    )
