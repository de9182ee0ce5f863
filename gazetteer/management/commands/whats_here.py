"""Say what is at a point (CGCS2000 degrees) on a day: divisions, places and things near by."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import BadInput
from common.periods import parse_day
from common.searching import read_filters
from gazetteer.queries.reverse import NEAR_M, things_near, whats_here


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("longitude", metavar="LON")
        parser.add_argument("latitude", metavar="LAT")
        parser.add_argument("--at", metavar="DAY", help="YYYY-MM-DD (default today)")
        parser.add_argument(
            "--within-m",
            default=str(int(NEAR_M)),
            metavar="METRES",
            help=f"how far to look (default {NEAR_M:.0f})",
        )
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        point = f"{options['longitude']},{options['latitude']}"
        try:
            typed = {"point": point, "within_m": options["within_m"]}
            filters = read_filters(typed, categories=[], near="")
            day = parse_day(options["at"]) if options["at"] else timezone.localdate()
        except BadInput as error:
            raise CommandError(str(error)) from error
        if filters.near_point is None or filters.within_m is None:
            raise CommandError("Give a longitude, a latitude and a distance.")
        asked = {"point": filters.near_point, "within_m": filters.within_m, "at": day}
        found, groups = whats_here(**asked), things_near(**asked)
        if options["json"]:
            values = {
                "divisions": [
                    {"code": each.code, "name": each.name, "level": each.level}
                    for each in found.divisions
                ],
                "places": [
                    {
                        "place": str(each.place_id),
                        "name": each.text,
                        "pinyin": each.pinyin,
                        "category": each.category,
                        "distance_m": round(each.distance_m, 1),
                        "synthetic": each.synthetic,
                        "approximate": each.approximate,
                    }
                    for each in found.places
                ],
                "things": [
                    {
                        "kind": str(group.title),
                        "total": group.total,
                        "listed": [{"name": t.title, "text": t.text} for t in group.things],
                    }
                    for group in groups
                ],
            }
            self.stdout.write(json.dumps(values, ensure_ascii=False))
            return
        for division in found.divisions:
            self.stdout.write(f"{division.code:<12} {division.name}")
        for place in found.places:
            self.stdout.write(f"{place.distance_m:8.0f} m  {place.text}  {place.pinyin}")
        for group in groups:
            for thing in group.things:
                self.stdout.write(f"{group.title}  {thing.title}  {thing.text}")
        if not (found.divisions or found.places or groups):
            self.stdout.write(f"Nothing is known at {point} on {day.isoformat()}.")
