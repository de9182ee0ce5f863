"""Webhooks: told in order, signed, tried again later, stopped and told again by a person."""

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Webhook
from api.domain.webhooks import LONGEST_WAIT, MOST_FAILURES, signature, wait_after
from api.operations.webhooks import act_on_webhook, deliver, make_webhook, send_by_http
from api.queries.changes import LARGEST, changes_since
from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from gazetteer.models import Place

NOW = datetime(2024, 5, 1, tzinfo=UTC)
SITE = "https://diming.example.cn"
RECEIVER = "https://mirror.example.cn/hook"


@pytest.fixture
def admin(make_user: Any, demo: Any, monkeypatch: Any) -> Any:
    # What this test's own transaction writes counts as settled.
    monkeypatch.setattr("common.audit.settled", lambda: LARGEST)
    return make_user("administrator", "")


@pytest.fixture
def hook(admin: Any) -> Webhook:
    last = changes_since(number=0, limit=10_000).last
    return make_webhook(by=admin, url=RECEIVER, number=last)


def change(count: int = 1) -> None:
    for place in Place.objects.shown()[:count]:
        AuditEntry.objects.create(
            operation="edit_place", subject_type="gazetteer.place", subject_id=str(place.pk)
        )


class TestDelivery:
    def test_tells_what_is_new_once_and_signed(self, hook: Webhook) -> None:
        change(3)
        got: list[tuple[str, bytes, str]] = []

        def send(*told: Any) -> str:
            got.append(told)
            return ""

        assert deliver(at=NOW, site=SITE, send=send) == {RECEIVER: 3}
        _url, body, signed = got[0]
        wanted = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
        assert signed == f"sha256={wanted}"
        assert json.loads(body)["changes"][0]["id"].startswith(f"{SITE}/id/place/")
        assert deliver(at=NOW, site=SITE, send=send) == {RECEIVER: 0}
        assert len(got) == 1

    def test_tries_again_later_and_loses_nothing(self, hook: Webhook) -> None:
        change()
        assert deliver(at=NOW, site=SITE, send=lambda *_: "HTTP 503") == {RECEIVER: 0}
        assert deliver(at=NOW, site=SITE, send=lambda *_: "") == {}
        later = NOW + timedelta(minutes=2)
        assert deliver(at=later, site=SITE, send=lambda *_: "") == {RECEIVER: 1}

    def test_stops_after_too_many_failures_until_a_person_looks(
        self, hook: Webhook, admin: Any
    ) -> None:
        change()
        at = NOW
        for _ in range(MOST_FAILURES):
            deliver(at=at, site=SITE, send=lambda *_: "HTTP 500")
            at += LONGEST_WAIT
        hook.refresh_from_db()
        assert hook.stopped_at and hook.error == "HTTP 500"
        assert deliver(at=at, site=SITE, send=lambda *_: "") == {}
        act_on_webhook(by=admin, key=hook.pk, act="retry")
        assert deliver(at=at, site=SITE, send=lambda *_: "") == {RECEIVER: 1}
        act_on_webhook(by=admin, key=hook.pk, act="replay", number=hook.number)
        assert deliver(at=at, site=SITE, send=lambda *_: "") == {RECEIVER: 1}

    def test_what_failed_before_a_message_was_taken_counts_no_more(
        self, hook: Webhook, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("api.operations.webhooks.PAGE", 1)
        Webhook.objects.update(failures=MOST_FAILURES - 1)
        change(2)
        answers = iter(["", "HTTP 503"])
        assert deliver(at=NOW, site=SITE, send=lambda *_: next(answers)) == {RECEIVER: 1}
        hook.refresh_from_db()
        assert (hook.failures, hook.stopped_at) == (1, None)
        assert hook.next_at == NOW + wait_after(1)

    @pytest.mark.parametrize(("other", "failures"), [("", 0), ("HTTP 503", MOST_FAILURES)])
    def test_of_two_runs_at_once_the_first_is_not_written_over(
        self, hook: Webhook, other: str, failures: int
    ) -> None:
        """Nothing stops what another run has delivered; an outage that both met counts once."""
        Webhook.objects.filter(pk=hook.pk).update(failures=MOST_FAILURES - 1)
        change()

        def send(*_told: Any) -> str:
            deliver(at=NOW, site=SITE, send=lambda *_: other)
            return "HTTP 503"

        deliver(at=NOW, site=SITE, send=send)
        hook.refresh_from_db()
        assert (hook.failures, hook.stopped_at is None) == (failures, not failures)

    def test_a_late_success_starts_again_what_another_run_stopped(self, hook: Webhook) -> None:
        Webhook.objects.filter(pk=hook.pk).update(failures=MOST_FAILURES - 1)
        change()

        def send(*_told: Any) -> str:
            deliver(at=NOW, site=SITE, send=lambda *_: "HTTP 503")
            return ""

        assert deliver(at=NOW, site=SITE, send=send) == {RECEIVER: 1}
        hook.refresh_from_db()
        assert (hook.failures, hook.stopped_at, hook.error) == (0, None, "")

    def test_is_told_again_from_a_number_alone(self, hook: Webhook, admin: Any) -> None:
        with pytest.raises(BadInput):
            act_on_webhook(by=admin, key=hook.pk, act="replay")
        assert Webhook.objects.get().number == hook.number


class Receiver(BaseHTTPRequestHandler):
    """Takes a message, sends it elsewhere or answers with what is no HTTP, as its path says."""

    taken: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/slow":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            with suppress(OSError):
                for _ in range(50):
                    self.wfile.write(b"X")
                    sleep(0.1)
            return
        if self.path == "/nonsense":
            self.wfile.write(b"\x15\x03\x01\x00what is this\r\n\r\n")  # as TLS refuses HTTP
            return
        if self.path == "/elsewhere":
            self.send_response(307)
            self.send_header("Location", "/take")
            self.end_headers()
            return
        self.taken.append((self.headers["X-Diming-Signature"], body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_told: Any) -> None:
        pass


def own_card() -> str:
    """The address of this machine's network card; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        try:
            found.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("This machine has no network.")
        return str(found.getsockname()[0])


@contextmanager
def listening(host: str) -> Iterator[str]:
    Receiver.taken.clear()
    server = ThreadingHTTPServer((host, 0), Receiver)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[str]:
    with listening("127.0.0.1") as address:
        yield address


class TestSending:
    """By HTTP to a receiver that is there."""

    def test_takes_the_message_and_its_signature(self, receiver: str) -> None:
        assert send_by_http(f"{receiver}/take", b"{}", "sha256=x") == ""
        assert Receiver.taken == [("sha256=x", b"{}")]

    def test_goes_nowhere_else(self, receiver: str) -> None:
        assert send_by_http(f"{receiver}/elsewhere", b"{}", "sha256=x") == "HTTP 307"
        assert Receiver.taken == []

    def test_by_no_proxy(self, receiver: str, monkeypatch: Any) -> None:
        monkeypatch.setenv("http_proxy", receiver)
        assert send_by_http("http://mirror.invalid/take", b"{}", "sha256=x") != ""
        assert Receiver.taken == []

    def test_a_byte_now_and_then_is_no_answer(self, receiver: str, monkeypatch: Any) -> None:
        monkeypatch.setattr("api.operations.webhooks.PATIENCE_S", 0.5)
        begun = monotonic()
        assert "TimeoutError" in send_by_http(f"{receiver}/slow", b"{}", "sha256=x")
        assert monotonic() - begun < 3

    def test_nor_is_a_byte_of_a_handshake(self, monkeypatch: Any) -> None:
        monkeypatch.setattr("api.operations.webhooks.PATIENCE_S", 0.5)
        with socket.create_server(("127.0.0.1", 0)) as server:

            def drip() -> None:
                line, _address = server.accept()
                with line, suppress(OSError):
                    line.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB begins
                    for _ in range(50):
                        line.sendall(b"\x02")
                        sleep(0.1)

            thread = Thread(target=drip)
            thread.start()
            begun = monotonic()
            port = server.getsockname()[1]
            assert send_by_http(f"https://127.0.0.1:{port}/take", b"{}", "sha256=x") != ""
            assert monotonic() - begun < 3
            thread.join()

    @pytest.mark.parametrize(
        ("url", "asked"),
        [
            ("http://[2001:db8::5]/take", ("2001:db8::5", 80)),
            ("https://[2001:db8::5]/take", ("2001:db8::5", 443)),
            ("https://mirror.invalid:8443/", ("mirror.invalid", 8443)),
        ],
    )
    def test_to_the_port_of_its_scheme(
        self, monkeypatch: Any, url: str, asked: tuple[str, int]
    ) -> None:
        lines: list[Any] = []

        def connect(address: Any, _patience: float) -> None:
            lines.append(address)
            raise OSError

        monkeypatch.setattr(socket, "create_connection", connect)
        assert send_by_http(url, b"{}", "sha256=x") != ""
        assert lines == [asked]

    def test_an_address_in_chinese_is_one(self, receiver: str) -> None:
        assert send_by_http(f"{receiver}/变更?名=天河", b"{}", "sha256=x") == ""

    def test_one_that_talks_nonsense_stops_no_other(self, receiver: str, admin: Any) -> None:
        last = changes_since(number=0, limit=10_000).last
        Webhook.objects.create(user=admin, url="http://[no-address/", number=last)  # kept before
        for path in ("nonsense", "take"):
            make_webhook(by=admin, url=f"{receiver}/{path}", number=last)
        change()
        told = deliver(at=NOW, site=SITE, send=send_by_http)
        assert told == {"http://[no-address/": 0, f"{receiver}/nonsense": 0, f"{receiver}/take": 1}
        assert "BadStatusLine" in Webhook.objects.get(url__endswith="nonsense").error

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
    def test_in_production_never_to_the_machine_itself(
        self, receiver: str, settings: Any, host: str
    ) -> None:
        settings.WEBHOOKS_TO_THIS_MACHINE = False
        port = receiver.rpartition(":")[2]
        assert "this machine's own" in send_by_http(f"http://{host}:{port}/take", b"{}", "sha256=x")
        assert Receiver.taken == []

    def test_nor_by_the_address_of_its_network_card(self, settings: Any) -> None:
        settings.WEBHOOKS_TO_THIS_MACHINE = False
        with listening(own_card()) as address:
            assert "this machine's own" in send_by_http(f"{address}/take", b"{}", "sha256=x")
        assert Receiver.taken == []


class TestWhoMay:
    def test_only_administrators_of_the_whole(self, make_user: Any, admin: Any) -> None:
        with pytest.raises((NotPermitted, NotInScope)):
            make_webhook(by=make_user("viewer", ""), url=RECEIVER, number=0)

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://x/", "https://", "https://a:b@c/", "file:///etc",
            "https://x:99999/", "https://x:0/", "http://[x/", f"https://{'x' * 64}.cn/",
        ],
    )  # fmt: skip
    def test_refuses_what_is_no_address(self, admin: Any, url: str) -> None:
        with pytest.raises(BadInput):
            make_webhook(by=admin, url=url, number=0)

    def test_no_number_is_beyond_what_is_kept(self, client_as: Any, demo: Any) -> None:
        client = client_as("administrator", "")
        client.post("/manage/webhooks/", {"url": RECEIVER, "number": 10**20})
        assert not Webhook.objects.exists()

    def test_page_shows_the_secret_once(self, client_as: Any, demo: Any) -> None:
        client = client_as("administrator", "")
        page = client.post("/manage/webhooks/", {"url": RECEIVER, "number": 0})
        secret = Webhook.objects.get().secret
        assert secret in page.content.decode()
        assert secret not in client.get("/manage/webhooks/").content.decode()


class TestWaiting:
    @given(st.integers(1, 10_000))
    def test_grows_and_has_an_end(self, failures: int) -> None:
        assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT

    def test_signature_depends_on_secret_and_body(self) -> None:
        assert len({signature("a", b"x"), signature("b", b"x"), signature("a", b"y")}) == 3
