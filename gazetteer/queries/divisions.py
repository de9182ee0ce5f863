"""Where a place lies, in words: the divisions above its code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from accounts.domain.scope import jurisdiction_of
from boundaries.models import DivisionVersion
from common.errors import DimingError
from common.models import bilingual, reads_english
from common.prepared import prepared_rows
from gazetteer.domain.categories import naming_category
from gazetteer.domain.romanise import romanise

# Lengths of code prefixes from province to village.
PREFIXES = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class NamedCode:
    """A division as pages name it: ``shown``, in characters or in pinyin by who reads."""

    code: str
    name: str
    name_en: str = ""

    @property
    def shown(self) -> str:
        return bilingual(self.name, self.name_en or spell_division(self.name, self.code))

    def __str__(self) -> str:
        return self.shown


@lru_cache(maxsize=4096)
def spell_division(name: str, code: str) -> str:
    """Hanyu Pinyin without tones, for divisions whose record has no name in Latin letters."""
    digits = code.ljust(6, "0")
    try:
        return romanise(name, category=naming_category("DIVISION", digits), division=digits).plain
    except DimingError:
        return ""


def division_chains(*, codes: Iterable[str], at: date) -> dict[str, list[NamedCode]]:
    """Code → the divisions that hold it on a day, widest first, itself last where it is one."""
    chains = {code: _chain(code) for code in set(codes)}
    wanted = {each for chain in chains.values() for each in chain}
    # These operators are those of the plain index on codes, and the fence leaves no other way: left
    # to choose, PostgreSQL takes the index of the exclusion constraint or reads all of a day.
    rows = prepared_rows(
        """SELECT version.code, version.name, version.name_en
           FROM unnest(%(wanted)s::text[]) AS wanted CROSS JOIN LATERAL (
               SELECT * FROM boundaries_divisionversion WHERE code ~>=~ wanted AND code ~<=~ wanted
               OFFSET 0) AS version
           WHERE version.period @> %(at)s::date""",
        {"wanted": list(wanted), "at": at},
    )
    names = {row[0]: NamedCode(*row) for row in rows}
    return {
        code: [names[each] for each in chain if each in names] for code, chain in chains.items()
    }


def path_text(chain: list[NamedCode], *, without: str = "") -> str:
    """The chain as it is read; ``without`` leaves out a division itself.

    广东省广州市番禺区; in English the other way round: Panyu Qu, Guangzhou Shi, Guangdong Sheng.
    """
    names = [each for each in chain if each.code != without]
    if reads_english():
        return ", ".join(each.shown for each in reversed(names))
    return "".join(each.name for each in names)


def _chain(code: str) -> list[str]:
    """440106001 → 440000, 440100, 440106, 440106001."""
    digits = code.removesuffix("00").removesuffix("00") if len(code) == 6 else code
    return [digits[:size].ljust(6, "0") for size in PREFIXES if size <= len(digits)]


def division_choices(*, home: str, at: date) -> list[NamedCode]:
    """The home jurisdiction and what lies directly below it, as prefixes to filter by."""
    rows = DivisionVersion.objects.on(at).within(home).filter(level__lte=3).order_by("code")
    return [
        NamedCode(jurisdiction_of(code), name, name_en)
        for code, name, name_en in rows.values_list("code", "name", "name_en")
    ]
