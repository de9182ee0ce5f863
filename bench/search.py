"""How fast the search box answers: suggestions and full search beside a plain ``icontains``.

    .venv/bin/python bench/search.py [--queries 600] [--seed 20120630]

Works on the database of ``DATABASE_URL`` as it is loaded. The queries are made by rule from the
names themselves with a fixed seed: whole names, beginnings, middles, pinyin, initials.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db.models import Q  # noqa: E402

from gazetteer.models import PlaceName  # noqa: E402
from gazetteer.queries.search import search_names  # noqa: E402

KINDS = ("exact", "prefix", "middle", "pinyin", "initials")
SUGGEST, FULL = 12, 60
DAY = date(2024, 5, 1)


def made_queries(count: int, seed: int) -> list[tuple[str, str, str]]:
    """(kind, what is typed, the name it was made from)."""
    chance = random.Random(seed)
    names = list(
        PlaceName.objects.on(DAY)
        .order_by("pk")
        .values_list("text", "search_pinyin", "search_initials")
    )
    queries = []
    for number in range(count):
        text, pinyin, initials = chance.choice(names)
        kind = KINDS[number % len(KINDS)]
        start = chance.randrange(max(1, len(text) - 1))
        typed = {
            "exact": text,
            "prefix": text[: chance.randint(1, max(1, len(text) - 1))],
            "middle": text[start : start + chance.randint(1, 3)],
            "pinyin": pinyin[: chance.randint(2, max(2, len(pinyin)))],
            "initials": initials[: max(2, len(initials))],
        }[kind]
        queries.append((kind, typed, text))
    return queries


def plain(typed: str, limit: int) -> list[Any]:
    """What a first attempt would do: icontains on the three columns, trigram index or not."""
    names = PlaceName.objects.on(DAY).filter(
        Q(text__icontains=typed)
        | Q(search_pinyin__icontains=typed)
        | Q(search_initials__icontains=typed)
    )
    return list(names.select_related("place")[:limit])


def timed(queries: list[tuple[str, str, str]], answer: Callable[[str], Any]) -> list[float]:
    taken = []
    for _, typed, _ in queries:
        begun = time.perf_counter()
        answer(typed)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def recall_at_5(queries: list[tuple[str, str, str]]) -> dict[str, float]:
    """Share of whole names, by characters, that stand among the first five."""
    found: dict[str, list[bool]] = {}
    for kind, typed, text in queries:
        if kind == "exact":
            hits = search_names(text=typed, at=DAY, near="4401", limit=5)
            found.setdefault(kind, []).append(text in [hit.text for hit in hits])
    return {kind: statistics.mean(values) for kind, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--seed", type=int, default=20120630)
    options = parser.parse_args()
    queries = made_queries(options.queries, options.seed)
    for name, limit in (("suggest", SUGGEST), ("full", FULL)):
        ours = timed(
            queries,
            lambda typed, limit=limit: search_names(text=typed, at=DAY, near="4401", limit=limit),
        )
        theirs = timed(queries, lambda typed, limit=limit: plain(typed, limit))
        for label, values in (("search_names", ours), ("icontains", theirs)):
            print(  # noqa: T201
                f"{name:<8} {label:<13} p50 {quantile(values, 0.5):7.1f} ms"
                f"  p95 {quantile(values, 0.95):7.1f} ms  max {max(values):7.1f} ms"
            )
        ratio = quantile(theirs, 0.95) / quantile(ours, 0.95)
        print(f"{name:<8} ratio of p95 (icontains / search_names): {ratio:.1f}")  # noqa: T201
        for kind in KINDS:
            part = [t for (k, _, _), t in zip(queries, ours, strict=True) if k == kind]
            print(f"           {kind:<9} p95 {quantile(part, 0.95):6.1f} ms")  # noqa: T201
    print(f"names: {PlaceName.objects.count()}  recall@5: {recall_at_5(queries)}")  # noqa: T201


if __name__ == "__main__":
    main()
