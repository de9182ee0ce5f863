"""Judge all names of a division by the rules for naming in force on a day."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.scope import jurisdiction_of
from boundaries.queries.divisions import refuse_unknown
from common.errors import DimingError
from common.models import Rule
from common.periods import parse_day
from gazetteer.domain.naming_rules import known_ids
from gazetteer.queries.naming_audit import AuditedName, audit_names


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--within",
            default="",
            metavar="CODE",
            help="a division code or its first digits; default the whole country",
        )
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument(
            "--rule", nargs="+", default=[], metavar="ID", help="only these (N09A, CHONG-SAME …)"
        )
        parser.add_argument("--summary", action="store_true", help="counts only, no single names")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        within = options["within"]
        digits = within.isascii() and within.isdigit() and len(within) in (2, 4, 6, 9, 12)
        if within and not digits:
            raise CommandError(f"“{within}” is not a division code: give 2, 4, 6, 9 or 12 digits.")
        strange = sorted(set(options["rule"]) - known_ids())
        if strange:
            known = ", ".join(sorted(known_ids()))
            raise CommandError(f"There is no rule “{strange[0]}”: choose from {known}.")
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            audit = audit_names(within=jurisdiction_of(within), at=at, rules=options["rule"])
            if not audit.total:
                refuse_unknown(code=within, at=at)
            if options["json"]:
                self._write_json(audit, audit.total, at, within, options["summary"])
            else:
                self._write_table(audit, audit.total, at, options["summary"])
        except DimingError as error:
            raise CommandError(str(error)) from error

    def _write_json(
        self, names: Iterable[AuditedName], total: int, at: date, within: str, summary: bool
    ) -> None:
        """Written name by name: the findings of a province are never in memory as one text."""
        head = {"day": at.isoformat(), "within": within, "names": total}
        self.stdout.write(json.dumps(head)[:-1], ending="")
        counts: Counter[tuple[str, str]] = Counter()
        found = 0
        if not summary:
            self.stdout.write(', "findings": [', ending="")
        for name in names:
            counts.update(_kinds(name))
            if not summary:
                self.stdout.write(",\n" if found else "\n", ending="")
                self.stdout.write(json.dumps(_as_json(name), ensure_ascii=False), ending="")
            found += 1
        if not summary:
            self.stdout.write("]", ending="")
        tail = {
            "with_findings": found,
            "counts": [
                {"rule": rule, "severity": severity, "names": count}
                for (rule, severity), count in sorted(counts.items())
            ],
        }
        self.stdout.write(f", {json.dumps(tail)[1:]}")

    def _write_table(
        self, names: Iterable[AuditedName], total: int, at: date, summary: bool
    ) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        found = 0
        for name in names:
            found += 1
            counts.update(_kinds(name))
            if summary:
                continue
            for each in name.checked:
                mark = "overridden" if each.override else str(each.severity)
                self.stdout.write(
                    f"{name.other.division_code:<12}  {name.other.text}  "
                    f"{each.rule_id} {mark}: {each.sentence}"
                )
        self.stdout.write(f"{total:,} names looked at for {at}, {found:,} with findings.")
        titles = {row.rule_id: row.title for row in Rule.objects.on(at).order_by("-jurisdiction")}
        for (rule_id, severity), count in sorted(counts.items()):
            title = titles.get(rule_id, "")
            self.stdout.write(f"  {rule_id:<10} {severity:<10} {count:>8,}  {title}")


def _kinds(name: AuditedName) -> list[tuple[str, str]]:
    return [
        (each.rule_id, "overridden" if each.override else str(each.severity))
        for each in name.checked
    ]


def _as_json(name: AuditedName) -> dict[str, Any]:
    return {
        "place": name.other.place_id,
        "name": name.other.text,
        "division": name.other.division_code,
        "category": name.category,
        "checked": [{"text": each.sentence, **each.as_json()} for each in name.checked],
    }
