"""OGC API – Features, Part 4: features are changed by the operations that their pages call.

POST records one, PUT replaces what is on record of it, PATCH changes the properties that are sent
(RFC 7396), DELETE ends it today. ``If-Match`` has to name the ETag of what was read: what somebody
else has changed meanwhile is not overwritten.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import shapely
from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from shapely.geometry import shape

from api.domain.asked import Days, read_json
from api.domain.systems import CRS84_URI, STORED, system_of, system_uris
from api.queries.features import Question, get_feature
from api.views.answers import GEOJSON, JSON, address, check_parameters, tag_of
from common.crs import project
from common.errors import BadInput, NotInScope, Refusal, TooMuch
from common.features import FeatureCollection, Writer
from common.problems import problem

LARGEST = 1_000_000
READ = ("GET", "HEAD", "OPTIONS")
MEDIA = (GEOJSON, JSON, "application/merge-patch+json")
REASON = "X-Reason"


class Changed(Refusal):
    template = "The feature was changed since it was read: read it again."


def methods(writer: Writer | None, *, one: bool) -> list[str]:
    """What may be asked of one feature, or of the whole collection."""
    if writer is None:
        return [*READ]
    if not one:
        return [*READ, "POST"] if writer.create else [*READ]
    return [*READ, "PUT", "PATCH", *(["DELETE"] if writer.remove else [])]


def options(collection: FeatureCollection, *, one: bool) -> HttpResponse:
    """What may be asked here (RFC 9110, 9.3.7)."""
    allowed = ", ".join(methods(collection.writer, one=one))
    return HttpResponse(status=204, headers={"Allow": allowed})


def create(request: Any, collection: FeatureCollection) -> HttpResponse:
    """201 with the address of what was made."""
    allowed = methods(collection.writer, one=False)
    writer = collection.writer
    if request.method not in allowed or writer is None or writer.create is None:
        return HttpResponseNotAllowed(allowed)
    check_parameters(request)
    if request.api_key is None:
        return _key_needed()
    if request.content_type not in MEDIA:
        return _not_read()
    properties, spot = _read(request)
    made = writer.create(
        by=request.user, at=request.today, properties=properties, shape=spot, reason=_why(request)
    )
    here = reverse("api:item", args=[collection.name, made])
    return HttpResponse(status=201, headers={"Location": address(request, here)})


def change(request: Any, collection: FeatureCollection, identity: str) -> HttpResponse:
    """204 once it is written; 412 where it has changed since, 428 without If-Match."""
    allowed = methods(collection.writer, one=True)
    writer = collection.writer
    if request.method not in allowed or writer is None:
        return HttpResponseNotAllowed(allowed)
    check_parameters(request)
    if request.api_key is None:
        return _key_needed()
    if request.method != "DELETE" and request.content_type not in MEDIA:
        return _not_read()
    tags = parse_etags(request.headers.get("If-Match", ""))
    if not tags:
        return problem(428, _("Send If-Match with the ETag of what was read."))
    today = request.today
    question = Question(collection, at=today, days=Days(today, today))

    held = get_feature(question, identity=identity)
    if held is None:
        raise NotInScope  # what is not shown is not there, whoever asks

    def check() -> None:
        if "*" not in tags and not any(tag in tags for tag in _tags_of(question, identity)):
            raise Changed

    act = {"by": request.user, "at": today, "identity": identity, "check": check}
    try:
        if request.method == "DELETE":
            writer.remove(**act, reason=_why(request))  # type: ignore[misc]
            return HttpResponse(status=204)
        properties, spot = _read(request)
        properties = _without_told(properties, json.loads(held)["properties"], writer)
        if request.method == "PUT":
            properties = _whole(properties, spot, writer)
        writer.update(**act, properties=properties, shape=spot, reason=_why(request))
    except Changed as error:
        return problem(412, _(error.message_id))
    response = HttpResponse(status=204)
    text = get_feature(question, identity=identity)
    if text is not None:
        response["ETag"] = tag_of(text)
    return response


def _tags_of(question: Question, identity: str) -> Iterator[str]:
    """The ETag of the feature in each system that it may have been read in."""
    for uri in system_uris():
        text = get_feature(replace(question, system=system_of(uri)), identity=identity)
        if text is not None:
            yield tag_of(text)


def _key_needed() -> HttpResponse:
    return problem(403, _("Programs write with a key, not with the cookie of a browser."))


def _not_read() -> HttpResponse:
    told = _("A feature is sent as one of these: %(types)s.") % {"types": ", ".join(MEDIA)}
    return problem(415, told)


def _why(request: Any) -> str:
    return request.headers.get(REASON, "")[:200] or _("by a program")


def _without_told(
    properties: Mapping[str, Any], told: Mapping[str, Any], writer: Writer
) -> dict[str, Any]:
    """Without what nobody may write and is sent back as it was read."""
    ours = {*writer.needed, *writer.empty}
    return {
        name: value
        for name, value in properties.items()
        if name in ours or name not in told or told[name] != value
    }


def _whole(
    properties: dict[str, Any], spot: tuple[float, float] | None, writer: Writer
) -> dict[str, Any]:
    """What a feature that replaces another says: all that it does not tell is empty."""
    missing = [name for name in writer.needed if properties.get(name) in (None, "")]
    if spot is None:
        missing.append("geometry")
    if missing:
        raise BadInput(
            "A feature that replaces another needs: %(names)s.", names=", ".join(missing)
        )
    return {**writer.empty, **properties}


def _read(request: Any) -> tuple[dict[str, Any], tuple[float, float] | None]:
    """(properties, position in degrees or None) of the feature in the body."""
    try:
        if int(request.headers.get("Content-Length") or 0) > LARGEST:
            raise TooMuch("A feature has at most %(most)s bytes.", most=LARGEST)
        feature = read_json(request.body)
        properties = feature.get("properties")
        properties = {} if properties is None else properties
        geometry = feature.get("geometry")
        if feature.get("type", "Feature") != "Feature" or not isinstance(properties, dict):
            raise ValueError
    except (ValueError, AttributeError):
        raise BadInput("The body is no GeoJSON feature.") from None
    # Looked at even where no position is sent: a name that is none is never left out.
    system = system_of(request.headers.get("Content-Crs", f"<{CRS84_URI}>").strip("<> "))
    if geometry is None:
        return properties, None
    try:
        point = shape(geometry)
        if point.geom_type != "Point" or point.is_empty:
            raise ValueError
        if system.swapped:
            point = shapely.transform(point, lambda xy: xy[:, ::-1])
        point = point if system.srid == STORED else project(point, system.srid, STORED)
    except Exception:  # shapely raises many kinds for what is no geometry
        raise BadInput("A position is a point, in the system that Content-Crs names.") from None
    if not (abs(point.x) <= 180 and abs(point.y) <= 90):
        raise BadInput("A position is a point, in the system that Content-Crs names.")
    return properties, (point.x, point.y)
