"""Who may open the addresses of the compendium."""

from accounts.domain.roles import Capability
from tests.access_route import DISTRICT, NOBODYS, Route

_HERE = {"code": DISTRICT}
COMPENDIUM: list[Route] = [
    Route("compendium:desk", query=f"?within={DISTRICT}"),
    Route("compendium:export", method="POST", data={"within": DISTRICT}, ok=302),
    Route("compendium:entry", kwargs=_HERE, outside=404),
    Route("compendium:entry_json", kwargs=_HERE, outside=404),
    # Nobody's: tests/compendium/test_photos.py.
    Route("compendium:photo", kwargs={"pk": NOBODYS}, ok=404),
    Route("compendium:photo_remove", kwargs={"pk": NOBODYS}, method="POST", ok=404),
    Route(
        "compendium:photo_add",
        kwargs=_HERE,
        method="POST",
        needs=Capability.EDIT_NAME,
        # Without a photo: the refusal is told on the page.
        ok=400,
        outside=404,
    ),
    Route("compendium:entry_word", kwargs=_HERE, outside=404),
    Route(
        "compendium:entry_write",
        kwargs=_HERE,
        method="POST",
        data={"key": "postcode", "text": "510630"},
        needs=Capability.EDIT_NAME,
        ok=302,
        outside=404,
    ),
    Route(
        "compendium:entry_sign",
        kwargs=_HERE,
        method="POST",
        needs=Capability.EDIT_NAME,
        # Required items are missing: the refusal is told on the page.
        ok=400,
        outside=404,
    ),
]
