"""Who may open the addresses for programs: every role reads, nobody without a key or session."""

from tests.access_names import PLACE_IN_TIANHE
from tests.access_route import DISTRICT, NOBODYS, Route

_DIVISIONS = {"name": "divisions"}


def _place() -> dict[str, str]:
    return {"identity": str(PLACE_IN_TIANHE()["pk"])}


INTERFACES = [
    Route("api:landing", signed_out=401),
    Route("api:conformance", signed_out=401),
    Route("api:openapi", signed_out=401),
    Route("api:collections", signed_out=401),
    Route("api:collection", kwargs=_DIVISIONS, signed_out=401),
    Route("api:queryables", kwargs=_DIVISIONS, signed_out=401),
    Route("api:items", kwargs=_DIVISIONS, query="?limit=2", signed_out=401),
    Route("api:item", kwargs={**_DIVISIONS, "identity": DISTRICT}, signed_out=401),
    Route("api:lpf", query="?within=440106&category=STREET", signed_out=401),
    Route("api:lp_tsv", query="?within=440106&category=STREET", signed_out=401),
    Route("api:match"),
    # Nobody's list: whose is whose is tried in tests/api/test_match.py.
    Route("api:match_list", kwargs={"pk": NOBODYS}, ok=404),
    Route("api:match_file", kwargs={"pk": NOBODYS}, ok=404),
    Route("api:reconcile", signed_out=401),
    Route("api:suggest_entity", query="?prefix=天河", signed_out=401),
    Route("api:suggest_type", signed_out=401),
    Route("api:suggest_property", signed_out=401),
    Route("api:propose", signed_out=401),
    Route("api:preview", kwargs=_place, signed_out=401),
]
