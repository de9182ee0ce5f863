"""The line or area of a change, out of an uploaded file."""

import tempfile
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping

from common.datums import convert, get_datum, to_cgcs2000
from common.errors import BadInput
from common.importing.declared import refuse_contradiction
from common.importing.opening import open_table


def read_draft_shape(upload: Any, *, datum: str) -> dict[str, Any]:
    """``{"line": …}`` or ``{"area": …}`` in CGCS2000 degrees, from the datum that is declared.

    Raises BadInput for a file that holds anything but one line or one area.
    """
    shape = _only_shape(upload, datum)
    if shape.geom_type == "MultiLineString":
        shape = shapely.line_merge(shape)
    if shape.geom_type == "LineString":
        return {"line": [list(point) for point in shape.coords]}
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return {"area": mapping(shape)}
    raise BadInput("The file holds a %(kind)s: give one line or one area.", kind=shape.geom_type)


def read_area(upload: Any, *, datum: str) -> Any:
    """The one area of a file, as a shapely shape in CGCS2000 degrees; else BadInput."""
    shape = _only_shape(upload, datum)
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise BadInput("The file holds a %(kind)s: give one area.", kind=shape.geom_type)
    return shape


def _only_shape(upload: Any, datum: str) -> Any:
    declared = get_datum(datum)
    name = Path(str(upload.name)).name
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
        kept.flush()
        table = open_table(Path(kept.name), name=name)
        refuse_contradiction(table.crs, declared)
        found = [row.geometry for row in table.rows() if row.geometry is not None]
    if len(found) != 1:
        raise BadInput(
            "The file holds %(count)d shapes: give one line or one area.", count=len(found)
        )
    return convert(shapely.force_2d(found[0]), to_cgcs2000, declared)
