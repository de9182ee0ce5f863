"""How fast and how well the search box answers, beside plain icontains and pg_trgm.

    script/bench search [--queries 1400] [--seed 20120630] [--http] [--seconds 15]

Works on the database of DATABASE_URL as it is loaded (`load_demo --all`: the whole country). The
queries are made by rule from the names themselves with a fixed seed, an equal share of each kind:

  exact     the whole name
  prefix    its first 1 to n - 1 characters
  middle    1 to 3 characters from inside it
  pinyin    its first 2 to n letters, without spaces and tones
  initials  its first 2 to n initials
  wrong     one character replaced by one drawn from all names as often as it occurs there
  missing   one character left out
  swapped   two neighbours exchanged (names whose neighbours are all equal are drawn again)

Speed is measured on these as they are. Recall@5 asks whether the very place that a query was made
from is among the first five. A short beginning fits thousands of villages, so recall is told in two
ways, always both:

  in context  the person works in the county of the place (near = its county, which excludes
              nothing but lifts up to five names of that county to the top), and types on until at
              most five names of the county begin so: prefix, pinyin and initials are lengthened
              from their random length until then. Where even the whole name leaves more than five,
              the query is left out; the share is printed. exact, wrong, missing and swapped are
              asked as made, and leave out only what more than five places there are called.
  raw         as made and with no context at all; `text` counts a hit of the same characters too.
"""

import argparse
import gc
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from _search_http import requests_per_second  # noqa: E402
from django.contrib.postgres.search import TrigramSimilarity  # noqa: E402
from django.db.models import Q  # noqa: E402

from gazetteer.models import PlaceName  # noqa: E402
from gazetteer.queries.search import search_names  # noqa: E402

TYPED = ("exact", "prefix", "middle", "pinyin", "initials")
ERRORS = ("wrong", "missing", "swapped")
RECALLED = ("exact", "prefix", "pinyin", "initials", *ERRORS)
TARGETS = {kind: 0.90 if kind in ERRORS else 0.98 for kind in RECALLED}
SUGGEST, FULL = 12, 60
SUGGEST_MS, FULL_MS = 15, 60
FEW = 5
DAY = date(2024, 5, 1)


@dataclass(frozen=True, slots=True)
class Name:
    place: Any
    text: str
    pinyin: str
    initials: str
    county: str


@dataclass(frozen=True, slots=True)
class Query:
    kind: str
    typed: str
    name: Name


class Names:
    """All names in force, by county, and the characters they are written with."""

    def __init__(self) -> None:
        rows = PlaceName.objects.on(DAY).order_by("pk")
        self.all = [
            Name(place, text, pinyin, initials, code[:6])
            for place, text, pinyin, initials, code in rows.values_list(
                "place_id", "text", "search_pinyin", "search_initials", "place__division_code"
            )
        ]
        self.county: dict[str, list[Name]] = {}
        for name in self.all:
            self.county.setdefault(name.county, []).append(name)
        counts = Counter(character for name in self.all for character in name.text)
        self.characters, self.weights = zip(*sorted(counts.items()), strict=True)

    def drawn(self, kind: str, chance: random.Random) -> Query:
        while True:
            name = chance.choice(self.all)
            typed = self._typed(kind, name, chance)
            if typed and (kind not in ERRORS or typed != name.text):
                return Query(kind, typed, name)

    def _typed(self, kind: str, name: Name, chance: random.Random) -> str:
        text, size = name.text, len(name.text)
        at = chance.randrange(max(1, size - 1))
        if kind in ("pinyin", "initials"):
            letters = getattr(name, kind)
            return letters[: chance.randint(2, max(2, len(letters)))]
        if kind == "wrong":
            other = chance.choices(self.characters, self.weights)[0]
            at = chance.randrange(size)
            return text[:at] + other + text[at + 1 :]
        if kind == "missing":
            at = chance.randrange(size)
            return text[:at] + text[at + 1 :]
        return {
            "exact": text,
            "prefix": text[: chance.randint(1, max(1, size - 1))],
            "middle": text[at : at + chance.randint(1, 3)],
            "swapped": text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
        }[kind]

    def in_context(self, query: Query) -> Query | None:
        """The query as somebody at work in the county types it; None where it never gets clear."""
        neighbours = self.county[query.name.county]
        if query.kind not in ("prefix", "pinyin", "initials"):
            same = sum(other.text == query.name.text for other in neighbours)
            return query if same <= FEW else None
        key = "text" if query.kind == "prefix" else query.kind
        whole = getattr(query.name, key)
        for size in range(len(query.typed), len(whole) + 1):
            left = sum(getattr(other, key).startswith(whole[:size]) for other in neighbours)
            if left <= FEW:
                return replace(query, typed=whole[:size])
        return None


