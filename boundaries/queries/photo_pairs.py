"""A marker's photos of this inspection beside those of the last round, face by face."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from boundaries.models import Inspection, Marker, MarkerPhoto, MarkerVisit
from boundaries.queries.markers import shown_photos, visits


@dataclass(frozen=True, slots=True)
class FacePair:
    """``face``: the side that a face looks to, "" for the whole marker. ``now``: side and photo."""

    face: str
    before: MarkerPhoto | None
    now: Sequence[tuple[str, MarkerPhoto]]


def visits_in(
    *, inspection: Inspection, marker: Marker, sides: Sequence[str], until: date
) -> list[MarkerVisit]:
    """What these sides record of a marker in an inspection, up to the day, the newest first."""
    rows = MarkerVisit.objects.filter(
        marker=marker, side__inspection=inspection, side__code__in=sides, visited_on__lte=until
    )
    return list(rows.select_related("side").prefetch_related("photos"))


def visit_before(*, inspection: Inspection, marker: Marker) -> MarkerVisit | None:
    """The last visit before the inspection began, whoever made it."""
    return (
        visits(marker=marker, until=inspection.begun_on)
        .exclude(side__inspection=inspection)
        .first()
    )


def photo_pairs(
    *, inspection: Inspection, marker: Marker, taken: Sequence[MarkerVisit]
) -> list[FacePair]:
    """Faces with a photo of now or of before; of before the latest of each face."""
    earlier: dict[str, MarkerPhoto] = {}
    known = shown_photos(marker, until=inspection.begun_on).select_related("visit__side")
    for photo in known.order_by("-visit__visited_on", "-uploaded_at"):
        if (
            photo.visit is None
            or photo.visit.side is None
            or (photo.visit.side.inspection_id != inspection.pk)
        ):
            earlier.setdefault(photo.face, photo)
    now: dict[str, list[tuple[str, MarkerPhoto]]] = {}
    for visit in taken:
        for photo in visit.photos.all():
            assert visit.side is not None
            now.setdefault(photo.face, []).append((visit.side.code, photo))
    faces = ["", *sorted(marker.codes)]
    faces += sorted((earlier.keys() | now.keys()) - set(faces))
    return [
        FacePair(face, earlier.get(face), now.get(face, ()))
        for face in faces
        if face in earlier or face in now
    ]
