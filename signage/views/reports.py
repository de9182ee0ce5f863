"""Reports from people: the list, taking one down, and what becomes of it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, require_somewhere
from common.errors import DimingError, NotInScope, NotPermitted
from common.list_layouts import ListColumn, ListLayout
from common.middleware import sentence
from common.queries import row_changes
from common.registries import ChosenRows
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from gazetteer.forms.complaint import PurposeForm
from gazetteer.views.open_pages import address_of
from signage.exports.reports import reports_export
from signage.forms.report import DismissForm, ReportForm, ReportOrderForm
from signage.models import ReportState, Sign, SignReport
from signage.operations import reports as operations
from signage.operations.orders import default_due_day
from signage.queries.record import county_names, photos_of_report
from signage.queries.reports import alike, report_counts, report_list, signs_beside
from signage.queries.signs import night_of

MOST = 200
STATES = {
    "new": "check",
    "in_hand": "due",
    "settled": "ok",
    "dismissed": "unknown",
    "merged": "unknown",
}

LAYOUT = ListLayout(
    columns=[
        ListColumn("state", gettext_lazy("State"), usual=True),
        ListColumn(
            "received",
            gettext_lazy("Received on"),
            lambda row: timezone.localdate(row.received_at),
        ),
        ListColumn("channel", gettext_lazy("Received by"), lambda row: row.get_channel_display()),
        ListColumn("sign", gettext_lazy("Sign number"), lambda row: row.sign and row.sign.number),
        ListColumn("division", gettext_lazy("Division code"), lambda row: row.division_code),
    ]
)


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def reports(request: Any) -> HttpResponse:
    codes = _where_reading(request.user)
    state, within = _asked(request.GET)
    counts = report_counts(at=request.day, codes=codes, within=within)
    rows = report_list(at=request.day, codes=codes, state=state, within=within, limit=MOST)
    chips = [("", _("all reports"), sum(counts.values()))]
    chips += [(each.value, each.label, counts.get(each.value, 0)) for each in ReportState]
    values = {
        "rows": [(report, STATES[report.state]) for report in rows],
        "chips": [(key, label, count, key == state) for key, label, count in chips],
        "within": within,
        "state": state,
        "counties": county_names(within=settings.HOME_JURISDICTION, at=request.day),
        "more": max(0, (counts.get(state, 0) if state else sum(counts.values())) - len(rows)),
        "may_take": request.user.may(Capability.CHECK_SIGNS),
    }
    return render(request, "signage/report_list.html", values)


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    state, within = _asked(query)
    rows = report_list(at=at, codes=_where_reading(by), state=state, within=within)
    return ChosenRows(
        count=len(rows),
        export=lambda datum: reports_export(reports=rows, at=at, datum=datum),
    )


def _asked(query: QueryDict) -> tuple[str, str]:
    """The state and the jurisdiction of the address; what is none counts for nothing."""
    state, within = query.get("state", ""), query.get("within", "")
    return (
        state if state in ReportState.values else "",
        within if within.isdigit() and len(within) <= 12 else "",
    )


@login_not_required
@sensitive_post_parameters("name", "contact")
@sensitive_variables("values", "form")
def report_new(request: Any) -> HttpResponse:
    """Report a sign; needs no sign-in. Officers also take down what the hotline passes on."""
    by = request.user if request.user.is_authenticated else None
    if by is not None and not by.may(Capability.CHECK_SIGNS):
        by = None
    first = {"sign_number": request.GET.get("sign", "")[:30], "channel": "12345"}
    form = ReportForm(
        request.POST or None, request.FILES or None, initial=first, staff=by is not None
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            report = operations.take_report(
                by=by, at=timezone.now(), address=address_of(request), **values
            )
        except NotInScope:
            raise
        except DimingError as error:
            refusal = sentence(error)
        else:
            # An inspector takes reports down, and sees what came of them like anybody else.
            reads = by is not None and may_here(
                by=by, capability=Capability.READ_COMPLAINT, codes=[report.division_code]
            )
            return redirect("signage:report" if reads else "signage:report_receipt", report.pk)
    values = {
        "form": form,
        "sentence": refusal,
        "submit_label": _("Send the report"),
        "cancel_url": _back(by),
    }
    return render(request, "signage/report_form.html", values, status=409 if refusal else 200)


def _back(by: Any) -> str:
    """Where a person who takes reports down came from; nobody else has such a page."""
    if by is None:
        return ""
    return reverse("signage:reports" if by.may(Capability.READ_COMPLAINT) else "signage:round")


@login_not_required
@require_GET
def report_receipt(request: Any, pk: Any) -> HttpResponse:
    """What came of a report, for whoever holds its number; nothing else."""
    linked = ("order", "merged_into__order")
    report = SignReport.objects.shown().select_related(*linked).filter(pk=pk).first()
    if report is None:
        raise Http404
    shown = report.merged_into or report
    values = {
        "report": report,
        "shown": shown,
        "state": "ok" if shown.state in ("settled", "dismissed") else "due",
    }
    response = render(request, "signage/report_receipt.html", values)
    add_never_cache_headers(response)
    return response


@require_GET
def report(request: Any, pk: Any) -> HttpResponse:
    found = _report(request, pk)
    code = found.division_code
    may_order = may_here(by=request.user, capability=Capability.ORDER_FIX, codes=[code])
    waiting = found.state == ReportState.NEW
    reading = request.user.jurisdictions_for(Capability.READ_COMPLAINT)
    likely = alike(report=found, codes=reading) if waiting else []
    values = {
        "report": found,
        "state": STATES[found.state],
        "alike": [(each, _why(each)) for each in likely],
        "merged": list(found.merged.shown().order_by("received_at")),
        "photos": photos_of_report(report=found),
        "facts": _facts(found),
        "actions": _actions(request.user, found),
        "may_merge": waiting and may_order,
        "may_read_reporter": may_here(
            by=request.user, capability=Capability.READ_INFORMANT, codes=[code]
        ),
        "changes": row_changes(found, until=night_of(request.day)),
        "focus": {"type": "Point", "coordinates": [found.location.x, found.location.y]},
        "bounds": [
            found.location.x - 0.004,
            found.location.y - 0.004,
            found.location.x + 0.004,
            found.location.y + 0.004,
        ],
    }
    return render(request, "signage/report_record.html", values)


@require_POST
def report_merge(request: Any, pk: Any) -> HttpResponse:
    found = _report(request, pk)
    into = _report(request, _uuid(request.POST.get("into", "")))
    operations.merge_report(by=request.user, at=timezone.now(), report=found, into=into)
    return redirect("signage:report", into.pk)


def report_dismiss(request: Any, pk: Any) -> HttpResponse:
    found = _report(request, pk)
    require(by=request.user, capability=Capability.ORDER_FIX, codes=[found.division_code])
    form = DismissForm(request.POST or None)
    return _step(
        request,
        found,
        form,
        operations.dismiss_report,
        title=_("Answer without an order"),
        submit=_("Close the report"),
    )


def report_order(request: Any, pk: Any) -> HttpResponse:
    found = _report(request, pk)
    require(by=request.user, capability=Capability.ORDER_FIX, codes=[found.division_code])
    where = found.location
    near = (
        [found.sign]
        if found.sign
        else signs_beside(longitude=where.x, latitude=where.y, at=request.today)
    )
    first = {"sign": near[0].number, "responsible_body": near[0].responsible_body} if near else {}
    if near:
        first["due_on"] = default_due_day(sign=near[0], at=request.today)
    form = ReportOrderForm(request.POST or None, near=near, initial=first)

    def order(**values: Any) -> None:
        values["sign"] = Sign.objects.shown().get(number=values["sign"])
        operations.order_from_report(**values)

    return _step(request, found, form, order, title=_("Order a fix"), submit=_("Order the fix"))


@sensitive_variables("found")
def report_reporter(request: Any, pk: Any) -> HttpResponse:
    """Who reported: the purpose is asked first; only the answer to that very POST holds it."""
    subject = _report(request, pk)
    require(by=request.user, capability=Capability.READ_INFORMANT, codes=[subject.division_code])
    form = PurposeForm(request.POST or None)
    refused, found = "", None
    if request.method == "POST" and form.is_valid():
        try:
            found = operations.read_reporter(by=request.user, subject=subject, **form.cleaned_data)
        except (NotInScope, NotPermitted):
            raise
        except DimingError as error:
            refused = sentence(error)
    values = {
        "form": form,
        "informant": found,
        "sentence": refused,
        "cancel_url": reverse("signage:report", args=[pk]),
        "subject": f"{subject.get_kind_display()} {subject.received_at:%Y-%m-%d}",
    }
    response = render(request, "gazetteer/informant.html", values, status=409 if refused else 200)
    add_never_cache_headers(response)
    return response


def _step(
    request: Any, found: SignReport, form: Any, operation: Any, *, title: str, submit: str
) -> HttpResponse:
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            operation(by=request.user, at=timezone.now(), report=found, **form.cleaned_data)
        except (NotInScope, NotPermitted):
            raise
        except DimingError as error:
            refusal = sentence(error)
        else:
            return redirect("signage:report", found.pk)
    values = {
        "form": form,
        "report": found,
        "title": title,
        "submit_label": submit,
        "sentence": refusal,
        "cancel_url": reverse("signage:report", args=[found.pk]),
    }
    return render(request, "signage/report_step.html", values, status=409 if refusal else 200)


def _where_reading(by: Any) -> list[str]:
    return require_somewhere(by=by, capability=Capability.READ_COMPLAINT)


def _report(request: Any, pk: Any) -> SignReport:
    """Outside the person's jurisdiction there is none; inside it needs the role."""
    found = SignReport.objects.shown(request.day)
    found = found.select_related("sign", "order", "merged_into", "decided_by")
    shown = found.filter(pk=pk, received_at__lt=night_of(request.day)).first() if pk else None
    if shown is None:
        raise Http404
    require(by=request.user, capability=Capability.READ_COMPLAINT, codes=[shown.division_code])
    return shown


