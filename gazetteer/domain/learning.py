"""Readings of characters by place and region, learned from names attested in Latin letters.

Greedy and reproducible: where the table reads a character otherwise than the attested names, the
row that mends most (a character by region and position, or with its neighbour) is taken, as long
as enough names agree. Rows of the reference are never touched; what speaks against a curated
row is listed for a person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gazetteer.domain.attested import Attested, agrees
from gazetteer.domain.reading_table import PROTECTED, Override, ReadingTable
from gazetteer.domain.readings import Reading, dictionary_readings, read_characters, strip_tones

PROVINCE, PREFECTURE = 2, 4
WHERE = ("any", "notfirst", "last", "first")
LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What evidence a row needs: names that agree, their share, and names mended on balance."""

    names: int = 3
    countrywide: int = 5
    share: float = 0.8
    mended: int = 2


@dataclass(frozen=True, slots=True)
class Conflict:
    """A curated row, and how many attested names that it reaches read otherwise."""

    row_text: str
    reading: str
    source: str
    attested: str
    against: int
    reached: int


@dataclass(frozen=True, slots=True)
class Learning:
    rows: list[Override]
    conflicts: list[Conflict]


def learn(
    names: Sequence[Attested], *, table: ReadingTable, thresholds: Thresholds | None = None
) -> Learning:
    """Rows that bring ``table`` nearer to the attested names, and what contradicts it."""
    least = thresholds or Thresholds()
    tones = _tones(names)
    found: list[Override] = []
    for character in _misread(names, table):
        here = [name for name in names if character in name.text]
        while True:
            row = _best_row(character, here, table, tones, least)
            if row is None:
                break
            table = table.plus(row)
            found.append(row)
    for row in _attested_twice(names, table):
        table = table.plus(row)
        found.append(row)
    rows = sorted(found, key=lambda row: (row.text, row.scope, row.where))
    return Learning(rows, _conflicts(names, table))


def _read(name: Attested, table: ReadingTable) -> list[Reading]:
    return read_characters([name.text], specific=name.text, scope=name.region, table=table)


def _open_to_learning(one: Reading, name: Attested, at: int) -> bool:
    """The reference stands; a register's tone alone does not overrule a row made by hand."""
    if agrees(one.syllable, name, at) or one.rule in PROTECTED or not one.syllable:
        return False
    only_tone = strip_tones(one.syllable) == strip_tones(name.syllables[at])
    return not (only_tone and one.rule)


def _misread(names: Iterable[Attested], table: ReadingTable) -> list[str]:
    """Characters read otherwise than attested, the most frequent first."""
    found: Counter[str] = Counter()
    for name in names:
        for at, one in enumerate(_read(name, table)):
            if _open_to_learning(one, name, at):
                found[one.character] += 1
    return [character for character, _ in sorted(found.items(), key=lambda each: (-each[1], each))]


