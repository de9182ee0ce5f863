"""Towns, streets and villages by code, seats, street cells, and a name for every division."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from boundaries.domain.codes import Kind, kind_of
from boundaries.models import Division, DivisionOutline, DivisionPiece, DivisionVersion, Level
from boundaries.operations.shapes import rebuild_shapes
from common.copying import analyse, copy_rows, ewkb, since
from common.crs import area_km2
from demo.cells import partition, place_seats
from demo.code_lists import DRAWN_AS, Listed, read_list
from demo.parts import RECORDS_BEGIN, SEED, DemoOptions
from demo.parts.divisions import VERSION_COLUMNS, division_id
from demo.place_names import SOURCE, SYNTHETIC, NamedDivision, batches, pinyin_of, write_names
from demo.seats import read_seats, seat_of
from gazetteer.models import Place, PlaceName

CITY = "4401"
PROVINCE = "44"
SMALL_VILLAGES = "440106"


@dataclass(frozen=True, slots=True)
class Township:
    """A town or street with what is known of its place."""

    listed: Listed
    county: str
    seat: tuple[float, float] | None
    cell: Any = None

    @property
    def point(self) -> Any:
        if self.seat:
            return shapely.Point(self.seat)
        return shapely.point_on_surface(self.cell) if self.cell is not None else None

    @property
    def point_source(self) -> str:
        if self.seat:
            return "geonames"
        return SYNTHETIC if self.cell is not None else ""


def load(options: DemoOptions) -> str:
    towns_within = "" if options.everything else CITY if options.small else PROVINCE
    villages_within = SMALL_VILLAGES if options.small else towns_within
    drawn = _drawn()
    statistical = 0 if options.small else _write_unknown_counties(drawn)
    options.report("names of provinces, cities and counties")
    write_names(_named_versions())

    options.report("towns and streets, street cells of Guangzhou")
    towns = _read_townships(drawn, within=towns_within)
    cells = _cells(drawn, towns)
    towns = [
        Township(town.listed, town.county, town.seat, cells.get(town.listed.code)) for town in towns
    ]
    _write_townships(towns, drawn)
    rebuild_shapes(at=RECORDS_BEGIN, levels=[Level.TOWNSHIP], within=CITY)

    options.report("villages and neighbourhoods")
    villages = _write_villages(villages_within, report=options.report)
    analyse(Division, DivisionVersion, DivisionPiece, DivisionOutline, Place, PlaceName)
    seated = sum(town.seat is not None for town in towns)
    return (
        f"{len(towns)} towns and streets ({seated} with a seat, {len(cells)} with a synthetic "
        f"cell), {villages} villages, {statistical} counties of unknown shape; all named"
    )


def _drawn() -> dict[str, Any]:
    """Code → division id of what part ``divisions`` loaded."""
    rows = DivisionVersion.objects.on(RECORDS_BEGIN)
    return dict(rows.values_list("code", "division_id"))


def _county_of(code: str, drawn: Mapping[str, Any]) -> str:
    """The division that a township's county code means in this set."""
    return code if code in drawn else DRAWN_AS.get(code, code)


def _write_unknown_counties(drawn: dict[str, Any]) -> int:
    """Counties of the list that the source does not draw; their shape stays unknown."""
    found = [row for row in read_list("county") if _county_of(row.code, drawn) not in drawn]
    copy_rows(Division, ["id"], ((division_id(row.code),) for row in found))
    rows = []
    for row in found:
        parent = drawn.get(row.code[:4] + "00") or drawn[row.code[:2] + "0000"]
        statistical = row.code[4] == "7" or row.code.startswith("4603")
        kind = Kind.STATISTICAL if statistical else kind_of(row.code, row.name)
        rows.append(_version(row, level=Level.COUNTY, parent=parent, kind=kind))
    copy_rows(DivisionVersion, VERSION_COLUMNS, rows)
    drawn.update((row.code, division_id(row.code)) for row in found)
    return len(found)


def _version(
    row: Listed,
    *,
    level: int,
    parent: Any,
    kind: Kind | None = None,
    geometry: Any = None,
    point: Any = None,
) -> tuple[Any, ...]:
    return (
        division_id(row.code),
        row.code,
        row.name,
        pinyin_of(row.name, level=level, code=row.code),
        level,
        kind or kind_of(row.code, row.name),
        parent,
        since(RECORDS_BEGIN),
        ewkb(geometry),
        ewkb(point),
        None if geometry is None else area_km2(geometry),
        SOURCE,
        geometry is not None,
        geometry is not None,
    )


def _named_versions() -> Iterator[NamedDivision]:
    rows = DivisionVersion.objects.on(RECORDS_BEGIN).order_by("code")
    for code, name, level, division, point, source in rows.values_list(
        "code", "name", "level", "division_id", "point", "source_id"
    ):
        shape = shapely.from_wkb(bytes(point.wkb)) if point else None
        yield NamedDivision(code, name, level, division, shape, source if point else "")


def _read_townships(drawn: Mapping[str, Any], *, within: str) -> list[Township]:
    seats = read_seats(at=RECORDS_BEGIN)
    towns = []
    for row in read_list("township", within=within):
        county = _county_of(row.code[:6], drawn)
        towns.append(Township(row, county, seat_of(seats, county=county, name=row.name)))
    return towns


def _cells(drawn: Mapping[str, Any], towns: Iterable[Township]) -> dict[str, Any]:
    """Township code → synthetic cell, for the city of the demonstration."""
    by_county: dict[str, list[Township]] = defaultdict(list)
    for town in towns:
        if town.county.startswith(CITY):
            by_county[town.county].append(town)
    rows = DivisionVersion.objects.on(RECORDS_BEGIN).filter(code__in=by_county).with_geometry()
    counties = {
        code: shapely.from_wkb(bytes(geometry.wkb))
        for code, geometry in rows.order_by("code").values_list("code", "geometry")
    }
    seats = {
        code: place_seats(
            counties[code],
            [town.seat for town in by_county[code]],
            np.random.default_rng([SEED, int(code)]),
        )
        for code in counties
    }
    shapes = partition(counties, seats)
    return {
        town.listed.code: shape
        for code in counties
        for town, shape in zip(by_county[code], shapes[code], strict=True)
    }


def _write_townships(towns: list[Township], drawn: dict[str, Any]) -> None:
    copy_rows(Division, ["id"], ((division_id(town.listed.code),) for town in towns))
    copy_rows(
        DivisionVersion,
        VERSION_COLUMNS,
        (
            _version(
                town.listed,
                level=Level.TOWNSHIP,
                parent=drawn[town.county],
                geometry=town.cell,
                point=town.point,
            )
            for town in towns
        ),
    )
    write_names(
        NamedDivision(
            code=town.listed.code,
            name=town.listed.name,
            level=Level.TOWNSHIP,
            division_id=division_id(town.listed.code),
            point=town.point,
            point_source=town.point_source,
        )
        for town in towns
    )


def _write_villages(within: str, *, report: Any) -> int:
    """Batch by batch, so that the country's 620,000 need no more memory than one batch."""
    count = 0
    for batch in batches(read_list("village", within=within)):
        copy_rows(Division, ["id"], ((division_id(row.code),) for row in batch))
        versions = (
            _version(row, level=Level.VILLAGE, parent=division_id(row.code[:9])) for row in batch
        )
        copy_rows(DivisionVersion, VERSION_COLUMNS, versions)
        write_names(
            NamedDivision(row.code, row.name, Level.VILLAGE, division_id(row.code)) for row in batch
        )
        count += len(batch)
        report(f"{count:,} villages")
    return count
