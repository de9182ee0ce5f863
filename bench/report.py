"""The report of a joint inspection of 300 markers with 900 photos, as Word and as PDF.

Run with ``script/bench report`` after ``script/manage load_demo``; everything is taken back.
"""

import io
import sys
import tempfile
import time
from datetime import date
from typing import Any

LIMIT_S, MARKERS, PHOTOS = 60, 300, 3
CODE, DAY = "440106-440112", date(2026, 11, 2)


def main() -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.db import transaction

    from boundaries.models import BoundaryLine

    if not BoundaryLine.objects.on(DAY).filter(code=CODE).exists():
        say("There are no lines in this database: run script/manage load_demo first.")
        return 1
    kept = True
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        with transaction.atomic():
            work = made()
            for name, write in (("Word", word), ("PDF", pdf)):
                started, worked = time.perf_counter(), time.process_time()
                size = len(write(work))
                seconds = time.perf_counter() - started
                busy = time.process_time() - worked
                kept = kept and seconds <= LIMIT_S
                say(
                    f"{name:<5} {seconds:6.1f} s, {busy:.1f} s of the processor  "
                    f"{size / 1e6:6.1f} MB  (limit {LIMIT_S} s)"
                )
            transaction.set_rollback(True)
    say("kept" if kept else "NOT KEPT")
    return 0 if kept else 1


def made() -> Any:
    """An inspection with its visits and photos of a phone's size, each of its own content."""
    import numpy as np
    import shapely
    from django.contrib.gis.geos import Point
    from django.db.backends.postgresql.psycopg_any import DateRange
    from PIL import Image

    from boundaries.domain.courses import Course
    from boundaries.models import (
        BoundaryLine,
        Inspection,
        InspectionSide,
        Marker,
        MarkerPhoto,
        MarkerVisit,
    )
    from boundaries.queries.inspections import get_inspection
    from common.crs import CGCS2000
    from common.photos import keep_file, read_photo

    line = BoundaryLine.objects.on(DAY).get(code=CODE)
    work = Inspection.objects.create(
        line=line, line_code=CODE, code_a=line.code_a, code_b=line.code_b, kind="special",
        section="bench", lead_code=line.code_a, begun_on=DAY, inspected_on=DAY, synthetic=True,
    )  # fmt: skip
    side = InspectionSide.objects.create(inspection=work, code=line.code_a)
    InspectionSide.objects.create(inspection=work, code=line.code_b)
    course = Course(shapely.from_wkb(bytes(line.geometry.wkb)))
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (150, 200, 3), dtype=np.uint8)
    large = Image.fromarray(picture).resize((2000, 1500))
    for n in range(1, MARKERS + 1):
        where = Point(*course.at(course.length_m * n / (MARKERS + 1)), srid=CGCS2000)
        marker = Marker.objects.create(
            line_code=CODE, code_a=line.code_a, code_b=line.code_b, number=f"{CODE}{n + 500:03}Q",
            serial=n + 500, post="Q", kind="single", location=where, accuracy_m=1.0,
            period=DateRange(DAY, None),
        )  # fmt: skip
        visit = MarkerVisit.objects.create(
            marker=marker, side=side, visited_on=DAY, condition="intact", registered=where,
            registered_accuracy_m=1.0, measured=where, measured_accuracy_m=0.1,
        )  # fmt: skip
        for face in range(PHOTOS):
            buffer = io.BytesIO()
            large.save(buffer, "JPEG", quality=80, comment=f"{n} {face}")
            file = io.BytesIO(buffer.getvalue())
            file.name, file.size = "a.jpg", len(buffer.getvalue())  # type: ignore[attr-defined]
            keep_file(MarkerPhoto(marker=marker, visit=visit, face=str(face)), read_photo(file))
    return get_inspection(pk=work.pk)


def paper(work: Any) -> Any:
    from boundaries.exports.inspection_report import report
    from boundaries.queries.inspections import content_of

    names = {work.code_a: work.line.name_a, work.code_b: work.line.name_b}
    return report(inspection=work, content=content_of(work), names=names)


def word(work: Any) -> bytes:
    from common.documents import write_document

    return write_document(paper(work))


def pdf(work: Any) -> bytes:
    from common.pdf_documents import write_pdf

    return write_pdf(paper(work))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
