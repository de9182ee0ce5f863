"""Load the history of divisions since 1980-12: code lists, collected changes, documents."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from boundaries.importers.published_lists import (
    COLLECTED,
    read_code_lists,
    read_collected_changes,
    read_documented_acts,
)
from boundaries.operations.history import HistoryReport, load_history
from common.errors import DimingError

SHOWN = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--within", default="", metavar="CODE", help="a province, e.g. 44")
        parser.add_argument(
            "--events", default=str(COLLECTED), metavar="FILE", help="collected changes (JSON)"
        )
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        within = options["within"]
        if within and not (len(within) == 2 and within.isascii() and within.isdigit()):
            raise CommandError(f"“{within[:20]}” is not a province: give its two digits, e.g. 44.")
        try:
            with transaction.atomic():
                report = load_history(
                    lists=read_code_lists(),
                    collected=read_collected_changes(Path(options["events"])),
                    documented=read_documented_acts(),
                    within=within,
                )
                if not options["commit"]:
                    transaction.set_rollback(True)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            values = {**asdict(report), "committed": options["commit"]}
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(as_text(report, committed=options["commit"]))


def as_text(report: HistoryReport, *, committed: bool) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(report.events_by_kind.items()))
    lines = [
        f"{report.lists} lists: {report.versions} versions, {report.divisions} divisions that are "
        f"gone, {report.codes} codes, {report.events} events ({kinds}).",
        f"Lists and collected changes disagree in {len(report.disagreements)} places; "
        "both are kept.",
    ]
    lines += [f"  {one.year} {one.kind}: {one.text}" for one in report.disagreements[:SHOWN]]
    if len(report.disagreements) > SHOWN:
        lines.append(f"  … and {len(report.disagreements) - SHOWN} more (--json lists all).")
    if not committed:
        lines.append("Nothing was written: add --commit.")
    return "\n".join(lines)
