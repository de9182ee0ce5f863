"""Which heading means which field: by key, label and synonyms, else by likeness."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

_ALIKE = 85.0
_NOISE = re.compile(r"[\s_\-()（）\[\]【】:：*/.·]+")


def normal(text: str) -> str:
    """A heading without what people vary: width, case, spaces, brackets."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def guess_columns(headings: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Field key → heading; ``words`` are a field's key, labels and synonyms. None twice."""
    known = {normal(word): key for key, given in words.items() for word in (key, *given)}
    found: dict[str, str] = {}
    rest: list[str] = []
    for heading in headings:
        key = known.get(normal(heading))
        if key and key not in found:
            found[key] = heading
        else:
            rest.append(heading)
    free = {word: key for word, key in known.items() if key not in found and len(word) >= 3}
    for heading in rest:
        if len(normal(heading)) < 3:
            continue
        hit = process.extractOne(normal(heading), list(free), scorer=fuzz.ratio)
        if hit and hit[1] >= _ALIKE and free[hit[0]] not in found:
            found[free[hit[0]]] = heading
    return found


def nearest_word(text: str, words: Sequence[str]) -> str:
    """The word that was probably meant, "" where none is near."""
    hit = process.extractOne(text, words, scorer=fuzz.WRatio, score_cutoff=60)
    return hit[0] if hit else ""