def _tones(names: Iterable[Attested]) -> dict[tuple[str, str], str]:
    """(character, letters) → the toned reading that registers with tones give most often."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name in names:
        if name.toned:
            for character, syllable in zip(name.text, name.syllables, strict=True):
                counts[character, strip_tones(syllable)][syllable] += 1
    return {key: count.most_common(1)[0][0] for key, count in counts.items()}


def _toned(name: Attested, at: int, tones: dict[tuple[str, str], str]) -> str:
    """The attested reading with its tone; "" where nobody knows the tone."""
    if name.toned:
        return name.syllables[at]
    character, letters = name.text[at], name.syllables[at]
    known = [each for each in dictionary_readings(character) if strip_tones(each) == letters]
    return tones.get((character, letters)) or next(iter(known), "")


def _best_row(
    character: str,
    names: Sequence[Attested],
    table: ReadingTable,
    tones: dict[tuple[str, str], str],
    least: Thresholds,
) -> Override | None:
    counts: Counter[Override] = Counter()
    before = {}
    for number, name in enumerate(names):
        read = _read(name, table)
        before[number] = [agrees(one.syllable, name, at) for at, one in enumerate(read)]
        for at, one in enumerate(read):
            if one.character == character and _open_to_learning(one, name, at):
                counts.update(set(_candidates(name, at, read, _toned(name, at, tones))))
    taken = {(row.text, row.scope, row.where) for row in table.rows()}
    # A region may refine what somebody entered for the whole country, not replace it.
    taken |= {(row.text, "", where) for row in table.rows() if not row.scope for where in WHERE}
    best: tuple[int, int, int, Override] | None = None
    for row, hopes in counts.items():
        if hopes < least.mended or (row.text, row.scope, row.where) in taken:
            continue
        mended, agree, reached = _try(row, names, before, table)
        names_needed = least.names if row.scope or len(row.text) > 1 else least.countrywide
        if mended < least.mended or agree < names_needed or agree < least.share * reached:
            continue
        # Among equals the wider region, then the single character, then the plainer place.
        worth = (mended, -len(row.scope), -len(row.text) * 10 - WHERE.index(row.where))
        if best is None or (*worth, row.text) > (*best[:3], best[3].text):
            best = (*worth, replace(row, source=f"{_registers(row, names)} {agree}/{reached}"))
    return best[3] if best else None


def _candidates(name: Attested, at: int, read: Sequence[Reading], toned: str) -> Iterator[Override]:
    if not toned:
        return
    word = name.text
    scopes = {"", name.region[:PROVINCE], name.region[:PREFECTURE]}
    for scope in scopes:
        for where in WHERE:
            row = Override(word[at], (toned,), scope, where, LEARNED)
            if row.stands_at(at, len(word)):
                yield row
        for start in (at - 1, at):
            pair = word[start : start + 2] if start >= 0 else ""
            other = at - 1 if start < at else at + 1
            if len(pair) == 2 and agrees(read[other].syllable, name, other):
                syllables = [toned, toned]
                syllables[other - start] = read[other].syllable
                yield Override(pair, (syllables[0], syllables[1]), scope, "any", LEARNED)


def _try(
    row: Override,
    names: Sequence[Attested],
    before: dict[int, list[bool]],
    table: ReadingTable,
) -> tuple[int, int, int]:
    """Characters mended on balance; characters that the row reads, as attested and in all."""
    tried = table.plus(row)
    mended = agree = reached = 0
    for number, name in enumerate(names):
        if row.text not in name.text or not row.reaches(name.region):
            continue
        for at, one in enumerate(_read(name, tried)):
            right = agrees(one.syllable, name, at)
            mended += right - before[number][at]
            if one.rule == LEARNED:
                agree += right
                reached += 1
    pairs = len(row.text)
    return mended, agree // pairs, reached // pairs


def _registers(row: Override, names: Iterable[Attested]) -> str:
    found = {name.source for name in names if row.text in name.text and row.reaches(name.region)}
    return "+".join(sorted(found))


def _attested_twice(names: Iterable[Attested], table: ReadingTable) -> Iterator[Override]:
    """Whole names that a register with tones and one without spell alike, and the table not."""
    plain = {(name.text, name.region[:PROVINCE]): name for name in names if not name.toned}
    for name in names:
        other = plain.get((name.text, name.region[:PROVINCE]))
        if not name.toned or other is None or len(name.text) < 2:
            continue
        letters = tuple(map(strip_tones, name.syllables))
        read = _read(name, table)
        if letters != other.syllables or tuple(strip_tones(r.syllable) for r in read) == letters:
            continue
        wrong = [at for at, one in enumerate(read) if strip_tones(one.syllable) != letters[at]]
        if all(_open_to_learning(read[at], name, at) for at in wrong):
            sources = "+".join(sorted((f"{name.source} 1/1", f"{other.source} 1/1")))
            scope = name.region[:PROVINCE]
            yield Override(name.text, name.syllables, scope, "any", sources)


def _conflicts(names: Iterable[Attested], table: ReadingTable) -> list[Conflict]:
    reached: Counter[tuple[str, str, str]] = Counter()
    against: Counter[tuple[tuple[str, str, str], str]] = Counter()
    for name in names:
        for at, one in enumerate(_read(name, table)):
            if one.rule and "/" not in one.rule:
                key = (one.character, one.syllable, one.rule)
                reached[key] += 1
                if not agrees(one.syllable, name, at):
                    against[key, name.syllables[at]] += 1
    return [
        Conflict(*key, attested, count, reached[key])
        for (key, attested), count in sorted(against.items(), key=lambda each: (-each[1], each[0]))
    ]
