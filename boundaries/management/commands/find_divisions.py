"""Say in which county each point of a file lies on a day: the file again, with code and name."""

import csv
import json
from argparse import ArgumentParser
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.queries.sets import county_lookup
from common.datums import get_datum
from common.errors import DimingError
from common.exporting.sheets import safe_cell
from common.filters import read_code
from common.importing.columns import guess_columns
from common.importing.opening import open_table
from common.importing.rows import given_rows
from common.importing.tables import Table
from common.periods import parse_day

WORDS = {
    "longitude": ("lon", "lng", "x", "经度", "东经"),
    "latitude": ("lat", "y", "纬度", "北纬"),
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, XLSX, GeoJSON, GeoPackage, Shapefile")
        parser.add_argument("--datum", default="CGCS2000", help="of the positions (CGCS2000)")
        parser.add_argument("--at", default="", metavar="DAY", help="as of a day (today)")
        parser.add_argument("--within", default="", metavar="CODE", help="look only there")
        parser.add_argument("--output", type=Path, metavar="FILE", help="CSV to write")
        parser.add_argument("--json", action="store_true", help="the counts, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file “{options['file']}”.")
        try:
            counts = self.find(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write("  ".join(f"{key} {count:,}" for key, count in counts.items()))

    def find(self, options: dict[str, Any]) -> dict[str, int]:
        at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        table = open_table(options["file"])
        mapping = guess_columns(table.headings, WORDS)
        if not table.has_geometry and len(mapping) < len(WORDS):
            raise CommandError("The file has no columns of longitude and latitude.")
        lookup, names = county_lookup(at=at, within=read_code(options["within"]))
        if not lookup.codes:
            raise CommandError(f"No division has a known shape there on {at}.")
        counts = {"points": 0, "found": 0, "in none": 0, "without position": 0}
        target = options["output"]
        with (
            target.open("w", encoding="utf-8-sig", newline="") if target else nullcontext() as file
        ):
            writer = csv.writer(file) if file else None
            if writer:
                writer.writerow([*table.headings, "county_code", "county", "remark"])
            for cells, code, remark in _answered(table, mapping, options["datum"], lookup):
                counts["points"] += 1
                counts["found"] += bool(code)
                counts["without position"] += remark == "position"
                counts["in none"] += remark == "none"
                if writer:
                    told = _REMARKS.get(remark, remark)
                    writer.writerow([*map(safe_cell, cells), code, names.get(code, ""), told])
        return counts


_REMARKS = {"none": "in no county of that day", "position": "no position that can be read"}


def _answered(table: Table, mapping: dict[str, str], datum: str, lookup: Any) -> Any:
    sources = table.rows()
    for chunk in given_rows(table, mapping, get_datum(datum)):
        placed = [row.geometry.representative_point() if row.geometry else None for row in chunk]
        xy = np.array([(p.x, p.y) if p else (np.nan, np.nan) for p in placed])
        read = islice(sources, len(chunk))
        for source, point, code in zip(read, placed, lookup.codes_of(xy), strict=True):
            yield source.cells, code, "" if code else ("none" if point else "position")
