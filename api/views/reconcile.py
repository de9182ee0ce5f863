"""The Reconciliation Service API 0.2 and the draft of 1.0 from one address, for OpenRefine."""

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.domain.asked import read_json
from api.domain.reconcile import BATCH, PATIENCE_S, NameQuery, read_batch, read_draft
from api.queries.features import properties_of
from api.queries.reconcile import Candidate, candidates
from common.errors import BadInput, TooMuch
from common.features import feature_collections
from common.middleware import sentence
from common.views import REASONS
from gazetteer.models import LegalCategory
from gazetteer.queries.search import search_names

PLACES = "places"
SUGGESTED, MOST_SUGGESTED = 12, 240
MOST_EXTENDED = 1_000
NOT_EXTENDED = ("place",)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def service(request: Any) -> HttpResponse:
    """The manifest, or answers to a batch of queries, or data of matched places."""
    asked = request.POST if request.method == "POST" else request.GET
    if request.content_type == "application/json" and request.method == "POST":
        return _matched(request)
    if "queries" in asked:
        found = read_batch(asked["queries"])
        answers = _answers(request, found.values(), "result")
        return _json(dict(zip(found, answers, strict=True)))
    if "extend" in asked:
        meta, rows = _extended(request, asked["extend"])
        return _json({"meta": meta, "rows": rows})
    return _json(_manifest(request))


@csrf_exempt
@require_POST
def match(request: Any) -> HttpResponse:
    """A batch of queries as the draft of 1.0 sends them."""
    return _matched(request)


@csrf_exempt
@require_POST
def extend(request: Any) -> HttpResponse:
    """Data of matched places as the draft of 1.0 asks for them."""
    meta, rows = _extended(request, request.body)
    told = [
        {
            "id": key,
            "properties": [{"id": name, "values": values} for name, values in row.items()],
        }
        for key, row in rows.items()
    ]
    return _json({"meta": meta, "rows": told})


def _matched(request: Any) -> HttpResponse:
    found = read_draft(request.body)
    return _json({"results": list(_answers(request, found, "candidates"))})


def _answers(request: Any, queries: Iterable[NameQuery], called: str) -> Iterator[dict[str, Any]]:
    """Of each query, or why it cannot be read; TooMuch where a server cannot wait so long."""
    until = monotonic() + PATIENCE_S
    for query in queries:
        if monotonic() > until:
            raise TooMuch(
                "These queries take longer than %(seconds)s seconds: send fewer at once, or with"
                " fewer types.",
                seconds=PATIENCE_S,
            )
        fault = {"error": sentence(query.fault)} if query.fault else {}
        yield {called: [] if fault else _answer(request, query), **fault}


def _answer(request: Any, query: NameQuery) -> list[dict[str, Any]]:
    if (known := _by_id(request, query.text)) is not None:
        name = {"id": "id", "name": _("Identity"), "value": True}
        return [{**known, "score": 100.0, "match": True, "features": [name]}]
    near = settings.HOME_JURISDICTION
    return [_told(each) for each in candidates(query, at=request.day, near=near)]


def _by_id(request: Any, text: str) -> dict[str, Any] | None:
    """The place whose identity the text is, as a candidate; None where it is none."""
    try:
        key = str(UUID(text))
    except ValueError:
        return None
    found = properties_of(feature_collections()[PLACES], [key], at=request.day).get(key)
    return found and {
        "id": key,
        "name": found["name"],
        "description": " · ".join((found["division_code"], found["pinyin_toned"])),
        "type": [_type(found["category"])],
    }


def _told(each: Candidate) -> dict[str, Any]:
    """Features are numbers or truths alone, each by its name: so both versions want it."""
    found = each.found
    labels = {
        "name": _("Likeness of the name"),
        "division": _("In the division that was asked"),
        "code": _("Has the code that was asked"),
        "distance_m": _("Distance in metres"),
    }
    return {
        "id": each.place_id,
        "name": found.text,
        "description": " · ".join(filter(None, (found.within, found.pinyin))),
        "type": [_type(found.category)],
        "score": each.score,
        "match": each.match,
        "features": [
            {"id": found.why, "name": str(REASONS.get(found.why, found.why)), "value": True},
            *(
                {"id": key, "name": labels[key], "value": value}
                for key, value in each.features.items()
            ),
        ],
    }


def _type(category: str) -> dict[str, str]:
    return {"id": category, "name": str(LegalCategory(category).label)}


def _manifest(request: Any) -> dict[str, Any]:
    root = request.build_absolute_uri("/").rstrip("/")
    # A client that can only keep an address has its key in it, and needs it at every other.
    key = {"key": request.GET["key"]} if request.GET.get("key") else {}
    query = f"?{urlencode(key)}" if key else ""

    def served(name: str) -> dict[str, str]:
        return {"service_url": root, "service_path": reverse(f"api:suggest_{name}") + query}

    return {
        "versions": ["0.2", "1.0-draft"],
        "name": _("Diming: place names"),
        "identifierSpace": f"{root}/id/place/",
        "schemaSpace": f"{root}/ogc/collections/places/queryables",
        "defaultTypes": [_type(category) for category in LegalCategory.values],
        "view": {"url": f"{root}/id/place/{{{{id}}}}"},
        "preview": {
            "url": f"{root}{reverse('api:preview')}?id={{{{id}}}}{query.replace('?', '&')}",
            "width": 400,
            "height": 160,
        },
        "suggest": {name: served(name) for name in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {
                "service_url": root,
                "service_path": reverse("api:propose") + query,
            },
            "property_settings": [],
            "proposeProperties": True,
            "propertySettings": [],
        },
        "authentication": {"type": "apiKey", "name": "key", "in": "query"},
        "standardizedScore": True,
        "batchSize": BATCH,
    }


