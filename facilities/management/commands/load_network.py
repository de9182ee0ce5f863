"""Keep the streets of a file as a network that travel times are measured on."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction
from django.utils import timezone

from accounts.queries.people import person_named
from common.errors import DimingError
from common.periods import parse_day
from facilities.domain.networks import MODES
from facilities.domain.streets import loose_ends
from facilities.importers.network_files import COLUMNS, TOLERANCE_M, NetworkFile, read_network
from facilities.operations.networks import ModeReport, NetworkReport, store_network

# Streets that end so near to another are mostly faults of drawing.
LOOSE_M = 5.0
WORDS_TOLD = 5


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="GraphML, OSM PBF, GeoPackage, Shapefile (ZIP), GeoJSON …"
        )
        parser.add_argument("--name", required=True, help="such as “Futian, by car”")
        parser.add_argument("--mode", default="", metavar="|".join(MODES), help="drawn for (all)")
        parser.add_argument("--from", default="", metavar="DAY", help="counts from (today)")
        parser.add_argument("--datum", default="", help="where the file names no system")
        parser.add_argument("--layer", default="", help="of a GeoPackage")
        parser.add_argument(
            "--columns", default="", metavar="KIND=NAME,…", help=f"kinds: {', '.join(COLUMNS)}"
        )
        parser.add_argument(
            "--tolerance", type=float, default=TOLERANCE_M, metavar="M", help="ends meet within"
        )
        parser.add_argument("--credit", default="", help="whom the source wants named")
        parser.add_argument("--synthetic", action="store_true", help="the streets are made up")
        parser.add_argument("--approximate", action="store_true", help="positions are rough")
        parser.add_argument(
            "--replace", action="store_true", help="drop one of the name from that day on"
        )
        parser.add_argument("--by", required=True, metavar="ACCOUNT", help="who loads it")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            read, report = self.load(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        loose = len(loose_ends(read.streets, tolerance_m=LOOSE_M))
        if options["json"]:
            told = {
                "left_out": read.left_out,
                "unread_speeds": read.unread,
                "loose_ends": loose,
                "committed": options["commit"],
            }
            self.stdout.write(json.dumps({**asdict(report), **told}, ensure_ascii=False))
            return
        self.stdout.write(as_text(read, report, loose))
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")

    def load(self, options: dict[str, Any]) -> tuple[NetworkFile, NetworkReport]:
        by = person_named(options["by"])
        since = parse_day(options["from"]) if options["from"] else timezone.localdate()
        read = read_network(
            options["file"],
            datum=options["datum"],
            columns=_columns(options["columns"]),
            layer=options["layer"],
            tolerance_m=options["tolerance"],
        )
        with transaction.atomic():
            report = store_network(
                by=by,
                streets=read.streets,
                epsg=read.epsg,
                name=options["name"],
                mode=options["mode"],
                since=since,
                credit=options["credit"],
                synthetic=options["synthetic"],
                approximate=options["approximate"],
                replace=options["replace"],
            )
            if not options["commit"]:
                transaction.set_rollback(True)
        return read, report


def as_text(read: NetworkFile, report: NetworkReport, loose: int) -> str:
    lines = [
        f"{report.nodes:,} nodes, {report.streets:,} streets, {report.length_km:,.1f} km, "
        f"{report.kilobytes:,} kB."
    ]
    for mode in report.modes:
        lines += _mode_lines(mode)
    lines += [f"Left out: {count:,} ({why})." for why, count in read.left_out.items()]
    lines += [
        f"Speed “{word}” cannot be read: {count:,} lines at the speed of their class."
        for word, count in list(read.unread.items())[:WORDS_TOLD]
    ]
    if len(read.unread) > WORDS_TOLD:
        others = sum(list(read.unread.values())[WORDS_TOLD:])
        lines.append(f"Other speeds that cannot be read: {others:,} lines.")
    if loose:
        lines.append(f"{loose:,} streets end less than {LOOSE_M:g} m from one they do not join.")
    if report.follows:
        lines.append(f"It follows the one of {report.follows}.")
    return "\n".join(lines)


def _mode_lines(mode: ModeReport) -> list[str]:
    lines = [f"{mode.mode}: {mode.open:,} streets open, {mode.components:,} connected parts"]
    lines += [
        f"  part {number}: {nodes:,} nodes, {streets:,} streets, {km:,.1f} km"
        for number, (nodes, streets, km) in enumerate(mode.largest, 1)
    ]
    if mode.components > len(mode.largest):
        lines.append(f"  and {mode.components - len(mode.largest):,} smaller ones")
    lines += [
        f"  class “{name}” is not known: {count:,} streets at the default speed"
        for name, count in mode.assumed.items()
    ]
    return lines


def _columns(text: str) -> dict[str, str]:
    pairs = [part.split("=", 1) for part in text.split(",") if part]
    if any(len(pair) < 2 or pair[0] not in COLUMNS for pair in pairs):
        raise CommandError(f"--columns takes pairs such as class=highway, not “{text}”.")
    return dict(pairs)
