"""How well people reach a kind of facility, by district or street: share, way, beds, equity."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import DimingError
from common.periods import parse_day
from facilities.domain.cost import DETOUR
from facilities.domain.journeys import MODES
from facilities.domain.measures import MEASURES, SHARE
from facilities.exports.coverage_table import as_values
from facilities.exports.coverage_words import rests_on
from facilities.queries.coverage import (
    BY,
    FURTHEST_M,
    LONGEST_MIN,
    MOST_DETOUR,
    CoverageQuestion,
    measure_coverage,
)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--category", required=True, metavar="CODE", help="such as ELD-INST")
        parser.add_argument("--distance", default="1000", metavar="M", help="metres (1000)")
        parser.add_argument("--mode", default="straight", metavar="|".join(MODES), help="way")
        parser.add_argument("--minutes", default="15", metavar="MIN", help="by network (15)")
        parser.add_argument("--detour", default=str(DETOUR), metavar="X", help="of straight lines")
        parser.add_argument("--measure", default=SHARE, metavar="|".join(MEASURES), help="(share)")
        parser.add_argument("--at-least", default="1", metavar="K", help="facilities (default 1)")
        parser.add_argument(
            "--within",
            default=settings.HOME_JURISDICTION,
            metavar="CODE",
            help="division whose people are counted (default the home jurisdiction)",
        )
        parser.add_argument("--by", default="district", metavar="district|street")
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = measure_coverage(question=read_question(options))
        except DimingError as error:
            raise CommandError(str(error)) from error
        values = as_values(result)
        if options["json"]:
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        line = "{:<8} {:<12} {:>12} {:>10} {:>8} {:>8} {:>12}"
        scored = result.question.measure != SHARE
        self.stdout.write(
            line.format("code", "name", "people", "60+", "all %", "60+ %", "60+ not cov.")
            + (f" {result.question.measure:>10}" if scored else "")
        )
        for row in [*values["rows"], values["total"]]:
            self.stdout.write(
                line.format(
                    row["code"],
                    row["name"],
                    f"{row['people']:,.0f}",
                    f"{row['people_60_plus']:,.0f}",
                    _percent(row["share"]),
                    _percent(row["share_60_plus"]),
                    f"{row['uncovered_60_plus']:,.0f}",
                )
                + (f" {_value(row['value']):>10}" if scored else "")
            )
        self.stdout.write(
            f"{values['facilities']['count']} facilities of {values['category']} in service on "
            f"{values['at']}; people of {values['base_on'] or 'unknown'}"
            + ("; population grid synthetic" if values["synthetic"] else "")
            + ("; split of some totals approximate" if values["approximate"] else "")
        )
        for sentence in rests_on(result):
            self.stdout.write(sentence)


def read_question(options: dict[str, Any]) -> CoverageQuestion:
    try:
        distance_m, at_least = float(options["distance"]), int(options["at_least"])
        minutes, detour = float(options["minutes"]), float(options["detour"])
    except ValueError as error:
        raise CommandError(
            f"--distance, --minutes, --detour and --at-least take numbers: {error}."
        ) from error
    for name, value, most in (
        ("distance", distance_m, FURTHEST_M),
        ("minutes", minutes, LONGEST_MIN),
        ("detour", detour, MOST_DETOUR),
    ):
        if value > most:
            raise CommandError(f"--{name} takes at most {most:g}.")
    for name, known in (("by", tuple(BY)), ("mode", MODES), ("measure", MEASURES)):
        if options[name] not in known:
            raise CommandError(f"--{name} takes {' or '.join(known)}, not “{options[name]}”.")
    return CoverageQuestion(
        at=parse_day(options["at"]) if options["at"] else timezone.localdate(),
        category=options["category"],
        distance_m=distance_m,
        at_least=at_least,
        within=options["within"],
        by=options["by"],
        mode=options["mode"],
        measure=options["measure"],
        minutes=minutes,
        detour=detour,
    )


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}"


def _value(value: float | None) -> str:
    return "—" if value is None else f"{value:,.3f}"
