"""Webhooks: addresses that are told of public changes; only an administrator makes them."""

import ipaddress
import json
import secrets
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.encoding import iri_to_uri

from accounts.domain.roles import Capability
from accounts.models import Webhook
from accounts.scoping import require
from api.domain.asked import UNHELD
from api.domain.webhooks import MOST_FAILURES, signature, wait_after
from api.queries.changes import changes_since
from common import audit
from common.errors import BadInput, NotInScope

PAGE, PATIENCE_S, MOST_PAGES = 100, 10, 50
# (url, body, signature) → what went wrong, "" where the receiver took it.
Send = Callable[[str, bytes, str], str]


@transaction.atomic
def make_webhook(*, by: Any, url: str, number: int) -> Webhook:
    """``number``: changes after this one are told."""
    require(by=by, capability=Capability.MANAGE_ACCOUNTS, codes=[""])
    try:
        parts = urlsplit(url)
        host, port = _host_and_port(parts)
    except ValueError:
        host, port = "", 0
    if not host or not port or parts.scheme not in ("http", "https") or parts.username:
        raise BadInput("“%(url)s” is no address: write https://….", url=url[:60])
    hook = Webhook.objects.create(
        user=by, url=url[:300], secret=secrets.token_hex(32), number=number
    )
    audit.record(by=by, operation="make_webhook", subject=hook, url=hook.url)
    return hook


@transaction.atomic
def act_on_webhook(*, by: Any, key: int, act: str, number: int | None = None) -> None:
    """``retry`` at once, ``replay`` from a number on, or ``delete``."""
    require(by=by, capability=Capability.MANAGE_ACCOUNTS, codes=[""])
    hook = Webhook.objects.select_for_update().filter(pk=key).first()
    if hook is None or act not in ("retry", "replay", "delete"):
        raise NotInScope
    audit.record(by=by, operation=f"{act}_webhook", subject=hook, url=hook.url)
    if act == "delete":
        hook.delete()
        return
    if act == "replay":
        if number is None:
            raise BadInput("Say after which change it is told again: 0 is the beginning.")
        hook.number = number
    hook.failures, hook.next_at, hook.stopped_at, hook.error = 0, None, None, ""
    hook.save()


def deliver(*, at: datetime, site: str, send: Send) -> dict[str, int]:
    """Take what is new to every webhook that is due; {url: changes taken there}."""
    due = Webhook.objects.filter(stopped_at__isnull=True, user__is_active=True)
    due = due.filter(Q(next_at__isnull=True) | Q(next_at__lte=at))
    return {hook.url: _deliver(hook, at=at, site=site, send=send) for hook in due}


def _deliver(hook: Webhook, *, at: datetime, site: str, send: Send) -> int:
    taken = 0
    for _page in range(MOST_PAGES):
        page = changes_since(number=hook.number, limit=PAGE)
        if page.changes:
            body = json.dumps(
                {"changes": [change.told(site) for change in page.changes], "last": page.last},
                ensure_ascii=False,
            ).encode()
            error = send(hook.url, body, signature(hook.secret, body))
            if error:
                _failed(hook, at=at, error=error)
                return taken
        if page.last == hook.number:
            break
        taken += len(page.changes)
        # Another process may have gone on meanwhile: never back. Where it failed, that is over.
        Webhook.objects.filter(pk=hook.pk, number=hook.number).update(
            number=page.last,
            failures=0,
            next_at=None,
            stopped_at=None,
            error="",
            delivered_at=at,
        )
        hook.number, hook.failures = page.last, 0
        if not page.more:
            break
    return taken


def _failed(hook: Webhook, *, at: datetime, error: str) -> None:
    failures = hook.failures + 1
    # Another run or a person may have come first: what they left is not written over.
    seen = Webhook.objects.filter(pk=hook.pk, number=hook.number, failures=hook.failures)
    seen.update(
        failures=failures,
        next_at=at + wait_after(failures),
        stopped_at=at if failures >= MOST_FAILURES else None,
        # Its words are the receiver's, which may be no text that can be kept.
        error=UNHELD.sub("\N{REPLACEMENT CHARACTER}", error)[:200],
    )


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    """The host as names are asked for, and the port, written or not; ValueError for neither."""
    usual = 443 if parts.scheme == "https" else 80
    return (parts.hostname or "").encode(
        "idna"
    ).decode(), usual if parts.port is None else parts.port


def _refuse_ourselves(line: socket.socket) -> None:
    """Looked at once it is connected: a name may lead elsewhere each time that it is asked for."""
    if settings.WEBHOOKS_TO_THIS_MACHINE:
        return
    peer, own = line.getpeername()[0], line.getsockname()[0]
    address = ipaddress.ip_address(peer.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    # Whoever asks for an address of their own network card is answered by themselves.
    if peer == own or address.is_loopback or address.is_link_local:
        raise OSError(f"{address} is this machine's own")


@contextmanager
def _cut_late(line: socket.socket) -> Iterator[Event]:
    """Cut a line after ``PATIENCE_S``: who sends a byte now and then is never late for a reader."""
    late = Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):  # it ended meanwhile
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(PATIENCE_S, cut)
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def send_by_http(url: str, body: bytes, signed: str) -> str:
    """To no other address than a person said: by no proxy, and where it is redirected to not."""
    headers = {
        "Content-Type": "application/json",
        "Connection": "close",
        "X-Diming-Signature": signed,
    }
    try:
        parts = urlsplit(url)
        where = iri_to_uri(urlunsplit(("", "", parts.path or "/", parts.query, "")))
        secure = parts.scheme == "https"
        host, port = _host_and_port(parts)
        made = (HTTPSConnection if secure else HTTPConnection)(host, port)
        with closing(made) as connection:
            connection.sock = line = socket.create_connection((host, port), PATIENCE_S)
            _refuse_ourselves(line)
            if secure:
                connection.sock = line = ssl.create_default_context().wrap_socket(
                    line, server_hostname=host, do_handshake_on_connect=False
                )
            with _cut_late(line) as late:
                if secure:
                    line.do_handshake()
                connection.request("POST", where, body=body, headers=headers)
                status = connection.getresponse().status
            if late.is_set():  # a line that was cut may look like the end of an answer
                raise TimeoutError(f"no whole answer within {PATIENCE_S} s")
    except (OSError, ValueError, HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    return "" if 200 <= status < 300 else f"HTTP {status}"
