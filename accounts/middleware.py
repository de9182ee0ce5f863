"""Programs sign in by a key at the addresses that are made for them."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.keys import Scope, key_in
from accounts.queries.keys import get_key
from common.problems import for_programs, problem, wants_problem

READING = ("GET", "HEAD", "OPTIONS")
REALM = 'Basic realm="Diming", charset="UTF-8"'
# Questions that are long enough to be posted, and change nothing.
ASKED_BY_POST = ("/reconcile", "/api/")


class KeyMiddleware:
    """A key stands for its person; without key or session a program is told 401, not a page.

    An answer to a key never sets a cookie. The limit of requests is kept by each process.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.asked: dict[int, deque[float]] = {}
        self.lock = Lock()

    def __call__(self, request: Any) -> HttpResponse:
        request.api_key = None
        if not for_programs(request.path):
            return self.get_response(request)
        response = self._answered(request)
        # What one person may read is kept by no cache on the way, and asked for again each time.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def _answered(self, request: Any) -> HttpResponse:
        key = key_in(request.headers, request.GET)
        if key:
            found = get_key(key=key, at=timezone.localdate())
            if found is None:
                return unknown_person(_("This key is unknown, ended or expired."))
            if self._too_often(found):
                response = problem(429, _("Too many requests with this key: wait a minute."))
                response["Retry-After"] = "60"
                return response
            reads = request.method in READING or request.path.startswith(ASKED_BY_POST)
            if (Scope.READ if reads else Scope.WRITE) not in found.scopes:
                return problem(403, _("This key reads and does not write."))
            request.api_key = found
            request.user = found.user
            # No cookie took part: another site cannot make a browser send the key.
            request._dont_enforce_csrf_checks = True
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Before the middleware that sends people to the sign-in page."""
        if not for_programs(request.path) or not getattr(view, "login_required", True):
            return None
        if request.user.is_authenticated or not wants_problem(request):
            return None
        return unknown_person(_("Give a key: Authorization: Bearer …, or as password."))

    def _too_often(self, key: Any) -> bool:
        now = time.monotonic()
        with self.lock:
            moments = self.asked.setdefault(key.key_id, deque())
            while moments and moments[0] < now - 60:
                moments.popleft()
            if len(moments) >= key.per_minute:
                return True
            moments.append(now)
        return False


def unknown_person(sentence: str) -> HttpResponse:
    response = problem(401, sentence)
    response["WWW-Authenticate"] = REALM
    return response
