"""A disputed area with the claims of its sides from a file; dry unless told --commit.

FILE is GeoJSON (CGCS2000 degrees): one polygon for each claim, with the properties ``code`` of the
claimant and ``grounds``.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import shapely
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from boundaries.operations.disputes import ClaimFacts, record_dispute
from common.datums import get_datum
from common.errors import BadInput, DimingError
from common.importing.declared import refuse_contradiction
from common.importing.opening import open_table
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--name", required=True, metavar="TEXT", help="what it is called")
        parser.add_argument("--since", required=True, metavar="DAY", help="in dispute from")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            claims = read_claims(Path(options["file"]))
            with transaction.atomic():
                area = record_dispute(
                    by=None, name=options["name"], since=parse_day(options["since"]), claims=claims
                )
                if not options["commit"]:
                    transaction.set_rollback(True)
        except OSError as error:
            raise CommandError(f"“{options['file']}” cannot be read.") from error
        except DimingError as error:
            raise CommandError(str(error)) from error
        codes = ", ".join(claim.code for claim in claims)
        self.stdout.write(f"{area.name}: {area.area_km2:.3f} km² claimed by {codes}.")
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")


def read_claims(path: Path) -> list[ClaimFacts]:
    table = open_table(path)
    refuse_contradiction(table.crs, get_datum("CGCS2000"))
    missing = {"code", "grounds"} - set(table.headings)
    if missing:
        raise BadInput("The file has no column “%(column)s”.", column=sorted(missing)[0])
    code, grounds = table.headings.index("code"), table.headings.index("grounds")
    return [
        ClaimFacts(
            str(row.cells[code] or "").strip(),
            shapely.MultiPolygon() if row.geometry is None else shapely.force_2d(row.geometry),
            str(row.cells[grounds] or ""),
        )
        for row in table.rows()
    ]
