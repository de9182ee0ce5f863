"""What the shell and other pages show of notices: section, home card, lines on a place's page."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.errors import DimingError, NotInScope
from common.middleware import sentence
from common.registries import Card, NavigationItem, add_card, add_section_entry
from gazetteer.models import Notice, NoticeState, Place
from gazetteer.queries.notices import NoticeThen, notice_counts, notices_of_place
from gazetteer.queries.protected import protections_of_place
from gazetteer.queries.related import RelatedGroup, RelatedThing, add_related
from gazetteer.views.notice_wording import clock_words

MOST = 8
# Pages of the section on place names: key, label, icon, address, who sees them.
PAGES = (
    ("notices", gettext_lazy("Notices"), "gavel", "gazetteer:notices", None),
    (
        "complaints",
        gettext_lazy("Complaints"),
        "message-report",
        "gazetteer:complaints",
        Capability.READ_COMPLAINT,
    ),
    (
        "suggestions",
        pgettext_lazy("corrections", "Suggestions"),
        "bulb",
        "gazetteer:suggestions",
        None,
    ),
    ("protected", gettext_lazy("Protected names"), "shield-check", "gazetteer:protected", None),
)


def register_notices() -> None:
    for order, (key, label, icon, name, capability) in enumerate(PAGES, start=60):
        add_section_entry("places", NavigationItem(key, label, icon, name, order, capability))
    add_related(notices_for_place)
    add_related(protections_for_place)
    add_card(15, notice_card)


def notices_for_place(*, place: Place, at: date) -> RelatedGroup | None:
    found = notices_of_place(place=place, at=at)
    return RelatedGroup(_("Notices"), len(found), [_line(each) for each in found[:MOST]])


def protections_for_place(*, place: Place, at: date) -> RelatedGroup | None:
    found = protections_of_place(place=place, at=at)
    listed = reverse("gazetteer:protected")
    things = [
        RelatedThing(
            title=row.list_name,
            text=row.reason,
            url=f"{listed}?{urlencode({'list': row.list_name})}",
            state="ok",
            synthetic=row.synthetic,
        )
        for row in found
    ]
    return RelatedGroup(_("Protected names"), len(things), things, listed)


def law_actions(user: Any, place: Place) -> list[dict[str, Any]]:
    """A breach reported, a notice drafted, the name protected: each with its reason if refused."""
    return [
        {
            "label": label,
            "url": f"{reverse(name)}?place={place.pk}",
            "enabled": not reason,
            "reason": reason,
        }
        for label, name, capability in (
            (_("Report a breach"), "gazetteer:complaint_new", Capability.READ),
            (_("Draft a notice"), "gazetteer:notice_new", Capability.WRITE_NOTICE),
            (_("Protect the name"), "gazetteer:protect_new", Capability.APPROVE_NAME),
        )
        for reason in [_refusal(user, place, capability)]
    ]


def _refusal(user: Any, place: Place, capability: Capability) -> str:
    """Why the person may not; "" where they may (anybody reports a breach)."""
    if capability == Capability.READ:
        return ""
    try:
        require(by=user, capability=capability, codes=[place.division_code])
    except NotInScope:
        return _("This place lies outside your jurisdiction.")
    except DimingError as error:
        return sentence(error)
    return ""


def notice_card(*, at: date, jurisdiction: str) -> Card:
    counts = notice_counts(at=at, within=jurisdiction)
    listed = reverse("gazetteer:notices")
    query = f"?within={jurisdiction}&at={at.isoformat()}"
    return Card(
        key="notices",
        title=_("Notices"),
        icon="gavel",
        url=listed,
        count=counts["running"],
        unit=pgettext("notice", "running"),
        synthetic=Notice.objects.within(jurisdiction).filter(synthetic=True).exists(),
        lines=[
            (
                "overdue",
                pgettext("notice", "%(count)s overdue") % {"count": counts["overdue"]},
                f"{listed}{query}&state=overdue",
            ),
        ],
    )


def _line(then: NoticeThen) -> RelatedThing:
    words: list[Any] = [NoticeState(then.state).label, clock_words(then.clock)]
    return RelatedThing(
        title=then.notice.organisation,
        text=" · ".join(str(word) for word in words if word),
        url=reverse("gazetteer:notice", args=[then.notice.pk]),
        state=then.clock.state,
        synthetic=then.notice.synthetic,
    )
