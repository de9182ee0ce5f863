"""Who may open the addresses for programs: every role reads, nobody without a key or session."""

from accounts.domain.roles import Capability
from tests.access_route import DISTRICT, NOBODYS, Route

_DIVISIONS = {"name": "divisions"}
_GRID = {"key": "CGCS2000Quad"}

_LOOKUPS = {
    "search": "?q=天河",
    "reverse": "?point=113.33,23.13",
    "romanise": "?text=天河路&category=street",
    "check_name": "?text=天河路&category=STREET&division=440106",
    "check_sign": "?text=天河路&sign_class=STREET&division=440106",
    "coverage": "?point=113.33,23.13&category=FAM-CTR",
    "crosswalk": "?start=2024-01-01&end=2024-01-01&within=4401",
}


INTERFACES = [
    Route("api:landing", signed_out=401),
    Route("api:conformance", signed_out=401),
    Route("api:openapi", signed_out=401),
    Route("api:collections", signed_out=401),
    Route("api:collection", kwargs=_DIVISIONS, signed_out=401),
    Route("api:queryables", kwargs=_DIVISIONS, signed_out=401),
    Route("api:sortables", kwargs=_DIVISIONS, signed_out=401),
    Route("api:items", kwargs=_DIVISIONS, query="?limit=2", signed_out=401),
    Route("api:item", kwargs={**_DIVISIONS, "identity": DISTRICT}, signed_out=401),
    Route("api:lpf", query="?within=440106&category=STREET", signed_out=401),
    Route("api:lp_tsv", query="?within=440106&category=STREET", signed_out=401),
    Route("lookups:openapi-json", signed_out=401),
    # There is no page of its own: docs/interfaces.md tells of it.
    Route("lookups:api-root", signed_out=401, ok=404),
    *(Route(f"lookups:{name}", query=query, signed_out=401) for name, query in _LOOKUPS.items()),
    *(
        Route(f"lookups:{name}_batch", method="POST", signed_out=401, ok=400)
        for name in (*_LOOKUPS, "division", "lineage")
    ),
    Route("lookups:division", kwargs={"code": DISTRICT}, signed_out=401),
    Route("lookups:lineage", kwargs={"code": DISTRICT}, signed_out=401),
    Route("api:matrix_sets", signed_out=401),
    Route("api:matrix_set", kwargs=_GRID, signed_out=401),
    Route("api:tilesets", kwargs=_DIVISIONS, signed_out=401),
    Route("api:tileset", kwargs={**_DIVISIONS, **_GRID}, signed_out=401),
    Route(
        "api:collection_tile",
        kwargs={**_DIVISIONS, **_GRID, "z": 8, "y": 95, "x": 417},
        signed_out=401,
    ),
    Route("api:identity", kwargs={"kind": "division", "key": DISTRICT}, ok=303),
    Route("api:changes", signed_out=401),
    Route("api:following"),
    Route("api:follow", method="POST", data={"kind": "division", "key": DISTRICT}, ok=302),
    Route("api:follow", method="POST", data={"kind": "case", "key": NOBODYS}, ok=404),
    Route("api:notices_read", method="POST", ok=302),
    Route("api:webhooks", needs=Capability.MANAGE_ACCOUNTS),
    # Nobody's webhook: tried in tests/api/test_webhooks.py.
    Route(
        "api:webhook_act",
        kwargs={"pk": 0},
        method="POST",
        needs=Capability.MANAGE_ACCOUNTS,
        ok=404,
    ),
    Route("api:match"),
    # Nobody's list: whose is whose is tried in tests/api/test_match.py.
    Route("api:match_list", kwargs={"pk": NOBODYS}, ok=404),
    Route("api:match_forget", kwargs={"pk": NOBODYS, "decision": 1}, method="POST", ok=404),
    Route("api:match_file", kwargs={"pk": NOBODYS}, ok=404),
    Route("api:reconcile", signed_out=401),
    Route("api:suggest_entity", query="?prefix=天河", signed_out=401),
    Route("api:suggest_type", signed_out=401),
    Route("api:suggest_property", signed_out=401),
    Route("api:propose", signed_out=401),
    Route("api:reconcile_match", method="POST", signed_out=401, ok=400),
    Route("api:reconcile_extend", method="POST", signed_out=401, ok=400),
    # Nobody's place: one that is there is tried in tests/api/test_reconcile.py.
    Route("api:preview", query=f"?id={NOBODYS}", signed_out=401, ok=404),
]
