"""Protected areas of the northern districts, all made up: what siting keeps free is seen by them.

The small set has none of them: its tests make their own.
"""

from datetime import date

import numpy as np
import shapely
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from demo.parts import SEED, DemoOptions
from demo.street_cells import Cell, district_cells, point_near
from facilities.domain.exclusions import KINDS, GivenArea
from facilities.operations.protected import store_protected

NAME = "演示保护区（模拟）"
# Baiyun, Huadu, Conghua, Zengcheng: where there is land that graves may be sought on.
DISTRICTS = ("440111", "440114", "440117", "440118")
# How many of a kind in each district, and about how wide in degrees (0.01 is a kilometre).
AREAS = {
    "forest": (5, 0.03),
    "cultivated": (6, 0.02),
    "water_protection": (2, 0.02),
    "scenic": (2, 0.02),
    "reserve": (1, 0.03),
    "park": (2, 0.01),
    "heritage": (2, 0.003),
}
SPREAD = 0.12
CORNERS = 24


def load(options: DemoOptions) -> str:
    if options.small or not settings.DEBUG:
        return "none"
    rng = np.random.default_rng([SEED, 23])
    cells = [cell for cell in district_cells() if cell.code in DISTRICTS]
    areas = [
        GivenArea(kind, f"{cell.name}模拟{KINDS[kind]}{number + 1}", _blob(cell, width, rng))
        for cell in cells
        for kind, (many, width) in AREAS.items()
        for number in range(many)
    ]
    today = timezone.localdate()
    store_protected(
        by=User.objects.get(username="steward"),
        areas=areas,
        name=NAME,
        since=date(today.year, 1, 1),
        synthetic=True,
        approximate=True,
        replace=True,
    )
    return f"{len(areas)} protected areas (synthetic)"


def _blob(cell: Cell, width: float, rng: np.random.Generator) -> shapely.Geometry:
    """An uneven round shape within the district."""
    x, y = point_near(cell.seat, cell.shape, SPREAD, rng)
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = width / 2 * (1 + 0.15 * np.sin(angles * 3 + rng.uniform(0, 6))) * rng.uniform(0.7, 1.3)
    ring = np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)])
    shape = shapely.intersection(shapely.Polygon(ring), cell.shape)
    return max(shapely.get_parts(shape), key=shapely.area)
