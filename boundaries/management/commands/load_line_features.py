"""Linear features that agreed lines follow, as surveyed, from a file; dry unless told --commit."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from boundaries.importers.agreements import read_features
from boundaries.operations.agreements import take_in_features
from boundaries.queries.agreements import EDGE_RULE, check_features, edge_rules
from common.errors import DimingError
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="GeoPackage, Shapefile or GeoJSON of lines")
        parser.add_argument("--at", default="", metavar="DAY", help="as surveyed from (today)")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            rule = edge_rules(on=at).get(EDGE_RULE)
            if rule is None:
                raise CommandError(f"On {at} no rule says how far a feature may lie from its line.")
            with transaction.atomic():
                features = read_features(Path(options["file"]))
                made = take_in_features(features=features, at=at, far_m=rule.parameters["far_m"])
                codes = {each.line_code for each in made}
                checks = [
                    each
                    for code in sorted(codes)
                    for each in check_features(
                        at=at, line_code=code, tolerance_m=rule.parameters["tolerance_m"]
                    )
                ]
                if not options["commit"]:
                    transaction.set_rollback(True)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            rows = [
                {
                    "line": each.feature.line_code,
                    "name": each.feature.name,
                    "most_m": each.most_m,
                    "tolerance_m": each.tolerance_m,
                }
                for each in checks
            ]
            values = {"committed": options["commit"], "features": rows}
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        for each in checks:
            said = (
                f"off the agreed line by up to {each.most_m:,.1f} m"
                if each.departures
                else "on the agreed line"
            )
            self.stdout.write(
                f"{each.feature.line_code}  {each.feature.name}  {said} "
                f"(limit {each.tolerance_m:,.1f} m)"
            )
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")
