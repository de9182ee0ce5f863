"""The result table of markers (界桩成果表) and the record sheet of one (界桩登记表)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from boundaries.domain.courses import DIRECTIONS, sixteenth
from boundaries.exports.photos import picture_of
from boundaries.models import Condition, Marker, MarkerKind, MarkerPhoto, MarkerVisit
from common.datums import Datum
from common.documents import Block, Heading, OfficialDocument, PictureRow, Table
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from common.models import bilingual

STREAM = 2_000


def markers_export(*, rows: QuerySet[Marker], at: date, datum: Datum) -> Export:
    return listed(
        name="boundary_markers",
        title=_("Boundary markers"),
        columns=[
            Column("number", _("Number")),
            Column("line", _("Line code")),
            Column("kind", _("Kind")),
            Column("material", _("Material")),
            Column("elevation_m", _("Elevation (m)")),
            Column("accuracy_m", _("Accuracy (m)")),
            Column("measured_by", _("Measured by")),
            Column("manager", _("Looked after by")),
            Column("set_on", _("Set on")),
            Column("condition", _("Last found")),
            Column("visited_on", _("Visited on")),
            *flags(),
        ],
        rows=lambda: _rows(rows),
        datum=datum,
        day=at,
    )


def _rows(rows: QuerySet[Marker]) -> Iterator[dict[str, Any]]:
    for row in rows.select_related("source").iterator(chunk_size=STREAM):
        yield {
            "number": row.number,
            "line": row.line_code,
            "kind": str(row.get_kind_display()),
            "material": str(row.get_material_display()),
            "elevation_m": _told(row.elevation_m),
            "accuracy_m": _told(row.accuracy_m),
            "measured_by": str(row.get_measured_by_display()),
            "manager": row.manager_code,
            "set_on": row.set_on.isoformat() if row.set_on else "",
            "condition": condition_word(row.found),  # type: ignore[attr-defined]
            "visited_on": row.visited_on.isoformat() if row.visited_on else "",  # type: ignore[attr-defined]
            "synthetic": row.synthetic,
            "approximate": row.approximate,
            "source": str(row.source or ""),
            "geometry": shape_of(row.location),
        }


def condition_word(condition: str | None) -> str:
    return str(Condition(condition).label) if condition else _("not visited")


def direction_word(azimuth: float) -> str:
    """The direction of an azimuth among the sixteen, in the reader's language."""
    return bilingual(*DIRECTIONS[sixteenth(azimuth)])


def faces_word(marker: Marker, sides: Sequence[tuple[str, str]]) -> str:
    """The sides that its faces name (domain reference §5.6), "" where the kind does not tell."""
    if marker.kind not in (MarkerKind.SINGLE, MarkerKind.JUNCTION):
        return ""
    return "、".join(name for _code, name in sides)


def record_sheet(
    *,
    marker: Marker,
    sides: Sequence[tuple[str, str]],
    visits: Sequence[MarkerVisit],
    photos: Iterable[MarkerPhoto],
    at: date,
) -> OfficialDocument:
    """The register's sheet of one marker, with the newest photo of each face.

    ``sides``: code and name of those it stands between; ``photos``: the newest first.
    """
    return OfficialDocument(
        title=_("Record of boundary marker %(number)s") % {"number": marker.number},
        blocks=[*_sheet(marker, sides, visits), *_photos(photos, dict(sides))],
        day=at,
        synthetic=marker.synthetic or any(each.synthetic for each in visits),
    )


def register_book(
    *,
    line: str,
    sheets: Sequence[tuple[Marker, Sequence[tuple[str, str]], Sequence[MarkerVisit]]],
    at: date,
) -> OfficialDocument:
    """The register of a line: the sheets of all its markers, one after the other."""
    blocks: list[Block] = []
    for marker, sides, visits in sheets:
        blocks += [Heading(marker.number), *_sheet(marker, sides, visits)]
    return OfficialDocument(
        title=_("Register of the boundary markers of line %(line)s") % {"line": line},
        blocks=blocks or [_("No marker of this line is on record.")],
        day=at,
        synthetic=any(marker.synthetic for marker, _sides, _visits in sheets),
    )


def _sheet(
    marker: Marker, sides: Sequence[tuple[str, str]], visits: Sequence[MarkerVisit]
) -> list[Block]:
    unknown = "—"
    names = dict(sides)
    witnesses = [
        [
            str(each.order),
            each.what,
            f"{each.distance_m:g}",
            unknown
            if each.azimuth is None
            else f"{each.azimuth:g}° {direction_word(each.azimuth)}",
        ]
        for each in marker.witnesses.all()
    ]
    log = [
        [
            each.visited_on.isoformat(),
            str(each.get_condition_display()),
            str(each.get_work_display()) if each.work else unknown,
            " ".join(part for part in (each.people, each.note) if part) or unknown,
        ]
        for each in visits
    ]
    facts = [
        [_("Number"), marker.number],
        [_("Between"), "、".join(f"{name} {code}" for code, name in sides)],
        [_("Kind"), str(marker.get_kind_display())],
        [_("Faces towards"), faces_word(marker, sides) or unknown],
        [_("Material"), str(marker.get_material_display()) or unknown],
        [_("Longitude (CGCS2000)"), f"{marker.location.x:.7f}°"],
        [_("Latitude (CGCS2000)"), f"{marker.location.y:.7f}°"],
        [_("Accuracy (m)"), _told(marker.accuracy_m) or unknown],
        [_("Measured by"), str(marker.get_measured_by_display()) or unknown],
        [_("Elevation (m)"), _told(marker.elevation_m) or unknown],
        [_("Looked after by"), names.get(marker.manager_code, unknown)],
        [_("Set on"), marker.set_on.isoformat() if marker.set_on else unknown],
        [_("Remarks"), marker.note or unknown],
    ]
    blocks: list[Block] = [Table(rows=facts, widths=(1, 3))]
    blocks.append(Heading(_("Witness objects")))
    headings = (_("No."), _("Object"), _("Distance (m)"), _("Direction"))
    blocks.append(
        Table(rows=witnesses, headings=headings, widths=(1, 4, 2, 3))
        if witnesses
        else _("None is recorded.")
    )
    blocks.append(Heading(_("Visits and work")))
    headings = (_("Day"), _("Found"), _("Work done"), _("Who and what"))
    blocks.append(
        Table(rows=log, headings=headings, widths=(2, 2, 2, 4)) if log else _("None is recorded.")
    )
    return blocks


def _photos(photos: Iterable[MarkerPhoto], names: dict[str, str]) -> list[Block]:
    newest: dict[str, MarkerPhoto] = {}
    for photo in photos:
        newest.setdefault(photo.face, photo)
    texts = {face: names.get(face) or _("whole") for face in newest}
    pictures = {face: picture_of(photo, texts[face]) for face, photo in newest.items()}
    gone = [texts[face] for face, picture in pictures.items() if picture is None]
    blocks: list[Block] = [Heading(_("Photos by face"))]
    if shown := [picture for picture in pictures.values() if picture]:
        blocks.append(PictureRow(shown))
    if gone:
        text = _("On record, but not in the store as they were uploaded: %(photos)s.")
        blocks.append(text % {"photos": "、".join(gone)})
    return blocks if newest else [*blocks, _("None is recorded.")]


def _told(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
