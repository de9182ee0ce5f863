"""A directory of care services for FHIR clients (IHE mCSD, ITI-90): Location and Organization."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import BadInput
from common.filters import read_code
from common.middleware import sentence
from facilities.domain.attributes import Stage, stage_on
from facilities.exports.mcsd import (
    FHIR_JSON,
    Resource,
    bundle,
    capability,
    location,
    organization,
    outcome,
)
from facilities.models import Facility
from facilities.queries.directory import Search, directory

PAGE, MOST = 50, 1000
FURTHEST_M = 100_000.0
EVERYWHERE = ("_format", "_count", "_offset", "at", "key", "f")
STATES = {"active": True, "inactive": False}
ACTIVE = {"true": True, "false": False}
METRES = {"": 1000.0, "km": 1000.0, "m": 1.0}
SEARCHES = {
    "Location": {
        "_id": "token",
        "identifier": "token",
        "name": "string",
        "type": "token",
        "status": "token",
        "near": "special",
        "address-district": "string",
    },
    "Organization": {
        "_id": "token",
        "identifier": "token",
        "name": "string",
        "type": "token",
        "active": "token",
        "address-district": "string",
    },
}
BUILD = {"Location": location, "Organization": organization}
NAMES = {"name": "starts", "name:contains": "contains", "name:exact": "exact"}


def _answering(view: Callable[..., Resource]) -> Callable[..., HttpResponse]:
    """The resource as FHIR JSON; what is refused is told as an OperationOutcome."""

    @wraps(view)
    def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        status = 200
        try:
            found = view(request, *args, **kwargs)
        except BadInput as error:
            found, status = outcome("invalid", sentence(error)), 400
        if found.get("resourceType") == "OperationOutcome" and status == 200:
            status = 404
        return HttpResponse(
            json.dumps(found, ensure_ascii=False), status=status, content_type=FHIR_JSON
        )

    return require_safe(answer)


@_answering
def metadata(request: Any) -> Resource:
    return capability(base=_base(request), day=request.today.isoformat(), searches=SEARCHES)


@_answering
def search(request: Any, kind: str) -> Resource:
    """A Bundle of what fits; pages follow by the link ``next``."""
    asked = _asked(request, kind)
    if asked is None:
        return bundle([], total=0, base=_base(request), links={"self": _here(request)})
    count = _whole(request.GET.get("_count", str(PAGE)), "_count")
    start = _whole(request.GET.get("_offset", "0"), "_offset")
    size = min(count, MOST)
    rows = directory(asked)
    total = rows.count()
    links = {"self": _here(request)}
    if size and start + size < total:
        links["next"] = _here(request, _offset=str(start + size))
    page = [_built(request, kind, row) for row in rows[start : start + size]] if size else []
    return bundle(page, total=total, base=_base(request), links=links)


@_answering
def read(request: Any, kind: str, key: UUID) -> Resource:
    row = directory(Search(at=request.day, identities=(key,))).first()
    if row is None:
        return outcome("not-found", _("There is no facility with this identity."))
    return _built(request, kind, row)


def _built(request: Any, kind: str, row: Facility) -> Resource:
    stage: Stage | None = stage_on(
        request.day, opens=row.period.lower, closes=row.period.upper, attributes=row.attributes
    )
    return BUILD[kind](row, stage, base=_base(request))


def _asked(request: Any, kind: str) -> Search | None:
    """The search; None where it asks for what cannot be (an identifier of somebody else)."""
    known = SEARCHES[kind]
    found = Search(at=request.day)
    for name in request.GET:
        if name in EVERYWHERE:
            continue
        if name.partition(":")[0] not in known or (":" in name and name not in NAMES):
            raise BadInput("There is no parameter “%(name)s” here.", name=name[:40])
        value = request.GET[name]
        if not value:
            continue
        if name in ("_id", "identifier"):
            keys = _identities(value, request)
            if not keys:
                return None
            found = replace(found, identities=keys)
        elif name in NAMES:
            found = replace(found, names=(*found.names, (NAMES[name], value[:60])))
        elif name == "type":
            found = replace(found, categories=_codes(value))
        elif name == "address-district":
            found = replace(found, within=read_code(value))
        elif name == "near":
            found = replace(found, near=_near(value))
        else:
            found = replace(found, active=_token(value, STATES if name == "status" else ACTIVE))
    return found


def _identities(value: str, request: Any) -> tuple[UUID, ...]:
    """Ids, or identifiers with or without the system that is ours."""
    found = []
    for text in value.split(","):
        system, bar, key = text.rpartition("|")
        if bar and system not in ("", f"{_base(request)}/id/facility"):
            continue
        try:
            found.append(UUID(key))
        except ValueError:
            continue
    return tuple(found)


def _codes(value: str) -> tuple[str, ...]:
    """Categories; the type “facility” of mCSD holds for all of them."""
    codes = [text.rpartition("|")[2] for text in value.split(",")]
    return () if "facility" in codes else tuple(code[:12] for code in codes)


def _token(value: str, known: dict[str, bool]) -> bool:
    if value not in known:
        raise BadInput(
            "“%(value)s” is none of: %(known)s.", value=value[:40], known=", ".join(known)
        )
    return known[value]


def _near(value: str) -> tuple[float, float, float]:
    """latitude|longitude|distance|units, as FHIR writes it; 10 km where no distance is given."""
    parts = [*value.split("|"), "", "", ""][:4]
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
        metres = float(parts[2] or 10) * METRES[parts[3]]
    except (ValueError, KeyError):
        latitude = math.nan
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and 0 <= metres <= FURTHEST_M):
        raise BadInput("“near” is written as latitude|longitude|distance|km, at most 100 km.")
    return longitude, latitude, metres


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise BadInput("“%(name)s” is a whole number.", name=name)
    return int(text)


def _base(request: Any) -> str:
    return str(request.build_absolute_uri("/")).rstrip("/")


def _here(request: Any, **changes: str) -> str:
    values = {key: request.GET[key] for key in request.GET if key != "key"} | changes
    path = _base(request) + request.path
    return f"{path}?{urlencode(values)}" if values else path
