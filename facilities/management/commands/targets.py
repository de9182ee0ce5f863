"""How a division stands to the targets of plans and standards: met, short by how much, unknown."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.scope import jurisdiction_of
from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day
from facilities.exports.target_report import register_text
from facilities.exports.target_table import as_values
from facilities.queries.targets import scorecard

LINE = "{:<6} {:<8} {:>16} {:>10}  {}"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--within",
            default=settings.HOME_JURISDICTION,
            metavar="CODE",
            help="city, district or street (default the home jurisdiction)",
        )
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument("--target", default="", metavar="ID", help="only one, such as T03")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            card = scorecard(
                at=parse_day(options["at"]) if options["at"] else timezone.localdate(),
                within=jurisdiction_of(read_code(options["within"])),
                target_id=options["target"],
            )
        except DimingError as error:
            raise CommandError(str(error)) from error
        values = as_values(card)
        if options["json"]:
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        self.stdout.write(LINE.format("target", "state", "measured", "short by", "what"))
        for row in values["targets"]:
            self._write(row["target"], row, row["title"])
            if options["target"]:
                for part in row["below"]:
                    self._write("", part, f"{part['code']} {part['name']}")
        whole = values["register_whole_since"]
        self.stdout.write(
            f"{values['name']} ({values['code']}) on {values['at']}; register of facilities "
            + (f"whole since {whole}" if whole else "not known to be whole on that day")
            + ("" if card.recorded else f"; {register_text(card)}")
            + ("; rests on synthetic rows" if card.synthetic else "")
        )

    def _write(self, target: str, row: Mapping[str, Any], title: str) -> None:
        state, measured, lack, why = _told(row)
        title += f" · unknown: {why}" if why else ""
        self.stdout.write(LINE.format(target, state, measured, lack, title))


def _told(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """State, measured, short by, and what is not recorded (how often)."""
    measured = _number(row.get("value"))
    if row.get("wanted") is not None:
        measured += f" of {_number(row['wanted'])}"
    lack = _number(row.get("short_by"))
    if lack and row["at_least"]:
        lack = f"≥ {lack}"
    reasons: dict[str, int] = {}
    for each in row.get("unknown", ()):
        reasons[each["what"]] = reasons.get(each["what"], 0) + 1
    why = ", ".join(f"{what} ({n})" if n > 1 else what for what, n in reasons.items())
    return row["outcome"] or "—", measured, lack, why


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")
