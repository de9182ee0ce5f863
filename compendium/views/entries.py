"""The compendium desk, and one entry: reading, writing, signing, taking out."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.domain.scope import jurisdiction_of
from accounts.scoping import area_to_read, may_here, require
from boundaries.models import DivisionVersion
from boundaries.queries.divisions import get_division
from common.documents import word_response
from common.errors import BadInput, NotPermitted, Refusal
from common.filters import read_code
from common.jobs import start_job
from common.middleware import sentence
from common.models import in_a_row
from compendium.domain.flow import Stage, jurisdiction_needed
from compendium.exports.entries import entries_json, entries_word
from compendium.models import CHECK_WORDS, ItemKey, StageChoice
from compendium.operations.entries import NEEDS, give_back, sign_entry, write_item
from compendium.queries.entries import LEVELS, EntrySheet, content_hash, entry_sheets, sheets_of

FORMATS = ("word", "json")


def _area(request: Any) -> str:
    """The jurisdiction asked for; else the home one, or this person's own within it."""
    area = area_to_read(
        asked=read_code(request.GET.get("within", "")),
        by=request.user,
        home=settings.HOME_JURISDICTION,
    )
    if len(area) < 4:
        raise BadInput("Choose a city or one of its districts: its code has 4 or 6 digits.")
    require(by=request.user, capability=Capability.READ, codes=[area])
    return area


