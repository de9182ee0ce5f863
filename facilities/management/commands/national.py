"""How far villages of the country are from facilities of a kind, measured county by county."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day
from facilities.domain.national import FURTHEST_M, county_parts, laid_together
from facilities.models import FacilityCategory
from facilities.operations.national import cluster, measure_country
from facilities.queries.national import Villages, read_sites, read_villages

PROVINCE_DIGITS = 2


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--category", required=True, metavar="CODE", help="such as ELD-INST")
        parser.add_argument("--at-least", type=int, default=1, metavar="K", help="(1)")
        parser.add_argument("--within", default="", metavar="CODE", help="villages of (country)")
        parser.add_argument("--workers", type=int, default=2, metavar="N", help="here (2)")
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            values = self.measure(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(values, ensure_ascii=False))
            return
        line = "{:<8} {:>9} {:>10} {:>10} {:>12}"
        self.stdout.write(
            line.format("province", "villages", "median km", "90 % km", "out of reach")
        )
        for row in values["provinces"]:
            self.stdout.write(
                line.format(
                    row["code"],
                    f"{row['villages']:,}",
                    _km(row["median_m"]),
                    _km(row["p90_m"]),
                    f"{row['out_of_reach']:,}",
                )
            )
        self.stdout.write(
            f"{values['facilities']:,} facilities on {values['at']}; {values['rough']:,} villages "
            f"stand where their town or county is; {values['nowhere']:,} without a place left out"
        )

    def measure(self, options: dict[str, Any]) -> dict[str, Any]:
        at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        if not FacilityCategory.objects.filter(code=options["category"]).exists():
            raise CommandError(f"“{options['category']}” is not a category of facilities.")
        for name in ("at_least", "workers"):
            if options[name] < 1:
                raise CommandError(f"--{name.replace('_', '-')} takes 1 or more.")
        villages = read_villages(at=at, within=read_code(options["within"]))
        sites = read_sites(at=at, category=options["category"])
        parts, order = county_parts(villages.codes, villages.lonlat)
        with cluster(address=settings.DASK_SCHEDULER, workers=options["workers"]) as client:
            answers = measure_country(
                client=client,
                parts=parts,
                facilities=sites,
                at_least=options["at_least"],
                report=self.progress if sys.stderr.isatty() else None,
            )
        return {
            "category": options["category"],
            "at": at.isoformat(),
            "at_least": options["at_least"],
            "facilities": len(sites),
            "rough": int(villages.rough.sum()),
            "nowhere": villages.nowhere,
            "furthest_m": FURTHEST_M,
            "provinces": _provinces(villages, laid_together(answers, order)),
        }

    def progress(self, done: int, every: int) -> None:
        self.stderr.write(f"\r{done:,} of {every:,} counties", ending="\n" if done == every else "")


def _provinces(villages: Villages, metres: Any) -> list[dict[str, Any]]:
    codes = villages.codes.astype(f"<U{PROVINCE_DIGITS}")
    rows = []
    for code in np.unique(codes).tolist():
        mine = metres[codes == code]
        reached = mine[np.isfinite(mine)]
        rows.append(
            {
                "code": code,
                "villages": len(mine),
                "median_m": float(np.median(reached)) if len(reached) else None,
                "p90_m": float(np.quantile(reached, 0.9)) if len(reached) else None,
                "out_of_reach": len(mine) - len(reached),
            }
        )
    return rows


def _km(metres: float | None) -> str:
    return "—" if metres is None else f"{metres / 1000:,.1f}"
