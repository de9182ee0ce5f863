"""Divisions, boundary lines and markers as collections of features."""

from django.utils.translation import gettext_lazy as _

from boundaries.models import Condition, DivisionKind, MarkerKind, MarkerMaterial
from boundaries.queries.lines import JUDGED, LEVEL, STATES
from boundaries.queries.marker_tiles import LAST_VISIT
from common.features import FeatureCollection, Property, Writer, flag_properties

_PARENT = """(SELECT above.code FROM boundaries_divisionversion above
    WHERE above.division_id = version.parent_id AND above.period && version.period
    ORDER BY above.period DESC LIMIT 1)"""


def divisions_collection(*, history: bool) -> FeatureCollection:
    """Divisions of a day by code; with ``history`` every version that is on record."""
    return FeatureCollection(
        name="division-versions" if history else "divisions",
        title=_("Versions of divisions") if history else _("Divisions"),
        description=_("Every version of every division, past and present.")
        if history
        else _("Administrative divisions as they are on a day, by code."),
        source="boundaries_divisionversion version",
        identity="version.id::text" if history else "version.code",
        id_property="version" if history else "code",
        key="version.id",
        properties=[
            *([Property("version", "version.id::text", _("Version"))] if history else []),
            Property("code", "version.code", _("Code")),
            Property("name", "version.name", _("Name")),
            Property("name_en", "version.name_en", _("Name in Latin letters")),
            Property("level", "version.level", _("Level"), "integer"),
            Property("kind", "version.kind", _("Kind"), values=DivisionKind.values),
            Property("parent", _PARENT, _("Belongs to")),
            Property("area_km2", "version.area_km2", _("Area (km²)"), "number"),
            Property("division", "version.division_id::text", _("Identity")),
            *flag_properties("version"),
        ],
        geometry="version.geometry",
        shape="geometry-multipolygon",
        period="version.period",
        history=history,
        page="'/divisions/' || version.code || '/'",
    )


def lines_collection() -> FeatureCollection:
    """Boundary lines with the state of their five-year clock on the day."""
    return FeatureCollection(
        name="lines",
        title=_("Boundary lines"),
        description=_("Boundary lines between two divisions; derived ones are not surveyed."),
        source=f"""boundaries_boundaryline line
            LEFT JOIN ({JUDGED}) clock ON clock.id = line.id""",
        identity="line.code",
        id_property="code",
        key="line.id",
        key_type="uuid",
        properties=[
            Property("code", "line.code", _("Line code")),
            Property("code_a", "line.code_a", _("Code of the first side")),
            Property("code_b", "line.code_b", _("Code of the second side")),
            Property("name_a", "line.name_a", _("First side")),
            Property("name_b", "line.name_b", _("Second side")),
            Property("level", LEVEL, _("Level"), "integer"),
            Property("length_km", "line.length_m / 1000", _("Length (km)"), "number"),
            Property("derived", "line.derived", _("derived from the shapes"), "boolean"),
            Property("last_on", "clock.last_on", _("Last joint inspection"), "date"),
            Property("due_on", "clock.due_on", _("Next due on"), "date"),
            Property("state", "clock.state", _("State"), values=STATES),
            *flag_properties("line"),
        ],
        geometry="line.geometry",
        shape="geometry-multilinestring",
        period="line.period",
        page="'/lines/' || line.code || '/'",
    )


def markers_collection(writer: Writer) -> FeatureCollection:
    return FeatureCollection(
        name="markers",
        title=_("Boundary markers"),
        description=_("Markers of boundary lines with how each was last found."),
        source=f"boundaries_marker marker {LAST_VISIT}",
        identity="marker.number",
        id_property="number",
        key="marker.id",
        key_type="uuid",
        properties=[
            Property("number", "marker.number", _("Number")),
            Property("line", "marker.line_code", _("Line code")),
            Property("kind", "marker.kind", _("Kind"), values=MarkerKind.values),
            Property("manager", "marker.manager_code", _("Looked after by")),
            Property("elevation_m", "marker.elevation_m", _("Elevation (m)"), "number"),
            Property("accuracy_m", "marker.accuracy_m", _("Accuracy (m)"), "number"),
            Property("material", "marker.material", _("Material"), values=MarkerMaterial.values),
            Property("measured_by", "marker.measured_by", _("Measured by")),
            Property("set_on", "marker.set_on", _("Set on"), "date"),
            Property("note", "marker.note", _("Remarks")),
            Property("found", "last.found", _("Last found"), values=Condition.values),
            Property("visited_on", "last.visited_on", _("Visited on"), "date"),
            *flag_properties("marker"),
        ],
        geometry="marker.location",
        shape="geometry-point",
        period="marker.period",
        page="'/markers/' || marker.number || '/'",
        writer=writer,
    )
