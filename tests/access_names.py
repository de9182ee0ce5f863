"""Who may open the pages about names, relations, codes, ends and merges of places."""

from collections.abc import Mapping
from typing import Any

from accounts.domain.roles import Capability
from tests.access_route import DISTRICT, NOBODYS, Route, Values, first

PLACE_IN_TIANHE = first(
    "gazetteer.Place", "pk", division_code=DISTRICT, names__text="天河路", division=None
)


def _name_in_tianhe() -> Mapping[str, Any]:
    """A name beside the standard one."""
    found = first(
        "gazetteer.PlaceName",
        "pk",
        kind="alias",
        place__division_code=DISTRICT,
        place__merged_into=None,
    )()
    place = first("gazetteer.Place", "pk", names__pk=found["pk"])()
    return {**place, "name_id": found["pk"]}


def _relation_in_tianhe() -> Mapping[str, Any]:
    found = first("gazetteer.PlaceRelation", "pk", place__division_code=DISTRICT, kind="crosses")()
    place = first("gazetteer.Place", "pk", relations__pk=found["pk"])()
    return {**place, "relation_id": found["pk"]}


def _code_in_tianhe() -> Mapping[str, Any]:
    found = first("gazetteer.PlaceCode", "pk", place__division_code=DISTRICT)()
    place = first("gazetteer.Place", "pk", codes__pk=found["pk"])()
    return {**place, "code_id": found["pk"]}


def _edits_name(name: str, kwargs: Values, **values: Any) -> Route:
    """A page for those who edit names here, not found by those of other districts."""
    return Route(name, kwargs=kwargs, needs=Capability.EDIT_NAME, outside=404, **values)


NAMES: list[Route] = [
    Route("gazetteer:place_id", kwargs=PLACE_IN_TIANHE, ok=303),
    Route("gazetteer:names", kwargs=PLACE_IN_TIANHE),
    _edits_name("gazetteer:name_new", PLACE_IN_TIANHE),
    _edits_name("gazetteer:name_change", _name_in_tianhe),
    _edits_name("gazetteer:name_end", _name_in_tianhe),
    _edits_name("gazetteer:name_strike", _name_in_tianhe),
    _edits_name("gazetteer:name_recording", _name_in_tianhe),
    _edits_name("gazetteer:name_recording_drop", _name_in_tianhe),
    _edits_name("gazetteer:name_relate", _name_in_tianhe),
    # Nobody's recording, nobody's relation: tried in tests/gazetteer/test_names_pages.py.
    Route("gazetteer:name_audio", kwargs=_name_in_tianhe, ok=404),
    _edits_name("gazetteer:name_unrelate", lambda: {**PLACE_IN_TIANHE(), "relation_id": 0}, ok=404),
    # Nobody's picture: tried in tests/gazetteer/test_place_photos.py.
    Route("gazetteer:place_photo", kwargs={"pk": NOBODYS}, ok=404),
    _edits_name("gazetteer:place_photo_new", PLACE_IN_TIANHE),
    _edits_name(
        "gazetteer:place_photo_remove",
        lambda: {**PLACE_IN_TIANHE(), "photo_id": NOBODYS},
        ok=404,
    ),
    _edits_name("gazetteer:relation_new", PLACE_IN_TIANHE),
    _edits_name("gazetteer:relation_end", _relation_in_tianhe),
    _edits_name("gazetteer:relation_strike", _relation_in_tianhe),
    _edits_name("gazetteer:code_new", PLACE_IN_TIANHE),
    _edits_name("gazetteer:code_end", _code_in_tianhe),
    Route(
        "gazetteer:place_end",
        kwargs=PLACE_IN_TIANHE,
        needs=Capability.APPROVE_NAME,
        outside=404,
    ),
    _edits_name("gazetteer:merge", PLACE_IN_TIANHE),
    Route("gazetteer:merge_record", kwargs=first("gazetteer.PlaceMerge", "pk")),
    Route(
        "gazetteer:merge_record",
        kwargs=first("gazetteer.PlaceMerge", "pk"),
        method="POST",
        data={"reason": "核查有误"},
        needs=Capability.EDIT_NAME,
        ok=302,
        outside=404,
    ),
]
