"""What may be done with a place, and what is under way about it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.domain.scope import any_covers
from accounts.scoping import may_here
from gazetteer.models import CaseState, NoticeState, Place, PlaceName
from gazetteer.queries.place_history import open_matters
from gazetteer.views.notice_lines import law_actions
from gazetteer.views.place_timeline import address


def place_actions(user: Any, place: Place, name: PlaceName | None) -> list[dict[str, Any]]:
    """What may be done next with the place, in the order of the work."""
    allowed = may_here(by=user, capability=Capability.EDIT_NAME, codes=[place.division_code])
    reason = _("Names are corrected by place-name officers of this jurisdiction.")
    actions = [
        {
            "label": _("Correct the name"),
            "url": reverse("gazetteer:name_edit", args=[place.pk]),
            "enabled": allowed and name is not None,
            "reason": reason if name else _("The place has no standard name on this day."),
            "primary": True,
        },
        {
            "label": _("Correct the record"),
            "url": reverse("gazetteer:place_edit", args=[place.pk]),
            "enabled": allowed,
            "reason": _("Records are corrected by place-name officers of this jurisdiction."),
        },
    ]
    start = address("gazetteer:case_start")
    if start:
        asked = urlencode({"place": place.pk, "kind": "renaming" if name else "naming"})
        actions.append(
            {
                "label": _("Start a renaming") if name else _("Start a naming"),
                "url": f"{start}?{asked}",
                "enabled": allowed and place.division_id is None,
                "reason": reason
                if place.division_id is None
                else _("The name of a division changes only with an adjustment of divisions."),
            }
        )
    return actions


def further_actions(user: Any, place: Place) -> list[dict[str, Any]]:
    """What is done more seldom, behind one button; pages that are not installed are left out."""
    here = [place.division_code]
    edits = may_here(by=user, capability=Capability.EDIT_NAME, codes=here)
    approves = may_here(by=user, capability=Capability.APPROVE_NAME, codes=here)
    reason = _("Records are corrected by place-name officers of this jurisdiction.")
    suggest = address("gazetteer:suggestion_new")
    found = [
        (_("Names, relations and codes"), address("gazetteer:names", place.pk), True),
        (_("Merge with another place"), address("gazetteer:merge", place.pk), edits),
        (_("Record that it is no more"), address("gazetteer:place_end", place.pk), approves),
        (_("Suggest a correction"), suggest and f"{suggest}?place={place.pk}", True),
    ]
    return [
        {"label": label, "url": url, "enabled": enabled, "reason": reason}
        for label, url, enabled in found
        if url
    ] + law_actions(user, place)


def matters(user: Any, place: Place, day: date) -> list[dict[str, Any]]:
    """What is under way, each with its page where the person may open one."""
    found = open_matters(place=place, at=day)
    here = any_covers(user.jurisdictions(), place.division_code)
    found_matters = [
        {
            "label": f"{case.get_kind_display()} {case.number}",
            "text": CaseState(case.state_on).label,
            "url": address("gazetteer:case", case.pk),
            "state": "due",
        }
        for case in found["cases"]
    ]
    if not here:
        return found_matters
    found_matters += [
        {
            "label": _("Rectification notice: %(who)s") % {"who": each.notice.organisation},
            "text": NoticeState(each.state).label,
            "url": address("gazetteer:notice", each.notice.pk),
            "state": "overdue" if each.clock.state == "overdue" else "due",
        }
        for each in found["notices"]
    ]
    return found_matters + [
        {
            "label": _("Suggestion of %(day)s")
            % {"day": timezone.localdate(each.suggested_at).isoformat()},
            "text": each.get_state_display(),
            "url": address("gazetteer:suggestion", each.pk),
            "state": "check",
        }
        for each in found["suggestions"]
    ]
