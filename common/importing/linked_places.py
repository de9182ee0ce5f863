"""Linked Places Format (JSON) and LP-TSV as tables: a row for every name, so that rows can be told.

The record of a name is what a place-name import understands; what the formats do not know
(division, class, kind of a name) is taken from where our own export puts it. Rows are counted
through, name by name: a feature (or line) may have several, and a number stands for one row.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from common.importing.tables import MOST_ROWS, SourceRow, Table, empty_file, too_many_rows

HEADINGS = [
    *("name", "name_kind", "category", "class_code", "division_code", "reading", "meaning"),
    *("origin", "history", "description", "began", "ended", "approved_by", "approved_on"),
    *("document", "document_page", "place_code", "place_id", "synthetic", "approximate"),
    "lpf_id",
]
OF_NAME = ("reading", "meaning", "origin", "history", "approved_by", "approved_on", "document")
TSV_MARKS = {"id", "title", "title_source"}
OPEN = ("", "..")


def is_linked_places(value: Any) -> bool:
    """Whether a GeoJSON document is one of Linked Places: its features have names."""
    features = value.get("features") if isinstance(value, dict) else None
    first = features[0] if isinstance(features, list) and features else None
    return isinstance(first, dict) and isinstance(first.get("names"), list)


def open_linked_places(path: Path) -> Table:
    features = json.loads(path.read_bytes().decode("utf-8-sig"))["features"]

    def rows() -> Iterator[SourceRow]:
        told = chain.from_iterable(map(_rows_of, features))
        for number, (cells, geometry) in enumerate(told, start=1):
            if number > MOST_ROWS:
                raise too_many_rows()
            values = [_plain(cells.get(key, "")) for key in HEADINGS]
            yield SourceRow(number, values, geometry=geometry)

    if not features:
        raise empty_file()
    return Table("lpf", list(HEADINGS), rows, encoding="utf-8", has_geometry=True)


def _plain(value: Any) -> Any:
    """A cell is a text or a number: what is neither is as if it were not told."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()  # half a character fits in no table
    return value if isinstance(value, int | float) else ""


def _rows_of(feature: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Its names, the first the standard one; without any a row that its own check refuses."""
    feature = feature if isinstance(feature, dict) else {}
    told = feature.get("properties")
    told = told if isinstance(told, dict) else {}
    described = feature.get("descriptions")
    first = described[0] if isinstance(described, list) and described else {}
    place = {
        "category": told.get("category") or "",
        "class_code": told.get("class_code") or _class_of(feature),
        "division_code": told.get("division_code") or "",
        "place_code": told.get("place_code") or "",
        "place_id": told.get("place_id") or "",
        "description": first.get("value", "") if isinstance(first, dict) else "",
        "lpf_id": feature.get("@id") or "",
    }
    geometry = _shape_of(feature.get("geometry"))
    listed = feature.get("names")
    listed = listed if isinstance(listed, list) else []
    names = [each for each in listed if isinstance(each, dict)]
    names = names or [{"toponym": told.get("title", "")}]
    for position, name in enumerate(names):
        start, end = _span(name)
        kind = name.get("kind") or ("standard" if position == 0 else "alias")
        yield (
            {
                **place,
                "name": name.get("toponym") or "",
                "name_kind": "" if kind == "standard" else kind,
                "began": start,
                "ended": end,
                "document_page": name.get("document_page") or "",
                "synthetic": _flag(name.get("synthetic")),
                "approximate": _flag(name.get("approximate")),
                **{key: name.get(key) or "" for key in OF_NAME},
            },
            geometry,
        )


def _class_of(feature: Mapping[str, Any]) -> str:
    types = feature.get("types")
    for each in types if isinstance(types, list) else []:
        named = str(each.get("identifier", "")) if isinstance(each, dict) else ""
        if named.startswith("gbt18521:"):
            return named.removeprefix("gbt18521:")
    return ""


def _span(name: Mapping[str, Any]) -> tuple[str, str]:
    """Both ends of the first time span, as text or as ``{"in": …}`` of earlier versions."""
    when = name.get("when")
    spans = when.get("timespans") if isinstance(when, dict) else None
    span = spans[0] if isinstance(spans, list) and spans and isinstance(spans[0], dict) else {}
    ends = []
    for key in ("start", "end"):
        value = span.get(key, "")
        if isinstance(value, dict):
            value = value.get("in") or value.get("earliest") or value.get("latest") or ""
        ends.append("" if str(value) in OPEN else str(value))
    return ends[0], ends[1]


def _flag(value: Any) -> str:
    return "" if value is None else "yes" if value else "no"


def _shape_of(geometry: Any) -> Any:
    """The shape; of a collection the first part, which is the position of the place."""
    if not isinstance(geometry, dict):
        return None
    if geometry.get("type") == "GeometryCollection":
        parts = geometry.get("geometries")
        return _shape_of(parts[0]) if isinstance(parts, list) and parts else None
    try:
        return shapely.force_2d(shape(geometry))
    except Exception:  # the row's own check says that it is broken
        return shapely.GeometryCollection()


def from_lp_tsv(table: Table) -> Table:
    """LP-TSV as the same table: the title and each variant are a row of their own."""
    at = {heading: index for index, heading in enumerate(table.headings)}

    def rows() -> Iterator[SourceRow]:
        count = 0
        for row in table.rows():
            cells = {
                key: str(row.cells[index]).strip() if index < len(row.cells) else ""
                for key, index in at.items()
            }
            for made in _tsv_rows(cells):
                count += 1
                values = [made.get(key, "") for key in TSV_HEADINGS]
                yield SourceRow(count, values, extra=row.extra)

    return Table("csv", list(TSV_HEADINGS), rows, encoding=table.encoding, separator="\t")


TSV_HEADINGS = [*HEADINGS, "longitude", "latitude", "geometry"]


def _tsv_rows(cells: Mapping[str, str]) -> Iterator[dict[str, str]]:
    identity = cells.get("id", "")
    # Of a place on record the dates, of all its names together, are no dates of the name, and the
    # division above is not its own where it is a division itself.
    ours = len(identity) == 36
    place = {
        "place_id": identity if ours else "",
        "lpf_id": identity,
        "description": cells.get("description", ""),
        "longitude": "" if cells.get("geowkt") else cells.get("lon", ""),
        "latitude": "" if cells.get("geowkt") else cells.get("lat", ""),
        "geometry": cells.get("geowkt", ""),
        "category": cells.get("types", "").split(";")[0],
        "division_code": "" if ours else _code_in(cells.get("parent_id", "")),
    }
    span = {} if ours else {"began": cells.get("start", ""), "ended": cells.get("end", "")}
    yield {**place, **span, "name": cells.get("title", "")}
    for variant in filter(None, cells.get("variants", "").split(";")):
        yield {**place, "name": variant.partition("@")[0].strip(), "name_kind": "alias"}


def _code_in(address: str) -> str:
    """The division code at the end of one of our addresses."""
    last = address.rsplit("/", 1)[-1]
    return last if last.isascii() and last.isdigit() and len(last) in (6, 9, 12) else ""
