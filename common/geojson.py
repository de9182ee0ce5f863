"""GeoJSON (RFC 7946) from rows, x = longitude, rounded to what the data can mean."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

DECIMALS = 6  # about 0.1 m


def feature(
    geometry: BaseGeometry | None, properties: Mapping[str, Any], key: str
) -> dict[str, Any]:
    shape = None if geometry is None else _rounded(mapping(geometry))
    return {"type": "Feature", "id": key, "geometry": shape, "properties": dict(properties)}


def collection(features: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def dumps(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
