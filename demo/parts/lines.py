"""Boundary lines of Guangdong's counties from the real polygons, inspected by invention.

The lines are derived, not made up; every joint inspection is synthetic. Days are fixed so that
each state occurs both on the day the records begin and in the years after.
"""

from datetime import date, timedelta

import numpy as np

from boundaries.models import BoundaryLine, JointInspection
from boundaries.operations.lines import derive_lines
from demo.parts import RECORDS_BEGIN, SEED, DemoOptions

PROVINCE = "44"
# Shares of lines: last round within the five years, late, and never recorded.
IN_CYCLE, LATE = 0.82, 0.10
FIRST_DAY, LAST_DAY = date(2021, 3, 1), date(2026, 9, 30)
SUMMARY = "模拟数据：已按协议共同检查界线走向与界桩。"


def load(options: DemoOptions) -> str:
    changes = derive_lines(within=PROVINCE, by=None, at=RECORDS_BEGIN)
    lines = list(BoundaryLine.objects.on(RECORDS_BEGIN).touching(PROVINCE).order_by("code"))
    made = JointInspection.objects.bulk_create(
        [row for line in lines for row in _rounds(line)], batch_size=5000
    )
    return (
        f"{len(changes.new)} lines, {changes.length_m / 1000:,.0f} km, "
        f"{len(changes.unmatched)} contacts without line; {len(made)} synthetic inspections"
    )


def _rounds(line: BoundaryLine) -> list[JointInspection]:
    """The line's invented rounds; drawn by its code, so that a subset gets the same ones."""
    rng = np.random.default_rng([SEED, 7, int(line.code_a), int(line.code_b)])
    draw = rng.random()
    if draw > IN_CYCLE + LATE:
        return []
    last = FIRST_DAY + timedelta(days=int(rng.integers((LAST_DAY - FIRST_DAY).days)))
    if draw > IN_CYCLE:
        # The last round was missed: overdue since some time of the last two years.
        last -= timedelta(days=int(rng.integers(1300, 1800)))
    days = [last, last - timedelta(days=5 * 365 + int(rng.integers(-150, 60)))]
    sides = [line.side_a_id, line.side_b_id]
    if rng.random() < 0.5:
        sides.reverse()
    return [
        JointInspection(
            line=line,
            inspected_on=day,
            lead_id=side,
            summary=SUMMARY,
            source_id="demo-synthetic",
            synthetic=True,
        )
        for day, side in zip(days, sides, strict=True)
    ]
