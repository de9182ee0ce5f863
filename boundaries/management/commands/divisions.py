"""List divisions of a day: the children of one, or the provinces."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.models import DivisionVersion, Level
from boundaries.queries.divisions import children, divisions, get_division
from common.errors import DimingError
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", default="", metavar="DAY", help="as of a day (today)")
        parser.add_argument("--parent", default="", metavar="CODE", help="e.g. 440100")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["parent"]:
            parent = get_division(code=options["parent"], at=at)
            if parent is None:
                raise CommandError(f"There is no division {options['parent']} on {at.isoformat()}.")
            rows = list(children(division=parent, at=at))
        else:
            rows = list(divisions(at=at, level=Level.PROVINCE))
            if not rows:
                raise CommandError(f"No division is recorded on {at.isoformat()}.")
        if options["json"]:
            found = [as_values(row) for row in rows]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(map(as_text, rows)))


def as_values(row: DivisionVersion) -> dict[str, Any]:
    """A division as machines read it; an unknown area is null."""
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "level": row.level,
        "kind": row.kind,
        "area_km2": None if row.area_km2 is None else round(row.area_km2, 3),
        "from": row.period.lower and row.period.lower.isoformat(),
        "to": row.period.upper and row.period.upper.isoformat(),
        "source": row.source_id,
        "synthetic": row.synthetic,
        "approximate": row.approximate,
    }


def as_text(row: DivisionVersion) -> str:
    area = "unknown" if row.area_km2 is None else f"{row.area_km2:,.1f} km²"
    mark = " (synthetic shape)" if row.synthetic else " (approximate)" if row.approximate else ""
    return f"{row.code:<12}  {row.kind:<22} {area:>15}  {row.name} {row.name_en}{mark}"
