"""Match a folder or ZIP of photos with signs; with --commit the matched ones are kept."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import override

from accounts.domain.scope import jurisdiction_of
from common.errors import DimingError
from common.importing.packed import PICTURES, PackedFile, each_picture
from common.periods import parse_day
from common.photos import LARGEST_FILE
from signage.operations.match_photos import MatchedPhoto, match_photos

WHY = {
    "no_position": "the photo names no position",
    "none_near": "no sign is near enough",
    "looks_elsewhere": "every sign near by lies behind the camera or shows its back",
    "not_then": "no sign stood there on the day of the photo",
    "several": "several signs are as likely",
    "other_year": "the photo is from another year",
    "known": "the photo is kept already",
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("photos", help="a folder, or a ZIP")
        parser.add_argument(
            "--within", default="", metavar="CODE", help="a division code or its first digits"
        )
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")
        parser.add_argument("--commit", action="store_true", help="keep the matched photos")

    def handle(self, *args: Any, **options: Any) -> None:
        path, within = Path(options["photos"]), options["within"]
        if not path.exists():
            raise CommandError(f"There is no folder or file “{path}”.")
        if within and not (within.isascii() and within.isdigit()):
            raise CommandError(f"“{within}” is not a division code.")
        try:
            with override("en"):
                found = match_photos(
                    by=None,
                    at=parse_day(options["at"]) if options["at"] else timezone.localdate(),
                    within=jurisdiction_of(within),
                    photos=_photos(path),
                    keep=options["commit"],
                )
        except DimingError as error:
            raise CommandError(str(error)) from error
        if not found:
            raise CommandError(f"“{path}” holds no photos.")
        if options["json"]:
            value = {"kept": options["commit"], "photos": [asdict(each) for each in found]}
            self.stdout.write(json.dumps(value, ensure_ascii=False))
            return
        self.tell(found)
        if not options["commit"]:
            self.stdout.write("Nothing was kept: add --commit to keep the matched photos.")

    def tell(self, found: list[MatchedPhoto]) -> None:
        matched = [each for each in found if each.number]
        for each in matched:
            self.stdout.write(f"{each.name}  {each.number}  {each.distance_m} m")
        for each in found:
            if not each.number:
                near = ", ".join(f"{number} {metres} m" for number, metres in each.candidates)
                why = each.error or WHY[each.why]
                self.stdout.write(f"{each.name}  – {why}" + (f" ({near})" if near else ""))
        self.stdout.write(f"{len(matched)} matched, {len(found) - len(matched)} left over.")


def _photos(path: Path) -> Iterator[PackedFile]:
    """One at a time, so that a batch of any size passes through the memory of one photo."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix.lower() in PICTURES:
                yield _opened(file, str(file.relative_to(path)))
        return
    if path.suffix.lower() != ".zip":
        raise CommandError("Give a folder, or a ZIP.")
    yield from each_picture(path)


def _opened(file: Path, name: str) -> PackedFile:
    """A file that is too large is not read: its size alone refuses it."""
    size = file.stat().st_size
    photo = PackedFile(name, b"" if size > LARGEST_FILE else file.read_bytes())
    photo.size = size
    return photo
