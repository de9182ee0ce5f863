"""Who complained or suggested: asked for with a purpose, shown once, kept by no cache."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_variables

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.errors import DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from gazetteer.forms.complaint import PurposeForm
from gazetteer.models import Complaint, Suggestion
from gazetteer.operations.complaints import read_informant


def may_read_informant(user: Any, code: str) -> bool:
    return may_here(by=user, capability=Capability.READ_INFORMANT, codes=[code])


@sensitive_variables("found")
def informant_page(
    request: Any, subject: Complaint | Suggestion, *, cancel_url: str, heading: Any
) -> HttpResponse:
    """The purpose is asked first; only the answer to that very POST holds the name."""
    form = PurposeForm(request.POST or None)
    refused, found = "", None
    if request.method == "POST" and form.is_valid():
        try:
            found = read_informant(by=request.user, subject=subject, **form.cleaned_data)
        except (NotInScope, NotPermitted):
            raise
        except DimingError as error:
            refused = sentence(error)
    values = {
        "form": form,
        "informant": found,
        "sentence": refused,
        "cancel_url": cancel_url,
        "subject": heading,
    }
    status = 409 if refused else 200
    response = render(request, "gazetteer/informant.html", values, status=status)
    add_never_cache_headers(response)
    return response
