"""Which side looks after which section (分段管理), read from the words of an agreement.

Sections are told by serials of markers: ``001–003 440106；004 天河区；005 以后 黄埔区``. What
is not written so stays words: nothing is guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PART = re.compile(
    r"(?P<first>\d{1,3})\s*"
    r"(?:(?:–|—|-|~|～|至)\s*(?P<last>\d{1,3})|(?P<open>以后|起|(?:–|—|-)(?=\s)))?"
    r"\s*[:：]?\s*(?P<side>\S+)"
)


@dataclass(frozen=True, slots=True)
class Managed:
    """``last`` None: to the end of the line. ``side``: the code of the side."""

    first: int
    last: int | None
    side: str

    def holds(self, serial: int) -> bool:
        return self.first <= serial and (self.last is None or serial <= self.last)


def read_managed(text: str, sides: Mapping[str, str]) -> list[Managed] | None:
    """The sections of a text, None where a part of it cannot be read.

    ``sides``: code → name; a section names one of them. Notes in brackets are passed over.
    """
    bare = re.sub(r"[（(][^）)]*[）)]", "", text)
    parts = [part.strip() for part in re.split(r"[；;\n]", bare) if part.strip()]
    found = []
    for part in parts:
        match = _PART.fullmatch(part)
        if match is None:
            return None
        told = match["side"]
        side = next((code for code, name in sides.items() if told in (code, name)), None)
        first = int(match["first"])
        last = None if match["open"] else int(match["last"] or first)
        if side is None or first < 1 or (last is not None and last < first):
            return None
        found.append(Managed(first, last, side))
    return found or None