def plain(typed: str, limit: int) -> list[Any]:
    """What a first attempt would do: icontains on three columns, then pg_trgm by similarity."""
    names = PlaceName.objects.on(DAY).select_related("place")
    inside = names.filter(
        Q(text__icontains=typed)
        | Q(search_pinyin__icontains=typed)
        | Q(search_initials__icontains=typed)
    )
    found = list(inside[:limit])
    if len(found) < limit:
        alike = names.filter(text__trigram_similar=typed)
        similar = alike.annotate(likeness=TrigramSimilarity("text", typed)).order_by("-likeness")
        found += list(similar[: limit - len(found)])
    return found


def timed(queries: list[Query], answer: Callable[[str], Any]) -> list[float]:
    taken = []
    for query in queries:
        begun = time.perf_counter()
        answer(query.typed)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def report_speed(queries: list[Query], slow: list[Query]) -> None:
    for label, limit, target in (("suggest", SUGGEST, SUGGEST_MS), ("full", FULL, FULL_MS)):
        suggest = label == "suggest"

        def ours(typed: str, limit: int = limit, suggest: bool = suggest) -> Any:
            return search_names(text=typed, at=DAY, near="4401", limit=limit, suggest=suggest)

        for query in queries[:20]:
            ours(query.typed)
        taken = timed(queries, ours)
        say_times(label, "search_names", taken)
        say(f"{label:<8} p95 at most {target} ms: {verdict(quantile(taken, 0.95) <= target)}")
        for kind in (*TYPED, *ERRORS):
            part = [t for q, t in zip(queries, taken, strict=True) if q.kind == kind]
            half, most = quantile(part, 0.5), quantile(part, 0.95)
            say(f"           {kind:<9} p50 {half:6.1f}  p95 {most:6.1f} ms")
        theirs = timed(slow, lambda typed, limit=limit: plain(typed, limit))
        say_times(label, f"icontains+trgm ({len(slow)})", theirs)


def report_recall(queries: list[Query], names: Names, slow: int) -> None:
    say("recall@5   in context               raw: place  text   left out  icontains+trgm: place")
    for kind in RECALLED:
        part = [query for query in queries if query.kind == kind]
        clear = [context for query in part if (context := names.in_context(query))]
        found = statistics.mean(
            query.name.place in first_places(query, near=query.name.county) for query in clear
        )
        raw = [first(query, near="") for query in part]
        place = statistics.mean(
            q.name.place in [hit.place_id for hit in hits]
            for q, hits in zip(part, raw, strict=True)
        )
        text = statistics.mean(
            q.name.text in [hit.text for hit in hits] for q, hits in zip(part, raw, strict=True)
        )
        theirs = statistics.mean(
            q.name.place in [name.place_id for name in plain(q.typed, 5)] for q in part[:slow]
        )
        left_out = 1 - len(clear) / len(part)
        reached = verdict(found >= TARGETS[kind])
        say(
            f"{kind:<9}  {found:.3f} (≥ {TARGETS[kind]:.2f}: {reached:<11})"
            f"  {place:.3f}  {text:.3f}     {left_out:6.1%}   {theirs:.3f}"
        )


def first(query: Query, *, near: str) -> list[Any]:
    return search_names(text=query.typed, at=DAY, near=near, limit=FULL)[:5]


def first_places(query: Query, *, near: str) -> list[Any]:
    return [hit.place_id for hit in first(query, near=near)]


def say_times(label: str, what: str, taken: list[float]) -> None:
    say(
        f"{label:<8} {what:<22} p50 {quantile(taken, 0.5):7.1f} ms"
        f"  p95 {quantile(taken, 0.95):7.1f} ms  max {max(taken):7.1f} ms"
    )


def verdict(reached: bool) -> str:
    return "reached" if reached else "NOT reached"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--queries", type=int, default=1600)
    parser.add_argument("--slow", type=int, default=80, help="of them for icontains and trigrams")
    parser.add_argument("--seed", type=int, default=20120630)
    parser.add_argument("--http", action="store_true", help="only requests a second over HTTP")
    parser.add_argument("--seconds", type=int, default=15)
    options = parser.parse_args()
    names, chance = Names(), random.Random(options.seed)
    # A server holds no list of all names: what is told is not to hold the pauses it would cause.
    gc.freeze()
    kinds = (*TYPED, *ERRORS)
    queries = [names.drawn(kinds[n % len(kinds)], chance) for n in range(options.queries)]
    # Figures of a busy machine say little: how many processes were waiting is told beside them.
    load = os.getloadavg()[0]
    say(f"{len(names.all):,} names, {len(queries)} queries, seed {options.seed}, load {load:.1f}")
    if options.http:
        typed = [query.typed for query in queries]
        say(requests_per_second(typed, seconds=options.seconds, day=DAY))
        return
    report_speed(queries, queries[: options.slow])
    report_recall(queries, names, options.slow // len(kinds))


if __name__ == "__main__":
    main()
