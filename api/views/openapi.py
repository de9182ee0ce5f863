"""The description of /ogc/ in OpenAPI 3.0, made from the collections themselves."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from api.domain.asked import DEFAULT_LIMIT, MOST
from api.domain.systems import system_uris
from api.views import ogc_answers as answers
from api.views.answers import GEOJSON, JSON, SCHEMA
from api.views.bulk import BULK
from api.views.tiles import MVT, SETS
from api.views.write import READ, methods
from common.features import FeatureCollection
from common.postgis import MAX_ZOOM
from common.problems import PROBLEM_JSON
from common.registries import map_layers

VERSION = "1.0.0"
BINARY = {"type": "string", "format": "binary"}
KEYS = {
    "key": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}
BY_KEY: list[dict[str, Any]] = [{"key": []}, {"basic": []}]
REFUSALS = {
    "302": "person",
    "400": "bad",
    "401": "unknown",
    "403": "refused",
    "404": "none",
    "414": "long",
    "429": "often",
}
ITEMS = ["limit", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs"]


def openapi_document(collections: Iterable[FeatureCollection], *, root: str) -> dict[str, Any]:
    paths: dict[str, Any] = {
        "/": _get("landing", _("Landing page"), ["f", "at"], schema=answers.LANDING),
        "/conformance": _get(
            "conformance", _("Conformance"), ["f", "at"], schema=answers.CONFORMANCE
        ),
        "/collections": _get(
            "collections", _("Collections"), ["f", "at"], schema=answers.COLLECTIONS
        ),
    }
    paths |= _tile_paths()
    features: dict[str, Any] = {}
    for each in collections:
        base = f"/collections/{each.name}"
        title, tag = str(each.title), [each.name]
        features[each.name] = answers.feature_of(each)
        feature = {"$ref": f"#/components/schemas/{each.name}"}
        paths[base] = _get(
            f"{each.name}.collection", title, ["f", "at"], tag, schema=answers.COLLECTION
        )
        for asked in ("queryables", "sortables"):
            paths[f"{base}/{asked}"] = _get(
                f"{each.name}.{asked}",
                title,
                ["json", "at"],
                tag,
                type_=SCHEMA,
                schema=answers.QUERYABLES,
            )
        paths[f"{base}/items"] = _get(
            f"{each.name}.items",
            title,
            [*ITEMS, "sortby", "after", "form", "at"],
            tag,
            type_=GEOJSON,
            schema=answers.page_of(feature),
            own=_equal_to(each),
        )
        told = paths[f"{base}/items"]["get"]["responses"]["200"]["content"]
        told |= {media: {"schema": BINARY} for _driver, media in BULK.values()}
        paths[f"{base}/items/{{id}}"] = _get(
            f"{each.name}.item",
            title,
            ["id", "crs", "datetime", "f", "at"],
            tag,
            type_=GEOJSON,
            schema=feature,
        )
        for method in methods(each.writer, one=False)[len(READ) :]:
            paths[f"{base}/items"][method.lower()] = _written(each, method, [])
        for method in methods(each.writer, one=True)[len(READ) :]:
            paths[f"{base}/items/{{id}}"][method.lower()] = _written(
                each, method, ["id", "if-match"]
            )
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Diming: open interfaces"),
            "version": VERSION,
            "description": _(
                "Divisions, place names, signs, boundary lines and facilities, as of any day."
            ),
        },
        "servers": [{"url": root.rstrip("/")}],
        "security": BY_KEY,
        "paths": paths,
        "components": {
            "securitySchemes": KEYS,
            "parameters": _parameters(),
            "responses": refusal_responses(),
            "schemas": features,
        },
    }


def _get(
    operation: str,
    summary: str,
    parameters: Sequence[str],
    tags: Sequence[str] = ("ogc",),
    *,
    schema: dict[str, Any],
    type_: str = JSON,
    own: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    content = {each: {"schema": schema} for each in (type_, JSON)}
    content["text/html"] = {"schema": {"type": "string"}}
    named = [{"$ref": f"#/components/parameters/{name}"} for name in parameters]
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": list(tags),
            "parameters": [*named, *own],
            "responses": {
                "200": {"description": summary, "content": content},
                **refusals_of_reading(),
            },
        }
    }


def _tile_paths() -> dict[str, Any]:
    """OGC API – Tiles: the grids, and the tiles of each layer of the map on each of them."""
    title, tag = _("Vector tiles"), ["tiles"]
    grids = _("Tiling schemes")
    paths = {
        "/tileMatrixSets": _get(
            "tileMatrixSets", grids, ["json", "at"], tag, schema=answers.MATRIX_SETS
        ),
        "/tileMatrixSets/{tileMatrixSetId}": _get(
            "tileMatrixSet",
            grids,
            ["tileMatrixSetId", "json", "at"],
            tag,
            schema=answers.MATRIX_SET,
        ),
    }
    for layer in map_layers().values():
        base, name = f"/collections/{layer.key}/tiles", str(layer.label)
        grid = f"{base}/{{tileMatrixSetId}}"
        asked = ["tileMatrixSetId", "json", "at"]
        paths[base] = _get(
            f"{layer.key}.tilesets", name, ["json", "at"], tag, schema=answers.TILESETS
        )
        paths[grid] = _get(f"{layer.key}.tileset", name, asked, tag, schema=answers.TILESET)
        tile = _get(
            f"{layer.key}.tile",
            f"{name}: {title}",
            ["tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", "datetime", "at"],
            tag,
            schema=BINARY,
        )
        tile["get"]["responses"]["200"]["content"] = {MVT: {"schema": BINARY}}
        paths[f"{grid}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"] = tile
    return paths


WRITTEN = {"POST": ("201", "create"), "PUT": ("204", "replace"), "PATCH": ("204", "update")}


def _written(collection: FeatureCollection, method: str, parameters: list[str]) -> dict[str, Any]:
    code, verb = WRITTEN.get(method, ("204", "delete"))
    refused = {"400": "bad", "401": "unknown", "403": "refused", "404": "none", "409": "conflict"}
    if "id" in parameters:
        refused |= {"412": "changed", "428": "unread"}
    if method != "DELETE":
        refused |= {"413": "much", "415": "media"}
    feature = answers.written_of(collection, method)
    body = {"content": {GEOJSON: {"schema": feature}}, "required": True}
    return {
        "operationId": f"{collection.name}.{verb}",
        "summary": str(collection.title),
        "tags": [collection.name],
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
        **({} if method == "DELETE" else {"requestBody": body}),
        "responses": {
            code: {"description": str(collection.title)},
            **{key: {"$ref": f"#/components/responses/{name}"} for key, name in refused.items()},
            "429": {"$ref": "#/components/responses/often"},
        },
    }


def refusals_of_reading() -> dict[str, Any]:
    """Every refusal that an address of programs may answer a reader with."""
    return {code: {"$ref": f"#/components/responses/{name}"} for code, name in REFUSALS.items()}


def _equal_to(collection: FeatureCollection) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "in": "query",
            "description": str(each.label),
            "schema": answers.asked_of(each),
        }
        for each in collection.fields().values()
    ]


def _parameters() -> dict[str, Any]:
    def query(name: str, description: Any, **schema: Any) -> dict[str, Any]:
        told = {"type": "string", **schema}
        return {"name": name, "in": "query", "description": str(description), "schema": told}

    corners = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    systems = {"type": "string", "format": "uri", "enum": system_uris()}

    def path(name: str, **schema: Any) -> dict[str, Any]:
        return {"name": name, "in": "path", "required": True, "schema": schema}

    number = {"type": "integer", "minimum": 0}
    return {
        "id": path("id", type="string"),
        "tileMatrixSetId": path("tileMatrixSetId", type="string", enum=list(SETS)),
        "tileMatrix": path("tileMatrix", **number, maximum=MAX_ZOOM),
        "tileRow": path("tileRow", **number),
        "tileCol": path("tileCol", **number),
        "if-match": {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": str(_("ETag of what was read")),
            "schema": {"type": "string"},
        },
        "f": query("f", _("Form of the answer"), enum=["json", "html"]),
        "json": query("f", _("Form of the answer"), enum=["json"]),
        "form": query("f", _("Form of the answer"), enum=["json", "html", *BULK]),
        "at": query("at", _("The day that is asked for"), format="date"),
        "limit": query(
            "limit",
            _("Most features of a page"),
            type="integer",
            minimum=1,
            maximum=MOST,
            default=DEFAULT_LIMIT,
        ),
        "bbox": {**query("bbox", _("Lower and upper corner")), "schema": corners}
        | {"style": "form", "explode": False},
        "bbox-crs": query("bbox-crs", _("System of the box"), **systems),
        "crs": query("crs", _("System of the answer"), **systems),
        "filter-crs": query("filter-crs", _("System of shapes in the filter"), **systems),
        "datetime": query("datetime", _("A day, or an interval a/b with .. for open ends")),
        "filter": query("filter", _("A condition in CQL2")),
        "filter-lang": query("filter-lang", "", enum=["cql2-text", "cql2-json"]),
        "sortby": query("sortby", _("Properties to sort by, with - for descending")),
        "after": query("after", _("Where the page begins: from the link to the next page")),
    }


def refusal_responses() -> dict[str, Any]:
    """What :func:`refusals_of_reading` refers to."""
    problem = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    }
    told = {
        "bad": _("What is asked cannot be read"),
        "person": _("Who asks for a page without a key is led to the sign-in"),
        "unknown": _("No key, or none that holds"),
        "refused": _("No role, or a key without this scope"),
        "none": _("Nothing is there"),
        "conflict": _("What is on record does not allow it"),
        "changed": _("Changed since it was read"),
        "unread": _("If-Match is missing"),
        "much": _("More than one request may ask for"),
        "media": _("The body is of another media type"),
        "long": _("The address is too long"),
        "often": _("Too many requests"),
    }
    # A page where ``f=html`` asks for one.
    content = {PROBLEM_JSON: {"schema": problem}, "text/html": {"schema": {"type": "string"}}}
    return {name: {"description": text, "content": content} for name, text in told.items()}
