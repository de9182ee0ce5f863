"""Attributes that differ from kind to kind: a JSON Schema says what fits, a sentence why not."""

from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from common.errors import BadInput

# The only format asked for: a day as YYYY-MM-DD.
FORMATS = FormatChecker(formats=["date"])


class AttributeFault(BadInput):
    """One value that does not fit its kind: ``field`` is its key, the sentence says why."""

    def __init__(self, template: str, *, field: str, **values: Any) -> None:
        self.field = field
        super().__init__(template, **values)


def attribute_validator(properties: Mapping[str, Mapping[str, Any]]) -> Draft202012Validator:
    """For values by key, each following the schema of its property; other keys do not fit."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return Draft202012Validator(schema, format_checker=FORMATS)


def attribute_faults(
    validator: Draft202012Validator,
    values: Mapping[str, Any],
    *,
    strange: Callable[[str], AttributeFault],
) -> list[AttributeFault]:
    """What does not fit, one sentence each, in the order of the keys; [] when all fits.

    ``strange``: what is said of a key that the kind does not have.
    """
    errors = sorted(validator.iter_errors(dict(values)), key=lambda each: [*map(str, each.path)])
    return [fault for error in errors for fault in _faults(error, strange)]


def _faults(
    error: ValidationError, strange: Callable[[str], AttributeFault]
) -> list[AttributeFault]:
    field = str(error.path[0]) if error.path else ""
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        return [strange(key) for key in error.instance if key not in known]
    return [_fault(error, field, str(error.instance)[:40])]


def _fault(error: ValidationError, field: str, shown: str) -> AttributeFault:
    limit = error.validator_value
    match error.validator:
        case "minimum":
            return AttributeFault(
                "%(value)s is too small: at least %(least)s.",
                field=field,
                value=shown,
                least=limit,
            )
        case "maximum":
            return AttributeFault(
                "%(value)s is too large: at most %(most)s.", field=field, value=shown, most=limit
            )
        case "maxLength":
            return AttributeFault("At most %(most)d characters.", field=field, most=limit)
        case "type" if limit == "integer":
            return AttributeFault("“%(value)s” is not a whole number.", field=field, value=shown)
        case "type" if limit == "number":
            return AttributeFault("“%(value)s” is not a number.", field=field, value=shown)
        case "enum":
            return AttributeFault("“%(value)s” is none of the choices.", field=field, value=shown)
        case "format":
            return AttributeFault(
                "“%(value)s” is not a day: write it as 2024-05-01.", field=field, value=shown
            )
    return AttributeFault(
        "“%(value)s” is not written as this field asks.", field=field, value=shown
    )
