"""Registers of facilities as a kind of import: each row judged against the record of the day."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.importing.rows import CheckedRow, Context, GivenRow
from common.registries import ImportKind
from facilities.importers.register_cells import (
    category_words,
    read_attributes,
    read_category,
    read_facts,
)
from facilities.importers.register_words import FIELDS, REMARKS
from facilities.models import Facility, FacilityCategory, FacilityContact
from facilities.models.facility import HIDDEN_SQL
from facilities.operations.import_registers import KEPT, commit_register, undo_register
from facilities.queries.demand import codes_of
from facilities.queries.known import counts_known, facilities_known, first_days, later_changes
from gazetteer.queries.known_names import county_polygons

COUNTY_DIGITS = 6
SAME_SITE_DEGREES = 1e-6  # a decimetre: what a file rounds away
_ABOUT_POSITION = frozenset(("half_position", "swapped", "implausible", "not_number"))
_AREAS = ("Polygon", "MultiPolygon")


class RegisterChecker:
    """Judges rows in the order of the file; remembers which facility stood in which row."""

    def __init__(self, context: Context) -> None:
        self.context = context
        rows = FacilityCategory.objects.prefetch_related("authorities")
        self.categories = category_words(list(rows))
        self.seen: dict[Any, int] = {}

    def check(self, rows: Sequence[GivenRow]) -> list[CheckedRow]:
        facts = [read_facts(row) for row in rows]
        sites = [_site(row) for row in rows]
        codes = self._codes(sites)
        known = facilities_known(
            identities=[row.values.get("facility", "") for row in rows],
            names=[each.get("name", "") for each in facts],
            at=self.context.at,
        )
        identities = {each.identity for each in known.values()}
        self.later = later_changes(identities=identities, at=self.context.at)
        self.begun = first_days(identities=identities)
        self.counts = counts_known(identities=identities)
        contacts = set(FacilityContact.objects.values_list("identity", flat=True))
        return [
            self._judge(*each, known, contacts)
            for each in zip(rows, facts, sites, codes, strict=True)
        ]

    def findings(self) -> list[dict[str, Any]]:
        return []

    def _codes(self, sites: Sequence[Any]) -> list[str]:
        placed = [i for i, site in enumerate(sites) if site is not None]
        xy = np.array([[sites[i].x, sites[i].y] for i in placed]).reshape(-1, 2)
        found = dict(zip(placed, codes_of(lonlat=xy, at=self.context.at).tolist(), strict=True))
        return [found.get(i, "") for i in range(len(sites))]

    def _judge(
        self,
        row: GivenRow,
        facts: dict[str, Any],
        site: Any,
        code: str,
        known: Any,
        contacts: set[Any],
    ) -> CheckedRow:
        category = read_category(row, self.categories)
        held = self._held(row, facts, category, code, known)
        if category is not None:
            self._ours(row, category, held)
            facts["attributes"] = read_attributes(row, category)
        self._place(row, site, code, held)
        self._numbers(row, facts, held)
        key = held.identity if held else (facts.get("name"), category and category.code, code[:6])
        if self.seen.setdefault(key, row.number) != row.number:
            row.fault("duplicate", row=self.seen[key])
        if row.faulty or category is None:
            return _checked(row, "fault")
        facts |= {"category": category.code}
        if site is not None:
            facts |= {"longitude": site.x, "latitude": site.y, "division_code": code}
        told = facts.get("contact_person") or facts.get("contact_phone")
        if held is None:
            return self._new(row, facts)
        if told and held.identity in contacts:
            row.remark("contact_kept")
            facts.pop("contact_person", None)
            facts.pop("contact_phone", None)
        self._counted(row, facts, held)
        return self._known(row, facts, held)

    def _counted(self, row: GivenRow, facts: dict[str, Any], held: Facility) -> None:
        """A day that has its count keeps it."""
        known = self.counts.get((held.identity, facts.get("counted_on")))
        if known is None:
            return
        if known != facts["occupied"]:
            row.remark("count_kept", occupied=known, day=facts["counted_on"].isoformat())
        del facts["occupied"], facts["counted_on"]

    def _new(self, row: GivenRow, facts: dict[str, Any]) -> CheckedRow:
        if facts.get("beds") is None and facts["category"].startswith("ELD-INST"):
            row.remark("beds_unknown")
        if self.context.datum.shifted:
            facts["approximate"] = True
        return _checked(row, "add", subject=uuid.uuid4(), values=facts)

    def _known(self, row: GivenRow, facts: dict[str, Any], held: Facility) -> CheckedRow:
        opened = facts.pop("opened_on", None)
        if opened is not None and opened != held.period.lower:
            row.remark("opened_differs", held=str(held.period.lower))
        changes = differing(facts, held, row.geometry)
        beside = {"occupied", "counted_on", "contact_person", "contact_phone"} & set(facts)
        if changes and held.identity in self.later:
            row.fault("later_state", day=self.later[held.identity].isoformat())
            return _checked(row, "fault")
        values = {key: each for key, each in facts.items() if key in changes or key in beside}
        if not values:
            return _checked(row, "same", subject=held.identity)
        before = {key: shown(held, key) for key in changes} | {"state": str(held.pk)}
        return _checked(row, "change", subject=held.identity, values=values, before=before)

    def _held(
        self, row: GivenRow, facts: dict[str, Any], category: Any, code: str, known: Any
    ) -> Facility | None:
        """The state on the day of the facility that the row means."""
        told = row.values.get("facility", "")
        if told:
            found = known.get(told)
            if found is None:
                row.fault("no_such_facility", text=told[:40])
            elif not found.division_code.startswith(self.context.jurisdiction):
                row.fault("outside", code=found.division_code)
            elif category is not None and found.category_id != category.code:
                row.fault("other_category", held=str(found.category))
            return found
        if category is None:
            return None
        county = code[:COUNTY_DIGITS] or row.values.get("division_code", "")[:COUNTY_DIGITS]
        found = known.get((facts.get("name", ""), category.code, county))
        return found if isinstance(found, Facility) else None

    def _ours(self, row: GivenRow, category: FacilityCategory, held: Facility | None) -> None:
        if category.moved_away(self.context.at):
            there = category.authority_on(self.context.at)
            row.fault(
                "kept_elsewhere",
                category=category.name,
                authority=there.authority if there else "—",
            )

    def _place(self, row: GivenRow, site: Any, code: str, held: Facility | None) -> None:
        if row.geometry is not None and site is None:
            row.fault("not_a_site", kind=row.geometry.geom_type)
        if site is None:
            if held is None and not any(r["code"] in _ABOUT_POSITION for r in row.remarks):
                row.fault("no_position")
            return
        if not code:
            row.fault("nowhere")
            return
        if not code.startswith(self.context.jurisdiction):
            row.fault("outside", code=code)
        told = row.values.get("division_code", "")
        if told and not code.startswith(told[:COUNTY_DIGITS]):
            row.remark("other_division", told=told[:12], code=code)

    def _numbers(self, row: GivenRow, facts: dict[str, Any], held: Facility | None) -> None:
        opened = facts.get("opened_on")
        if held is None and opened is not None and opened > self.context.at:
            row.fault("opens_later", day=opened.isoformat())
        beds = facts.get("beds", held.beds if held else None)
        occupied = facts.get("occupied")
        if occupied is not None and beds is not None and occupied > beds:
            row.fault("too_many", occupied=occupied, beds=beds)
        counted = facts.get("counted_on")
        begun = self.begun[held.identity] if held else opened or self.context.at
        if counted is not None and counted > self.context.at:
            row.fault("counted_later", day=counted.isoformat())
        elif counted is not None and counted < begun:
            row.fault("counted_before", day=counted.isoformat(), begun=begun.isoformat())


def differing(facts: dict[str, Any], held: Facility, geometry: Any) -> list[str]:
    """What the row says otherwise than the record; what it leaves out agrees."""
    found = [key for key in KEPT if key in facts and facts[key] != getattr(held, key)]
    told = facts.get("attributes", {})
    if any(held.attributes.get(key) != value for key, value in told.items()):
        found.append("attributes")
    if "longitude" in facts and not _within_footprint(held, geometry):
        away = (facts["longitude"] - held.location.x, facts["latitude"] - held.location.y)
        if max(map(abs, away)) > SAME_SITE_DEGREES:
            found += ["longitude", "latitude", "division_code"]
    return found


def _within_footprint(held: Facility, geometry: Any) -> bool:
    """Whether the row brings the same footprint again, whose inner point moved nowhere."""
    if held.footprint is None or geometry is None or geometry.geom_type not in _AREAS:
        return False
    there = shapely.from_wkb(bytes(held.footprint.wkb))
    return bool(shapely.hausdorff_distance(there, geometry) <= SAME_SITE_DEGREES)


def shown(held: Facility, key: str) -> Any:
    if key in ("longitude", "latitude"):
        return held.location.x if key == "longitude" else held.location.y
    return getattr(held, key)


def shown_changes(before: dict[str, Any], values: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Field by field for people; contacts are not told."""
    labels = {field.key: str(field.label) for field in FIELDS}
    found = []
    for key in before:
        if key == "attributes":
            found += [
                (labels.get(name, name), str(before[key].get(name, "—")), str(now))
                for name, now in values[key].items()
                if before[key].get(name) != now
            ]
        elif key not in ("state", "division_code"):
            was = before[key] if before[key] not in ("", None) else "—"
            found.append((labels.get(key, key), str(was), str(values[key])))
    return found