@csrf_exempt
@require_safe
def suggest_entity(request: Any) -> HttpResponse:
    prefix = _prefix(request)
    if (known := _by_id(request, prefix)) is not None:
        return _suggested(request, [{**known, "notable": known["type"]}])
    found = search_names(
        text=prefix,
        at=request.day,
        near=settings.HOME_JURISDICTION,
        limit=SUGGESTED + _cursor(request),
        suggest=True,
    )
    result = [
        {
            "id": str(each.place_id),
            "name": each.text,
            "description": each.within,
            "notable": [_type(each.category)],
        }
        for each in found
    ]
    return _suggested(request, result)


@csrf_exempt
@require_safe
def suggest_type(request: Any) -> HttpResponse:
    asked = _prefix(request).lower()
    types = [_type(category) for category in LegalCategory.values]
    found = [t for t in types if asked in t["id"].lower() or asked in t["name"].lower()]
    return _suggested(request, found)


@csrf_exempt
@require_safe
def suggest_property(request: Any) -> HttpResponse:
    """What a query may tell beside the name."""
    asked = _prefix(request).lower()
    properties = {
        "division": _("Division, by code or name"),
        "code": _("Code"),
        "point": _("Point: longitude,latitude"),
        "day": _("Day: YYYY-MM-DD or a year"),
    }
    found = [
        {"id": key, "name": name}
        for key, name in properties.items()
        if asked in key or asked in name.lower()
    ]
    return _suggested(request, found)


@csrf_exempt
@require_safe
def propose(request: Any) -> HttpResponse:
    """Properties with which a list of matched places can be extended."""
    kind = request.GET.get("type", "")
    limit = request.GET.get("limit", "")
    found = _properties()
    number = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 6 else len(found)
    return _json({"type": kind, "properties": found[:number], "limit": number})


def _properties() -> list[dict[str, str]]:
    fields = feature_collections()[PLACES].fields()
    told = [
        {"id": each.name, "name": str(each.label)}
        for each in fields.values()
        if each.name not in NOT_EXTENDED
    ]
    return [*told, {"id": "lon", "name": _("Longitude")}, {"id": "lat", "name": _("Latitude")}]


def _extended(
    request: Any, text: str | bytes
) -> tuple[list[dict[str, str]], dict[str, dict[str, Any]]]:
    """What each property is called, and its values of each place."""
    try:
        asked = read_json(text)
        ids = [str(UUID(str(each))) for each in asked["ids"]]
        wanted = [str(each["id"]) for each in asked["properties"]]
    except (ValueError, KeyError, TypeError):
        raise BadInput(
            'The data wanted cannot be read: send {"ids": […], "properties": [{"id": "pinyin"}]}.'
        ) from None
    if len(ids) > MOST_EXTENDED:
        raise TooMuch("At most %(most)s places at once.", most=MOST_EXTENDED)
    known = {each["id"]: each["name"] for each in _properties()}
    found = properties_of(feature_collections()[PLACES], ids, at=request.day)
    rows = {
        key: {name: _cell(found.get(key, {}).get(name)) for name in wanted if name in known}
        for key in ids
    }
    meta = [{"id": name, "name": known[name]} for name in wanted if name in known]
    return meta, rows


def _cell(value: Any) -> list[dict[str, Any]]:
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [{"str": str(value).lower()}]
    if isinstance(value, int | float):
        return [{"float": value}]
    return [{"str": str(value)}]


@csrf_exempt
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@require_safe
def preview(request: Any) -> HttpResponse:
    """A small page of the place ``?id=``, shown inside OpenRefine."""
    try:
        key = str(UUID(request.GET.get("id", "")))
    except ValueError:
        raise Http404 from None
    found = properties_of(feature_collections()[PLACES], [key], at=request.day).get(key)
    if found is None:
        raise Http404
    category = LegalCategory(found["category"]).label
    return render(request, "api/preview.html", {"place": found, "category": category})


def _suggested(request: Any, found: Sequence[dict[str, Any]]) -> JsonResponse:
    """Those from the cursor on, a dozen at most."""
    start = _cursor(request)
    return _json({"result": found[start : start + SUGGESTED]})


def _cursor(request: Any) -> int:
    """How many suggestions the client has already."""
    text = request.GET.get("cursor", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return min(number, MOST_SUGGESTED)


def _prefix(request: Any) -> str:
    return str(request.GET.get("prefix", "")).strip()[:80]


def _json(values: Any) -> JsonResponse:
    return JsonResponse(values, json_dumps_params={"ensure_ascii": False})
