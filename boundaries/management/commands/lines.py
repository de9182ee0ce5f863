"""List the boundary lines of a jurisdiction with their joint inspections, most urgent first."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.queries.lines import STATES, LineRow, lines
from common.errors import DimingError
from common.periods import parse_day

WORDS = {"wrong": "overdue", "due": "due", "unknown": "unknown", "ok": "in order"}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--within", required=True, metavar="CODE", help="e.g. 44 or 4401")
        parser.add_argument("--at", default="", metavar="DAY", help="as of a day (today)")
        parser.add_argument("--state", default="", choices=["", *STATES], help="only this state")
        parser.add_argument(
            "--level", default="", choices=["", "1", "2", "3"], help="1 province, 2 city, 3 county"
        )
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        within = options["within"]
        if not within.isdigit():
            raise CommandError(f"“{within}” is not the beginning of a division code.")
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        except DimingError as error:
            raise CommandError(str(error)) from error
        level, state = options["level"], options["state"]
        rows = lines(at=at, within=within, state=state, level=level, limit=None).rows
        if not rows and not state and not level:
            raise CommandError(f"There is no boundary line of “{within}” on {at.isoformat()}.")
        if options["json"]:
            self.stdout.write(json.dumps([asdict(row) for row in rows], default=str))
        else:
            self.stdout.write("\n".join(map(as_text, rows)))


def as_text(row: LineRow) -> str:
    last = row.last_on.isoformat() if row.last_on else "—"
    due = row.due_on.isoformat() if row.due_on else "—"
    mark = " (synthetic)" if row.synthetic else ""
    sides = f"{row.name_a}–{row.name_b}"
    clock = f"{WORDS[row.state]:<9}{last:>11}{due:>11}"
    return f"{row.code}  {clock}{row.length_km:>9,.1f} km  {sides}{mark}"
