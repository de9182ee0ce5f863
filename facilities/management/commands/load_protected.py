"""Keep the protected areas of a file: where rules forbid or keep away what is to be built."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction
from django.utils import timezone

from accounts.queries.people import person_named
from common.errors import DimingError
from common.periods import parse_day
from facilities.domain.exclusions import KINDS
from facilities.importers.protected_files import read_protected
from facilities.operations.protected import store_protected


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GeoPackage, Shapefile (ZIP), GeoJSON …")
        parser.add_argument("--name", required=True, help="of the source")
        parser.add_argument("--kind", default="", metavar="KIND", help=", ".join(KINDS))
        parser.add_argument("--from", default="", metavar="DAY", help="counts from (today)")
        parser.add_argument("--datum", default="CGCS2000")
        parser.add_argument("--synthetic", action="store_true", help="the areas are made up")
        parser.add_argument("--approximate", action="store_true", help="positions are rough")
        parser.add_argument(
            "--replace", action="store_true", help="drop those of the name from that day on"
        )
        parser.add_argument("--by", required=True, metavar="ACCOUNT", help="who loads it")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = self.load(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"areas": kept, "committed": options["commit"]}))
            return
        for kind, count in kept.items():
            self.stdout.write(f"{kind:<18}{count:>8,}")
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")

    def load(self, options: dict[str, Any]) -> Mapping[str, int]:
        by = person_named(options["by"])
        since = parse_day(options["from"]) if options["from"] else timezone.localdate()
        if not options["file"].is_file():
            raise CommandError(f"There is no file “{options['file']}”.")
        areas = read_protected(options["file"], kind=options["kind"], datum=options["datum"])
        with transaction.atomic():
            kept = store_protected(
                by=by,
                areas=areas,
                name=options["name"],
                since=since,
                synthetic=options["synthetic"],
                approximate=options["approximate"],
                replace=options["replace"],
            )
            if not options["commit"]:
                transaction.set_rollback(True)
        return kept
