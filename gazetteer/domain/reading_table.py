"""The tables of readings: rows of ``readings.tsv`` and of what was learned from attested names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from gazetteer.domain.names import read_table

# Sources that no evidence from elsewhere overrides.
PROTECTED = frozenset(("domain-2.2", "guangzhou", "1984-rules"))
POSITIONS = ("any", "first", "notfirst", "last", "alone")


@dataclass(frozen=True, slots=True)
class Override:
    """A row: ``text`` reads so in divisions that begin with ``scope``, at ``where`` of its word."""

    text: str
    syllables: tuple[str, ...]
    scope: str
    where: str
    source: str

    @property
    def protected(self) -> bool:
        return self.source in PROTECTED

    def stands_at(self, at: int, length: int) -> bool:
        """Whether a single character's row holds at place ``at`` of a word so long."""
        return (
            self.where == "any"
            or (self.where == "first" and at == 0 and length > 1)
            or (self.where == "notfirst" and (at > 0 or length == 1))
            or (self.where == "last" and at == length - 1)
            or (self.where == "alone" and length == 1)
        )

    def reaches(self, scope: str | None) -> bool:
        return not self.scope or (scope or "").startswith(self.scope)


Rows = dict[str, tuple[Override, ...]]


@dataclass(frozen=True)
class ReadingTable:
    """Rows by first character, in the order in which they are tried.

    Words of the reference first, then other words; of each the longest and narrowest first.
    """

    fixed_words: Rows
    words: Rows
    single: Rows
    uncertain: frozenset[str]

    @classmethod
    def of(cls, rows: Iterable[Override], *, uncertain: frozenset[str]) -> "ReadingTable":
        groups: tuple[dict[str, list[Override]], ...] = ({}, {}, {})
        for row in rows:
            groups[_group(row)].setdefault(row.text[0], []).append(row)
        fixed, words, single = (
            {first: tuple(sorted(found, key=_order)) for first, found in group.items()}
            for group in groups
        )
        return cls(fixed, words, single, uncertain)

    def plus(self, row: Override) -> "ReadingTable":
        """This table with one more row; the tables of other characters are shared."""
        group = _group(row)
        old = (self.fixed_words, self.words, self.single)[group]
        found = tuple(sorted((*old.get(row.text[0], ()), row), key=_order))
        new: Rows = {**old, row.text[0]: found}
        if group == 2:
            return replace(self, single=new)
        return replace(self, words=new) if group else replace(self, fixed_words=new)

    def rows(self) -> Iterator[Override]:
        for group in (self.fixed_words, self.words, self.single):
            for found in group.values():
                yield from found


def _group(row: Override) -> int:
    return 2 if len(row.text) == 1 else int(not row.protected)


def _order(row: Override) -> tuple[int, int, bool]:
    return (-len(row.text), -len(row.scope), row.where == "any")


@cache
def curated_table() -> ReadingTable:
    """What was entered by hand: the reference, the bureau's lists and usage."""
    return ReadingTable.of(read_rows("readings.tsv"), uncertain=_uncertain())


@cache
def reading_table() -> ReadingTable:
    """Everything a name is read by: the curated rows and those learned from attested names."""
    rows = [*read_rows("readings.tsv"), *read_rows("readings_learned.tsv")]
    return ReadingTable.of(rows, uncertain=_uncertain())


def read_rows(file: str) -> list[Override]:
    return [
        Override(text, tuple(reading.split()), scope.strip("-"), where, source)
        for text, reading, scope, where, source in read_table(file)
    ]


@cache
def _uncertain() -> frozenset[str]:
    return frozenset(row[0] for row in read_table("uncertain.tsv"))
