"""What is answered under /ogc/, as the schemas of the standards have it: for OpenAPI 3.0.

OGC API – Features, Part 1 (landing page, conformance, collections, features), Part 3 (queryables)
and the Two Dimensional Tile Matrix Set and Tile Set Metadata standard (17-083r4).
"""

from typing import Any

from common.features import FeatureCollection, Property

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
KINDS: dict[str, Schema] = {
    "text": TEXT,
    "integer": {"type": "integer"},
    "number": NUMBER,
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}
SHAPES = [
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
]  # fmt: skip


def _object(needed: str, **properties: Schema) -> Schema:
    """``needed``: names with spaces between, which are there always."""
    required = {"required": needed.split()} if needed else {}
    return {"type": "object", **required, "properties": properties}


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


LINKS = _list(_object("href rel", href=TEXT, rel=TEXT, type=TEXT, title=TEXT))
LANDING = _object("title description links", title=TEXT, description=TEXT, links=LINKS)
CONFORMANCE = _object("conformsTo", conformsTo=_list(ADDRESS, minItems=1), links=LINKS)
EXTENT = _object(
    "spatial temporal",
    spatial=_object("bbox", bbox=_list(_list(NUMBER, minItems=4, maxItems=6)), crs=ADDRESS),
    temporal=_object(
        "interval",
        interval=_list(
            _list({"type": "string", "format": "date-time", "nullable": True}, minItems=2)
        ),
    ),
)
COLLECTION = _object(
    "id title links extent itemType crs storageCrs",
    id=TEXT,
    title=TEXT,
    description=TEXT,
    links=LINKS,
    extent=EXTENT,
    itemType={"type": "string", "enum": ["feature"]},
    crs=_list(ADDRESS, minItems=1),
    storageCrs=ADDRESS,
)
COLLECTIONS = _object("links collections", links=LINKS, collections=_list(COLLECTION), crs={})
QUERYABLES = _object(
    "type properties",
    type={"type": "string", "enum": ["object"]},
    properties={"type": "object", "additionalProperties": {"type": "object"}},
)
MATRIX = _object(
    "id scaleDenominator cellSize pointOfOrigin tileWidth tileHeight matrixWidth matrixHeight",
    id=TEXT,
    scaleDenominator=NUMBER,
    cellSize=NUMBER,
    pointOfOrigin=_list(NUMBER, minItems=2, maxItems=2),
    tileWidth=WHOLE,
    tileHeight=WHOLE,
    matrixWidth=WHOLE,
    matrixHeight=WHOLE,
)
MATRIX_SET = _object(
    "id crs tileMatrices",
    id=TEXT,
    uri=ADDRESS,
    crs=ADDRESS,
    orderedAxes=_list(TEXT),
    wellKnownScaleSet=ADDRESS,
    tileMatrices=_list(MATRIX, minItems=1),
)
MATRIX_SETS = _object(
    "tileMatrixSets", tileMatrixSets=_list(_object("id links", id=TEXT, links=LINKS))
)
TILESET = _object(
    "dataType crs tileMatrixSetURI links",
    title=TEXT,
    dataType={"type": "string", "enum": ["vector"]},
    crs=ADDRESS,
    tileMatrixSetURI=ADDRESS,
    tileMatrixSetLimits=_list(
        _object(
            "tileMatrix minTileRow maxTileRow minTileCol maxTileCol",
            tileMatrix=TEXT,
            minTileRow=WHOLE,
            maxTileRow=WHOLE,
            minTileCol=WHOLE,
            maxTileCol=WHOLE,
        )
    ),
    links=LINKS,
)
TILESETS = _object("tilesets", tilesets=_list(TILESET), links=LINKS)


def asked_of(asked: Property) -> Schema:
    """What a filter or an equal-to parameter may say of a property."""
    values = {"enum": list(asked.values)} if asked.values else {}
    return {"title": str(asked.label), **KINDS[asked.kind], **values}


def feature_of(collection: FeatureCollection) -> Schema:
    """One feature; what is unknown of it is null, or of a bag of attributes left out."""
    fields = collection.fields().values()
    shape = _object("type", type={"type": "string", "enum": SHAPES}, coordinates={})
    properties = _object(
        " ".join(["page", *(each.name for each in fields if not each.bag)]),
        page=TEXT,
        **{each.name: {**KINDS[each.kind], "nullable": True} for each in fields},
    )
    return _object(
        "type id geometry properties",
        type={"type": "string", "enum": ["Feature"]},
        id=TEXT,
        geometry={**shape, "nullable": True},
        properties={**properties, "additionalProperties": False},
        links=LINKS,
    )


def written_of(collection: FeatureCollection, method: str) -> Schema:
    """What is sent of a feature: a point, and the properties that programs may write.

    One that is on record may be sent back with all else that was read of it.
    """
    fields, writer = collection.fields(), collection.writer
    if writer is None:
        return {}
    names = [*writer.needed, *writer.empty, *(writer.first if method == "POST" else ())]
    point = _object(
        "type coordinates",
        type={"type": "string", "enum": ["Point"]},
        coordinates=_list(NUMBER, minItems=2, maxItems=3),
    )
    whole = method != "PATCH"
    told = {name: asked_of(fields[name]) if name in fields else {} for name in names}
    unknown = {name: {**told[name], "nullable": True} for name in writer.empty if told[name]}
    properties = _object(" ".join(writer.needed if whole else ()), **told | unknown)
    return _object(
        "geometry properties" if whole else "",
        type={"type": "string", "enum": ["Feature"]},
        geometry=point if whole else {**point, "nullable": True},
        properties={**properties, "additionalProperties": method != "POST"},
    )


def page_of(feature: Schema) -> Schema:
    return _object(
        "type features links timeStamp numberReturned",
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_list(feature),
        links=LINKS,
        timeStamp={"type": "string", "format": "date-time"},
        numberReturned=WHOLE,
    )
