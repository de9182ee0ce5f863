"""Entries as a Word document with maps, and as JSON. Papers of record are in Chinese."""

import base64
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from boundaries.models import DivisionVersion
from common.documents import Heading, OfficialDocument, Picture, Table, write_document
from common.photos import display_copy
from compendium.domain.flow import Stage
from compendium.exports.maps import draw_map, read_rings
from compendium.models import EntryPhoto, StageChoice
from compendium.queries.entries import EntrySheet, Line

Report = Callable[[int, int, str], None]


def entries_word(
    *, sheets: Sequence[EntrySheet], report: Report = lambda done, total, doing: None
) -> bytes:
    """One document of all entries in their order, each with its map and who signed it."""
    with translation.override(settings.LANGUAGE_CODE):
        at = sheets[0].data_on
        versions = [sheet.version for sheet in sheets]
        rings = read_rings(versions=versions, at=at)
        below: dict[Any, list[int]] = {}
        children = DivisionVersion.objects.on(at).filter(
            parent_id__in=[version.division_id for version in versions]
        )
        for pk, parent in children.values_list("pk", "parent_id"):
            below.setdefault(parent, []).append(pk)
        blocks: list[str | Heading | Table | Picture] = []
        for number, sheet in enumerate(sheets):
            report(number, len(sheets), sheet.version.name)
            inner = {
                pk: rings[pk] for pk in below.get(sheet.version.division_id, ()) if pk in rings
            }
            png = draw_map(outline=rings.get(sheet.version.pk, ()), inner=inner)
            blocks += _entry(sheet, png)
        ready = all(sheet.stage == Stage.PRINT for sheet in sheets)
        paper = OfficialDocument(
            title=_("Compendium of divisions: %(name)s") % {"name": sheets[0].version.name},
            blocks=blocks,
            day=at,
            mark="" if ready else _("Draft: not all reviews are signed"),
            synthetic=any(sheet.synthetic for sheet in sheets),
        )
        return write_document(paper)


def _entry(sheet: EntrySheet, png: bytes | None) -> list[str | Heading | Table | Picture]:
    blocks: list[str | Heading | Table | Picture] = [
        Heading(f"{sheet.version.name}  {sheet.version.name_en}")
    ]
    if png is not None:
        number = next(line.text for line in sheet.lines if line.item.key == "map_number")
        said = [
            _("Sketch map, not the legal boundary"),
            _("map approval number: %(number)s") % {"number": number or _("none")},
        ]
        if sheet.version.synthetic:
            said.append(f"▒ {_('synthetic')}")
        if sheet.version.approximate or not sheet.version.synthetic:
            said.append(f"≈ {_('approximate')}")
        blocks.append(Picture(png, "；".join(said), width_mm=110))
    rows = [
        [line.label, _shown(line), _below(line)]
        for _block, lines in sheet.blocks()
        for line in lines
    ]
    photos = list(sheet.entry.photos.all()) if sheet.entry else []
    blocks += [
        Picture(_jpeg(photo), f"{photo.caption}（{photo.rights}）", width_mm=100)
        for photo in photos
    ]
    headings = [_("Item"), _("Content"), _("Base year and source")]
    blocks.append(Table(rows=rows, headings=headings, widths=[3, 8, 4]))
    signed = [
        f"{StageChoice(one.stage).label}：{one.by} {one.on.isoformat()}"
        + (f"（{_('given back')}：{one.note}）" if one.given_back else "")
        for one in (sheet.entry.signatures.select_related("by") if sheet.entry else ())
    ]
    wrong = "、".join(finding.check for finding in sheet.wrong)
    blocks.append("\n".join(signed) if signed else _("No stage is signed yet."))
    if wrong:
        blocks.append(_("Checks that fail: %(checks)s") % {"checks": wrong})
    return blocks


def _jpeg(photo: EntryPhoto) -> bytes:
    with photo.image.open("rb") as file:
        return display_copy(file.read(), side=900)


def _shown(line: Line) -> str:
    if not line.text:
        return f"○ {_('unknown')}"
    marks = [
        mark
        for mark, on in (
            (f"▒{_('synthetic')}", line.synthetic),
            (f"≈{_('approximate')}", line.approximate),
        )
        if on
    ]
    return f"{line.text} {' '.join(marks)}".strip()


def _below(line: Line) -> str:
    return " ".join(filter(None, (str(line.base_year or ""), line.source)))


def entries_json(*, sheets: Sequence[EntrySheet]) -> list[dict[str, Any]]:
    """For machines: keys of items and checks, unknown as null; photos as base64 of a JPEG."""
    return [
        {
            "code": sheet.version.code,
            "name": sheet.version.name,
            "level": sheet.version.level,
            "data_on": sheet.data_on.isoformat(),
            "stage": str(sheet.stage),
            "items": {
                line.item.key: {
                    "text": line.text or None,
                    "value": _number(line),
                    "base_year": line.base_year,
                    "source": line.source or None,
                    "written": line.written is not None,
                    "required": line.item.required,
                    "synthetic": line.synthetic,
                    "approximate": line.approximate,
                }
                for line in sheet.lines
            },
            "photos": [
                {
                    "caption": photo.caption,
                    "rights": photo.rights,
                    "taken_at": photo.taken_at and photo.taken_at.isoformat(),
                    "sha256": photo.sha256,
                    "address": reverse("compendium:photo", args=[photo.pk]),
                    "jpeg": base64.b64encode(_jpeg(photo)).decode(),
                }
                for photo in (sheet.entry.photos.all() if sheet.entry else ())
            ],
            "checks": {finding.check: str(finding.state) for finding in sheet.findings},
            "signatures": [
                {
                    "stage": one.stage,
                    "by": str(one.by),
                    "on": one.on.isoformat(),
                    "given_back": one.given_back,
                    "note": one.note,
                }
                for one in (sheet.entry.signatures.select_related("by") if sheet.entry else ())
            ],
        }
        for sheet in sheets
    ]


def _number(line: Line) -> float | None:
    if line.written is not None:
        return line.written.value
    return line.told.value if line.told else None
