"""Places and their names as collections of features; secret ones are never among them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from common.features import FeatureCollection, Property, flag_properties
from gazetteer.models import SHOWN_SQL, LegalCategory, NameKind, NameStatus

_STANDARD = "n.kind = 'standard' AND n.status = 'standard'"
_SOURCE = "gazetteer_placename n JOIN gazetteer_place p ON p.id = n.place_id"


def places() -> FeatureCollection:
    return FeatureCollection(
        name="places",
        title=_("Places"),
        description=_("Places under the standard name that they bear on a day."),
        source=_SOURCE,
        where=f"{SHOWN_SQL} AND {_STANDARD}",
        identity="p.id::text",
        identity_type="uuid",
        id_property="place",
        key="n.id",
        properties=_properties(),
        geometry="p.geometry",
        period="n.period",
        page="'/places/' || p.id || '/'",
    )


def names() -> FeatureCollection:
    return FeatureCollection(
        name="names",
        title=_("Place names"),
        description=_(
            "Names of every kind in use on a day: standard, short, alias, former, historic; "
            "proposed ones are left out."
        ),
        source=_SOURCE,
        # What is only proposed is no name yet and leaves by cases alone.
        where=f"{SHOWN_SQL} AND n.status <> 'proposed'",
        identity="n.id::text",
        id_property="name_id",
        key="n.id",
        properties=[
            Property("name_id", "n.id::text", _("Name")),
            *_properties(),
            Property("kind", "n.kind", _("Kind"), values=NameKind.values),
            Property("status", "n.status", _("Status"), values=NameStatus.values),
            Property("began", "n.began", _("began")),
            Property("ended", "n.ended", _("ended")),
            Property("language", "n.language", _("Language")),
        ],
        geometry="p.geometry",
        period="n.period",
        page="'/places/' || p.id || '/names/'",
    )


def _properties() -> Sequence[Property]:
    made_up, rough, source = flag_properties("n")
    return [
        Property("place", "p.id::text", _("Place")),
        Property("name", "n.text", _("Name")),
        Property("pinyin", "n.pinyin_plain", _("Pinyin")),
        Property("pinyin_toned", "n.pinyin_toned", _("Pinyin with tones")),
        Property("category", "p.legal_category", _("Category"), values=LegalCategory.values),
        Property("class_code", "p.class_code", _("class (GB/T 18521)")),
        Property("division_code", "p.division_code", _("Division code")),
        Property("approved_on", "n.approved_on", _("Approved on"), "date"),
        Property(made_up.name, "n.synthetic OR p.synthetic", made_up.label, "boolean"),
        Property(rough.name, "n.approximate OR p.approximate", rough.label, "boolean"),
        source,
    ]
