"""What the schemas of the Reconciliation API ask of answers (0.2 and the draft of 1.0), written

for these tests; where the two differ, both are here.
"""

from typing import Any

TEXT = {"type": "string"}
NAMED = {"type": "object", "required": ["id", "name"], "properties": {"id": TEXT, "name": TEXT}}


def _object(needed: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": needed, "properties": properties}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


_SERVED = _object(["service_url", "service_path"], service_url=TEXT, service_path=TEXT)
_WITH_ID = {"type": "string", "pattern": r"\{\{id\}\}"}
# ``suggest`` is an object of addresses in 0.2 and of truths in the draft: one cannot be both.
MANIFEST = _object(
    ["versions", "name", "identifierSpace", "schemaSpace", "view"],
    versions={"type": "array", "allOf": [{"contains": {"const": v}} for v in ("0.2", "1.0-draft")]},
    name=TEXT,
    identifierSpace={"type": "string", "format": "uri"},
    schemaSpace={"type": "string", "format": "uri"},
    view=_object(["url"], url=_WITH_ID),
    defaultTypes={**_list(NAMED), "uniqueItems": True},
    suggest=_object([], entity=_SERVED, property=_SERVED, type=_SERVED),
    preview=_object(
        ["url", "width", "height"],
        url=_WITH_ID,
        width={"type": "integer"},
        height={"type": "integer"},
    ),
    extend=_object(
        ["propose_properties", "property_settings", "proposeProperties", "propertySettings"],
        propose_properties=_SERVED,
        property_settings=_list({"type": "object"}),
        proposeProperties={"type": "boolean"},
        propertySettings=_list({"type": "object"}),
    ),
    authentication=_object(
        ["type", "name", "in"],
        type={"const": "apiKey"},
        name=TEXT,
        **{"in": {"enum": ["query", "header"]}},
    ),
    standardizedScore={"type": "boolean"},
    batchSize={"type": "integer"},
)
_FEATURE = _object(
    ["id", "name", "value"], id=TEXT, name=TEXT, value={"type": ["boolean", "number"]}
)
_CANDIDATES = _list(
    _object(
        ["id", "name", "score", "match", "type"],
        id=TEXT,
        name=TEXT,
        description=TEXT,
        score={"type": "number", "minimum": 0, "maximum": 100},
        match={"type": "boolean"},
        type=_list(NAMED),
        features=_list(_FEATURE),
    )
)
RESULTS_02 = {"type": "object", "additionalProperties": _object(["result"], result=_CANDIDATES)}
RESULTS_10 = _object(["results"], results=_list(_object(["candidates"], candidates=_CANDIDATES)))
_CELLS = _list(
    {
        "oneOf": [
            {**_object([name], **{name: kind}), "additionalProperties": False}
            for name, kind in (("str", TEXT), ("float", {"type": "number"}))
        ]
    }
)
_META = _list(NAMED)
EXTENSION_02 = _object(
    ["meta", "rows"],
    meta=_META,
    rows={
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": _CELLS},
    },
)
EXTENSION_10 = _object(
    ["meta", "rows"],
    meta=_META,
    rows=_list(
        _object(
            ["id", "properties"],
            id=TEXT,
            properties=_list(_object(["id", "values"], id=TEXT, values=_CELLS)),
        )
    ),
)
SUGGESTED = _object(["result"], result=_list({**NAMED, "properties": {"id": TEXT, "name": TEXT}}))
PROPOSED = _object(
    ["properties", "type", "limit"],
    properties=_list(NAMED),
    type=TEXT,
    limit={"type": "number"},
)
