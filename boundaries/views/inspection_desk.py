"""What the desk of a joint inspection shows: both records as far as one reads them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from boundaries.domain.displacement import Verdict
from boundaries.domain.joint_record import Missing, Stage, content_hash, missing_of
from boundaries.exports.inspection_words import MISSING, OFF_LINE, STAGES, VERDICTS
from boundaries.exports.markers import condition_word
from boundaries.forms.inspections import (
    FileInspectionForm,
    PointForm,
    ReopenForm,
    ReportForm,
    SectionForm,
    SideForm,
    WithdrawForm,
)
from boundaries.models import Inspection, Work
from boundaries.queries.divisions import names_of_sides
from boundaries.queries.inspections import (
    by_then,
    content_of,
    may_settle,
    particulars_hash,
    points_of,
    readable_sides,
    side_for,
    stage,
)
from boundaries.queries.markers import markers, state_of

LISTED = 12


def names_of(inspection: Inspection) -> dict[str, str]:
    """Code → name of both sides in the reader's language."""
    return names_of_sides(line=inspection.line, at=inspection.begun_on)


def desk_values(request: Any, held: Inspection, forms: dict[str, Any]) -> dict[str, Any]:
    content, names = content_of(held), names_of(held)
    held_hash = content_hash(content)
    held_stage = stage(held, at=request.day)
    read = readable_sides(request.user, held)
    own = side_for(request.user, held, Capability.RECORD_INSPECTION)
    signing = side_for(request.user, held, Capability.SIGN_INSPECTION)
    own_row = next((side for side in held.sides.all() if side.code == own), None)
    today = request.day == request.today
    open_yet = today and held_stage not in (Stage.FILED, Stage.GIVEN_UP)
    writes = open_yet and own_row is not None and own_row.submitted_at is None
    signing_row = next((side for side in held.sides.all() if side.code == signing), None)
    signs = (
        open_yet
        and held_stage is Stage.SUBMITTED
        and signing_row is not None
        and signing_row.signed_hash != held_hash
    )
    own_record = signing_row is not None and signing_row.submitted_by_id == request.user.pk
    records = may_here(by=request.user, capability=Capability.RECORD_INSPECTION, codes=held.codes)
    rows = _markers(held, content, read, request, names, own if writes else "")
    visited = sum(1 for row in rows if row["visits"])
    word, state = STAGES[held_stage]
    missing = missing_of(content, own) if writes else []
    return {
        "inspection": held,
        "title": "–".join(names[code] for code in held.codes),
        "lead": names.get(held.lead_code, held.lead_code),
        "stage": held_stage,
        "filed_on": by_then(held.filed_on, request.day),
        "given_up_on": by_then(held.given_up_on, request.day),
        "stage_text": word,
        "stage_state": state,
        "sides": [
            {
                "code": side.code,
                "name": names[side.code],
                "side": side,
                "submitted_at": by_then(side.submitted_at, request.day),
                "signed_at": by_then(side.signed_at, request.day),
                "own": side.code == own,
                "readable": side.code in read,
                "sections": [row for row in side.sections.all() if row.walked_on <= request.day],
            }
            for side in held.sides.all()
        ],
        "markers": rows,
        "visited": visited,
        "percent": 100 * visited // len(rows) if rows else 0,
        "points": [
            {
                "point": point,
                "closed": point.closed_on is not None and point.closed_on <= request.day,
                "may_settle": today and may_settle(request.user, point),
                "may_remove": writes
                and point.inspection_id == held.pk
                and point.raised_by == own
                and point.closed_on is None,
            }
            for point in points_of(held, by=request.user).filter(raised_on__lte=request.day)
        ],
        "missing": [_missing(kind, about) for kind, about in missing[:LISTED]],
        "more_missing": max(0, len(missing) - LISTED),
        "own": own,
        "writes": writes,
        "may_sign": signs and not own_record,
        "may_not_sign_own": signs and own_record,
        "may_reopen": open_yet and own_row is not None and own_row.submitted_at is not None,
        "may_file": open_yet and bool(own) and held_stage is Stage.SIGNED,
        "may_withdraw": open_yet
        and records
        and all(side.submitted_at is None for side in held.sides.all()),
        "may_pack": may_here(by=request.user, capability=Capability.READ, codes=held.codes),
        "reads_both": len(read) == 2,
        "reads_any": bool(read),
        "hash": held_hash,
        "forms": {
            "side": forms.get("side") or SideForm(initial=_side_initial(own_row)),
            "report": forms.get("report")
            or ReportForm(
                initial={
                    "seen": particulars_hash(held),
                    "inspected_on": held.inspected_on,
                    "basis": held.basis,
                    "suggestions": held.suggestions,
                }
            ),
            "section": forms.get("section") or SectionForm(initial={"walked_on": request.today}),
            "point": forms.get("point") or PointForm(),
            "reopen": forms.get("reopen") or ReopenForm(),
            "withdraw": forms.get("withdraw") or WithdrawForm(),
            "file": forms.get("file") or FileInspectionForm(),
        },
        "wrong_form": next(iter(forms), ""),
    }


def _side_initial(side: Any) -> dict[str, str]:
    return {"organisers": side.organisers, "people": side.people} if side else {}


def _missing(kind: Missing, about: str) -> str:
    return f"{MISSING[kind]} {about}".strip()


def _markers(
    held: Inspection, content: Any, read: list[str], request: Any, names: dict[str, str], own: str
) -> list[dict[str, Any]]:
    """Markers of the line with how they were found before and what this inspection says.

    ``own``: the side whose visits the person may take back, "" for none.
    """
    told: dict[str, list[dict[str, Any]]] = {}
    keys = {side.code: [visit.pk for visit in side.visits.all()] for side in held.sides.all()}
    for code in read:
        for n, visit in enumerate(content["sides"][code]["visits"]):
            if visit["visited_on"] <= request.day.isoformat():
                row = _visit(visit, names[code]) | {
                    "take_back": keys[code][n] if code == own else ""
                }
                told.setdefault(visit["marker"], []).append(row)
    day = held.inspected_on or request.day
    return [
        {
            "number": row.number,
            "marker": row,
            "before": condition_word(row.found),  # type: ignore[attr-defined]
            "before_state": state_of(row.found),  # type: ignore[attr-defined]
            "visits": told.get(row.number, []),
            "url": reverse("boundaries:marker_visit", args=[row.number]) + f"?inspection={held.pk}",
        }
        for row in markers(at=day, line=held.line_code)
    ]


def _visit(visit: Any, side: str) -> dict[str, Any]:
    found = visit.get("displacement")
    verdict = VERDICTS[Verdict(found["verdict"])] if found else None
    beside = visit.get("off_line")
    off = OFF_LINE[Verdict(beside["verdict"])] if beside else None
    return {
        "side": side,
        "on": visit["visited_on"],
        "word": condition_word(visit["condition"]),
        "state": state_of(visit["condition"]),
        "verdict": verdict[0] if verdict else "",
        "verdict_state": verdict[1] if verdict else "",
        "metres": found["metres"] if found else None,
        "off": (off[1], off[0], beside["metres"]) if off and off[1] != "ok" else None,
        "work": str(Work(visit["work"]).label) if visit["work"] else "",
        "moves": visit["work"] == Work.MOVED,
        "photos": len(visit["photos"]),
        "no_photo": _("no photo") if not visit["photos"] else "",
    }
