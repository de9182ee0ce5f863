"""Search the gazetteer as the search box does: characters, pinyin, initials or a code."""

import json
import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import BadInput
from common.periods import parse_day
from common.searching import read_filters
from gazetteer.models import LegalCategory
from gazetteer.queries.search import search_names


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--at", metavar="DAY", help="YYYY-MM-DD (default today)")
        parser.add_argument("--within", default="", metavar="CODE", help="only in this division")
        parser.add_argument("--category", default="", metavar="CLASS", help="only of this class")
        parser.add_argument("--near-point", default="", metavar="LON,LAT", help="nearest first")
        parser.add_argument("--within-m", default="", metavar="METRES", help="no farther away")
        parser.add_argument("--limit", type=int, default=20, help="at most so many (default 20)")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        typed = {key: options[key] for key in ("within", "category", "within_m")}
        typed["point"] = options["near_point"]
        try:
            day = parse_day(options["at"]) if options["at"] else timezone.localdate()
            filters = read_filters(
                typed, categories=LegalCategory.values, near=settings.HOME_JURISDICTION
            )
        except BadInput as error:
            raise CommandError(str(error)) from error
        if not 1 <= options["limit"] <= 300:
            raise CommandError("--limit is a number from 1 to 300.")
        query = options["query"]
        if re.search("[\ud800-\udfff]", query):
            raise CommandError("The query is not written in UTF-8: set the terminal to it.")
        found = search_names(
            text=query.replace("\0", ""),
            at=day,
            within=filters.within,
            near=filters.near,
            category=filters.category,
            near_point=filters.near_point,
            within_m=filters.within_m,
            limit=options["limit"],
        )
        if options["json"]:
            rows = [
                {
                    "place": str(row.place_id),
                    "name": row.text,
                    "kind": row.kind,
                    "status": row.status,
                    "pinyin": row.pinyin,
                    "category": row.category,
                    "division": row.division_code,
                    "within": row.within,
                    "why": row.why,
                    "distance_m": None if row.distance_m is None else round(row.distance_m, 1),
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
                    (f"{row.kind} ({row.status})", not row.standard),
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
            typed_query = options["query"][:40]
            self.stdout.write(f"Nothing is called “{typed_query}” on {day.isoformat()}.")
