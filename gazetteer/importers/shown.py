"""What a row changes, as people read it: field by field, before and after."""

from collections.abc import Mapping
from typing import Any

import shapely
from django.db.models import Field
from django.utils.translation import gettext as _

from gazetteer.importers.positions import moved_m
from gazetteer.models import Place, PlaceName

# These follow from others that are shown.
_DERIVED = {
    "specific",
    "generic",
    "pinyin_plain",
    "pinyin_sign",
    "reading_source",
    "search_pinyin",
    "search_initials",
}


def shown_changes(
    before: Mapping[str, Any], values: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    found = []
    for part, model in (("name", PlaceName), ("place", Place)):
        for column, was in before[part].items():
            now = values[part][column]
            if was == now or column in _DERIVED:
                continue
            field = model._meta.get_field(column)
            if column == "geometry":
                found.append((_("Position"), *_positions(was, now)))
            else:
                found.append((_label(field), _text(field, was), _text(field, now)))
    if before["code"] != values["code"]:
        found.append((_("Place-name code"), before["code"] or "—", values["code"]))
    return found


def _label(field: Any) -> str:
    return str(field.verbose_name)


def _text(field: Field[Any, Any], value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(field.flatchoices)
    return str(choices.get(value, value)) if value not in ("", None) else "—"


def _positions(before: str | None, after: str) -> tuple[str, str]:
    now = shapely.from_wkb(after)
    was = shapely.from_wkb(before) if before else None
    distance = moved_m(was, now)
    if distance == float("inf"):
        return (was.geom_type if was is not None else "—"), now.geom_type
    return _("as it stands"), _("moved by %(distance)s m") % {"distance": f"{distance:,.1f}"}
