"""Facilities as a collection of features."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from common.features import FeatureCollection, Property, flag_properties
from common.models import bilingual
from facilities.domain.attributes import all_properties
from facilities.models import Facility


def facilities_collection(*, update: Callable[..., None] | None = None) -> FeatureCollection:
    return FeatureCollection(
        name="facilities",
        title=_("Facilities"),
        description=_("Civil-affairs facilities in service on a day."),
        source="""facilities_facility facility
            JOIN facilities_facilitycategory category ON category.code = facility.category_id""",
        identity="facility.identity::text",
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
        update=update,
        page="'/facilities/' || facility.identity || '/'",
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
    )
