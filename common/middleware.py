"""The day everything is shown for, and refusals turned into pages with one sentence."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from common.errors import (
    BadInput,
    DayTooFar,
    DimingError,
    NoRole,
    NotInScope,
    NotPermitted,
    TooMuch,
    UnreadableAddress,
)
from common.periods import parse_day
from common.problems import problem, wants_problem

# Pages reckon from their day by years either way, and the calendar of computers ends at 1 and 9999.
SHOWN_YEARS = range(100, 9900)


def sentence(error: DimingError) -> str:
    """The refusal in the reader's language."""
    text = gettext(error.message_id)
    return text % error.values if error.values else text


def attempted(act: Callable[..., Any], **values: Any) -> tuple[Any, str]:
    """What an operation returns and "", or None and the sentence it refuses with, for the form.

    Who may not do it at all is answered by :class:`RefusalMiddleware`, not beside the form.
    """
    try:
        return act(**values), ""
    except (NotInScope, NotPermitted):
        raise
    except DimingError as error:
        return None, sentence(error)


class DayMiddleware:
    """``request.day`` is the day in ``?at=``, today where it is absent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.today = request.day = timezone.localdate()
        if _has_null(request):
            return refusal_page(request, UnreadableAddress(), status=400)
        text = request.GET.get("at", "")
        if text:
            try:
                request.day = parse_day(text)
                if request.day.year not in SHOWN_YEARS:
                    raise DayTooFar(text=text)
            except BadInput as error:
                return refusal_page(request, error, status=400)
        return self.get_response(request)


def _has_null(request: HttpRequest) -> bool:
    """Whether path or query hold the null character, which no text of the database may hold."""
    typed = [value for values in request.GET.lists() for value in (values[0], *values[1])]
    return any("\x00" in text for text in (request.path, *typed))


# Refusals that Django and its middleware give as pages of their own, or as nothing.
BARE = {
    400: gettext_noop("The request cannot be read."),
    403: gettext_noop("Programs write with a key, not with the cookie of a browser."),
    404: gettext_noop("There is nothing at this address."),
    405: gettext_noop("This cannot be done at this address: the header Allow says what can."),
    412: gettext_noop("The condition of the request does not hold."),
}


class RefusalMiddleware:
    """Scope first (404), then the role (403), then the act (409) or the input (400)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        text = BARE.get(response.status_code)
        bare = not response.get("Content-Type", "").startswith("application/")
        if text is None or not bare or not wants_problem(request):
            return response
        told = problem(response.status_code, gettext(text))
        if "Allow" in response:
            told["Allow"] = response["Allow"]
        return told

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Reading needs a role in force; one's own account and the language do not."""
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if user.grants_today() or request.resolver_match.app_name == "accounts":
            return None
        return refusal_page(request, NoRole(), status=403)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(request, error) if isinstance(error, DimingError) else None


def refused(request: HttpRequest, error: DimingError) -> HttpResponse:
    """404 out of scope, 400 bad input, 413 too much of it, 403 no role, 409 not now."""
    if isinstance(error, NotInScope):
        return refusal_page(request, None, status=404)
    status = 409
    if isinstance(error, NotPermitted):
        status = 403
    elif isinstance(error, BadInput):
        status = 413 if isinstance(error, TooMuch) else 400
    return refusal_page(request, error, status=status)


def refusal_page(request: HttpRequest, error: DimingError | None, *, status: int) -> HttpResponse:
    text = sentence(error) if error else gettext(BARE[404])
    if wants_problem(request):
        return problem(status, text)
    return render(request, "refusal.html", {"sentence": text, "status": status}, status=status)


def page_not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    return refusal_page(request, None, status=404)