def _uuid(text: str) -> Any:
    try:
        return UUID(text)
    except ValueError:
        return None


def _why(each: Any) -> str:
    """Why two reports may be of the same thing."""
    parts = [
        _("%(metres)s m apart")
        % {"metres": number_format(round(each.likeness.metres), force_grouping=True)},
        _("%(days)s days apart") % {"days": number_format(round(each.likeness.days, 1), 1)},
    ]
    if each.likeness.same_sign:
        parts.insert(0, _("the same sign"))
    if each.likeness.same_kind:
        parts.append(_("the same kind"))
    return " · ".join(parts)


def _facts(found: SignReport) -> list[tuple[str, Any, str]]:
    where = f"{found.location.x:.6f}, {found.location.y:.6f} (CGCS2000)"
    decided = f"{found.decided_at:%Y-%m-%d} · {found.decided_by}" if found.decided_at else ""
    facts = [
        (_("What is wrong"), found.get_kind_display(), ""),
        (_("Received by"), found.get_channel_display(), ""),
        (_("Number of the hotline's ticket"), found.outer_number, ""),
        (_("Received at"), f"{timezone.localtime(found.received_at):%Y-%m-%d %H:%M}", ""),
        (_("Position"), where, ""),
        (_("Decided"), decided, ""),
        (_("Answer"), found.answer, ""),
    ]
    return [fact for fact in facts if fact[1]]


def _actions(user: Any, found: SignReport) -> list[dict[str, Any]]:
    reason = ""
    if found.state != ReportState.NEW:
        reason = _("The report is “%(state)s” already.") % {"state": found.get_state_display()}
    else:
        try:
            require(by=user, capability=Capability.ORDER_FIX, codes=[found.division_code])
        except DimingError as error:
            reason = sentence(error)
    steps = (
        (_("Order a fix"), "signage:report_order", True),
        (_("Answer without an order"), "signage:report_dismiss", False),
    )
    return [
        {
            "label": label,
            "url": reverse(name, args=[found.pk]),
            "method": "get",
            "enabled": not reason,
            "reason": reason,
            "primary": primary and not reason,
        }
        for label, name, primary in steps
    ]
