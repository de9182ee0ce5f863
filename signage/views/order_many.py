"""Order every sign of a filtered list: what it would mean for each body, then the orders."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from signage.forms.order_many import OrderManyForm
from signage.operations.order_many import order_signs, plan_for
from signage.queries.editions import rules_on
from signage.views.signs import filter_of

SHOWN_SIGNS = 12


def order_many(request: Any) -> HttpResponse:
    chosen = filter_of(request)
    plan = plan_for(by=request.user, at=request.today, chosen=chosen)
    bodies = [body.body for body in plan.bodies]
    if request.method == "POST":
        form = OrderManyForm(request.POST, bodies=bodies)
    else:
        form = OrderManyForm(bodies=bodies, initial={"seen": plan.count})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            sheets = order_signs(
                by=request.user,
                at=timezone.now(),
                chosen=chosen,
                seen=form.cleaned_data["seen"],
                bodies=form.terms(),
                named=form.cleaned_data.get("named", ""),
            )
        except (NotInScope, NotPermitted):
            raise
        except DimingError as error:
            refusal = sentence(error)
            # Whoever agrees to what is shown now sends the number that is shown now.
            form.data = form.data.copy()
            form.data["seen"] = plan.count
        else:
            if len(sheets) == 1:
                return redirect("signage:order_sheet", sheets[0].pk)
            return redirect("signage:orders")
    back = f"{reverse('signage:signs')}?{request.GET.urlencode()}"
    titles = {rule.rule_id: rule.title for rule in rules_on(at=request.today)}
    values = {
        "form": form,
        "plan": plan,
        "rows": [
            {
                "body": body,
                "take": take,
                "budget": budget,
                "rules": _rules(body, titles),
                "signs": body.fixes[:SHOWN_SIGNS],
                "more": max(0, len(body.fixes) - SHOWN_SIGNS),
            }
            for body, (take, budget) in zip(plan.bodies, form.rows(), strict=True)
        ],
        "sentence": refusal,
        "cancel_url": back,
        "submit_label": _("Order the fixes"),
    }
    return render(request, "signage/order_many.html", values, status=409 if refusal else 200)


def _rules(body: Any, titles: dict[str, str]) -> list[tuple[str, str, int]]:
    """What is wrong, the most frequent first."""
    counts: dict[str, int] = {}
    for fix in body.fixes:
        for rule_id in fix.rules:
            counts[rule_id] = counts.get(rule_id, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(rule_id, titles.get(rule_id, ""), count) for rule_id, count in ordered]
