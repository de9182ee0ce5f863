"""Where the edge of the polygons leaves the agreed lines by more than the tolerance."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.queries.agreements import EDGE_RULE, check_agreed_lines, edge_rules
from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--within", default="", metavar="CODE", help="e.g. 44 or 4401")
        parser.add_argument("--at", default="", metavar="DAY", help="on the day (today)")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            within = read_code(options["within"])
            rule = edge_rules(on=at).get(EDGE_RULE)
            if rule is None:
                raise CommandError(f"On {at} no rule says how far the edge may leave a line.")
            tolerance = rule.parameters["tolerance_m"]
            found = check_agreed_lines(at=at, within=within, tolerance_m=tolerance)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            values = [
                {
                    "line": each.agreement.line_code,
                    "document": each.agreement.document,
                    "departures": None
                    if each.departures is None
                    else [asdict(part) for part in each.departures],
                    "beyond": [asdict(part) for part in each.beyond],
                }
                for each in found
            ]
            self.stdout.write(json.dumps({"tolerance_m": tolerance, "lines": values}))
            return
        for each in found:
            if each.departures is None:
                said = "the polygons have no edge between its sides"
            elif each.departures or each.beyond:
                off = sum(part.length_m for part in each.departures)
                past = sum(part.length_m for part in each.beyond)
                said = (
                    f"{len(each.departures)} stretches of the agreed line, {off:,.0f} m, and "
                    f"{len(each.beyond)} of the edge, {past:,.0f} m, up to {each.most_m:,.1f} m"
                )
            else:
                said = f"within {tolerance:g} m everywhere"
            self.stdout.write(f"{each.agreement.line_code}  {said}")
        if not found:
            self.stdout.write("No agreement is on record here.")
