"""Spell stored names by the tables of today; approved readings and official spellings stay."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import DimingError
from gazetteer.operations.respell_names import Respelling, respell_names

SHOWN = 40


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--within", required=True, metavar="CODE", help="e.g. 44 or 4401")
        parser.add_argument("--commit", action="store_true", help="write the changes")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        commit = options["commit"]
        try:
            found = respell_names(
                within=options["within"], by=None, at=timezone.localdate(), commit=commit
            )
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            values = {"committed": commit, **asdict(found)}
            self.stdout.write(json.dumps(values, ensure_ascii=False))
        else:
            self.stdout.write(as_table(found, commit))


def as_table(found: Respelling, commit: bool) -> str:
    text = [
        f"{'spelt by the tables':<24}{found.looked_at:>12,}",
        f"{'decided, kept':<24}{found.decided:>12,}",
        f"{'spelt otherwise now':<24}{len(found.changes):>12,}",
    ]
    text += [
        f"  {each.name} ({each.division}): {each.before or '—'} → {each.after or '—'}"
        for each in found.changes[:SHOWN]
    ]
    if len(found.changes) > SHOWN:
        text.append(f"  … and {len(found.changes) - SHOWN:,} more (--json lists all)")
    if not commit:
        text.append("Nothing written: add --commit to write.")
    return "\n".join(text)
