"""Propose a clean coverage of the polygons of a day; show what moves by how much; write it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.domain.repair import GAP_WIDTH_M, SNAP_M, Move
from boundaries.operations.repair import propose_repair, write_repair
from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day

LISTED = 40


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", default="", metavar="DAY", help="polygons of (today)")
        parser.add_argument("--within", default="", metavar="CODE", help="e.g. 44; all by default")
        parser.add_argument(
            "--gap-width", type=float, default=GAP_WIDTH_M, metavar="M", help="widest gap to fill"
        )
        parser.add_argument(
            "--snap", type=float, default=SNAP_M, metavar="M", help="vertices that near are one"
        )
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            repair = propose_repair(
                at=at,
                within=read_code(options["within"]),
                gap_width_m=options["gap_width"],
                snap_m=options["snap"],
            )
            if options["commit"]:
                write_repair(repair=repair, at=at)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            value = {
                "day": at.isoformat(),
                "faults_before": repair.faults_before,
                "faults_after": repair.faults_after,
                "disputed": repair.disputed,
                "moves": [as_value(move) for move in repair.moves],
                "committed": options["commit"],
            }
            self.stdout.write(json.dumps(value, ensure_ascii=False))
            return
        self.stdout.write(
            f"{repair.faults_before} faults, {repair.faults_after} after the repair;"
            f" {len(repair.moves)} shapes change."
        )
        for move in repair.moves[:LISTED]:
            self.stdout.write(
                f"  {move.code}  gains {move.gained_m2:,.1f} m², loses {move.lost_m2:,.1f} m²,"
                f" up to {move.width_m:.2f} m wide"
            )
        for name in repair.disputed:
            self.stdout.write(f"  ! Land of the disputed area “{name}” would change hands.")
        if len(repair.moves) > LISTED:
            self.stdout.write(f"  … and {len(repair.moves) - LISTED} more (--json lists all).")
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")


def as_value(move: Move) -> dict[str, Any]:
    return {
        "code": move.code,
        "width_m": round(move.width_m, 3),
        "gained_m2": round(move.gained_m2, 2),
        "lost_m2": round(move.lost_m2, 2),
    }
