"""Give the divisions of a past day their shapes from a GeoJSON file, marked approximate."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from boundaries.importers.past_shapes import read_shapes
from boundaries.operations.past_shapes import set_past_shapes
from common.errors import DimingError
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="GeoJSON in CGCS2000 or WGS 84 degrees; id = code")
        parser.add_argument("--at", required=True, metavar="DAY", help="the day it shows")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = parse_day(options["at"])
            with transaction.atomic():
                report = set_past_shapes(shapes=read_shapes(Path(options["file"])), at=at)
                if not options["commit"]:
                    transaction.set_rollback(True)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            values = {**report, "committed": options["commit"]}
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        for code, area in report["area_km2"].items():
            self.stdout.write(f"{code}  {area:,.1f} km² (approximate)")
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")
