"""Opinions of the public on a naming case: recorded as they come in, then handled one by one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, within
from gazetteer.forms.case_steps import CommentForm, HandleForm
from gazetteer.models import PublicComment
from gazetteer.operations.comments import handle_comment, record_comment
from gazetteer.views.case_steps import case_in_reach, refusal_of


def comment_new(request: Any, pk: UUID) -> HttpResponse:
    case = case_in_reach(request, pk)
    require(by=request.user, capability=Capability.EDIT_NAME, codes=[case.division_code])
    form = CommentForm(request.POST or None, initial={"received_on": request.today})
    refused = ""
    if request.method == "POST" and form.is_valid():
        refused = refusal_of(
            record_comment, by=request.user, at=timezone.now(), case=case, **form.cleaned_data
        )
        if not refused:
            messages.success(request, _("The opinion is recorded."))
            return redirect(reverse("gazetteer:case", args=[pk]) + "#comments")
    values = {
        "form": form,
        "case": case,
        "sentence": refused,
        "cancel_url": reverse("gazetteer:case", args=[pk]) + "#comments",
    }
    return render(
        request, "gazetteer/case_comment_form.html", values, status=409 if refused else 200
    )


def comment_handle(request: Any, pk: int) -> HttpResponse:
    rows = PublicComment.objects.exclude(case__place__secrecy="secret").select_related("case")
    mine = within(rows, request.user, field="case__division_code")
    comment = get_object_or_404(mine, pk=pk)
    case = comment.case
    require(by=request.user, capability=Capability.REVIEW_NAME, codes=[case.division_code])
    form = HandleForm(request.POST or None, initial={"handled": comment.handled})
    refused = ""
    if request.method == "POST" and form.is_valid():
        refused = refusal_of(
            handle_comment,
            by=request.user,
            at=timezone.now(),
            comment=comment,
            handled=form.cleaned_data["handled"],
        )
        if not refused:
            messages.success(request, _("It is kept how the opinion was handled."))
            return redirect(reverse("gazetteer:case", args=[case.pk]) + "#comments")
    codes = [case.division_code]
    values = {
        "form": form,
        "case": case,
        "comment": comment,
        "informed": may_here(by=request.user, capability=Capability.READ_INFORMANT, codes=codes),
        "sentence": refused,
        "cancel_url": reverse("gazetteer:case", args=[case.pk]) + "#comments",
    }
    return render(
        request, "gazetteer/case_handle_form.html", values, status=409 if refused else 200
    )
