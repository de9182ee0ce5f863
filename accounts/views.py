"""Pages about people: one's own account, roles, the audit log."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.domain.keys import Scope
from accounts.domain.roles import Capability
from accounts.forms import AccountForm, GrantForm, KeyForm, NoticeMailForm
from accounts.models import Grant, NoticeMail
from accounts.operations.grants import end_role, give_role, open_account
from accounts.operations.keys import end_key, make_key
from accounts.operations.notices import choose_mail
from accounts.queries.keys import keys_of
from accounts.queries.people import audit_entries, people
from accounts.scoping import require_somewhere
from common.errors import DimingError
from common.filters import read_count
from common.list_layouts import whole_table
from common.middleware import sentence
from common.views.list_layouts import has_layout

PAGE = 50
LAYOUT = whole_table(
    who=gettext_lazy("Who"),
    operation=gettext_lazy("Operation"),
    subject=gettext_lazy("Subject"),
    jurisdiction=gettext_lazy("Jurisdiction"),
    reason=gettext_lazy("Reason"),
)


def me(request: Any) -> HttpResponse:
    """One's roles, and whether notices come by e-mail too."""
    choice = NoticeMail.objects.filter(user=request.user).first()
    first = {"address": request.user.email, "how": choice.how if choice else NoticeMail.How.OFF}
    form = NoticeMailForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            choose_mail(by=request.user, **form.cleaned_data)
        except DimingError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("accounts:me")
    values = {"grants": request.user.grants_today(), "form": form, "mail": choice}
    return render(request, "accounts/me.html", values)


def keys(request: Any) -> HttpResponse:
    """One's keys for programs; a new one is shown on this answer and never again."""
    form = KeyForm(request.POST or None)
    values: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        scopes = [Scope.READ, Scope.WRITE] if asked["writes"] else [Scope.READ]
        try:
            _record, values["key"] = make_key(
                by=request.user,
                name=asked["name"],
                scopes=[scope.value for scope in scopes],
                expires_on=asked["expires_on"],
                at=request.today,
            )
            values["form"] = KeyForm()
        except DimingError as error:
            form.add_error(None, sentence(error))
    values["keys"] = keys_of(request.user)
    response = render(request, "accounts/keys.html", values)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def key_end(request: Any, pk: int) -> HttpResponse:
    end_key(by=request.user, key_id=pk, at=timezone.now())
    return redirect("accounts:keys")


def people_list(request: Any) -> HttpResponse:
    require_somewhere(by=request.user, capability=Capability.MANAGE_ACCOUNTS)
    rows = people(at=request.day, text=request.GET.get("q", "").strip())
    return render(request, "accounts/people_list.html", {"people": rows})


def grant_new(request: Any) -> HttpResponse:
    require_somewhere(by=request.user, capability=Capability.MANAGE_ACCOUNTS)
    first = {"start": request.today, "user": request.GET.get("user")}
    form = GrantForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            give_role(by=request.user, **form.cleaned_data)
        except DimingError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("accounts:people")
    return render(request, "accounts/grant_form.html", {"form": form})


@require_POST
def grant_end(request: Any, pk: int) -> HttpResponse:
    end_role(by=request.user, grant=get_object_or_404(Grant, pk=pk), on=request.today)
    return redirect("accounts:people")


def account_new(request: Any) -> HttpResponse:
    require_somewhere(by=request.user, capability=Capability.MANAGE_ACCOUNTS)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = open_account(by=request.user, **form.cleaned_data)
        except DimingError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect(f"/manage/roles/new/?user={user.username}")
    return render(request, "accounts/account_form.html", {"form": form})


@has_layout(LAYOUT)
def audit_log(request: Any) -> HttpResponse:
    require_somewhere(by=request.user, capability=Capability.READ_AUDIT)
    before = request.GET.get("before", "")
    rows = list(
        audit_entries(
            jurisdictions=request.user.jurisdictions_for(Capability.READ_AUDIT),
            until=request.day,
            text=request.GET.get("q", "").strip(),
            before=read_count(before) or None,
        )[: PAGE + 1]
    )
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return render(request, "accounts/audit_list.html", {"entries": rows[:PAGE], "more": more})
