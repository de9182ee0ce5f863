"""The access table's rows of the boundary markers."""

from accounts.domain.roles import Capability
from tests.access_route import NOBODYS, Route, first

_OF_TIANHE = first("boundaries.Marker", "number", line_code="440106-440112")

MARKERS = [
    Route("boundaries:markers"),
    Route("boundaries:marker", kwargs=_OF_TIANHE),
    Route("boundaries:marker_sheet", kwargs=_OF_TIANHE),
    Route("boundaries:marker_photo", kwargs={"pk": NOBODYS}, ok=404),
    Route(
        "boundaries:marker_new",
        kwargs={"code": "440106-440112"},
        needs=Capability.EDIT_LINE,
        outside=404,
    ),
    Route("boundaries:marker_edit", kwargs=_OF_TIANHE, needs=Capability.EDIT_LINE, outside=404),
    Route(
        "boundaries:marker_visit",
        kwargs=_OF_TIANHE,
        needs=Capability.RECORD_INSPECTION,
        outside=404,
    ),
    Route(
        "boundaries:marker_visit",
        method="POST",
        kwargs=_OF_TIANHE,
        data={"visited_on": "2025-06-30", "condition": "intact"},
        needs=Capability.RECORD_INSPECTION,
        ok=302,
        outside=404,
    ),
]
