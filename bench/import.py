"""An import of 100,000 names: checked, committed, undone, beside a naive row-by-row import.

Run with ``script/bench import [COUNT]``; needs a database with the demonstration set. Everything
happens in a transaction that is undone. The naive import saves row by row through the ORM what a
first attempt would; it is measured on fewer rows and told per row. Prints seconds, rows a second
and the peak of memory.
"""

import csv
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNT = 100_000
NAIVE = 1_000
LIMIT_S = 60
LIMIT_MB = 1_024
SEED = 20_120_630
HEADINGS = (
    "标准名称", "地名类别", "类别代码", "行政区划代码", "经度", "纬度", "含义", "来历",
    "批准机关", "文号", "设立年份",
)  # fmt: skip
FIRST = "新安和平东西南北福禄寿喜金银山水花木云龙凤鹤松竹梅兰青红白玉石桥江河湖海"
GENERICS = ("路", "街", "巷", "大道", "横路")


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.files.base import File
    from django.db import transaction
    from django.utils import timezone

    from common.imports.checking import check_batch
    from common.imports.committing import commit_batch, undo_batch
    from common.imports.uploads import declare, receive_upload

    count = int(arguments[0]) if arguments else COUNT
    today = timezone.localdate()
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = Path(folder) / "names.csv"
        write_file(path, count, today)
        say(f"{count:,} rows, {path.stat().st_size / 1e6:.1f} MB of CSV")
        with path.open("rb") as file:
            upload = File(file)
            batch = timed("uploaded", count, lambda: receive_upload(
                by=None, at=today, kind="names", jurisdiction="", upload=upload, name=path.name
            ))[0]  # fmt: skip
        try:
            declare(batch=batch, by=None, datum="GCJ-02", mapping=batch.mapping)
            batch, checked = timed("checked", count, lambda: check_batch(batch=batch, by=None))
            say(f"  {batch.counts}")
            for finding in batch.findings:
                say(f"  {finding}")
            batch, committed = timed("committed", count, lambda: commit_batch(batch=batch, by=None))
            peak = memory_mb()
            batch, _ = timed("undone", count, lambda: undo_batch(batch=batch, by=None))
        finally:
            batch.file.delete(save=False)
        _, naive = timed("naive, row by row", NAIVE, lambda: naive_import(path, NAIVE, today))
        transaction.set_rollback(True)
    ratio = (naive / NAIVE) / ((checked + committed) / count)
    say(
        f"peak {peak:,.0f} MB up to the commit; check and commit are {ratio:.1f} times as fast as "
        f"the naive import, which would take {naive / NAIVE * count:,.0f} s"
    )
    return 0 if max(checked, committed) <= LIMIT_S and peak <= LIMIT_MB else 1


def write_file(path: Path, count: int, day: Any) -> None:
    """Made-up names near the middles of the counties of the database, written in GCJ-02."""
    import numpy as np

    from common.datums import from_cgcs2000, get_datum
    from gazetteer.queries.known_names import county_polygons

    chance = random.Random(SEED)
    counties = [(code, p.representative_point()) for code, p in
                county_polygons(codes=(), within="44", at=day).items()]  # fmt: skip
    places = [chance.choice(counties) for _ in range(count)]
    spread = np.random.default_rng(SEED).uniform(-0.01, 0.01, (count, 2))
    true = np.array([(p.x, p.y) for _, p in places]) + spread
    shifted = from_cgcs2000(true, get_datum("GCJ-02"))
    taken: set[tuple[str, str]] = set()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for (code, _), (x, y) in zip(places, shifted, strict=True):
            while True:
                name = "".join(chance.choices(FIRST, k=4)) + chance.choice(GENERICS)
                if (name, code) not in taken:
                    break
            taken.add((name, code))
            writer.writerow(
                (name, "街路巷", "23600", code, f"{x:.6f}", f"{y:.6f}", "寓意吉祥", "以所在地得名",
                 "市民政局", f"民地〔2024〕{chance.randint(1, 999)}号", chance.randint(1950, 2024))
            )  # fmt: skip


def naive_import(path: Path, count: int, day: Any) -> None:
    """What a first attempt does: per row a lookup, a point-in-polygon query, two saves."""
    from itertools import islice

    import numpy as np
    from django.contrib.gis.geos import Point
    from django.db.backends.postgresql.psycopg_any import DateRange

    from boundaries.models import DivisionVersion
    from common.datums import get_datum, to_cgcs2000
    from gazetteer.domain.categories import naming_category
    from gazetteer.domain.romanise import romanise
    from gazetteer.models import Place, PlaceName

    with path.open(encoding="utf-8", newline="") as file:
        for row in islice(csv.DictReader(file), count):
            code, text = row["行政区划代码"], row["标准名称"]
            [[x, y]] = to_cgcs2000(
                np.array([[float(row["经度"]), float(row["纬度"])]]), get_datum("GCJ-02")
            )
            point = Point(x, y, srid=4490)
            division = DivisionVersion.objects.on(day).light().get(code=code)
            DivisionVersion.objects.on(day).filter(pk=division.pk, geometry__covers=point).exists()
            PlaceName.objects.on(day).standard().filter(
                text=text, place__division_code=code
            ).exists()
            place = Place.objects.create(
                legal_category="STREET",
                class_code=row["类别代码"],
                division_code=code,
                geometry=point,
            )
            spelling = romanise(text, category=naming_category("STREET", code), division=code)
            PlaceName.objects.create(
                place=place,
                text=text,
                period=DateRange(day, None),
                pinyin_plain=spelling.plain,
                pinyin_toned=spelling.toned,
                pinyin_sign=spelling.sign,
                meaning=row["含义"],
                origin=row["来历"],
                approved_by=row["批准机关"],
                document=row["文号"],
            )


def timed(what: str, count: int, act: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = act()
    taken = time.perf_counter() - started
    say(f"{what}: {taken:.1f} s, {count / taken:,.0f} rows/s; peak {memory_mb():,.0f} MB")
    return result, taken


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
