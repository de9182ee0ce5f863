"""Keys made of names: what the search box compares with, and what a source is kept by."""

import hashlib
import re
from dataclasses import dataclass

from gazetteer.domain.names import Category
from gazetteer.domain.romanise import romanise
from gazetteer.domain.search_keys import initials_key, pinyin_key

LONGEST_PINYIN, LONGEST_INITIALS = 300, 60
LONGEST_KEY = 50


@dataclass(frozen=True, slots=True)
class NameKeys:
    pinyin: str
    initials: str


def name_keys(name: str, division: str) -> NameKeys:
    """广州市老人院 → ``guangzhoushilaorenyuan``, ``gzslry``; ``division``: whose readings hold."""
    syllables = romanise(name, category=Category.FACILITY, division=division).syllables
    return NameKeys(
        pinyin_key(syllables)[:LONGEST_PINYIN], initials_key(syllables)[:LONGEST_INITIALS]
    )


def source_key(kind: str, title: str) -> str:
    """``network-futian-drive``; a title that letters do not tell apart (福田区) is told apart by a
    digest of it."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    key = f"{kind}-{slug}"
    if not title.isascii() or len(key) > LONGEST_KEY:
        digest = hashlib.sha256(title.encode()).hexdigest()[:10]
        key = f"{kind}-{slug[:20].strip('-')}-{digest}".replace("--", "-")
    return key.strip("-")
