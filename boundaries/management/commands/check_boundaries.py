"""Check the polygons of a day: gaps, overlaps, slivers, edges, children that do not fill."""

import json
from argparse import ArgumentParser
from collections import Counter
from time import perf_counter
from typing import Any

import shapely
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boundaries.domain.topology import Fault, FaultKind
from boundaries.queries.topology import TopologyCheck, check_topology
from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day

LISTED = 40


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", default="", metavar="DAY", help="polygons of (today)")
        parser.add_argument("--within", default="", metavar="CODE", help="e.g. 44; all by default")
        parser.add_argument("--json", action="store_true", help="for machines, every fault")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = perf_counter()
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            check = check_topology(at=at, within=read_code(options["within"]), report=self.say)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if not check.divisions:
            raise CommandError(f"No division has a known shape there on {at}.")
        seconds = perf_counter() - begun
        if options["json"]:
            value = {
                "day": at.isoformat(),
                "divisions": check.divisions,
                "vertices": check.vertices,
                "shapes_unknown": check.unknown,
                "seconds": round(seconds, 1),
                "faults": [as_value(fault) for fault in check.faults],
            }
            self.stdout.write(json.dumps(value, ensure_ascii=False))
        else:
            self.stdout.write(as_table(check, seconds))

    def say(self, doing: str) -> None:
        self.stderr.write(f"  {doing}")


def as_value(fault: Fault) -> dict[str, Any]:
    lon, lat = fault.point
    return {
        "kind": str(fault.kind),
        "of": str(fault.of),
        "codes": list(fault.codes),
        "point": [round(lon, 7), round(lat, 7)],
        "area_m2": round(fault.area_m2, 2),
        "length_m": round(fault.length_m, 2),
        "geometry": json.loads(shapely.to_geojson(fault.geometry)),
    }


def as_table(check: TopologyCheck, seconds: float) -> str:
    counts = Counter(fault.kind for fault in check.faults)
    text = [
        f"{check.divisions:,} divisions, {check.vertices:,} vertices, "
        f"{check.unknown:,} without a known shape, {seconds:.1f} s",
        "  ".join(f"{kind} {counts[kind]:,}" for kind in FaultKind),
    ]
    for fault in check.faults[:LISTED]:
        lon, lat = fault.point
        text.append(
            f"  {fault.kind:<9}{fault.area_m2:>16,.1f} m²{fault.length_m:>12,.1f} m"
            f"  {lon:.6f},{lat:.6f}  {' '.join(fault.codes)}"
        )
    if len(check.faults) > LISTED:
        text.append(f"  and {len(check.faults) - LISTED:,} more: --json lists them all.")
    return "\n".join(text)
