"""Drawn pictures of markers in place of photos: every one says that it is none.

A picture shows what its visit found: a marker that leans leans, of one that is buried or lost
only the ground is seen. Equal pictures share a file.
"""

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime, time, timedelta

import numpy as np
from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageDraw

from boundaries.models import Marker, MarkerPhoto, MarkerVisit
from common.crs import CGCS2000
from demo.parts import SEED

WIDTH, HEIGHT = 640, 480
GROUND_Y = 360
POST = (250, 130, 390, 400)
HIDDEN = ("buried", "covered", "lost")
STONES = {"stone": "#a8a49a", "concrete": "#bdbdb8"}
LEAN = {"tilted": 14.0, "moved": 4.0}
WHOLE = ""


def add_photos(visits: Iterable[MarkerVisit]) -> int:
    """The whole marker and each of its faces for every visit; of a hidden one the place alone."""
    rows = []
    for visit in visits:
        marker = visit.marker
        faces = [WHOLE] if visit.condition in HIDDEN else [WHOLE, *marker.codes]
        for order, face in enumerate(faces):
            name, digest = _kept(_drawn(visit, face))
            taken = datetime.combine(visit.visited_on, time(10)) + timedelta(minutes=3 * order)
            rows.append(
                MarkerPhoto(
                    marker=marker,
                    visit=visit,
                    face=face,
                    image=name,
                    sha256=digest,
                    taken_at=timezone.make_aware(taken),
                    taken_where=Point(marker.location.x, marker.location.y, srid=CGCS2000),
                )
            )
    MarkerPhoto.objects.bulk_create(rows)
    return len(rows)


def _drawn(visit: MarkerVisit, face: str) -> bytes:
    marker, day = visit.marker, visit.visited_on
    # Grass stands differently each year, and every face has its own background.
    seed = [SEED, 17, marker.serial, day.toordinal(), marker.codes.index(face) + 1 if face else 0]
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#c9d6df")
    draw = ImageDraw.Draw(picture)
    hills = [(x, GROUND_Y - 40 - int(40 * rng.random())) for x in range(0, WIDTH + 1, 80)]
    draw.polygon([(0, GROUND_Y), *hills, (WIDTH, GROUND_Y)], fill="#9fb3a0")
    draw.rectangle((0, GROUND_Y, WIDTH, HEIGHT), fill="#8a7f66")
    if visit.condition not in HIDDEN:
        post = _post(marker, visit, face)
        picture.paste(post, (0, 0), post)
    tall = 90 if visit.condition == "covered" else 26
    for x in rng.integers(0, WIDTH, 160):
        top = GROUND_Y + 50 - int(rng.integers(8, tall))
        draw.line((int(x), GROUND_Y + 55, int(x) + int(rng.integers(-6, 7)), top), "#5f7a4d", 2)
    draw.rectangle((0, HEIGHT - 44, WIDTH, HEIGHT), fill="#202428")
    draw.text((12, HEIGHT - 38), "SYNTHETIC PICTURE, NOT A PHOTO", "white", font_size=18)
    told = f"{marker.number} · {day.isoformat()} · {face or 'whole'} · {visit.condition}"
    draw.text((12, HEIGHT - 18), told, "white", font_size=14)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=70)
    return written.getvalue()


def _post(marker: Marker, visit: MarkerVisit, face: str) -> Image.Image:
    """The post alone, leaning and worn as it was found."""
    layer = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    left, top, right, bottom = POST
    draw.polygon(
        [(left, bottom), (left, top + 24), (left + 30, top), (right - 30, top),
         (right, top + 24), (right, bottom)],
        fill=STONES.get(marker.material, "#b0aca4"), outline="#5c5a54", width=3,
    )  # fmt: skip
    ink = "#9d8f8a" if visit.legible is False else "#a01818"
    for row, text in enumerate((face or marker.code_a, f"{marker.serial:03}{marker.post}")):
        draw.text(((left + right) / 2, top + 80 + 56 * row), text, ink, anchor="mm", font_size=34)
    if visit.condition == "damaged":
        draw.polygon([(right + 2, top - 2), (right - 60, top - 2), (right + 2, top + 70)], (0,) * 4)
        draw.line((right - 60, top + 20, left + 40, bottom - 90, left + 60, bottom), "#3c3a36", 4)
    angle = LEAN.get(visit.condition, 0.0)
    return layer.rotate(-angle, Image.Resampling.BICUBIC, center=((left + right) / 2, bottom))


def _kept(content: bytes) -> tuple[str, str]:
    digest = hashlib.sha256(content).hexdigest()
    name = f"markers/demo/{digest[:16]}.jpg"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name, digest
