"""What the lookups answer, as JSON Schema: for their description in OpenAPI 3.1."""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}


def _object(**properties: Schema) -> Schema:
    """With all of the properties and no other."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


PERIOD = {"from": _or_null(DAY), "to": _or_null(DAY)}
_DIVISION = {
    "code": TEXT, "name": TEXT, "name_en": TEXT, "level": WHOLE, "kind": TEXT, **PERIOD,
}  # fmt: skip
DIVISION = _object(**_DIVISION)
FLAGS = {"synthetic": TRUTH, "approximate": TRUTH}
FINDING = {"rule": TEXT, "article": TEXT, "severity": TEXT, "status": TEXT}
POINT = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}

# The last part of an address that does not name a division → its answer.
ANSWERS: dict[str, Schema] = {
    "search": _object(
        names=_list(
            _object(
                place=TEXT,
                name=TEXT,
                pinyin=TEXT,
                kind=TEXT,
                category=TEXT,
                division_code=TEXT,
                within=TEXT,
                why=TEXT,
                score=NUMBER,
                point=_or_null(POINT),
                **FLAGS,
            )
        )
    ),
    "reverse": _object(
        divisions=_list(DIVISION),
        places=_list(
            _object(
                place=TEXT, name=TEXT, pinyin=TEXT, category=TEXT, distance_m=NUMBER, **FLAGS
            )
        ),
        things=_list(
            _object(kind=TEXT, total=WHOLE, listed=_list(_object(name=TEXT, text=TEXT)))
        ),
    ),
    "romanise": _object(name=TEXT, plain=TEXT, toned=TEXT, sign=TEXT, source=TEXT),
    "check-name": _object(name=TEXT, blocked=TRUTH, findings=_list(_object(**FINDING))),
    "check-sign": _object(
        text=TEXT,
        place=_or_null(TEXT),
        matches=_list(
            _object(
                place=TEXT, name=TEXT, division_code=TEXT, match=TEXT, score=NUMBER,
                why=_list(_list({})),
            )
        ),
        findings=_list(_object(outcome=TEXT, measured=TEXT, expected=TEXT, **FINDING)),
    ),
    "coverage": _object(
        category=TEXT,
        searched_m=NUMBER,
        nearest=_or_null(_object(facility=TEXT, name=TEXT, distance_m=NUMBER, synthetic=TRUTH)),
        tiers=_list(_object(minutes=NUMBER, radius_m=NUMBER, covered=TRUTH, verified=TRUTH)),
    ),
    "divisions": _object(**_DIVISION, above=_list(DIVISION)),
    "lineage": _object(
        division=DIVISION,
        periods=_list(_object(**PERIOD)),
        into=_list(DIVISION),
        on_the_day=_list(DIVISION),
        **{"from": _list(DIVISION)},
    ),
    "crosswalk": _object(
        rows=_list(
            _object(
                old_code=_or_null(TEXT),
                old_name=_or_null(TEXT),
                new_code=_or_null(TEXT),
                new_name=_or_null(TEXT),
                relation=TEXT,
                share=_or_null(NUMBER),
                share_total=_or_null(NUMBER),
                reversible=TRUTH,
            )
        )
    ),
}  # fmt: skip


def answer_at(path: str, method: str) -> Schema:
    """The answer of a lookup at an address of the description; a batch has one for each."""
    name = path.replace("/{code}", "").rstrip("/").rpartition("/")[2]
    one = ANSWERS[name]
    return (
        _object(results=_list({"anyOf": [one, _object(problem=TEXT)]})) if method == "post" else one
    )
