"""Load where people live, by age, from polygons or from a raster written as x, y, people."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from accounts.queries.people import person_named
from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day
from facilities.importers.demand_cells import Placed, place
from facilities.importers.demand_files import Fault, read_control, read_demand, read_totals
from facilities.operations.demand import COUNTY_DIGITS, DemandReport, replace_demand

SHOWN = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="GeoJSON, GeoPackage, Shapefile (ZIP), CSV, XLSX"
        )
        parser.add_argument("--base-on", required=True, metavar="DAY", help="the day described")
        parser.add_argument("--from", default="", metavar="DAY", help="counts from (that day)")
        parser.add_argument("--datum", default="", help="where the file names no system")
        parser.add_argument(
            "--within", default="", metavar="CODE",
            help="the figures are all of this division (default: of the counties in the file)",
        )  # fmt: skip
        parser.add_argument(
            "--totals", type=Path, metavar="FILE", help="code, people: kept exactly"
        )
        parser.add_argument("--ages", default="", metavar="SHARE,SHARE", help="of 0–14 and of 60+")
        parser.add_argument("--cell", type=float, metavar="SIZE", help="side of a raster cell")
        parser.add_argument(
            "--grid", type=float, metavar="M", help="spread over squares of M metres"
        )
        parser.add_argument(
            "--weights", type=Path, metavar="FILE", help="where in an area people are"
        )
        parser.add_argument("--synthetic", action="store_true", help="the figures are made up")
        parser.add_argument("--replace", action="store_true", help="drop figures from that day on")
        parser.add_argument("--by", required=True, metavar="ACCOUNT", help="who loads it")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        for key in ("file", "totals", "weights"):
            if options[key] and not options[key].is_file():
                raise CommandError(f"There is no file “{options[key]}”.")
        try:
            placed, report = self.load(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            values = {**asdict(report), "notes": placed.notes, "committed": options["commit"]}
            self.stdout.write(json.dumps(values, ensure_ascii=False))
            return
        self.stdout.write(as_text(placed, report))
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")

    def load(self, options: dict[str, Any]) -> tuple[Placed, DemandReport]:
        by = person_named(options["by"])
        base_on = parse_day(options["base_on"])
        since = parse_day(options["from"]) if options["from"] else base_on
        within = read_code(options["within"])
        if options["weights"] and not options["grid"]:
            raise CommandError("--weights says where people are spread to: it needs --grid.")
        rows = read_demand(
            options["file"],
            datum=options["datum"],
            cell=options["cell"],
            ages=_ages(options["ages"]),
        )
        self.refuse(rows.faults)
        placed = place(
            rows,
            at=since,
            within=within,
            grid_m=options["grid"],
            control=read_control(options["weights"], datum=options["datum"])
            if options["weights"]
            else None,
            totals=read_totals(options["totals"]) if options["totals"] else None,
        )
        self.refuse(placed.faults)
        counties = sorted({str(code)[:COUNTY_DIGITS] for code in placed.cells.codes})
        with transaction.atomic():
            report = replace_demand(
                by=by,
                cells=placed.cells,
                base_on=base_on,
                since=since,
                within=[within] if within else counties,
                title=f"{options['file'].stem} {base_on}",
                synthetic=options["synthetic"],
                replace=options["replace"],
            )
            if not options["commit"]:
                transaction.set_rollback(True)
        return placed, report

    def refuse(self, faults: tuple[Fault, ...]) -> None:
        """All or nothing: one fault stops the whole file."""
        if not faults:
            return
        for fault in faults[:SHOWN]:
            self.stderr.write(f"Row {fault.row}: {fault.why}.")
        if len(faults) > SHOWN:
            self.stderr.write(f"… and {len(faults) - SHOWN} more.")
        raise CommandError(f"Faults: {len(faults)}. Nothing was written.")


def as_text(placed: Placed, report: DemandReport) -> str:
    lines = [f"{code}  {people:>14,.0f}" for code, people in report.people.items()]
    total = sum(report.people.values())
    lines.append(f"{report.cells:,} cells, {total:,.0f} people, {report.elders:,.0f} of them 60+.")
    approximate = int(placed.cells.approximate.sum())
    if approximate:
        lines.append(f"{approximate:,} cells are approximate: spread, or their ages by shares.")
    lines += [f"{count:,} {why}." for why, count in placed.notes.items()]
    if report.ended:
        lines.append(f"They follow {report.ended:,} cells with {report.former:,.0f} people.")
    if report.dropped:
        lines.append(f"They replace {report.dropped:,} cells of that day or later.")
    return "\n".join(lines)


def _ages(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        children, elders = (float(part) for part in text.split(","))
    except ValueError:
        raise CommandError(f"--ages takes two shares such as 0.12,0.19, not “{text}”.") from None
    if not (children >= 0 and elders >= 0 and children + elders <= 1):
        raise CommandError(f"--ages takes two shares such as 0.12,0.19, not “{text}”.")
    return children, elders
