"""How long a list of names takes to be matched with places, and how quick its page is then.

Rows are names of the database as people write them: most as they are, some as pinyin, with a wrong
character, or of nothing at all. Everything is rolled back.
"""

import argparse
import csv
import io
import json
import resource
import tempfile
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from api.operations.matching import begin_matching, match_list  # noqa: E402
from common.models import Job  # noqa: E402

SECONDS, PAGE_MS, BATCH, BATCH_MS = 120, 200, 10, 100


def rows(number: int) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT name.text, name.pinyin_toned, place.division_code FROM gazetteer_placename name
            JOIN gazetteer_place place ON place.id = name.place_id
            WHERE place.division_code LIKE '44%%' ORDER BY md5(name.text) LIMIT %s
            """,
            [number],
        )
        found = cursor.fetchall()
    told = []
    for place, (text, pinyin, code) in enumerate(found):
        kind = place % 20
        if kind == 0:
            text = f"没有{text[:2]}这个"
        elif kind in (1, 2):
            text = f"{text[:-2]}甲{text[-1:]}"
        elif kind in (3, 4, 5):
            text = (pinyin or text).replace(" ", "")
        told.append((text, code if place % 2 else ""))
    return told


def batch_times(client: Client, listed: list[tuple[str, str]]) -> list[float]:
    """Milliseconds of batches at /reconcile, each of rows that were not asked before, in order."""
    taken = []
    for first in range(0, min(len(listed), 50 * BATCH) - BATCH + 1, BATCH):
        queries = {}
        for number, (text, code) in enumerate(listed[first : first + BATCH]):
            told = {"properties": [{"pid": "division", "v": code}]} if code else {}
            queries[f"q{number}"] = {"query": text, **told}
        began = time.perf_counter()
        response = client.post("/reconcile", {"queries": json.dumps(queries)}, secure=True)
        taken.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, response.content[:300]
    return sorted(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    asked = parser.parse_args()
    out = io.StringIO()
    listed = rows(asked.rows)
    csv.writer(out).writerows([("name", "division"), *listed])
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(MEDIA_ROOT=folder, ALLOWED_HOSTS=["testserver"]),
        transaction.atomic(),
    ):
        user = User.objects.filter(grants__period__contains=timezone.localdate()).first()
        file = SimpleUploadedFile("list.csv", out.getvalue().encode())
        job = begin_matching(
            by=user, file=file, name_column="", division_column="", at=timezone.localdate()
        )
        began = time.perf_counter()
        job.result = match_list(job=job, report=lambda *_: None, **job.parameters)
        seconds = time.perf_counter() - began
        job.state = Job.State.DONE
        job.save()
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        address = f"/match/{job.pk}/?show=open"
        client.get(address, secure=True)
        began = time.perf_counter()
        for after in (0, 2_000, 4_000, 6_000, 8_000):
            response = client.get(f"{address}&after={after}", secure=True)
            assert response.status_code == 200, response.status_code
        page_ms = (time.perf_counter() - began) / 5 * 1000
        batches = batch_times(client, listed)
        transaction.set_rollback(True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = {key: value for key, value in job.result.items() if isinstance(value, int)}
    print(f"{len(listed)} rows: {told}")  # noqa: T201
    print(f"matched in {seconds:.1f} s (target {SECONDS} s), {memory} MB")  # noqa: T201
    if batches:
        middle, worst = batches[len(batches) // 2], batches[int(len(batches) * 0.95)]
        print(  # noqa: T201
            f"a batch of {BATCH} at /reconcile: median {middle:.0f} ms, p95 {worst:.0f} ms"
            f" (target {BATCH_MS} ms)"
        )
    print(f"a page of the list {page_ms:.0f} ms (target {PAGE_MS} ms)")  # noqa: T201


if __name__ == "__main__":
    main()
