"""What is taken into the field for a joint inspection, as one ZIP."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely
from django.utils.translation import gettext as _

from boundaries.exports.inspection_report import map_of, report
from boundaries.exports.markers import markers_export, register_book
from boundaries.models import Inspection, JointInspection, LineAgreement, OpenPoint
from boundaries.queries.markers import markers, visits
from common.datums import get_datum
from common.documents import Heading, OfficialDocument, write_document
from common.exporting.writing import write_export
from common.geojson import dumps, feature


@dataclass(frozen=True, slots=True)
class Taken:
    """What the pack holds beside the markers and the map.

    ``course``: the line in words. ``points``: problems open on the line. ``last``: its last joint
    inspection. ``names``: code → name of the divisions around.
    """

    course: Sequence[str]
    agreement: LineAgreement | None
    last: JointInspection | None
    points: Sequence[OpenPoint]
    names: Mapping[str, str]


def preparation_pack(*, inspection: Inspection, taken: Taken, at: date) -> bytes:
    """Agreement, register, last report, markers and line as files, map and course."""
    rows = markers(at=at, line=inspection.line_code)
    sheets = [
        (
            row,
            [(code, taken.names.get(code, code)) for code in sorted(row.codes)],
            list(visits(marker=row, until=at)),
        )
        for row in rows.prefetch_related("witnesses")
    ]
    register = register_book(line=inspection.line_code, sheets=sheets, at=at)
    last = last_report(inspection, taken)
    texts = {
        "agreement.txt": agreement_lines(taken.agreement),
        "course.txt": taken.course or [_("No course can be told yet.")],
        "open-problems.txt": [f"{each.about}: {each.what}" for each in taken.points]
        or [_("No problem is open on this line.")],
        "basis.txt": [inspection.basis or _("None is recorded.")],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack, TemporaryDirectory() as folder:
        for format in ("xlsx", "gpkg", "geojson"):
            path = Path(folder) / f"markers.{format}"
            export = markers_export(rows=rows, at=at, datum=get_datum("CGCS2000"))
            write_export(export, format=format, path=path)
            pack.write(path, path.name)
        pack.writestr("map.png", map_of(inspection))
        pack.writestr("line.geojson", _line_text(inspection))
        pack.writestr("register.docx", write_document(register))
        pack.writestr("last-report.docx", write_document(last))
        for name, lines in texts.items():
            pack.writestr(name, "\r\n".join(lines))
    return buffer.getvalue()


def agreement_lines(agreement: LineAgreement | None) -> list[str]:
    if agreement is None:
        return [_("No agreement is on record for this line: take the paper along.")]
    told = [
        (_("Agreement"), " ".join(filter(None, (agreement.document, agreement.page)))),
        (_("Signed on"), agreement.signed_on.isoformat() if agreement.signed_on else ""),
        (
            _("Approved on"),
            f"{agreement.approved_on or ''} {agreement.approved_by}".strip(),
        ),
        (_("Attached maps"), agreement.maps),
        (_("Features followed"), agreement.follows),
        (_("Management by section"), agreement.managed),
        (_("Accuracy (m)"), "" if agreement.accuracy_m is None else f"{agreement.accuracy_m:g}"),
    ]
    return [f"{label}: {text or '—'}" for label, text in told]


def last_report(inspection: Inspection, taken: Taken) -> OfficialDocument:
    """The report of the last joint inspection, or what is known of one entered from paper."""
    last = taken.last
    if last is not None and hasattr(last, "work") and last.work.frozen is not None:
        return report(inspection=last.work, content=last.work.frozen, names=taken.names)
    blocks: list[str | Heading] = [_("No joint inspection is known.")]
    if last is not None:
        blocks = [
            _("Entered from paper by one side."), last.inspected_on.isoformat(), last.summary or "—"
        ]  # fmt: skip
    return OfficialDocument(
        title=_("Last joint inspection of line %(line)s") % {"line": inspection.line_code},
        blocks=blocks,
        synthetic=last is not None and last.synthetic,
    )


def _line_text(inspection: Inspection) -> str:
    shape = shapely.from_wkb(bytes(inspection.line.geometry.wkb))
    return dumps(feature(shape, {"name": str(inspection.line)}, inspection.line_code))
