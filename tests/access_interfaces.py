"""Who may open the addresses for programs: every role reads, nobody without a key or session."""

from tests.access_route import DISTRICT, Route

_DIVISIONS = {"name": "divisions"}

INTERFACES = [
    Route("api:landing", signed_out=401),
    Route("api:conformance", signed_out=401),
    Route("api:openapi", signed_out=401),
    Route("api:collections", signed_out=401),
    Route("api:collection", kwargs=_DIVISIONS, signed_out=401),
    Route("api:queryables", kwargs=_DIVISIONS, signed_out=401),
    Route("api:items", kwargs=_DIVISIONS, query="?limit=2", signed_out=401),
    Route("api:item", kwargs={**_DIVISIONS, "identity": DISTRICT}, signed_out=401),
]
