"""Search the gazetteer as the search box does: characters, pinyin, initials or a code."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import BadInput
from common.periods import parse_day
from gazetteer.queries.search import search_names


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--at", metavar="DAY", help="YYYY-MM-DD (default today)")
        parser.add_argument("--within", default="", metavar="CODE", help="only in this division")
        parser.add_argument("--limit", type=int, default=20, help="at most so many (default 20)")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = parse_day(options["at"]) if options["at"] else timezone.localdate()
        except BadInput as error:
            raise CommandError(str(error)) from error
        within = options["within"]
        if within and not (within.isascii() and within.isdigit()):
            raise CommandError(f"“{within}” is not a division code.")
        if not 1 <= options["limit"] <= 300:
            raise CommandError("--limit is a number from 1 to 300.")
        found = search_names(
            text=options["query"],
            at=day,
            within=within,
            near=settings.HOME_JURISDICTION,
            limit=options["limit"],
        )
        if options["json"]:
            rows = [
                {
                    "place": str(row.place_id),
                    "name": row.text,
                    "pinyin": row.pinyin,
                    "category": row.category,
                    "division": row.division_code,
                    "within": row.within,
                    "why": row.why,
                    "score": round(row.score, 4),
                    "synthetic": row.synthetic,
                    "approximate": row.approximate,
                }
                for row in found
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in found:
            flags = " ".join(
                flag
                for flag, stands in (
                    ("synthetic", row.synthetic),
                    ("approximate", row.approximate),
                )
                if stands
            )
            self.stdout.write(
                "  ".join(
                    part for part in (row.text, row.pinyin, row.why, row.within, flags) if part
                )
            )
        if not found:
            self.stdout.write(f"Nothing is called “{options['query']}” on {day.isoformat()}.")
