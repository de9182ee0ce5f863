"""Time and memory of all places in the Linked Places Format, from whatever database is loaded.

The answer of /lpf/places.json is read piece by piece as a server sends it, and nothing is kept.
"""

import argparse
import resource
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402
from django.http import StreamingHttpResponse  # noqa: E402
from django.test import RequestFactory, override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from api.views.linked_places import places_json  # noqa: E402
from common.periods import parse_day  # noqa: E402

PLACES, SECONDS, MEMORY_MB = 680_000, 120, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--within", default="", help="a division's code; all without it")
    parser.add_argument("--at", default="", help="the day, YYYY-MM-DD; today without it")
    asked = parser.parse_args()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gazetteer_place")
        places = cursor.fetchone()[0]
    request = RequestFactory().get("/lpf/places.json", {"within": asked.within})
    request.day = parse_day(asked.at) if asked.at else timezone.localdate()  # type: ignore[attr-defined]
    before = memory_mb()
    told = features = 0
    begun = time.perf_counter()
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        response: StreamingHttpResponse = places_json(request)
        for block in response.streaming_content:  # type: ignore[union-attr]
            told += len(block)
            features += block.count(b'"type":"Feature"') + block.count(b'"type": "Feature"')
    seconds = time.perf_counter() - begun
    peak = memory_mb()
    # The limits are for the country; a smaller database is held to its share of the time.
    limit = SECONDS * max(features, 1) / PLACES
    say(f"{places:,} places on record, {features:,} told, {told / 1e6:.1f} MB")
    say(
        f"{seconds:.1f} s, {features / seconds:,.0f} places/s (≤ {limit:.1f} s at {PLACES:,} in"
        f" {SECONDS} s: {'reached' if seconds <= limit else 'NOT reached'})"
    )
    say(
        f"peak {peak} MB, {before} MB of it before the first place"
        f" (≤ {MEMORY_MB}: {'reached' if peak <= MEMORY_MB else 'NOT reached'})"
    )


def memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
