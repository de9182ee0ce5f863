"""The access table's rows of the targets: read by everybody of the area, figures by planners."""

from accounts.domain.roles import Capability
from tests.access_route import DISTRICT, Route

_HERE = f"?within={DISTRICT}"
TARGETS = [
    Route("facilities:targets", query=_HERE, outside=404),
    Route("facilities:target", kwargs={"target_id": "T03"}, query=_HERE, outside=404),
    Route("facilities:targets_report", query=_HERE, outside=404),
    Route("facilities:targets_map", query=_HERE, outside=404),
    Route("facilities:figure_new", query=_HERE, needs=Capability.EDIT_FACILITY, outside=404),
    Route(
        "facilities:figure_new",
        query=_HERE,
        method="POST",
        data={
            "key": "low_income_line",
            "division": DISTRICT,
            "value": "1500",
            "starts_on": "2025-01-01",
            "document": "测试",
        },
        needs=Capability.EDIT_FACILITY,
        ok=302,
        outside=404,
    ),
]
