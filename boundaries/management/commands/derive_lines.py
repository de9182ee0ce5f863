"""Derive boundary lines from the polygons of counties; dry unless told --commit."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.operations.lines import LineChanges, derive_lines
from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--within", default="", metavar="CODE", help="e.g. 44; all by default")
        parser.add_argument("--at", default="", metavar="DAY", help="polygons of (today)")
        parser.add_argument("--commit", action="store_true", help="write the changes")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        commit = options["commit"]
        try:
            within = read_code(options["within"])
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            changes = derive_lines(within=within, by=None, at=at, commit=commit)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"committed": commit, **asdict(changes)}))
        else:
            self.stdout.write(as_table(changes, commit))


def as_table(changes: LineChanges, commit: bool) -> str:
    rows = [
        ("new", len(changes.new)),
        ("redrawn", len(changes.redrawn)),
        ("ended", len(changes.ended)),
        ("unchanged", changes.unchanged),
        ("surveyed, kept", changes.surveyed),
        ("length (km)", round(changes.length_m / 1000, 1)),
        *(
            (f"  of {word} lines (km)", round(changes.level_m[level] / 1000, 1))
            for level, word in ((1, "provincial"), (2, "city"), (3, "county"))
        ),
        ("contacts without line", len(changes.unmatched)),
    ]
    text = [f"{label:<24}{value:>12,}" for label, value in rows]
    text += [
        f"  {c.code_a} and {c.code_b}: {c.reason}, {c.length_m:,.0f} m" for c in changes.unmatched
    ]
    if not commit:
        text.append("Nothing written: add --commit to write.")
    return "\n".join(text)
