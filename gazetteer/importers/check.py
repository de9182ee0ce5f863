"""Each row of a file of place names judged: an addition, a change, the same, a conflict, a fault.

Whatever needs the database is asked once for a chunk of rows, never for a row.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.importing.rows import CheckedRow, Context, GivenRow
from gazetteer.domain.name_periods import PAST, end_bound
from gazetteer.domain.readings import is_hanzi
from gazetteer.importers.cells import NameCells, read_cells, texts_of
from gazetteer.importers.changes import changed_record
from gazetteer.importers.positions import COUNTY_DIGITS, CountyCheck
from gazetteer.models import NameKind
from gazetteer.queries.known_names import (
    KnownName,
    codes_of_secret_places,
    divisions_called,
    divisions_known,
    names_of_places,
    places_by_code,
    same_names,
)

Pair = tuple[GivenRow, NameCells]


@dataclass(slots=True)
class Known:
    """What the database says of a chunk."""

    in_force: dict[str, str]
    ever: set[str]
    called: dict[str, str]
    same: dict[str, list[tuple[str, str, str]]]
    by_code: dict[str, str]
    taken: set[str]
    records: dict[str, list[KnownName]]


class NameChecker:
    """Judges rows in the order of the file; remembers them, so that none comes twice."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.seen: dict[Any, int] = {}
        self.counties = CountyCheck(at=context.at)

    def check(self, rows: Sequence[GivenRow]) -> list[CheckedRow]:
        pairs = [(row, read_cells(row)) for row in rows]
        known = self._ask(pairs)
        for row, cells in pairs:
            self._check_division(row, cells, known)
            self._check_code(row, cells, known)
        self.counties.look([(row, cells.division_code) for row, cells in pairs if not row.faulty])
        return [self._judge(row, cells, known) for row, cells in pairs]

    def findings(self) -> list[dict[str, Any]]:
        """Nothing of the whole file beyond what the framework finds."""
        return []

    def _ask(self, pairs: Sequence[Pair]) -> Known:
        at, within = self.context.at, self.context.jurisdiction
        codes = {cells.division_code for _, cells in pairs}
        codes.update(cells.code_division for _, cells in pairs)
        codes.discard("")
        names = {code for code in codes if any(map(is_hanzi, code))}
        in_force, ever = divisions_known(codes=codes - names, at=at)
        texts = {cells.name for _, cells in pairs if cells.name}
        same = same_names(texts=texts, at=at)
        place_codes = {cells.place_code for _, cells in pairs if cells.place_code}
        by_code = places_by_code(codes=place_codes)
        places = {cells.place_id for _, cells in pairs if cells.place_id} | set(by_code.values())
        for _, cells in pairs:
            places.update(_exact(same, cells))
        return Known(
            in_force=in_force,
            ever=ever,
            called=divisions_called(names=names, within=within, at=at) if names else {},
            same=same,
            by_code=by_code,
            taken=codes_of_secret_places(codes=place_codes),
            records=names_of_places(places=places, at=at) if places else {},
        )

    def _check_division(self, row: GivenRow, cells: NameCells, known: Known) -> None:
        code = cells.division_code
        if not code:
            return
        if any(map(is_hanzi, code)):
            if code in known.called:
                row.fault("division_by_name", text=code[:40], code=known.called[code])
            else:
                row.fault("not_code", text=code[:40])
        elif code not in known.ever:
            row.fault("unknown_division", code=code)
        elif code not in known.in_force:
            row.fault("division_not_then", code=code, day=self.context.at.isoformat())
        elif not code.startswith(self.context.jurisdiction):
            row.fault("outside", code=code)

    def _check_code(self, row: GivenRow, cells: NameCells, known: Known) -> None:
        """The parts of a code that is not on record yet: its division exists, and fits the place.

        The division table decides (domain reference §3.3); one that is no more had its codes too.
        """
        named, code = cells.code_division, cells.division_code
        if not named or cells.place_code in known.by_code:
            return
        if cells.place_code in known.taken:
            row.fault("code_taken", code=cells.place_code)
            return
        if named not in known.ever:
            row.fault("code_of_unknown_division", code=named)
        elif named not in known.in_force:
            row.remark("code_of_former_division", code=named, day=self.context.at.isoformat())
        # One of the two may be told more exactly than the other.
        exact = code[: len(named)] if code[:1].isdigit() else ""
        if exact and not named.startswith(exact):
            row.remark("code_elsewhere", named=named, code=code)

    def _judge(self, row: GivenRow, cells: NameCells, known: Known) -> CheckedRow:
        if row.faulty:
            return _checked(row, cells, "fault")
        place = self._place_meant(row, cells, known)
        if row.faulty:
            return _checked(row, cells, "fault")
        if any(remark["code"] in _CONFLICTS for remark in row.remarks):
            return _checked(row, cells, "conflict")
        names = known.records[place] if place else []
        record = _record_of(cells, names)
        if self._repeats(row, cells, place, record):
            return _checked(row, cells, "fault")
        if place is None:
            return self._addition(row, cells, known)
        return self._with_record(row, cells, names, record)

    def _place_meant(self, row: GivenRow, cells: NameCells, known: Known) -> str | None:
        """The place on record that the row is about; remarks where that is not plain."""
        if cells.place_id:
            if cells.place_id not in known.records:
                row.fault("unknown_place")
            elif known.by_code.get(cells.place_code, cells.place_id) != cells.place_id:
                row.remark("code_of_another")
            return cells.place_id
        if cells.place_code in known.by_code:
            place = known.by_code[cells.place_code]
            if place in known.records:
                return place
        if cells.kind != NameKind.STANDARD.value:
            row.fault("needs_place")
            return None
        for field, value in (("category", cells.category), ("division_code", cells.division_code)):
            if not value:
                row.fault("missing", field=field)
        if not cells.name:
            row.fault("missing", field="name")
        if row.faulty:
            return None
        exact = _exact(known.same, cells)
        if len(exact) > 1:
            row.remark("ambiguous", count=len(exact), code=cells.division_code)
        elif not exact:
            self._compare_near(row, cells, known)
        return exact[0] if len(exact) == 1 else None

    def _compare_near(self, row: GivenRow, cells: NameCells, known: Known) -> None:
        """The same name close by: the same place less exactly placed, or a second of its name.

        Whether the law forbids the second one is asked of the naming rules, for all names at once.
        """
        county = cells.division_code[:COUNTY_DIGITS]
        for _, category, code in known.same.get(cells.name, ()):
            if category != cells.category:
                continue
            if code.startswith(cells.division_code) or cells.division_code.startswith(code):
                row.remark("perhaps_same", code=code)
                return
            if code.startswith(county):
                row.remark("same_name_near", name=cells.name, code=code)
                return

    def _repeats(
        self, row: GivenRow, cells: NameCells, place: str | None, record: KnownName | None
    ) -> bool:
        subject = place or (cells.name, cells.category, cells.division_code)
        standard = cells.kind == NameKind.STANDARD.value
        if record is not None and standard and not record.in_force:
            keys: list[Any] = [(subject, cells.kind, record.name_id)]  # an earlier one
        else:
            keys = [(subject, cells.kind, "" if standard else cells.name)]
            if cells.place_code and standard:
                keys.append(cells.place_code)
        first = next((self.seen[key] for key in keys if key in self.seen), None)
        if first is not None:
            row.fault("duplicate", row=first)
            return True
        self.seen.update(dict.fromkeys(keys, row.number))
        return False

    def _addition(self, row: GivenRow, cells: NameCells, known: Known) -> CheckedRow:
        values = _values(row, cells, self.context)
        # The identity the place will have: an undo and the list of results know it from the start.
        return _checked(row, cells, "add", subject=uuid.uuid4(), values=values)

    def _with_record(
        self,
        row: GivenRow,
        cells: NameCells,
        names: Sequence[KnownName],
        record: KnownName | None,
    ) -> CheckedRow:
        if not all(n.place["division_code"].startswith(self.context.jurisdiction) for n in names):
            row.fault("outside", code=names[0].place["division_code"])
            return _checked(row, cells, "fault")
        texts = [name.name["text"] for name in names]
        if record is None and cells.kind == NameKind.ALIAS.value and cells.name in texts:
            # Formats that know no kinds of names tell each one besides the first as an alias.
            row.remark("called_so")
            return _checked(row, cells, "same", subject=names[0].place_id)
        if record is None:
            values = _values(row, cells, self.context) | {
                "known_place": names[0].place_id,
                "category": names[0].place["legal_category"],
                "division_code": names[0].place["division_code"],
            }
            return _checked(row, cells, "add", subject=names[0].place_id, values=values)
        if cells.name and cells.name != record.name["text"]:
            row.remark("renaming", name=record.name["text"], text=cells.name)
        if cells.place_code and record.code and cells.place_code != record.code:
            row.remark("other_code", code=record.code, text=cells.place_code)
        if any(remark["code"] in _CONFLICTS for remark in row.remarks):
            return _checked(row, cells, "conflict", subject=record.place_id)
        before, after = changed_record(row, cells, record)
        title = record.name["text"]
        if before == after:
            return _checked(row, cells, "same", subject=record.place_id, title=title)
        if record.is_division and before["place"] != after["place"]:
            row.remark("division_itself")
            return _checked(row, cells, "conflict", subject=record.place_id, title=title)
        return _checked(
            row,
            cells,
            "change",
            subject=record.place_id,
            title=title,
            values={**after, "name_id": record.name_id},
            before=before,
        )


