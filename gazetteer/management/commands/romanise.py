"""Spell a place name in Hanyu Pinyin by the rules of 1984, word by word with the reasons."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from boundaries.domain.codes import level_of
from gazetteer.domain.names import Category
from gazetteer.domain.readings import ReadingSource, is_hanzi
from gazetteer.domain.romanise import ARABIC, PINYIN, U_DIAERESIS, UMLAUTS, romanise

LONGEST = 100  # characters, as in a record


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
        parser.add_argument(
            "--umlaut",
            default=U_DIAERESIS,
            metavar="|".join(UMLAUTS),
            help="how ü is written without tones (default Ü, as on signs)",
        )
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        name = _checked_name(options["name"])
        if options["category"] not in list(Category):
            choices = ", ".join(Category)
            raise CommandError(f"Unknown category “{options['category']}”: choose from {choices}.")
        if options["ordinals"] not in (ARABIC, PINYIN):
            raise CommandError(f"Ordinals are written {ARABIC} or {PINYIN}.")
        if options["umlaut"] not in UMLAUTS:
            raise CommandError(f"The umlaut is written {', '.join(UMLAUTS)}.")
        division = options["division"]
        if division is not None:
            _check_division(division)
        spelling = romanise(
            name,
            category=options["category"],
            division=division,
            street_ordinal_style=options["ordinals"],
            umlaut_style=options["umlaut"],
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
                f"  {segment.text}  {segment.toned or '—'}  {segment.role}, {segment.source}{note}"
            )
        unread = [each.text for each in spelling.segments if each.source is ReadingSource.UNKNOWN]
        if unread:
            self.stdout.write(
                f"No table knows a reading of “{'”, “'.join(unread)}”: the spelling is unknown "
                "until somebody gives an approved reading."
            )


def _checked_name(text: str) -> str:
    name = "".join(text.split())
    if not name:
        raise CommandError("Give a name.")
    if len(name) > LONGEST:
        raise CommandError(f"A name has at most {LONGEST} characters, this one {len(name):,}.")
    strange = next((each for each in name if not _may_stand_in_a_name(each)), "")
    if strange:
        raise CommandError(f"“{strange}” cannot stand in a place name.")
    if not any(map(is_hanzi, name)):
        raise CommandError(f"“{name}” has no Chinese characters: there is nothing to spell.")
    return name


def _may_stand_in_a_name(character: str) -> bool:
    return (
        is_hanzi(character)
        or (character.isascii() and character.isalnum())
        or (character in "·•-—－()（）〔〕“”、.")
    )


def _check_division(code: str) -> None:
    """A full code, or its first two or four digits."""
    try:
        level_of(code if len(code) > 4 else code.ljust(6, "0"))
    except ValueError as error:
        raise CommandError(f"“{code[:40]}” is not a division code.") from error
    if len(code) not in (2, 4, 6, 9, 12) or code < "1":
        raise CommandError(f"“{code[:40]}” is not a division code.")
