"""The report of a joint inspection (联检报告), and the pack that is taken into the field.

The report is made of the content that both sides signed: nothing is looked up beside it but the
photos, by their hash, and the map.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from boundaries.domain.displacement import Verdict
from boundaries.exports.inspection_words import VERDICTS
from boundaries.exports.line_map import draw_line_map
from boundaries.exports.markers import condition_word, direction_word, markers_export
from boundaries.models import (
    Handling,
    Inspection,
    InspectionKind,
    MarkerPhoto,
    SectionState,
    Work,
)
from boundaries.queries.markers import markers, state_of
from common.datums import get_datum
from common.documents import Block, Heading, OfficialDocument, Picture, PictureRow, Table
from common.exporting.writing import write_export
from common.geojson import dumps, feature
from common.photos import display_copy

NONE = "—"
PHOTO_SIDE = 480


def report(
    *, inspection: Inspection, content: Mapping[str, Any], names: Mapping[str, str]
) -> OfficialDocument:
    """The report as a paper. ``names``: code → name of the sides. A draft until both signed."""
    blocks: list[Block] = [
        Table(rows=_head(content, names), widths=(1, 3)),
        Heading(_("Organisers and participants")),
        Table(
            headings=(pgettext("boundary", "Side"), _("Organised by"), _("Field group")),
            rows=[
                [names.get(code, code), side["organisers"] or NONE, side["people"] or NONE]
                for code, side in content["sides"].items()
            ],
            widths=(1, 2, 3),
        ),
        Heading(_("Map of the line and its markers")),
        Picture(_map(inspection), _("Line %(code)s") % {"code": content["line"]}, width_mm=150),
        Heading(_("Markers")),
        *_markers(content, names),
        Heading(_("Sections, features and use across the line")),
        *_sections(content, names),
        Heading(_("Problems and their handling")),
        *_points(content, names),
        Heading(pgettext("report", "Suggestions")),
        content["suggestions"] or _("None."),
        Heading(_("Signatures of both sides")),
        _signatures(inspection, names),
        _("Signed content (SHA-256): %(hash)s")
        % {"hash": inspection.frozen_hash or _("not signed yet")},
    ]
    photos = _photos(content)
    if photos:
        blocks += [Heading(_("Photos")), PictureRow(photos)]
    return OfficialDocument(
        title=_("Report on the joint inspection of the boundary line %(a)s–%(b)s")
        % dict(zip("ab", content["sides_named"], strict=True)),
        blocks=blocks,
        day=inspection.filed_on or inspection.inspected_on,
        mark="" if inspection.frozen_hash else _("Draft: not signed by both sides"),
        synthetic=bool(content["synthetic"]),
    )


def _head(content: Mapping[str, Any], names: Mapping[str, str]) -> list[list[str]]:
    return [
        [_("Line code"), content["line"]],
        [_("Length"), f"{content['length_m'] / 1000:,.2f} km"],
        [_("Kind"), str(InspectionKind(content["kind"]).label)],
        [_("Section and reason"), content["section"] or NONE],
        [_("Leads"), names.get(content["lead"], content["lead"])],
        [_("Period"), f"{content['begun_on']} – {content['inspected_on'] or NONE}"],
        [_("Last joint inspection"), content["last_on"] or _("unknown")],
        [_("Basis documents"), content["basis"] or NONE],
    ]


def _markers(content: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[Block]:
    rows, seen = [], set()
    for code, side in content["sides"].items():
        for visit in side["visits"]:
            seen.add(visit["marker"])
            rows.append(
                [
                    visit["marker"],
                    visit["visited_on"],
                    names.get(code, code),
                    condition_word(visit["condition"]),
                    _measured(visit.get("displacement")),
                    str(Work(visit["work"]).label) if visit["work"] else NONE,
                    visit["note"] or NONE,
                ]
            )
    if rows:
        yield Table(
            headings=(
                _("Number"), _("Day"), _("Recorded by"), pgettext("marker", "Found"), _("Measured"),
                _("Work done"), _("Remarks"),
            ),
            rows=sorted(rows),
            widths=(3, 2, 2, 1.5, 3, 2, 3),
        )  # fmt: skip
    left = [number for number in content["markers"] if number not in seen]
    if left:
        yield _("Not visited: %(numbers)s.") % {"numbers": "、".join(left)}
    elif not rows:
        yield _("No marker of this line is on record.")


def _measured(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return NONE
    word, _state = VERDICTS[Verdict(found["verdict"])]
    return "{}: {:.2f} m {}, ±{:.2f} m".format(
        word, found["metres"], direction_word(found["azimuth"]), found["sigma_m"]
    )


def _sections(content: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[Block]:
    rows = [
        [
            names.get(code, code),
            f"{each['from']} – {each['to']}",
            each["walked_on"],
            str(SectionState(each["state"]).label),
            each["features"] or NONE,
            each["crossing"] or NONE,
            each["note"] or NONE,
        ]
        for code, side in content["sides"].items()
        for each in side["sections"]
    ]
    if not rows:
        yield _("None is recorded.")
        return
    yield Table(
        headings=(
            pgettext("boundary", "Side"), _("Section"), _("Walked on"), _("State"),
            _("Features followed"),
            _("Use across the line"), _("Remarks"),
        ),
        rows=rows,
        widths=(1.5, 2, 2, 2, 3, 3, 2),
    )  # fmt: skip


def _points(content: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[Block]:
    rows = [
        [
            each["about"],
            each["what"],
            f"{names.get(each['raised_by'], each['raised_by'])} {each['raised_on']}",
            str(Handling(each["handling"]).label),
            f"{each['closed_on']} {each['outcome']}".strip() or _("open"),
        ]
        for each in content["points"]
    ]
    if not rows:
        yield _("None.")
        return
    yield Table(
        headings=(
            _("Marker or section"), _("What is wrong"), _("Raised by"), _("Handling"), _("Settled"),
        ),
        rows=rows,
        widths=(2, 4, 2, 2, 3),
    )  # fmt: skip


def _signatures(inspection: Inspection, names: Mapping[str, str]) -> Table:
    return Table(
        headings=(pgettext("boundary", "Side"), _("Signed by"), _("Day"), _("Seal")),
        rows=[
            [
                names.get(side.code, side.code),
                str(side.signed_by or NONE),
                side.signed_at.date().isoformat() if side.signed_at else NONE,
                "",
            ]
            for side in inspection.sides.all()
        ],
        widths=(2, 2, 2, 2),
    )


def _photos(content: Mapping[str, Any]) -> list[Picture]:
    """The photos of the visits in small, each with its marker; by hash, as they were signed."""
    told = {
        sha256: visit["marker"]
        for side in content["sides"].values()
        for visit in side["visits"]
        for sha256 in visit["photos"]
    }
    found = []
    for photo in MarkerPhoto.objects.filter(sha256__in=list(told)).order_by("marker__serial"):
        try:
            with photo.image.open("rb") as file:
                small = display_copy(file.read(), side=PHOTO_SIDE)
        except FileNotFoundError:
            continue
        taken = f" {photo.taken_at:%Y-%m-%d}" if photo.taken_at else ""
        found.append(Picture(small, f"{told[photo.sha256]}{taken}", width_mm=50))
    return found


def _map(inspection: Inspection) -> bytes:
    day = inspection.inspected_on or inspection.begun_on
    spots = [
        (row.location.x, row.location.y, row.serial, state_of(row.found))  # type: ignore[attr-defined]
        for row in markers(at=day, line=inspection.line_code)
    ]
    return draw_line_map(shapely.from_wkb(bytes(inspection.line.geometry.wkb)), spots)


def preparation_pack(
    *, inspection: Inspection, course: Sequence[str], last: Sequence[str], at: date
) -> bytes:
    """What is taken into the field, as one ZIP: line and markers as files, map, course, last time.

    ``course``: the line in words. ``last``: what the last inspection left.
    """
    rows = markers(at=at, line=inspection.line_code)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack, TemporaryDirectory() as folder:
        for format, suffix in (("xlsx", "xlsx"), ("gpkg", "gpkg"), ("geojson", "geojson")):
            path = Path(folder) / f"markers.{suffix}"
            export = markers_export(rows=rows, at=at, datum=get_datum("CGCS2000"))
            write_export(export, format=format, path=path)
            pack.write(path, f"markers.{suffix}")
        pack.writestr("map.png", _map(inspection))
        pack.writestr("line.geojson", _line_text(inspection))
        pack.writestr("course.txt", "\r\n".join(course) or _("No course can be told yet."))
        pack.writestr("last.txt", "\r\n".join(last))
        pack.writestr("basis.txt", inspection.basis or _("None is recorded."))
    return buffer.getvalue()


def _line_text(inspection: Inspection) -> str:
    shape = shapely.from_wkb(bytes(inspection.line.geometry.wkb))
    return dumps(feature(shape, {"name": str(inspection.line)}, inspection.line_code))
