"""Bring rules, targets, sources and other reference rows up to date with this version."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from common.errors import DimingError
from demo.reference_rows import FOLDER, bring_up_to_date


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--take",
            action="append",
            default=[],
            metavar="ROW",
            help="take this version's row instead of what was changed here",
        )
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                done = bring_up_to_date(FOLDER, take=options["take"])
                if not options["commit"]:
                    transaction.set_rollback(True)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done), ensure_ascii=False))
            return
        self.stdout.write(f"Reference rows: {done.sentence or 'all up to date'}.")
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")
