"""The access table's rows of the adjustments of divisions."""

from accounts.domain.roles import Capability
from tests.access_route import NOBODYS, Route

ADJUSTMENTS = [
    Route("boundaries:adjustments"),
    Route("boundaries:adjustment_new", needs=Capability.DRAFT_ADJUSTMENT),
    # Nobody's: who sees which, and who takes which step, is tried in
    # tests/boundaries/test_adjustments.py.
    Route("boundaries:adjustment", kwargs={"pk": NOBODYS}, ok=404),
    Route("boundaries:adjustment_edit", kwargs={"pk": NOBODYS}, ok=404),
    Route("boundaries:adjustment_paper", kwargs={"pk": NOBODYS, "format": "docx"}, ok=404),
    Route("boundaries:adjustment_step", kwargs={"pk": NOBODYS, "step": "submit"}, ok=404),
    # A post needs an approver: tests/boundaries/test_repair_page.py.
    Route("boundaries:repair", query="?within=440106&at=2025-06-30"),
    Route("boundaries:disputes"),
    Route("boundaries:dispute_new", needs=Capability.EDIT_LINE),
    # Nobody's: tests/boundaries/test_disputes.py.
    Route("boundaries:dispute", kwargs={"pk": NOBODYS}, ok=404),
    Route("boundaries:dispute_settle", kwargs={"pk": NOBODYS}, ok=404),
]
