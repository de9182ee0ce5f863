"""OGC API – Features, Parts 1 to 3: what there is. The features themselves: api.views.items."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain.roles import Capability
from api.domain.systems import CRS84_URI, EPSG_URI, STORED, system_uris
from api.views.answers import (
    GEOJSON,
    OPENAPI,
    SCHEMA,
    address,
    answer,
    check_parameters,
    link,
    self_links,
)
from api.views.bulk import BULK
from api.views.ogc_answers import asked_of
from api.views.openapi import openapi_document
from api.views.tiles import SCHEMES, TILESETS
from common.features import FeatureCollection, feature_collections
from common.registries import map_layers

_F1, _F2, _F3, _F4 = (
    f"http://www.opengis.net/spec/ogcapi-features-{n}/1.0/conf/" for n in (1, 2, 3, 4)
)
_CQL = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMANCE = [
    *(f"{_F1}{each}" for each in ("core", "oas30", "html", "geojson")),
    f"{_F2}crs",
    *(f"{_F3}{each}" for each in ("filter", "features-filter", "queryables")),
    *(f"{_F3}{each}" for each in ("queryables-query-parameters",)),
    *(
        f"{_CQL}{each}"
        for each in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "spatial-functions",
            "property-property",
            "arithmetic",
        )
    ),
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sorting",
    *(f"{_F4}{each}" for each in ("create-replace-delete", "update", "optimistic-locking-etags")),
    *(
        f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{each}"
        for each in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
    ),
]
# Of the country: bounds of what is there would tell where secret things lie.
CHINA = [73.0, 3.0, 136.0, 54.0]


def collection_or_404(name: str) -> FeatureCollection:
    found = feature_collections().get(name)
    if found is None:
        raise Http404
    return found


@require_safe
def landing(request: Any) -> HttpResponse:
    check_parameters(request)
    api = reverse("api:openapi")
    document = {
        "title": _("Diming: open interfaces"),
        "description": _(
            "Divisions, place names, signs, boundary lines and facilities, as of any day."
        ),
        "links": [
            *self_links(request),
            link(address(request, api), "service-desc", _("Description of the API"), OPENAPI),
            link(
                address(request, api, f="html"), "service-doc", _("Guide to the API"), "text/html"
            ),
            link(address(request, reverse("api:conformance")), "conformance", _("Conformance")),
            link(address(request, reverse("api:collections")), "data", _("Collections")),
            link(address(request, reverse("api:matrix_sets")), SCHEMES, _("Tiling schemes")),
        ],
    }
    manages = request.user.may(Capability.MANAGE_ACCOUNTS)
    return answer(request, document, template="api/landing.html", manages=manages)


@require_safe
def conformance(request: Any) -> HttpResponse:
    check_parameters(request)
    document = {"conformsTo": CONFORMANCE, "links": self_links(request)}
    return answer(request, document, template="api/conformance.html")


@require_safe
def openapi(request: Any) -> HttpResponse:
    """The description (OpenAPI 3.0) of everything under /ogc/."""
    check_parameters(request)
    root = address(request, reverse("api:landing"))
    document = openapi_document(feature_collections().values(), root=root.partition("?")[0])
    return answer(request, document, template="api/openapi.html", type_=OPENAPI)


@require_safe
def collections(request: Any) -> HttpResponse:
    check_parameters(request)
    document = {
        "links": self_links(request),
        "crs": system_uris(),
        "collections": [described(request, each) for each in feature_collections().values()],
    }
    return answer(request, document, template="api/collections.html")


@require_safe
def collection(request: Any, name: str) -> HttpResponse:
    check_parameters(request)
    found = collection_or_404(name)
    document = described(request, found)
    document["links"] = [*self_links(request), *document["links"]]
    return answer(
        request, document, template="api/collection.html", fields=list(found.fields().values())
    )


@require_safe
def queryables(request: Any, name: str) -> HttpResponse:
    """What filters and equal-to parameters may name, as a JSON Schema."""
    found = collection_or_404(name)
    geometry = {"title": _("Shape"), "format": found.shape}
    return _named(request, found, geometry={**geometry, "x-ogc-role": "primary-geometry"})


@require_safe
def sortables(request: Any, name: str) -> HttpResponse:
    """What ``sortby`` may name: every property."""
    return _named(request, collection_or_404(name))


def _named(request: Any, found: FeatureCollection, **more: Any) -> HttpResponse:
    check_parameters(request)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address(request, request.path),
        "type": "object",
        "title": str(found.title),
        "properties": {
            **more,
            **{each.name: asked_of(each) for each in found.fields().values()},
        },
        "additionalProperties": False,
    }
    return answer(request, document, type_=SCHEMA)


def described(request: Any, found: FeatureCollection) -> dict[str, Any]:
    """A collection as /collections tells of it."""
    here = reverse("api:collection", args=[found.name])
    items = reverse("api:items", args=[found.name])
    asks = reverse("api:queryables", args=[found.name])
    tiled = []
    if found.name in map_layers():
        tiles = address(request, reverse("api:tilesets", args=[found.name]))
        tiled = [link(tiles, TILESETS, _("Vector tiles"))]
    return {
        "id": found.name,
        "title": str(found.title),
        "description": str(found.description),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [CHINA], "crs": CRS84_URI},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": system_uris(),
        "storageCrs": f"{EPSG_URI}{STORED}",
        "links": [
            link(address(request, here), "collection", found.title),
            link(address(request, items), "items", _("Features"), GEOJSON),
            link(address(request, items, f="html"), "items", _("Features"), "text/html"),
            *(
                link(address(request, items, f=form), "items", driver, media)
                for form, (driver, media) in BULK.items()
            ),
            link(
                address(request, asks),
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                _("What can be asked"),
                SCHEMA,
            ),
            link(
                address(request, reverse("api:sortables", args=[found.name])),
                "http://www.opengis.net/def/rel/ogc/1.0/sortables",
                _("What can be sorted by"),
                SCHEMA,
            ),
            *tiled,
        ],
    }
