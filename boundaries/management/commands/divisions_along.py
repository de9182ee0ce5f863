"""Say which divisions a line passes on a day, and for how far (CGCS2000 degrees, as WKT)."""

import json
from argparse import ArgumentParser
from typing import Any

import numpy as np
import shapely
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.queries.divisions import divisions_along
from common.errors import DimingError
from common.periods import parse_day

LEVELS = {"province": 1, "city": 2, "county": 3, "township": 4}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("line", metavar="WKT", help="LINESTRING (113.2 23.1, 113.4 23.2)")
        parser.add_argument("--level", default="county", choices=LEVELS)
        parser.add_argument("--at", default="", metavar="DAY", help="as of a day (today)")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with np.errstate(invalid="ignore"):
                line = shapely.from_wkt(options["line"])
        except shapely.errors.ShapelyError as error:
            raise CommandError(f"“{options['line'][:60]}” is no WKT.") from error
        west, south, east, north = line.bounds if not line.is_empty else (0, 0, 0, 0)
        inside = west >= -180 and east <= 180 and south >= -90 and north <= 90
        if line.geom_type != "LineString" or not line.length > 0 or not inside:
            raise CommandError("Give one LINESTRING with a length, longitude first, in degrees.")
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        except DimingError as error:
            raise CommandError(str(error)) from error
        found = divisions_along(line=line, at=at, level=LEVELS[options["level"]])
        rows = [
            {
                "code": stretch.code or None,
                "name": version.name if version else None,
                "begins_m": round(stretch.begins_m, 1),
                "ends_m": round(stretch.ends_m, 1),
            }
            for stretch, version in found
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            what = f"{row['code']} {row['name']}" if row["code"] else "unknown"
            length = (row["ends_m"] - row["begins_m"]) / 1000
            self.stdout.write(f"{row['begins_m'] / 1000:9.2f} km  {length:8.2f} km  {what}")
