"""Rename → signs: which signs a new name makes wrong, what that costs, orders by one click."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.domain.roles import Capability
from common.filters import read_code
from signage.operations.order_many import Terms, order_signs, plan_for
from signage.queries.record import county_names
from signage.queries.renamed import renamed_places
from signage.queries.signs import SignFilter

DAYS = 730


@require_GET
def renamed(request: Any) -> HttpResponse:
    within = read_code(request.GET.get("within", "")) or settings.HOME_JURISDICTION
    rows = renamed_places(at=request.day, within=within, days=DAYS)
    values = {
        "rows": rows,
        "within": within,
        "counties": county_names(within=settings.HOME_JURISDICTION, at=request.day),
        "may_order": request.user.may(Capability.ORDER_FIX) and request.day == request.today,
        "waiting": sum(row.waiting for row in rows),
        "cost": sum(row.cost for row in rows),
        "cost_unknown": sum(row.cost_unknown for row in rows),
    }
    return render(request, "signage/renamed.html", values)


@require_POST
def renamed_order(request: Any, place: Any) -> HttpResponse:
    """Order all signs of a renamed place from the bodies on record, on the usual terms."""
    chosen = SignFilter(place=str(place))
    plan = plan_for(by=request.user, at=request.today, chosen=chosen)
    found = next(
        (
            row
            for row in renamed_places(at=request.today, within="", days=DAYS)
            if row.place_id == place
        ),
        None,
    )
    if found is None:
        raise Http404
    words = (
        _("The name changed from %(old)s to %(new)s.") % {"old": found.old, "new": found.new}
        if found.new
        else _("The name %(old)s has ended.") % {"old": found.old}
    )
    named = {body.body: Terms(instruction=words) for body in plan.bodies if body.body}
    if not named and plan.count:
        # Nobody is on record for these signs: the page for many asks who.
        return redirect(f"{reverse('signage:order_many')}?place={place}")
    sheets = order_signs(
        by=request.user, at=timezone.now(), chosen=chosen, seen=plan.count, bodies=named
    )
    if len(sheets) == 1:
        return redirect("signage:order_sheet", sheets[0].pk)
    return redirect("signage:orders")
