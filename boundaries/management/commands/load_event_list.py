"""Load the event list of another country or province under a code system of its own."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from boundaries.importers.event_lists import read_event_list
from boundaries.operations.unit_lists import load_unit_list
from common.errors import DimingError

LONGEST_TITLE = 200


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV or XLSX, a row for each stay")
        parser.add_argument("--system", required=True, metavar="KEY", help="e.g. swiss-communes")
        parser.add_argument("--title", default="", help="what people call the list")
        parser.add_argument(
            "--last-days",
            action="store_true",
            help="units end with the day abolished_on, as in the Swiss list, not before it",
        )
        parser.add_argument("--synthetic", action="store_true", help="the list is made up")
        parser.add_argument("--replace", action="store_true", help="instead of an earlier load")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if len(options["title"]) > LONGEST_TITLE:
            raise CommandError(f"A title has {LONGEST_TITLE} characters at most.")
        try:
            with transaction.atomic():
                report = load_unit_list(
                    key=options["system"],
                    title=options["title"],
                    stays=read_event_list(Path(options["file"]), last_days=options["last_days"]),
                    synthetic=options["synthetic"],
                    replace=options["replace"],
                )
                if not options["commit"]:
                    transaction.set_rollback(True)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            values = {**asdict(report), "committed": options["commit"]}
            self.stdout.write(json.dumps(values, ensure_ascii=False))
            return
        self.stdout.write(
            f"{report.system}: {report.rows} rows of {report.units} codes, {report.standing} still"
            f" stand; {report.events} events give {report.changes} changes."
        )
        if report.replaced:
            self.stdout.write(f"They replace {report.replaced} rows.")
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")
