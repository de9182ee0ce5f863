"""Each row of a file of signs judged: an addition, the same, a conflict, a fault."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Point

from common.crs import CGCS2000
from common.importing.rows import CheckedRow, Context, GivenRow
from signage.importers.cells import photos_named, place_named, read_cells
from signage.importers.columns import FIELDS
from signage.importers.photos import PhotoCheck
from signage.models import Sign
from signage.queries.known_signs import PlacesCalled, signs_numbered
from signage.queries.record import code_at

SAME_SITE_DEGREES = 1e-6  # a decimetre: what a file rounds away
NOT_COMPARED = ("number", "synthetic")


class SignChecker:
    """Judges rows in the order of the file; remembers numbers, so that none comes twice."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.seen: dict[str, int] = {}
        self.photos = PhotoCheck(file=context.file, at=context.at)
        self.labels = {field.key: field.label for field in FIELDS}

    def check(self, rows: Sequence[GivenRow]) -> list[CheckedRow]:
        read = [(row, read_cells(row), place_named(row)) for row in rows]
        known = signs_numbered(numbers=[cells.get("number", "") for _, cells, _ in read])
        places = PlacesCalled(names={name for _, _, name in read if name}, at=self.context.at)
        return [self._judge(row, cells, name, known, places) for row, cells, name in read]

    def findings(self) -> list[dict[str, Any]]:
        return self.photos.left()

    def _judge(
        self,
        row: GivenRow,
        cells: dict[str, Any],
        name: str,
        known: dict[str, Sign],
        places: PlacesCalled,
    ) -> CheckedRow:
        number = cells.get("number", "")
        if number and self.seen.setdefault(number, row.number) != row.number:
            row.fault("duplicate", row=self.seen[number])
        code = self._code(row)
        if code:
            cells["division_code"] = code
        if name and code:
            cells["place_id"] = places.nearest(name=name, point=row.geometry, code=code)
            if cells["place_id"] is None:
                row.fault("unknown_place", name=name[:40])
        elif not name:
            row.remark("no_place")
        photos = self.photos.look(
            row, photos_named(row), code=code, installed_on=cells.get("installed_on")
        )
        if row.faulty:
            return self._checked(row, cells, "fault")
        sign = known.get(number)
        if sign is not None and sign.hidden:
            row.fault("number_taken", number=number)
            return self._checked(row, cells, "fault")
        if sign is None:
            values = {key: value for key, value in cells.items() if value is not None}
            if photos:
                values["photos"] = photos
            if self.context.datum.shifted:
                values["approximate"] = True
            return self._checked(row, cells, "add", subject=uuid.uuid4(), values=values)
        if not sign.division_code.startswith(self.context.jurisdiction):
            row.fault("outside", code=sign.division_code)
            return self._checked(row, cells, "fault")
        differing = _differing(sign, cells, row.geometry)
        if differing:
            labels = ", ".join(str(self.labels.get(key, key)) for key in differing)
            row.remark("on_record", fields=labels[:200])
        outcome = "conflict" if differing else "same"
        return self._checked(row, cells, outcome, subject=sign.pk)

    def _code(self, row: GivenRow) -> str:
        """The division that holds the sign; the table is not asked, the position is."""
        if row.geometry is None:
            if not any(remark["code"] in _ABOUT_POSITION for remark in row.remarks):
                row.fault("no_position")
            return ""
        if row.geometry.geom_type != "Point":
            row.fault("not_a_point")
            return ""
        point = Point(row.geometry.x, row.geometry.y, srid=CGCS2000)
        code = code_at(point=point, at=self.context.at)
        if not code:
            row.fault("nowhere")
        elif not code.startswith(self.context.jurisdiction):
            row.fault("outside", code=code)
        return code

    def _checked(
        self,
        row: GivenRow,
        cells: dict[str, Any],
        outcome: str,
        *,
        subject: Any = None,
        values: dict[str, Any] | None = None,
    ) -> CheckedRow:
        if values is None:
            # What was typed is kept, for the list of faults and for correcting it.
            values = {key: value[:500] for key, value in row.values.items() if value}
        return CheckedRow(
            number=row.number,
            outcome=outcome,
            subject=subject,
            title=" ".join(filter(None, (row.values.get("hanzi"), cells.get("number")))),
            remarks=row.remarks,
            values=values,
            geometry=row.geometry if outcome != "fault" or _is_point(row) else None,
        )


_ABOUT_POSITION = frozenset(
    ("half_position", "swapped", "implausible", "not_number", "not_geometry", "broken_geometry")
)


def _is_point(row: GivenRow) -> bool:
    return row.geometry is not None and row.geometry.geom_type == "Point"


def _differing(sign: Sign, cells: dict[str, Any], point: Any) -> list[str]:
    """Fields in which a row says something else than the record; what it leaves out agrees."""
    found = [
        key
        for key, value in cells.items()
        if key not in NOT_COMPARED
        and getattr(sign, key) != value
        and str(getattr(sign, key)) != str(value)
    ]
    moved = max(abs(sign.location.x - point.x), abs(sign.location.y - point.y))
    if moved > SAME_SITE_DEGREES:
        found.append("geometry")
    return found