_CONFLICTS = frozenset(
    ("ambiguous", "perhaps_same", "renaming", "other_code", "code_of_another", "division_itself")
)


def _record_of(cells: NameCells, names: Sequence[KnownName]) -> KnownName | None:
    """The name that a row tells of: the standard one in force, or the earlier one that it ends."""
    alike = [name for name in names if name.name["kind"] == cells.kind]
    if cells.kind != NameKind.STANDARD.value:
        return next((name for name in alike if name.name["text"] == cells.name), None)
    ended = cells.ended.edtf if cells.ended else None
    for name in alike:
        upper = name.name["period"][1:-1].partition(",")[2]
        if not name.in_force and (name.name["text"], name.name["ended"] or upper) == (
            cells.name,
            ended,
        ):
            return name
    return next((name for name in alike if name.in_force), None)


def _exact(same: dict[str, list[tuple[str, str, str]]], cells: NameCells) -> list[str]:
    return [
        place
        for place, category, code in same.get(cells.name, ())
        if category == cells.category and code == cells.division_code
    ]


def _values(row: GivenRow, cells: NameCells, context: Context) -> dict[str, Any]:
    """An addition as plain values: the arguments of a new name, for JSON."""
    began, ended = cells.began, cells.ended
    # A name of the past is on record from the end of its use on.
    past, bound = cells.kind in PAST, end_bound(cells.began, cells.ended)
    values = {
        "text": cells.name,
        "kind": cells.kind,
        "category": cells.category,
        "class_code": cells.class_code,
        "division_code": cells.division_code,
        "place_code": cells.place_code,
        "reading": cells.reading,
        # A name whose beginning is not told is known from the day it came in.
        "from": bound if past else began.first if began else _since(bound, context.at),
        "to": None if past else bound,
        "began": began.edtf if began and (past or not began.exact) else "",
        "ended": ended.edtf if ended and (past or not ended.exact) else "",
        "approved_on": cells.approved_on,
        "synthetic": bool(cells.synthetic),
        "approximate": bool(cells.approximate) or (context.datum.shifted and bool(row.geometry)),
        **texts_of(row),
    }
    return {key: value for key, value in values.items() if value not in ("", None, False)}


def _since(bound: date | None, at: date) -> date | None:
    """The day it came in, unless it had ended by then."""
    return at if bound is None or bound > at else None


def _checked(
    row: GivenRow,
    cells: NameCells,
    outcome: str,
    *,
    subject: Any = None,
    title: str = "",
    values: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
) -> CheckedRow:
    if values is None:
        # What was typed is kept, for the list of faults and for correcting it.
        values = {key: value[:500] for key, value in row.values.items() if value}
    return CheckedRow(
        number=row.number,
        outcome=outcome,
        subject=subject,
        title=title or cells.name,
        remarks=row.remarks,
        values=values,
        before=before,
        geometry=row.geometry,
    )
