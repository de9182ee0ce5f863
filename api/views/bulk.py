"""A whole collection, as it is asked for, in one file: GeoPackage or FlatGeobuf."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fiona
from django.http import FileResponse

from api.domain.systems import CRS84
from api.queries.features import Question, all_features, lacks_shapes

# Form of the answer → GDAL's driver and the media type.
BULK = {
    "gpkg": ("GPKG", "application/geopackage+sqlite3"),
    "fgb": ("FlatGeobuf", "application/flatgeobuf"),
}
KINDS = {"integer": "int64", "number": "float", "boolean": "bool"}
SHAPES = {"geometry-point": "Point"}
BATCH = 1000


def bulk_file(question: Question, form: str) -> FileResponse:
    """Every feature that answers, written a page at a time; the file goes when it has been read.

    In these formats the first axis is longitude or easting, whatever the system.
    """
    driver, media = BULK[form]
    collection = question.collection
    question = replace(question, limit=BATCH, system=replace(question.system, swapped=False))
    # FlatGeobuf knows no days: there they are texts, as in GeoJSON.
    kinds = KINDS if form == "fgb" else {**KINDS, "date": "date"}
    fields = {each.name: kinds.get(each.kind, "str") for each in collection.fields().values()}
    schema = {
        "geometry": SHAPES.get(collection.shape, "Unknown"),
        "properties": {**fields, "page": "str"},
    }
    # WGS 84 is what readers take CRS84 for; the numbers are those of CGCS2000 in both.
    srid = 4326 if question.system.uri == CRS84.uri else question.system.srid
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{collection.name}.{form}"
        records = _records(question)
        batch = list(islice(records, BATCH))
        # An index of FlatGeobuf holds no feature whose shape is unknown.
        bare = form == "fgb" and lacks_shapes(question)
        options = {"SPATIAL_INDEX": "NO"} if bare else {}
        with fiona.open(
            str(path),
            "w",
            driver=driver,
            schema=schema,
            crs=f"EPSG:{srid}",
            layer=collection.name,
            **options,
        ) as layer:
            while batch:
                layer.writerecords(batch)
                batch = list(islice(records, BATCH))
        return FileResponse(path.open("rb"), content_type=media, filename=path.name)


def _records(question: Question) -> Iterator[dict[str, Any]]:
    fields = question.collection.fields()
    numbers = [each.name for each in fields.values() if each.kind == "number"]
    for text in all_features(question):
        feature = json.loads(text)
        properties = {**dict.fromkeys(fields), **feature["properties"]}
        for name in numbers:
            # fiona keeps no whole number in a field of decimal ones: it would be lost.
            if properties[name] is not None:
                properties[name] = float(properties[name])
        yield {"geometry": feature["geometry"], "properties": properties}
