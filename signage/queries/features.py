"""Signs and what is wrong with them as collections of features."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.features import FeatureCollection, Property, Writer, flag_properties
from signage.models import (
    SHOWN_SQL,
    TOLD_SQL,
    Colour,
    Manager,
    Material,
    SignClass,
    SignState,
    Support,
)
from signage.queries.signs import JUDGED, STATES, day_values

# Of an interval its last day counts: a sign that is on record by then is there.
_SHOWN = SHOWN_SQL.replace("%(at)s", "%(until)s")

PLACE_NAME = """(SELECT name.text FROM gazetteer_placename name
    WHERE name.place_id = sign.place_id AND name.kind = 'standard' AND name.status = 'standard'
      AND name.period @> %(at)s::date LIMIT 1)"""


def signs(*, writer: Writer | None = None) -> FeatureCollection:
    return FeatureCollection(
        name="signs",
        title=_("Signs"),
        description=_("Place-name signs, each with its state on the day."),
        source=f"signage_sign sign LEFT JOIN ({JUDGED}) judged ON judged.id = sign.id",
        where=_SHOWN,
        identity="sign.number",
        id_property="number",
        key="sign.id",
        key_type="uuid",
        properties=[
            Property("number", "sign.number", _("Sign number")),
            Property("class", "sign.sign_class", _("Class"), values=SignClass.values),
            Property("hanzi", "sign.hanzi", _("Characters")),
            Property("pinyin", "sign.pinyin", _("Pinyin")),
            Property(
                "ground_colour",
                "nullif(sign.ground_colour, '')",
                _("Ground colour"),
                values=Colour.values,
            ),
            Property("width_mm", "sign.width_mm", _("Width (mm)"), "integer"),
            Property("height_mm", "sign.height_mm", _("Height (mm)"), "integer"),
            Property("division_code", "sign.division_code", _("Division code")),
            Property("place", "sign.place_id::text", _("Place")),
            Property("place_name", PLACE_NAME, _("Place the sign is for")),
            Property(
                "street_bearing", "sign.street_bearing", _("Bearing of the street (°)"), "number"
            ),
            Property("door_number", "sign.door_number", _("Number on the plate"), "integer"),
            Property("door_suffix", "sign.door_suffix", _("Suffix of the number")),
            Property(
                "sign_state",
                "sign.state",
                pgettext_lazy("of a sign", "state"),
                values=SignState.values,
            ),
            Property("managed_by", "sign.managed_by", _("Managed by"), values=Manager.values),
            Property("responsible_body", "sign.responsible_body", _("Responsible body")),
            Property("set_by", "sign.set_by", _("Set up by")),
            Property("support", "nullif(sign.support, '')", _("Support"), values=Support.values),
            Property(
                "material", "nullif(sign.material, '')", _("Material"), values=Material.values
            ),
            Property("film_class", "sign.film_class", _("Class of reflective film"), "integer"),
            Property("installed_on", "sign.installed_on", _("Installed on"), "date"),
            Property(
                "service_life_years",
                "sign.service_life_years",
                _("Service life (years)"),
                "integer",
            ),
            Property("underside_m", "sign.underside_m", _("Height of the underside (m)"), "number"),
            Property("kerb_m", "sign.kerb_m", _("Distance to the kerb (m)"), "number"),
            Property("condition", "sign.condition", _("Condition (0–100)"), "integer"),
            Property("state", "judged.state", _("State"), values=STATES),
            Property("rules", "array_to_string(judged.rules, ' ')", _("Rules not kept")),
            Property("due_on", "judged.due_on", _("Due on"), "date"),
            *flag_properties("sign"),
        ],
        geometry="sign.location",
        shape="geometry-point",
        period="sign.period",
        page="'/signs/' || sign.number || '/'",
        params=day_values,
        writer=writer,
    )


def findings() -> FeatureCollection:
    return FeatureCollection(
        name="findings",
        title=_("Findings"),
        description=_("Rules that a sign fails, from the day they were found until resolved."),
        source="""signage_finding finding JOIN signage_sign sign ON sign.id = finding.sign_id
            JOIN common_rule rule ON rule.id = finding.rule_id""",
        where=f"{_SHOWN} AND {TOLD_SQL}",
        identity="finding.id::text",
        id_property="finding",
        key="finding.id",
        properties=[
            Property("finding", "finding.id::text", _("Finding")),
            Property("sign", "sign.number", _("Sign number")),
            Property("rule", "finding.rule_id_text", _("Rule")),
            Property("title", "rule.title_zh", _("Title")),
            Property("status", "rule.status", _("Status")),
            Property("measured", "finding.measured", _("Measured")),
            Property("expected", "finding.expected", _("Expected")),
            Property("waived", "finding.waiver_id IS NOT NULL", _("waived"), "boolean"),
            Property("division_code", "sign.division_code", _("Division code")),
            Property("synthetic", "sign.synthetic", _("synthetic"), "boolean"),
        ],
        geometry="sign.location",
        shape="geometry-point",
        # The greatest of a day and nothing is the day: what is open would have ended at once.
        period="""daterange(finding.found_on, CASE WHEN finding.resolved_on IS NOT NULL
            THEN greatest(finding.resolved_on, finding.found_on) END)""",
        page="'/signs/' || sign.number || '/'",
    )
