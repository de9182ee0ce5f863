"""Write the standard names of a jurisdiction into a file that can be imported again."""

import json
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.scope import jurisdiction_of
from common.datums import get_datum
from common.errors import DimingError
from common.exporting.writing import SUFFIXES
from common.list_exports import written
from common.periods import parse_day
from gazetteer.exports.names import export_of
from gazetteer.models import LegalCategory
from gazetteer.queries.name_filters import chosen_names


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="what to write; an existing file is replaced")
        parser.add_argument("--format", choices=list(SUFFIXES), default="", help="else by its name")
        parser.add_argument("--within", default="", metavar="CODE", help="only in this division")
        parser.add_argument("--category", choices=LegalCategory.values, default="")
        parser.add_argument("--datum", default="CGCS2000", metavar="DATUM")
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        target, within = Path(options["file"]), options["within"]
        if within and not (within.isascii() and within.isdigit()):
            raise CommandError(f"“{within}” is not a division code.")
        if not target.parent.is_dir():
            raise CommandError(f"There is no folder “{target.parent}”.")
        by_name = {suffix: key for key, suffix in SUFFIXES.items()}
        format = options["format"] or by_name.get(target.suffix.lower(), "")
        if not format:
            raise CommandError("Say with --format what to write: the name of the file does not.")
        filters = {
            "within": jurisdiction_of(within),
            "category": options["category"],
            "text": "",
            "reading": "",
        }
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            names = chosen_names(at=at, **filters)
            export = export_of(names=names, at=at, datum=get_datum(options["datum"]))
            with written(export, format=format) as (path, count):
                shutil.copyfile(path, target)
        except DimingError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"“{target}” cannot be written: {error.strerror}.") from error
        if options["json"]:
            value = {"file": str(target), "rows": count, "format": format, "day": at.isoformat()}
            self.stdout.write(json.dumps(value, ensure_ascii=False))
        else:
            self.stdout.write(f"{count:,} names of {at} written to {target}.")
