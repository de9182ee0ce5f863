"""Who became whom between two days: one row per old and new division, with shares."""

import csv
import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from boundaries.models import Level
from boundaries.queries.lineage import CrosswalkRow, crosswalk_rows
from boundaries.queries.unit_lists import unit_crosswalk
from common.errors import DimingError
from common.periods import parse_day

COLUMNS = (
    "old_code",
    "old_name",
    "new_code",
    "new_name",
    "relation",
    "share",
    "share_total",
    "reversible",
)


class Command(BaseCommand):
    help = __doc__
    # It only reads: importing every page to check it would take a quarter of the time.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", required=True, metavar="DAY")
        parser.add_argument("--to", dest="end", required=True, metavar="DAY")
        parser.add_argument("--within", default="", metavar="CODE", help="e.g. 4401")
        parser.add_argument("--cities", action="store_true", help="cities instead of counties")
        parser.add_argument(
            "--system", default="", metavar="KEY", help="units of a list of load_event_list"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--csv", action="store_true")
        form.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = asked_rows(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["csv"]:
            writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(as_values(row) for row in rows)
        elif options["json"]:
            found = [as_values(row) for row in rows]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(map(as_text, rows)))
            self.stdout.write(summary(rows))


def asked_rows(options: dict[str, Any]) -> list[CrosswalkRow]:
    within, system = options["within"], options["system"]
    days = {"start": parse_day(options["start"]), "end": parse_day(options["end"])}
    if system:
        return unit_crosswalk(system=system, within=within, **days)
    if within and not (within.isascii() and within.isdigit() and len(within) <= 6):
        raise CommandError(f"“{within[:20]}” is not the beginning of a division code.")
    return crosswalk_rows(
        within=within.removesuffix("00").removesuffix("00") if len(within) == 6 else within,
        level=Level.CITY if options["cities"] else Level.COUNTY,
        **days,
    )


def as_values(row: CrosswalkRow) -> dict[str, Any]:
    """A row as machines read it; an unknown share is null."""
    return {
        "old_code": row.old and row.old.code,
        "old_name": row.old and row.old.name,
        "new_code": row.new and row.new.code,
        "new_name": row.new and row.new.name,
        "relation": str(row.relation),
        "share": row.share,
        "share_total": row.share_total,
        "reversible": row.reversible,
    }


def as_text(row: CrosswalkRow) -> str:
    old = f"{row.old.code} {row.old.name}" if row.old else "—"
    new = f"{row.new.code} {row.new.name}" if row.new else "—"
    share = "unknown" if row.share is None else f"{row.share:.0%}"
    mark = "" if row.reversible else "  (irreversible)"
    return f"{old} → {new}  {row.relation}  {share}{mark}"


def summary(rows: list[CrosswalkRow]) -> str:
    counts = Counter(str(row.relation) for row in rows)
    told = ", ".join(f"{count} {relation}" for relation, count in sorted(counts.items()))
    olds = len({row.old for row in rows if row.old})
    return f"{len(rows)} rows of {olds} old divisions: {told}."
