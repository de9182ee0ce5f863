"""Registers of boundary markers (界桩登记表, 成果表) as a kind of import: each row judged."""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.domain.lines import part_of_longer
from boundaries.domain.markers import Witness, check_series, read_witness
from boundaries.importers.marker_words import FIELDS, REMARKS
from boundaries.models import BoundaryLine, Marker, MarkerKind, MarkerMaterial, MeasuredBy
from boundaries.operations.import_markers import commit_markers, undo_markers
from boundaries.operations.markers import (
    OffTheLine,
    OnTheOtherSide,
    WrongMarkerNumber,
    check_position,
    read_number,
)
from boundaries.queries.markers import course_of, marker_rules
from common.importing.rows import CheckedRow, Context, GivenRow
from common.imports.cells import read_day, read_text, read_word
from common.imports.cells import read_number as number_of
from common.registries import ImportKind

SAME_SITE_DEGREES = 1e-6  # a decimetre: what a file rounds away
# A county number begins with the code of its line.
_LINE = re.compile(r"^(\d{6}-\d{6})")
_ABOUT_POSITION = frozenset(("half_position", "swapped", "implausible", "not_number"))


class MarkerChecker:
    """Judges rows in the order of the file; remembers numbers and the row of each line."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.seen: dict[str, int] = {}
        self.lines: dict[str, BoundaryLine | None] = {}
        self.rules: dict[str, Any] = {}
        self.series: dict[str, list[tuple[int, str, Any]]] = defaultdict(list)

    def check(self, rows: Sequence[GivenRow]) -> list[CheckedRow]:
        numbers = {row.values.get("number", "") for row in rows}
        standing = Marker.objects.on(self.context.at).filter(number__in=numbers)
        known = {marker.number: marker for marker in standing.prefetch_related("witnesses")}
        return [self._judge(row, known) for row in rows]

    def findings(self) -> list[dict[str, Any]]:
        """What is wrong with the row of markers of each line once the file is in."""
        found = []
        for code, posts in sorted(self.series.items()):
            course = course_of(line_code=code, at=self.context.at)
            there = [
                (marker.serial, marker.post, marker.location)
                for marker in Marker.objects.on(self.context.at).filter(line_code=code)
            ]
            chainage = {
                serial: course.locate(point.x, point.y).chainage
                for serial, _post, point in [*there, *posts]
                if course is not None
            }
            pairs = [(serial, post) for serial, post, _point in [*there, *posts]]
            for each in check_series(pairs, chainage, section=part_of_longer(code)):
                serials = ", ".join(f"{serial:03}" for serial in each.serials[:8])
                found.append(
                    {"code": f"series_{each.fault}", "values": {"line": code, "serials": serials}}
                )
        return found

    def _judge(self, row: GivenRow, known: dict[str, Marker]) -> CheckedRow:
        cells = self._cells(row)
        number = cells.get("number", "")
        if number and self.seen.setdefault(number, row.number) != row.number:
            row.fault("duplicate", row=self.seen[number])
        line = self._line(row, cells, number)
        parsed = self._number(row, line, number)
        self._position(row, line, parsed, cells.get("third_code", ""))
        if row.faulty or line is None or parsed is None:
            return _checked(row, "fault")
        cells |= {"line_code": line.code, "serial": parsed.serial, "post": parsed.post}
        marker = known.get(number)
        if marker is None:
            if len(cells.get("witnesses", ())) < 3:
                row.remark("few_witnesses", held=len(cells.get("witnesses", ())))
            if cells.get("accuracy_m") is None:
                row.remark("no_accuracy")
            if self.context.datum.shifted:
                cells["approximate"] = True
            self.series[line.code].append((parsed.serial, parsed.post, row.geometry))
            return _checked(row, "add", subject=uuid.uuid4(), values=cells)
        differing = _differing(marker, cells, row.geometry)
        if differing:
            labels = {field.key: str(field.label) for field in FIELDS}
            names = ", ".join(labels.get(key, key) for key in differing)
            row.remark("on_record", fields=names[:200])
        return _checked(row, "conflict" if differing else "same", subject=marker.pk)

    def _cells(self, row: GivenRow) -> dict[str, Any]:
        values: dict[str, Any] = {
            "number": read_text(row, "number", 30),
            "kind": read_word(row, "kind", MarkerKind),
            "material": read_word(row, "material", MarkerMaterial),
            "measured_by": read_word(row, "measured_by", MeasuredBy),
            "accuracy_m": number_of(row, "accuracy_m", 0.001, 1000),
            "elevation_m": number_of(row, "elevation_m", -500, 9000),
            "manager_code": read_text(row, "manager_code", 12),
            "third_code": read_text(row, "third_code", 12),
            "set_on": read_day(row, "set_on"),
            "note": read_text(row, "note", 2000),
            "witnesses": _witnesses(row),
        }
        if not values["number"]:
            row.fault("missing", field="number")
        if values["set_on"] is not None and values["set_on"] > self.context.at:
            row.fault("day_to_come", day=values["set_on"].isoformat())
        return {key: value for key, value in values.items() if value not in ("", None, [])}

    def _line(self, row: GivenRow, cells: dict[str, Any], number: str) -> BoundaryLine | None:
        """The line that a row names, or that its number names."""
        code = read_text(row, "line", 25)
        if not code:
            begins = _LINE.match(number)
            if begins is None:
                if number:
                    row.fault("no_line")
                return None
            code = begins.group(1)
        if code not in self.lines:
            lines = BoundaryLine.objects.on(self.context.at).filter(code=code)
            self.lines[code] = lines.first()
        line = self.lines[code]
        if line is None:
            row.fault("unknown_line", text=code)
            return None
        within = self.context.jurisdiction
        if not (line.code_a.startswith(within) or line.code_b.startswith(within)):
            row.fault("outside", line=code)
        sides = (line.code_a, line.code_b, cells.get("third_code", ""))
        if cells.get("manager_code", "") not in ("", *sides):
            row.fault("no_side", text=cells["manager_code"], a=line.code_a, b=line.code_b)
        return line

    def _number(self, row: GivenRow, line: BoundaryLine | None, number: str) -> Any:
        if line is None or not number:
            return None
        try:
            return read_number(number, line=line, rules=self._rules(line))
        except WrongMarkerNumber:
            row.fault("bad_number", text=number, example=f"{line.code}001Q")
            return None

    def _position(
        self, row: GivenRow, line: BoundaryLine | None, parsed: Any, third_code: str
    ) -> None:
        if row.geometry is None or row.geometry.geom_type != "Point":
            if not any(remark["code"] in _ABOUT_POSITION for remark in row.remarks):
                row.fault("no_position")
            return
        if line is None or parsed is None:
            return
        try:
            check_position(
                line=line,
                post=parsed.post,
                longitude=row.geometry.x,
                latitude=row.geometry.y,
                at=self.context.at,
                rules=self._rules(line),
                third_code=third_code,
            )
        except OffTheLine as error:
            row.fault("off_the_line", metres=error.values["metres"])
        except OnTheOtherSide as error:
            row.fault("other_side", **error.values)

    def _rules(self, line: BoundaryLine) -> Any:
        if line.code_a not in self.rules:
            self.rules[line.code_a] = marker_rules(on=self.context.at, code=line.code_a)
        return self.rules[line.code_a]


def _witnesses(row: GivenRow) -> list[dict[str, Any]]:
    """Objects parted by a line break, a bar or a slash."""
    found = []
    for text in re.split(r"[\n|/]", row.values.get("witnesses", "")):
        if not text.strip():
            continue
        try:
            each = read_witness(text)
        except ValueError:
            row.fault("bad_witness", text=text.strip()[:40])
            continue
        found.append({"what": each.what, "distance_m": each.distance_m, "azimuth": each.azimuth})
    return found


def _differing(marker: Marker, cells: dict[str, Any], point: Any) -> list[str]:
    """Fields in which a row says something else than the record; what it leaves out agrees."""
    found = [
        key for key, value in cells.items() if key != "witnesses" and getattr(marker, key) != value
    ]
    there = [Witness(w.what, w.distance_m, w.azimuth) for w in marker.witnesses.all()]
    if "witnesses" in cells and there != [Witness(**each) for each in cells["witnesses"]]:
        found.append("witnesses")
    moved = max(abs(marker.location.x - point.x), abs(marker.location.y - point.y))
    return [*found, "longitude"] if moved > SAME_SITE_DEGREES else found


def _checked(
    row: GivenRow, outcome: str, *, subject: Any = None, values: dict[str, Any] | None = None
) -> CheckedRow:
    if values is None:
        # What was typed is kept, for the list of faults and for correcting it.
        values = {key: value[:500] for key, value in row.values.items() if value}
    pointed = row.geometry is not None and row.geometry.geom_type == "Point"
    return CheckedRow(
        number=row.number,
        outcome=outcome,
        subject=subject,
        title=row.values.get("number", ""),
        remarks=row.remarks,
        values=values,
        geometry=row.geometry if pointed else None,
    )


def _require(*, by: Any, codes: Iterable[str]) -> None:
    require(by=by, capability=Capability.IMPORT_DATA, codes=codes)


MARKERS = ImportKind(
    key="markers",
    label=_("Boundary markers"),
    capability=Capability.IMPORT_DATA,
    fields=FIELDS,
    remarks=REMARKS,
    require=_require,
    checker=MarkerChecker,
    commit=commit_markers,
    undo=undo_markers,
    order=30,
)
