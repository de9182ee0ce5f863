"""Boundary agreements with their surveyed lines from a file; dry unless told --commit."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from boundaries.importers.agreements import read_agreements
from boundaries.operations.agreements import take_in
from boundaries.queries.agreements import EDGE_RULE, edge_rules
from common.errors import DimingError
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="GeoPackage, Shapefile or GeoJSON of lines")
        parser.add_argument("--at", default="", metavar="DAY", help="in force from (today)")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            rule = edge_rules(on=at).get(EDGE_RULE)
            if rule is None:
                raise CommandError(f"On {at} no rule says how far a line may lie from its edge.")
            with transaction.atomic():
                agreements = read_agreements(Path(options["file"]))
                done = take_in(agreements=agreements, at=at, far_m=rule.parameters["far_m"])
                if not options["commit"]:
                    transaction.set_rollback(True)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            values = {"committed": options["commit"], "lines": [asdict(each) for each in done]}
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        for each in done:
            was = "replaces the derived line" if each.replaced else "replaces an earlier survey"
            self.stdout.write(
                f"{each.line_code}  {each.length_km:,.2f} km  up to {each.most_m:,.1f} m from the "
                f"standing line  {was}  {each.document}"
            )
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")
