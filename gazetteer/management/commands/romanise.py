"""Spell a place name in Hanyu Pinyin by the rules of 1984, word by word with the reasons."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gazetteer.domain.names import Category
from gazetteer.domain.romanise import ARABIC, PINYIN, romanise


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument(
            "--category", required=True, metavar="|".join(Category), help="what kind of name it is"
        )
        parser.add_argument("--division", metavar="CODE", help="readings of this division")
        parser.add_argument(
            "--ordinals",
            default=ARABIC,
            metavar=f"{ARABIC}|{PINYIN}",
            help="ordinals in street names (default arabic: Zhongshan 5 Lu)",
        )
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        name = "".join(options["name"].split())
        if not name:
            raise CommandError("Give a name.")
        if options["category"] not in list(Category):
            choices = ", ".join(Category)
            raise CommandError(f"Unknown category “{options['category']}”: choose from {choices}.")
        if options["ordinals"] not in (ARABIC, PINYIN):
            raise CommandError(f"Ordinals are written {ARABIC} or {PINYIN}.")
        division = options["division"]
        if division is not None and not (division.isascii() and division.isdigit()):
            raise CommandError(f"“{division}” is not a division code.")
        spelling = romanise(
            name,
            category=options["category"],
            division=division,
            street_ordinal_style=options["ordinals"],
        )
        if options["json"]:
            values = {
                "name": name,
                "plain": spelling.plain,
                "toned": spelling.toned,
                "sign": spelling.sign,
                "specific": spelling.specific,
                "generic": spelling.generic,
                "source": spelling.source,
                "segments": [
                    {
                        "text": segment.text,
                        "plain": segment.plain,
                        "toned": segment.toned,
                        "role": segment.role,
                        "source": segment.source,
                    }
                    for segment in spelling.segments
                ],
            }
            self.stdout.write(json.dumps(values, ensure_ascii=False))
            return
        for label, value in (
            ("name", name),
            ("pinyin", spelling.plain or "unknown"),
            ("with tones", spelling.toned or "unknown"),
            ("on signs", spelling.sign or "unknown"),
            ("reading", spelling.source),
        ):
            self.stdout.write(f"{label:<11} {value}")
        for segment in spelling.segments:
            note = f" ({segment.note})" if segment.note else ""
            self.stdout.write(
                f"  {segment.text}  {segment.toned}  {segment.role}, {segment.source}{note}"
            )
