"""Declare that the register of facilities of a jurisdiction is whole from a day on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from accounts.queries.people import person_named
from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day
from facilities.operations.registers import declare_register


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--within", required=True, metavar="CODE", help="such as 4401")
        parser.add_argument("--from", required=True, metavar="DAY", help="whole from (YYYY-MM-DD)")
        parser.add_argument("--document", required=True, metavar="TEXT", help="who says so, where")
        parser.add_argument(
            "--category", default="", metavar="CODE", help="of other bodies: STR-TEAM …"
        )
        parser.add_argument("--by", required=True, metavar="ACCOUNT", help="who declares it")
        parser.add_argument("--commit", action="store_true", help="write; without it only check")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                made = declare_register(
                    by=person_named(options["by"]),
                    division=read_code(options["within"]),
                    since=parse_day(options["from"]),
                    document=options["document"],
                    category=options["category"],
                )
                if not options["commit"]:
                    transaction.set_rollback(True)
        except DimingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.title} {made.period.lower}: {made.jurisdiction}.")
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")
