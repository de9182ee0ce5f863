"""The ways in which a query may match, in stages: a later one never beats an earlier.

Stages are made one by one, because a later one costs work that an earlier one may make needless.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from gazetteer.domain.folding import fold, stem
from gazetteer.domain.search_errors import SHORTEST, likely_stems, one_error_keys, one_letter_off
from gazetteer.domain.search_keys import SearchQuery, literal_pattern, pinyin_key
from gazetteer.domain.similarity import shape_variations
from gazetteer.queries.search_candidates import MOST_READ, Way, many_match

SHORTEST_INITIALS = 2
# So short a beginning is always met by many.
SHORT_TEXT, SHORT_PINYIN, SHORT_INITIALS = 1, 3, 2
# So long a beginning is met by few: that need not be asked.
LONG_TEXT, LONG_PINYIN, LONG_INITIALS = 4, 11, 6
MOST_OF_A_SPELLING = 400
# One look-alike comes before two: of the many pairs no more are looked up.
MOST_SHAPES = 80
# Pairs of characters that nearly every committee has: they narrow nothing.
EVERYWHERE = {"村委", "委会", "居委", "社区", "区居", "民委", "委员", "员会", "村民"}
# Of the many that contain two or three characters a few hundred say as much as all.
MOST_CONTAINING = 300
GRAMS = "gazetteer_search_grams(k.folded)"
# Behind every text that begins like another, in the order of bytes that the keys have.
LAST = "\U0010ffff"


def stages(query: SearchQuery) -> Iterator[list[Way]]:
    if query.empty:
        return
    if query.hanzi:
        yield from _by_characters(query)
    elif query.spellings and query.spellings[0].isdigit():
        yield [_code(query.spellings[0])]
        yield _beginning(fold(query.text))
    elif query.spellings:
        yield from _by_letters(query)


def _by_characters(query: SearchQuery) -> Iterator[list[Way]]:
    folded = fold(query.text)
    yield _beginning(folded, query.text)
    short = Way(
        "'short'",
        f"{GRAMS} @> ARRAY[hashtext(%(stem)s)] AND k.folded <> %(same)s",
        {"stem": f"={stem(folded)}", "same": folded},
        widely=True,
    )
    yield [short, *_inside(folded, query.text)]
    yield [
        *_sound(query.text),
        *_grams(
            "shape", [f"={each}" for each in islice(shape_variations(stem(folded)), MOST_SHAPES)]
        ),
    ]
    suffixes = [f"={each}" for each in likely_stems(folded)]
    yield _grams("typo", one_error_keys(folded) + suffixes)


def _by_letters(query: SearchQuery) -> Iterator[list[Way]]:
    ways = [
        way
        for letters in query.spellings
        for way in _spelt("pinyin", letters, SHORT_PINYIN, LONG_PINYIN)
    ]
    if query.apostrophes:
        divided = (
            "EXISTS (SELECT 1 FROM gazetteer_placename n WHERE n.id = k.name_id"
            " AND starts_with(lower(n.pinyin_plain), %(divided)s))"
        )
        values = {"divided": query.apostrophes}
        ways = [
            Way("'pinyin_whole'", f"{way.condition} AND {divided}", way.values | values)
            for way in ways
        ]
    first = query.spellings[0]
    if len(first) >= SHORTEST_INITIALS and not query.tones and not query.apostrophes:
        ways += _spelt("initials", first, SHORT_INITIALS, LONG_INITIALS)
    yield [*ways, *_beginning(fold(query.text))]
    if not query.tones and not query.apostrophes:
        yield _slips(one_letter_off(first))


def _beginning(folded: str, written: str = "") -> list[Way]:
    """The same name, and those that begin so; as variants where it is not written so."""
    # Hardly any name begins with a letter or digit: those need no look at how many there are.
    few = folded.isascii()
    begins = _prefix("folded", folded, 0 if few else SHORT_TEXT, 0 if few else LONG_TEXT)
    values = {"same": folded} | begins.values
    so = "k.written = ''"
    if written not in ("", folded):
        so = "k.written LIKE %(written)s"
        values["written"] = f"{literal_pattern(written)}%"
    same = "k.folded = %(same)s"
    exact, variant = f"CASE WHEN {so} THEN 'exact' ELSE 'variant' END", "'variant_prefix'"
    prefix = f"CASE WHEN {so} THEN 'prefix' ELSE {variant} END"
    if not begins.many:
        why = f"CASE WHEN {same} THEN {exact} ELSE {prefix} END"
        first = f"({same}) DESC, ({so}) DESC"
        return [Way(why, begins.condition, values, first=first, steady=True)]
    return [
        Way(exact, same, values),
        Way(prefix, f"{begins.condition} AND NOT {same}", values, many=True),
    ]


def _spelt(column: str, letters: str, short: int, long: int) -> list[Way]:
    """Names whose pinyin or initials are these letters, and those that begin so."""
    begins = _prefix(column, letters, short, long)
    values = {"same": letters} | begins.values
    same = f"k.{column} = %(same)s"
    whole, part = f"'{column}_whole'", f"'{column}'"
    if not begins.many:
        why = f"CASE WHEN {same} THEN {whole} ELSE {part} END"
        return [Way(why, begins.condition, values, first=f"({same}) DESC", steady=True)]
    return [
        Way(whole, same, values),
        Way(part, f"{begins.condition} AND NOT {same}", values, many=True),
    ]


def _inside(folded: str, written: str) -> list[Way]:
    pairs = {folded[i : i + 2] for i in range(len(folded) - 1)} or {folded}
    why = "'contains'" if written == folded else "'variant_contains'"
    pattern = literal_pattern(folded)
    values: dict[str, Any] = {"inside": f"%{pattern}%", "starts": f"{pattern}%"}
    inside = "k.folded LIKE %(inside)s AND k.folded NOT LIKE %(starts)s"
    narrow = pairs - EVERYWHERE
    if not narrow:
        return [Way(why, inside, values, cap=MOST_CONTAINING, at_home=True)]
    keys = [f"key{number}" for number in range(len(narrow))]
    hashes = ", ".join(f"hashtext(%({key})s)" for key in keys)
    values |= dict(zip(keys, sorted(narrow), strict=True))
    condition = f"{GRAMS} @> ARRAY[{hashes}] AND {inside}"
    return [Way(why, condition, values, widely=True, cap=MOST_CONTAINING)]


def _prefix(column: str, typed: str, short: int, long: int) -> Way:
    condition = f"k.{column} >= %({column})s AND k.{column} < %({column}_end)s"
    values = {column: typed, f"{column}_end": f"{typed}{LAST}"}
    if len(typed) > short and (len(typed) >= long or not many_match(condition, values)):
        return Way("", condition, values, steady=True)
    # Of how many begin so PostgreSQL has to be told: only then it walks the ranks.
    like = {column: f"{literal_pattern(typed)}%"}
    return Way("", f"k.{column} LIKE %({column})s", like, many=True)


def _grams(why: str, keys: list[str]) -> list[Way]:
    if not keys:
        return []
    hashes = "ARRAY(SELECT hashtext(key) FROM unnest(%(keys)s::text[]) AS key)"
    return [Way(f"'{why}'", f"{GRAMS} && {hashes}", {"keys": keys}, widely=True, steady=True)]


def _slips(spellings: list[str]) -> list[Way]:
    """Names spelt or beginning in any of these ways, each a short piece of the index."""
    if not spellings:
        return []
    rows = (
        "unnest(%(spellings)s::text[]) AS spelling CROSS JOIN LATERAL ("
        " SELECT * FROM gazetteer_searchkey WHERE pinyin >= spelling AND pinyin < spelling || '{'"
        f" ORDER BY pinyin LIMIT {MOST_OF_A_SPELLING}) AS k"
    )
    values = {"spellings": spellings}
    return [Way("'typo'", "TRUE", values, rows=rows, cap=MOST_READ, steady=True)]


def _sound(text: str) -> list[Way]:
    if len(text) < SHORTEST:
        return []
    from pypinyin import lazy_pinyin  # costs as much as gazetteer.domain.readings says

    letters = pinyin_key([syllable.lower() for syllable in lazy_pinyin(text, v_to_u=True)])
    if not (letters.isascii() and letters.isalnum()):
        return []
    return [replace(_prefix("pinyin", letters, SHORT_PINYIN, LONG_PINYIN), why="'sound'")]


def _code(digits: str) -> Way:
    condition = (
        "k.division_code LIKE %(code)s AND k.category IN ('DIVISION', 'COMMITTEE_SEAT')"
        " AND EXISTS (SELECT 1 FROM gazetteer_place own"
        " WHERE own.id = k.place_id AND own.division_id IS NOT NULL)"
    )
    return Way("'code'", condition, {"code": f"{digits}%"}, many=len(digits) < 4)
