"""A sign of the demonstration set before it is written, sound by construction."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import shapely

from boundaries.models import DivisionVersion
from common.crs import CGCS2000, GUANGZHOU_ZONE, project
from demo.parts import RECORDS_BEGIN
from demo.sign_defects import Face
from signage.domain.faces import (
    BLACK_TYPE,
    HANZI,
    NUMBER,
    PINYIN,
    Line,
    Panel,
    SignFace,
)

CITY = "4401"
# Width, height, frame in mm of the first allowed size of each class.
SIZES = {
    "STREET": (1500, 450, 20),
    "LANE": (900, 300, 15),
    "ESTATE": (1000, 600, 20),
    "BUILDING": (900, 500, 20),
    "UNIT": (360, 150, 5),
    "DOOR_L": (630, 430, 15),
    "DOOR_M": (300, 215, 8),
    "DOOR_S": (150, 90, 4),
    "VILLAGE": (1500, 900, 20),
    "STATION": (1200, 600, 20),
    "SCENIC": (1200, 600, 20),
    "NATURAL": (1200, 600, 20),
}
ON_WALLS = ("BUILDING", "UNIT", "DOOR_L", "DOOR_M", "DOOR_S")
PLATES = ("DOOR_L", "DOOR_M", "DOOR_S")
NO_PINYIN = ("DOOR_S", "HOUSEHOLD")


@dataclass(slots=True)
class Draft:
    """Where (metres of the city's zone), for which place, what it shows, what is wrong with it.

    ``mid_block``: between ends and junctions, so that the street does not miss it. ``locked``:
    its truth is told by its place and it takes no further fault.
    """

    sign_class: str
    place_id: Any
    county: str
    code: str
    point: Any
    face: Face
    bearing: float | None = None
    number_text: str = ""
    door_number: int | None = None
    mid_block: bool = False
    locked: bool = False
    layout: dict[str, Any] = field(default_factory=dict)
    site: dict[str, Any] = field(default_factory=dict)
    defects: set[str] = field(default_factory=set)

    @property
    def truth(self) -> list[str]:
        return sorted({*self.defects, *self.face.defects})


def faces_of(draft: Draft) -> tuple[SignFace, ...]:
    """The sound layout of the class (domain reference §4.3) with the draft's own changes."""
    face, layout = draft.face, draft.layout
    width, height, frame = SIZES[draft.sign_class]
    share = layout.get("share", 0.6)
    ink = layout.get("ink", "white")
    hanzi_mm = round(height * 0.4)
    lines = [Line(HANZI, face.hanzi, ink, layout.get("font", BLACK_TYPE), hanzi_mm, share)]
    if face.pinyin and draft.sign_class not in NO_PINYIN:
        pinyin_mm = round(hanzi_mm * layout.get("ratio", 0.45))
        lines.append(Line(PINYIN, face.pinyin, ink, "", pinyin_mm, round(1 - share, 2)))
    lines = [*layout.get("above", ()), *lines, *layout.get("below", ())]
    panels = [Panel(tuple(lines))]
    if draft.number_text:
        building = draft.sign_class == "BUILDING"
        tall = layout.get("number_mm", 360 if building else round(height * 0.5))
        number_ink = layout.get("number_ink", "red" if building else "white")
        number = Line(NUMBER, draft.number_text, number_ink, "", tall)
        panels.append(Panel((number,), "white" if building else ""))
    return (
        SignFace(
            tuple(panels),
            face.ground_colour,
            width + layout.get("wider", 0),
            height,
            layout.get("frame", frame),
        ),
    )


def sound_site(draft: Draft, body: str, today: date, rng: Any) -> dict[str, Any]:
    """What an inspector would have recorded of a sound sign of this class."""
    wall = draft.sign_class in ON_WALLS
    police = draft.sign_class in PLATES
    keeper = body.replace("民政局", "公安分局") if police else body
    site = {
        "support": "wall" if wall else "post",
        "installed_on": today - timedelta(days=int(rng.integers(400, 2900))),
        "service_life_years": None,
        "responsible_body": keeper,
        "set_by": keeper,
        "set_with_authority": True,
        "managed_by": "police" if police else "civil",
        "material": "aluminium" if wall or rng.random() < 0.6 else "stainless",
        "film_class": int(rng.choice([4, 4, 5])),
        "underside_m": None if wall else round(float(rng.uniform(2.22, 2.48)), 2),
        "kerb_m": None if wall else round(float(rng.uniform(0.35, 0.95)), 2),
        "condition": int(rng.integers(70, 101)),
        "state": "standing",
    }
    return {**site, **draft.site}


class Areas:
    """Districts and street cells of the city in metres."""

    def __init__(self) -> None:
        rows = DivisionVersion.objects.on(RECORDS_BEGIN).within(CITY).with_geometry()
        values = list(rows.order_by("code").values_list("code", "level", "name", "geometry"))
        shapes = {code: metres(geometry) for code, _, _, geometry in values}
        self.names = {code: name for code, _, name, _ in values}
        self.counties = {code: shapes[code] for code, level, _, _ in values if level == 3}
        self.cells = {code: shapes[code] for code, level, _, _ in values if level == 4}
        self._codes = list(self.cells)
        self._tree = shapely.STRtree(list(self.cells.values()))

    def code_at(self, point: Any) -> str:
        """The nine-digit code of the cell that holds a point, else the county's, else empty."""
        found = sorted(self._codes[index] for index in self._tree.query(point, "intersects"))
        if found:
            return found[0]
        return next((c for c, area in self.counties.items() if area.covers(point)), "")


def metres(geometry: Any) -> Any:
    return project(shapely.from_wkb(bytes(geometry.wkb)), CGCS2000, GUANGZHOU_ZONE)
