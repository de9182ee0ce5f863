"""Say in which divisions a point (CGCS2000 degrees, longitude first) lies on a day."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.management.commands.divisions import as_text, as_values
from boundaries.queries.divisions import divisions_at
from boundaries.queries.lineage import shapes_known
from common.errors import DimingError
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("longitude", type=float, metavar="LON")
        parser.add_argument("latitude", type=float, metavar="LAT")
        parser.add_argument("--at", default="", metavar="DAY", help="as of a day (today)")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        longitude, latitude = options["longitude"], options["latitude"]
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise CommandError(
                f"{longitude} {latitude} is not a position: longitude first, both in degrees."
            )
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        except DimingError as error:
            raise CommandError(str(error)) from error
        found = divisions_at(longitude=longitude, latitude=latitude, at=at)
        if not found and not shapes_known(at=at, within=""):
            raise CommandError(f"No division has a known shape on {at.isoformat()}.")
        if not found:
            raise CommandError(f"No division holds {longitude} {latitude} on {at.isoformat()}.")
        if options["json"]:
            rows = [as_values(row) for row in found]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(map(as_text, found)))
