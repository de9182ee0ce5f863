"""The page of webhooks: which there are, how far each is, and what failed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.models import Webhook
from accounts.scoping import require_somewhere
from api.forms import WebhookForm
from api.operations.webhooks import act_on_webhook, make_webhook
from common.errors import DimingError
from common.middleware import sentence


def webhooks(request: Any) -> HttpResponse:
    require_somewhere(by=request.user, capability=Capability.MANAGE_ACCOUNTS)
    form = WebhookForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = make_webhook(by=request.user, **form.cleaned_data)
            form = WebhookForm()
        except DimingError as error:
            form.add_error(None, sentence(error))
    values = {"form": form, "hooks": Webhook.objects.select_related("user"), "made": made}
    response = render(request, "api/webhooks.html", values)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def webhook_act(request: Any, pk: int) -> HttpResponse:
    require_somewhere(by=request.user, capability=Capability.MANAGE_ACCOUNTS)
    number = request.POST.get("number", "")
    act_on_webhook(
        by=request.user,
        key=pk,
        act=request.POST.get("act", ""),
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None,
    )
    return redirect("api:webhooks")
