"""What may have been meant by what was typed wrongly: one character, one letter, one sound.

Chinese has too many characters to try them all: the stored keys hold every name with any one
character unknown (``东_村``), and these functions make the same for what was typed. Latin letters
are few: every spelling that is one slip away is made and looked up, if it can be Pinyin at all.
"""

from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from gazetteer.domain.folding import SUFFIXES, stem
from gazetteer.domain.readings import general_dictionary, strip_tones

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_LETTERS = 24
LONGEST_SYLLABLE = 6
SHORTEST = 2
# Longer names than this are not looked up with an unknown character.
LONGEST = 30


def likely_stems(folded: str) -> list[str]:
    """Stems that the name may have if its committee's suffix holds the error: 东风村尾会."""
    found = set()
    for suffix, short in SUFFIXES:
        for size in (len(suffix) - 1, len(suffix), len(suffix) + 1):
            head, tail = folded[:-size], folded[-size:]
            if size > 1 and head and OSA.distance(tail, suffix, score_cutoff=1) <= 1:
                found.add(head + short)
    return sorted(found - {stem(folded)})


def one_error_keys(folded: str) -> list[str]:
    """Keys of the names that differ by one wrong, missing, surplus or swapped character."""
    if not SHORTEST <= len(folded) <= LONGEST:
        return []
    keys = []
    for name in dict.fromkeys((folded, stem(folded))):
        size = len(name)
        keys += [f"{name[:i]}_{name[i + 1 :]}" for i in range(size)]
        keys += [f"{name[:i]}_{name[i:]}" for i in range(size + 1)]
        # Put right, the name may show a committee's suffix that it did not show before.
        swapped = (name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in range(size - 1))
        shorter = (name[:i] + name[i + 1 :] for i in range(size))
        keys += [f"={stem(each)}" for each in (*swapped, *shorter)]
    return list(dict.fromkeys(keys))


def one_letter_off(letters: str) -> list[str]:
    """Spellings one wrong, missing, surplus or swapped letter away that can be Pinyin."""
    if not 4 <= len(letters) <= MOST_LETTERS:
        return []
    found = set()
    for i in range(len(letters) + 1):
        head, tail = letters[:i], letters[i:]
        found |= {head + letter + tail for letter in LETTERS}
        if tail:
            found.add(head + tail[1:])
            found |= {head + letter + tail[1:] for letter in LETTERS}
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
    return sorted(each for each in found - {letters} if _may_be_pinyin(each))


@lru_cache(maxsize=20_000)
def _may_be_pinyin(letters: str) -> bool:
    """Whether the letters are syllables one after the other, the last one perhaps unfinished.

    Spellings one letter off share their ends, which are so looked at once.
    """
    syllables, beginnings = _syllables()
    if letters in beginnings:
        return True
    for size in range(1, min(LONGEST_SYLLABLE, len(letters) - 1) + 1):
        if letters[:size] in syllables and _may_be_pinyin(letters[size:]):
            return True
    return False


@cache
def _syllables() -> tuple[frozenset[str], frozenset[str]]:
    readings = set(",".join(general_dictionary()[0].values()).split(","))
    whole = {strip_tones(reading).replace("ü", "v").replace("ê", "e") for reading in readings}
    whole = {syllable for syllable in whole if syllable.isascii() and syllable.isalpha()}
    whole -= set(LETTERS) - set("aeo")
    return frozenset(whole), frozenset(s[:n] for s in whole for n in range(1, len(s) + 1))
