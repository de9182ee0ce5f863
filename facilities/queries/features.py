"""Facilities as a collection of features."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.features import FeatureCollection, Property, Writer, flag_properties
from common.models import bilingual
from facilities.domain.attributes import all_properties
from facilities.models import SHOWN_SQL, Facility


def facilities_collection(*, writer: Writer | None = None) -> FeatureCollection:
    return FeatureCollection(
        name="facilities",
        title=_("Facilities"),
        description=_("Civil-affairs facilities in service on a day."),
        source="""facilities_facility facility
            JOIN facilities_facilitycategory category ON category.code = facility.category_id""",
        where=SHOWN_SQL,
        identity="facility.identity::text",
        identity_type="uuid",
        id_property="facility",
        key="facility.id",
        key_type="uuid",
        properties=[
            Property("facility", "facility.identity::text", _("Facility")),
            Property("name", "facility.name", _("Name")),
            Property("category", "facility.category_id", _("Category")),
            Property("category_name", "category.name_zh", _("Name of the category")),
            Property("division_code", "facility.division_code", _("Division code")),
            Property("address", "facility.address", _("Address")),
            Property(
                "operator", "facility.operator", _("Operator"), values=Facility.Operator.values
            ),
            Property("beds", "facility.beds", _("Beds"), "integer"),
            *(_attribute(key, rule) for key, rule in all_properties().items()),
            *flag_properties("facility"),
        ],
        geometry="facility.location",
        shape="geometry-point",
        period="facility.period",
        writer=writer,
        page="'/facilities/' || facility.identity || '/'",
    )


def demand_collection() -> FeatureCollection:
    return _cells("demand", _("People by cell"), _("People of each cell by age, as estimated."))


def coverage_collection() -> FeatureCollection:
    """Cells with the way to what is nearest: a client sums people by the distance it likes."""
    return _cells(
        "coverage",
        _("Coverage by cell"),
        _("People of each cell, and metres in a straight line to the nearest facility of a kind."),
        [
            Property(f"{key}_m", _NEAREST.format(key), format_lazy(_NEAR, category=key), "number")
            for key in NEAREST
        ],
    )


# The kinds that people go to, by the codes of the categories.
NEAREST = (
    "ELD-INST",
    "ELD-HOME",
    "ELD-DAY",
    "FAM-CTR",
    "COM-STN",
    "AID-STN",
    "MAR-REG",
    "FUN-HALL",
)
# The nearest in degrees need not be the nearest in metres: the best of a few is.
_NEAR = _("Metres to the nearest {category}")
_NEAREST = f"""(SELECT round(min(ST_Distance(near.location::geography, cell.centre::geography)))
    FROM (SELECT location FROM facilities_facility facility
          WHERE category_id = '{{}}' AND period @> %(at)s::date AND {SHOWN_SQL}
          ORDER BY location <-> cell.centre LIMIT 8) near)"""


def _cells(
    name: str, title: Any, description: Any, further: Sequence[Property] = ()
) -> FeatureCollection:
    return FeatureCollection(
        name=name,
        title=title,
        description=description,
        source="facilities_populationcell cell",
        identity="cell.id::text",
        id_property="cell",
        key="cell.id",
        properties=[
            Property("cell", "cell.id::text", _("Cell")),
            Property("division_code", "cell.division_code", _("Division code")),
            Property("base_on", "cell.base_on", _("Day of the figures"), "date"),
            Property("people", "cell.people", _("People in all"), "number"),
            Property("people_0_14", "cell.people_0_14", _("People of 0 to 14"), "number"),
            Property("people_15_59", "cell.people_15_59", _("People of 15 to 59"), "number"),
            Property("people_60_plus", "cell.people_60_plus", _("People of 60 and over"), "number"),
            *further,
            *flag_properties("cell"),
        ],
        geometry="cell.geometry",
        shape="geometry-polygon",
        period="cell.period",
    )


def _attribute(key: str, rule: Mapping[str, Any]) -> Property:
    """An attribute of the category as a property; lists as they are kept, in JSON."""
    kind = rule.get("type", "text")
    if rule.get("format") == "date":
        kind = "date"
    kind = kind if kind in ("integer", "number", "date") else "text"
    sql = f"facility.attributes->>'{key}'"
    cast = {"integer": "::bigint", "number": "::float8", "date": "::date"}.get(kind, "")
    return Property(
        key,
        f"({sql}){cast}",
        lazy(bilingual, str)(rule["title_zh"], rule["title_en"]),
        kind,
        values=rule.get("enum", ()),
        bag="facility.attributes",
    )
