"""Photos that come in one ZIP with a table of signs: found, opened, held against their sign."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from common.crs import GEOD
from common.errors import BadInput
from common.importing.packed import pictures_inside, read_member
from common.importing.rows import GivenRow
from common.photos import PhotoTooLarge, ReadPhoto, read_photo
from signage.queries.editions import PHOTO, edition

LISTED = 5


class PhotoCheck:
    """Judges the photos that rows name; remembers which of the ZIP nobody has named."""

    def __init__(self, *, file: Path | None, at: date) -> None:
        self.file, self.at = file, at
        self.members = pictures_inside(file) if file else {}
        self.used: dict[str, int] = {}

    def look(
        self, row: GivenRow, names: Sequence[str], *, code: str, installed_on: date | None
    ) -> list[str]:
        """The members of the archive that the row means; what is wrong is remarked on it."""
        found = []
        for name in names:
            member = self.members.get(name.replace("\\", "/").lower())
            if member is None:
                row.fault("photo_missing", name=name[:60])
                continue
            if member in self.used:
                row.remark("photo_twice", name=name[:60], row=self.used[member])
            self.used.setdefault(member, row.number)
            read = self._open(row, member, name[:60])
            if read is not None:
                self._compare(row, read, name[:60], code, installed_on)
                found.append(member)
        return found

    def left(self) -> list[dict[str, Any]]:
        """The remark about photos that no row names."""
        left = sorted(set(self.members.values()) - self.used.keys())
        if not left:
            return []
        names = ", ".join(left[:LISTED]) + (" …" if len(left) > LISTED else "")
        return [{"code": "photos_left", "values": {"count": len(left), "names": names}}]

    def _open(self, row: GivenRow, member: str, name: str) -> ReadPhoto | None:
        try:
            return read_photo(read_member(self.file or Path(), member))
        except PhotoTooLarge:
            row.fault("photo_large", name=name)
        except BadInput:
            row.fault("photo_unreadable", name=name)
        return None

    def _compare(
        self, row: GivenRow, read: ReadPhoto, name: str, code: str, installed_on: date | None
    ) -> None:
        if read.taken_at is not None:
            taken = timezone.localdate(read.taken_at)
            if taken.year != self.at.year:
                row.remark("photo_year", name=name, year=taken.year, wanted=self.at.year)
            if installed_on is not None and taken < installed_on:
                row.remark("photo_before", name=name, day=taken.isoformat())
        if read.taken_where is not None and row.geometry is not None:
            site = (row.geometry.x, row.geometry.y)
            distance = float(GEOD.inv(*read.taken_where, *site)[2])
            most = edition(rule_id=PHOTO, at=self.at, code=code).parameters["max_distance_m"]
            if distance > float(most):
                row.remark("photo_far", name=name, distance=round(distance))
