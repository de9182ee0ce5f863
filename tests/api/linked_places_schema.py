"""What the schema v2.0 of the Linked Places Format asks of a feature, written for these tests."""

_TEXT = {"type": "string"}
_LANG = {"type": "string", "pattern": "^[a-z]{2}$"}
_SPAN = {
    "type": "object",
    "required": ["start", "end"],
    "properties": {"start": _TEXT, "end": _TEXT},
}
_WHEN = {"type": "object", "properties": {"timespans": {"type": "array", "items": _SPAN}}}
_CITATION = {"type": "object", "properties": {"@id": {"type": ["string", "null"]}, "label": _TEXT}}


def _list(item: dict[str, object]) -> dict[str, object]:
    return {"type": "array", "items": item}


FEATURE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["@id", "type", "properties", "names"],
    "properties": {
        "@id": _TEXT,
        "type": {"enum": ["Feature"]},
        "properties": {
            "type": "object",
            "required": ["title"],
            "properties": {
                "title": _TEXT,
                "ccodes": _list({"type": "string", "pattern": "^([a-zA-Z]{2})$"}),
                "fclasses": _list(_TEXT),
            },
        },
        "names": {
            "minItems": 1,
            **_list(
                {
                    "type": "object",
                    "required": ["toponym"],
                    "properties": {
                        "toponym": _TEXT,
                        "lang": _LANG,
                        "when": _WHEN,
                        "citations": _list(_CITATION),
                    },
                }
            ),
        },
        "types": _list(
            {
                "type": "object",
                "properties": {"label": _TEXT, "identifier": _TEXT, "when": _WHEN},
            }
        ),
        "geometry": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {
                    "enum": [
                        "GeometryCollection",
                        "Point",
                        "MultiPoint",
                        "LineString",
                        "MultiLineString",
                        "Polygon",
                        "MultiPolygon",
                    ]
                }
            },
        },
        "relations": _list(
            {
                "type": "object",
                "required": ["relationType", "relationTo", "label"],
                "properties": {
                    "relationType": _TEXT,
                    "relationTo": _TEXT,
                    "label": _TEXT,
                    "when": _WHEN,
                },
            }
        ),
        "links": _list(
            {
                "type": "object",
                "properties": {
                    "type": {
                        "enum": [
                            "closeMatch",
                            "exactMatch",
                            "primaryTopicOf",
                            "subjectOf",
                            "seeAlso",
                        ]
                    },
                    "identifier": _TEXT,
                },
            }
        ),
        "when": _WHEN,
        "descriptions": _list(
            {"type": "object", "required": ["value"], "properties": {"value": _TEXT, "lang": _LANG}}
        ),
    },
}
