"""Streets as one block of bytes and back, to the bit."""

import zipfile
from io import BytesIO

import numpy as np
import shapely

from common.errors import BadInput
from facilities.domain.streets import Lines, Streets

LINE = shapely.GeometryType.LINESTRING


def pack(streets: Streets) -> bytes:
    """Arrays of numpy in one file of its own format, compressed, without pickles."""
    lines = streets.lines
    names, which = np.unique(lines.classes, return_inverse=True)
    xy, of_line = shapely.get_coordinates(lines.shapes, return_index=True)
    held = BytesIO()
    np.savez_compressed(
        held,
        nodes=streets.nodes,
        ends=streets.ends,
        xy=xy,
        vertices=np.bincount(of_line, minlength=len(lines)),
        names=names,
        which=which.astype(np.int32),
        directions=lines.directions.astype(np.int8),
        speeds_kmh=lines.speeds_kmh,
        lengths_m=lines.lengths_m,
    )
    return held.getvalue()


def unpack(packed: bytes) -> Streets:
    """The streets that :func:`pack` was given. Raises BadInput where the bytes are others."""
    try:
        with np.load(BytesIO(packed), allow_pickle=False) as held:
            told = {key: held[key] for key in held.files}
        offsets = np.concatenate([[0], np.cumsum(told["vertices"])])
        lines = Lines(
            np.asarray(shapely.from_ragged_array(LINE, told["xy"], (offsets,)), dtype=object),
            told["names"][told["which"]],
            told["directions"].astype(np.int64),
            told["speeds_kmh"],
            told["lengths_m"],
        )
        return Streets(lines, told["nodes"], told["ends"])
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        raise BadInput("What is kept of the network cannot be read: load it again.") from None
