"""Who may open the addresses of notices, complaints, suggestions and protected names."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.domain.roles import Capability
from tests.access_route import DISTRICT, NOBODYS, Route, first

_IN_TIANHE = {"division_code__startswith": DISTRICT}


def _notice(**also: Any) -> Callable[[], Mapping[str, Any]]:
    """A notice of the demonstration set in Tianhe; ``state`` filters, the rest goes along."""
    states = {key: also.pop(key) for key in ("state",) if key in also}
    find = first("gazetteer.Notice", "pk", **_IN_TIANHE, **states)
    return lambda: {**find(), **also}


_PROTECTION = first("gazetteer.Protection", "pk", place__division_code=DISTRICT)
_SUGGESTION = first("gazetteer.Suggestion", "pk", place__division_code=DISTRICT, state="new")
_COMPLAINT = first("gazetteer.Complaint", "pk", **_IN_TIANHE)

NOTICES: list[Route] = [
    Route("gazetteer:notices"),
    Route("gazetteer:notice_points"),
    Route("gazetteer:breaches"),
    Route("gazetteer:notice_new", needs=Capability.WRITE_NOTICE),
    Route("gazetteer:notice", kwargs=_notice()),
    Route(
        "gazetteer:notice_edit",
        kwargs=_notice(state="draft"),
        needs=Capability.WRITE_NOTICE,
        outside=404,
    ),
    Route(
        "gazetteer:notice_step",
        kwargs=_notice(step="approve"),
        needs=Capability.APPROVE_NOTICE,
        outside=404,
    ),
    Route(
        "gazetteer:notice_step",
        kwargs=_notice(step="verify"),
        needs=Capability.VERIFY_NOTICE,
        outside=404,
    ),
    Route(
        "gazetteer:notice_document",
        kwargs=_notice(),
        needs=Capability.READ_COMPLAINT,
        outside=404,
    ),
    Route("gazetteer:complaints", needs=Capability.READ_COMPLAINT),
    Route("gazetteer:complaint_points", needs=Capability.READ_COMPLAINT),
    Route("gazetteer:complaint_new", open=True),
    Route(
        "gazetteer:complaint",
        kwargs=_COMPLAINT,
        needs=Capability.READ_COMPLAINT,
        outside=404,
    ),
    Route(
        "gazetteer:complaint_answer",
        kwargs=_COMPLAINT,
        needs=Capability.WRITE_NOTICE,
        outside=404,
    ),
    Route(
        "gazetteer:complaint_informant",
        kwargs=_COMPLAINT,
        needs=Capability.READ_INFORMANT,
        outside=404,
    ),
    Route("gazetteer:suggestions", query="?state=all"),
    Route("gazetteer:suggestion_points"),
    Route("gazetteer:suggestion_new", open=True),
    Route("gazetteer:suggestion", kwargs=_SUGGESTION),
    Route(
        "gazetteer:suggestion",
        kwargs=_SUGGESTION,
        method="POST",
        needs=Capability.EDIT_NAME,
        outside=404,
    ),
    Route(
        "gazetteer:suggestion_duplicate",
        kwargs=_SUGGESTION,
        method="POST",
        needs=Capability.EDIT_NAME,
        ok=302,
        outside=404,
    ),
    Route(
        "gazetteer:suggestion_informant",
        kwargs=_SUGGESTION,
        needs=Capability.READ_INFORMANT,
        outside=404,
    ),
    Route("gazetteer:protected"),
    Route("gazetteer:protected_points"),
    Route("gazetteer:protect_new", needs=Capability.APPROVE_NAME),
    Route(
        "gazetteer:protection_end",
        kwargs=_PROTECTION,
        needs=Capability.APPROVE_NAME,
        outside=404,
    ),
    Route("gazetteer:receipt", kwargs=_COMPLAINT, open=True),
    # Whose file is whose is tried in tests/gazetteer/test_COMPLAINT_pages.py.
    Route("gazetteer:evidence", kwargs={"pk": NOBODYS}, ok=404),
]
