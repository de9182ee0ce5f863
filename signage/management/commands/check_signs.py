"""Check every sign against the rules in force; with --commit the findings are kept."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.scope import jurisdiction_of
from boundaries.queries.divisions import refuse_unknown
from common.errors import DimingError
from common.periods import parse_day
from signage.operations.check import CheckSummary, check_signs, failures, look_at_signs
from signage.queries.changes import changes_since
from signage.queries.editions import rules_on
from signage.queries.score import RuleScore, planted_absences, planted_defects, scores


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--within", default="", metavar="CODE", help="a division code or its first digits"
        )
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")
        parser.add_argument(
            "--score", action="store_true", help="recall and precision against planted defects"
        )
        parser.add_argument(
            "--changed-since",
            default="",
            metavar="DAY",
            help="only what a change since that day can have touched",
        )
        parser.add_argument("--commit", action="store_true", help="open and resolve findings")

    def handle(self, *args: Any, **options: Any) -> None:
        within = options["within"]
        digits = within.isascii() and within.isdigit() and len(within) in (2, 4, 6, 9, 12)
        if within and not digits:
            raise CommandError(f"“{within}” is not a division code: give 2, 4, 6, 9 or 12 digits.")
        try:
            at = parse_day(options["at"]) if options["at"] else timezone.localdate()
            since = parse_day(options["changed_since"]) if options["changed_since"] else None
            refuse_unknown(code=within, at=at)
            summary = self.looked(at, jurisdiction_of(within), since, options["commit"])
            scored = self.score(at, jurisdiction_of(within)) if options["score"] else []
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        **asdict(summary),
                        "day": at.isoformat(),
                        "kept": options["commit"],
                        "scores": [
                            {**asdict(s), "recall": s.recall, "precision": s.precision}
                            for s in scored
                        ],
                    },
                    ensure_ascii=False,
                )
            )
            return
        titles = {rule.rule_id: rule.title for rule in rules_on(at=at)}
        self.stdout.write(
            f"{summary.signs:,} signs checked for {at} in {summary.seconds:.1f} s: "
            f"{summary.failed_signs:,} non-standard, {summary.absences:,} missing, "
            f"{summary.unknown:,} verdicts unknown."
        )
        for rule_id, title in titles.items():
            self.stdout.write(f"  {rule_id}  {summary.counts.get(rule_id, 0):>7,}  {title}")
        if options["commit"]:
            self.stdout.write(f"{summary.opened:,} findings opened, {summary.resolved:,} resolved.")
        else:
            self.stdout.write("Nothing was kept: add --commit to open and resolve findings.")
        if scored:
            self.stdout.write("Rule  planted    found   recall  precision")
            for each in scored:
                self.stdout.write(
                    f"{each.rule_id}  {each.planted:>8,} {each.found:>8,} "
                    f"{each.recall:>8.1%} {each.precision:>10.1%}"
                )

    def looked(self, at: date, within: str, since: date | None, commit: bool) -> CheckSummary:
        if commit:
            return check_signs(by=None, at=at, within=within, changed_since=since)
        changed = changes_since(since=since, at=at, within=within) if since else None
        return look_at_signs(at=at, within=within, changed=changed)

    def score(self, at: Any, within: str) -> list[RuleScore]:
        planted = planted_defects(at=at, within=within)
        if not planted:
            raise CommandError(
                "No sign here has a known truth: --score needs the demonstration set."
            )
        rules = [rule.rule_id for rule in rules_on(at=at)]
        found = failures(at=at, within=within)
        absent = planted_absences(within=within)
        # Places without a sign that nobody planted are false alarms like any other.
        missing = {
            (each.place_id, each.spot): frozenset({each.verdict.rule_id}) for each in found.missing
        }
        nothing: frozenset[str] = frozenset()
        return scores(
            planted={**planted, **dict.fromkeys(missing, nothing), **absent},
            found={**found.rules, **missing},
            rules=rules,
        )