def _site(row: GivenRow) -> Any:
    """The point of the row, inside its footprint where it has one."""
    if row.geometry is None:
        return None
    if row.geometry.geom_type == "Point":
        return row.geometry
    return row.geometry.point_on_surface() if row.geometry.geom_type in _AREAS else None


def _checked(
    row: GivenRow,
    outcome: str,
    *,
    subject: Any = None,
    values: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
) -> CheckedRow:
    if values is None:
        # What was typed is kept for the list of faults, but never whom to call.
        values = {
            key: value[:500]
            for key, value in row.values.items()
            if value and not key.startswith("contact_")
        }
    return CheckedRow(
        number=row.number,
        outcome=outcome,
        subject=subject,
        title=row.values.get("name", ""),
        remarks=row.remarks,
        values=values,
        before=before,
        geometry=row.geometry,
    )


def _require(*, by: Any, codes: Iterable[str]) -> None:
    require(by=by, capability=Capability.IMPORT_DATA, codes=codes)


REGISTERS = ImportKind(
    key="facilities",
    label=_("Facilities"),
    capability=Capability.IMPORT_DATA,
    fields=FIELDS,
    remarks=REMARKS,
    require=_require,
    checker=RegisterChecker,
    commit=commit_register,
    undo=undo_register,
    order=40,
    polygons=county_polygons,
    subject_url="facilities:facility",
    changes=shown_changes,
    hidden=HIDDEN_SQL,
)
