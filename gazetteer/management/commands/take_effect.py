"""Let announced names whose day has come take effect; to be run every night."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gazetteer.operations.due_names import Outcome, due_cases, let_due_names_take_effect


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--within", default="", metavar="CODE", help="e.g. 44 or 4401")
        parser.add_argument("--commit", action="store_true", help="write the names")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        now, commit = timezone.now(), options["commit"]
        if commit:
            outcomes = let_due_names_take_effect(at=now, within=options["within"])
        else:
            due = due_cases(at=timezone.localdate(now), within=options["within"])
            outcomes = [Outcome(case) for case in due]
        rows = [as_row(each) for each in outcomes]
        if options["json"]:
            values = {"committed": commit, "cases": rows}
            self.stdout.write(json.dumps(values, ensure_ascii=False))
        else:
            self.stdout.write(as_table(rows, commit))
        refused = [row for row in rows if row["refused"]]
        if refused:
            raise CommandError(f"{len(refused)} of {len(rows)} names did not take effect.")


def as_row(outcome: Outcome) -> dict[str, str]:
    case = outcome.case
    return {
        "number": case.number,
        "name": case.title,
        "effective_on": case.effective_on.isoformat() if case.effective_on else "",
        "refused": str(outcome.refusal or ""),
    }


def as_table(rows: list[dict[str, str]], commit: bool) -> str:
    text = [
        f"{row['number']}  {row['effective_on']}  {row['name']}"
        + (f"  refused: {row['refused']}" if row["refused"] else "")
        for row in rows
    ]
    text.append(f"{len(rows)} names whose day has come.")
    if rows and not commit:
        text.append("Nothing written: add --commit to write.")
    return "\n".join(text)