def desk(request: Any) -> HttpResponse:
    area = _area(request)
    sheets = entry_sheets(at=request.day, within=area)
    items: dict[str, list[int]] = {}
    for sheet in sheets:
        for line in sheet.lines:
            told = items.setdefault(line.label, [0, 0, int(line.item.required)])
            told[0] += bool(line.text)
            told[1] += 1
    stages = dict.fromkeys(Stage, 0)
    for sheet in sheets:
        stages[Stage(sheet.stage)] += 1
    words = dict(_stage_words())
    values = {
        "sheets": sheets,
        "area": area,
        "area_name": sheets[0].name if sheets else area,
        "districts": [sheet.name for sheet in sheets if sheet.version.level < LEVELS[-1]],
        "items": [
            (label, filled, asked, 100 * filled // asked, required)
            for label, (filled, asked, required) in items.items()
        ],
        "stages": [(words[stage], count) for stage, count in stages.items() if count],
        "filled": sum(sheet.filled for sheet in sheets),
        "required": sum(sheet.required for sheet in sheets),
        "home_url": reverse("compendium:desk"),
    }
    return render(request, "compendium/desk.html", values)


def _stage_words() -> list[tuple[str, str]]:
    return [(Stage(value), str(label)) for value, label in StageChoice.choices]


@require_POST
def export(request: Any) -> HttpResponse:
    """Start the document of a whole jurisdiction."""
    within = jurisdiction_of(read_code(request.POST.get("within", "")))
    if len(within) < 4:
        raise BadInput("Choose a city or one of its districts: its code has 4 or 6 digits.")
    require(by=request.user, capability=Capability.READ, codes=[within])
    format = request.POST.get("format", "word")
    if format not in FORMATS:
        raise BadInput("The list has no such filter or order.")
    job = start_job(
        kind="export_entries",
        by=request.user,
        within=within,
        at=request.day.isoformat(),
        format=format,
    )
    return redirect("job", job.pk)


def version_of(request: Any, code: str, at: date) -> DivisionVersion:
    """The division of an entry on a day, where this person may read it; else 404."""
    version = get_division(code=code, at=at)
    if version is None or version.level not in LEVELS:
        raise Http404
    require(by=request.user, capability=Capability.READ, codes=[code])
    return version


def _sheet(request: Any, code: str) -> EntrySheet:
    return sheets_of(versions=[version_of(request, code, request.day)], at=request.day)[0]


def entry_record(
    request: Any, code: str, *, fault: str = "", typed: Any = None, key: str = ""
) -> HttpResponse:
    sheet = _sheet(request, code)
    stage = Stage(sheet.stage)
    may_write = may_here(by=request.user, capability=Capability.EDIT_NAME, codes=[code])
    may_sign = stage in NEEDS and may_here(
        by=request.user,
        capability=NEEDS[stage],
        codes=[jurisdiction_needed(stage, code)],
    )
    values = {
        "sheet": sheet,
        "division": sheet.version,
        "findings": [
            (
                finding,
                CHECK_WORDS[finding.check],
                in_a_row(
                    str(ItemKey(one).label) if one in ItemKey.values else one
                    for one in finding.about
                ),
            )
            for finding in sheet.findings
        ],
        "signatures": list(sheet.entry.signatures.select_related("by")) if sheet.entry else [],
        "may_write": may_write and stage in (Stage.COLLECT, Stage.COUNTY),
        "may_sign": may_sign,
        "may_give_back": may_sign and stage is not Stage.COLLECT,
        "fault": fault,
        "typed": typed,
        "fault_key": key,
        "over": stage is Stage.PRINT,
        "seen": content_hash(sheet.entry) if may_sign else "",
        "photos": list(sheet.entry.photos.all()) if sheet.entry else [],
    }
    return render(request, "compendium/entry.html", values, status=400 if fault else 200)


def _acted(
    request: Any, code: str, act: Callable[[DivisionVersion], Any], done: str, key: str = ""
) -> HttpResponse:
    # Whatever day the page shows, people write and sign today.
    version = version_of(request, code, request.today)
    try:
        act(version)
    except NotPermitted:
        raise
    except (BadInput, Refusal) as error:
        return entry_record(request, code, fault=sentence(error), typed=request.POST, key=key)
    messages.success(request, done)
    anchor = f"#item-{key}" if key else ""
    return redirect(f"{reverse('compendium:entry', args=[code])}{anchor}")


@require_POST
def entry_write(request: Any, code: str) -> HttpResponse:
    sent = request.POST
    key = sent.get("key", "")

    def act(version: DivisionVersion) -> Any:
        return write_item(
            by=request.user,
            at=request.today,
            version=version,
            key=key,
            text=_typed(request, "text"),
            value=_number(sent.get("value", "")),
            base_year=_whole(sent.get("base_year", "")),
            source=_typed(request, "source"),
        )

    return _acted(request, code, act, _("The item is kept."), key)


def _typed(request: Any, key: str) -> str:
    # No text of the database may hold the null character.
    return str(request.POST.get(key, "")).replace("\x00", "")


def _number(text: str) -> float | None:
    text = text.strip().replace(",", "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e15:
        raise BadInput("“%(text)s” is not a number.", text=text[:20])
    return value


def _whole(text: str) -> int | None:
    text = text.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) == 4):
        raise BadInput("“%(text)s” is not a year: write it as 2024.", text=text[:20])
    return int(text) if text else None


@require_POST
def entry_sign(request: Any, code: str) -> HttpResponse:
    note, back = _typed(request, "note")[:2000], "back" in request.POST
    seen = request.POST.get("seen", "")

    def act(version: DivisionVersion) -> Any:
        go = give_back if back else sign_entry
        return go(by=request.user, at=request.today, version=version, note=note, seen=seen)

    done = _("The entry went back to the unit.") if back else _("The stage is signed.")
    return _acted(request, code, act, done)


def entry_word(request: Any, code: str) -> HttpResponse:
    # The paper is in the language of the bureau, whoever reads the page in another.
    with translation.override(settings.LANGUAGE_CODE):
        sheet = _sheet(request, code)
    title = _("Compendium of divisions: %(name)s") % {"name": sheet.version.name}
    return word_response(entries_word(sheets=[sheet]), title)


def entry_json(request: Any, code: str) -> HttpResponse:
    with translation.override(settings.LANGUAGE_CODE):
        (value,) = entries_json(sheets=[_sheet(request, code)])
    return JsonResponse(value, json_dumps_params={"ensure_ascii": False})
