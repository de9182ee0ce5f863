"""Whatever refuses a program says so in a problem document, and web pages elsewhere may read it."""

import http.client
import json
import socket
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from api.domain.reconcile import MOST_QUERIES
from tests.servers import Site

ELSEWHERE = "https://map.example.org"


def told(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content[:300]
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.content)
    assert document["status"] == status and document["detail"]
    return document


@pytest.fixture
def writer(demo: Any, key_of: Any) -> Client:
    return Client(headers={"Authorization": f"Bearer {key_of('planner', writes=True)}"})


class TestProblems:
    @pytest.mark.parametrize(
        "path",
        ["/ogc/", "/ogc/collections", "/ogc/collections/lines/items", "/changes", "/api/search"],
    )
    def test_of_a_method_that_is_not_there(self, writer: Client, path: str) -> None:
        response = writer.delete(path)
        told(response, 405)
        assert "GET" in response["Allow"]

    def test_of_a_form_with_too_many_fields(self, program: Client) -> None:
        told(program.post("/reconcile", {f"q{n}": "x" for n in range(1001)}), 400)

    @pytest.mark.parametrize("patience", [20, -1])
    def test_of_a_batch_that_holds_the_server_too_long(
        self, program: Client, monkeypatch: Any, patience: int
    ) -> None:
        monkeypatch.setattr("api.views.reconcile.PATIENCE_S", patience)
        number = MOST_QUERIES + 1 if patience > 0 else 1
        asked = [{"conditions": [{"matchType": "name", "propertyValue": "天河"}]}] * number
        draft = json.dumps({"queries": asked})
        told(program.post("/reconcile/match", draft, content_type="application/json"), 413)
        queries = json.dumps({f"q{turn}": {"query": "天河"} for turn in range(number)})
        told(program.post("/reconcile", {"queries": queries}), 413)

    def test_of_a_request_that_another_site_forged(self, client_as: Any) -> None:
        client = Client(enforce_csrf_checks=True)
        client.cookies = client_as("viewer").cookies
        told(client.post("/changes", headers={"Accept": "application/json"}), 403)

    def test_of_an_address_that_is_not_there_while_developing(
        self, program: Client, settings: Any
    ) -> None:
        settings.DEBUG = True
        told(program.get("/ogc/nothing"), 404)

    def test_of_half_a_character(self, program: Client, writer: Client) -> None:
        """JSON may write a lone surrogate, which no text of the database holds."""
        told(program.post("/reconcile", {"queries": r'{"q": {"query": "\ud800"}}'}), 400)
        told(program.post("/reconcile", {"queries": r'{"\udc00": {"query": "a"}}'}), 400)
        told(program.get("/ogc/collections/divisions/items?after=WyJcdWQ4MDAiXQ"), 400)
        batch = r'{"queries": [{"q": "\ud800"}]}'
        response = program.post("/api/search", batch, content_type="application/json")
        assert response.status_code in (200, 400)
        told(
            writer.post(
                "/ogc/collections/facilities/items",
                r'{"type": "Feature", "properties": {"name": "\ud800", "category": "\u0000"}}',
                content_type="application/geo+json",
            ),
            400,
        )

    @pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
    def test_of_a_distance_that_is_no_number(self, program: Client, number: str) -> None:
        told(program.get(f"/api/reverse?point=113.33,23.13&within_m={number}"), 400)

    @pytest.mark.parametrize(
        ("line", "status", "said"),
        [
            (f"GET /ogc/collections/divisions/items?filter={'(' * 9000}", 400, "4000"),
            (f"GET /ogc/collections/divisions/items?bbox={'1' * 60_000}", 400, "范围框"),
            (f"GET /ogc/{'x' * 60_000}", 404, ""),
            ("BREW /ogc/", 405, ""),
        ],
    )
    def test_of_what_no_client_sends(
        self, site: Site, line: str, status: int, said: str, key: str
    ) -> None:
        answered = raw(site, f"{line} HTTP/1.1\r\nAuthorization: Bearer {key}")
        assert answered.getheader("Content-Type") == "application/problem+json"
        document = json.loads(answered.read())
        assert answered.status == document["status"] == status
        assert said in document["detail"]

    @pytest.mark.parametrize(
        ("line", "status"),
        [
            (f"GET /ogc/collections/divisions/items?filter={'(' * 70_000} HTTP/1.1", 414),
            ("GET /ogc/ HTTP/1.1" + "\r\nX-Much: x" * 200, 431),
            ("GET /ogc/ and more HTTP/1.1", 400),
        ],
    )
    def test_of_what_the_server_does_not_read(self, site: Site, line: str, status: int) -> None:
        """Nothing of ours has seen it: the status alone tells."""
        assert raw(site, line).status == status
        assert raw(site, "GET /health HTTP/1.1").status == 200

    def test_of_nothing_where_chinese_is_written_as_it_is(self, site: Site, key: str) -> None:
        line = f"GET /api/search?q=天河 HTTP/1.1\r\nAuthorization: Bearer {key}"
        assert raw(site, line).status == 200

    @pytest.mark.parametrize(
        "bomb",
        [
            *("-" * 3_990 + "1 = 1", "- " * 1_990 + "1 = 1", "level=" * 660 + "1"),
            *(
                "a<" * 1_900 + "1",
                "1+" * 1_990 + "1",
                "1 in " * 790 + "1",
                "level like " * 360 + "1",
            ),
            # In brackets the parser would read everything twice for each pair.
            *("(" * 30 + "1", "level in " + "(" * 30 + "1" + ",1)" * 30),
            *("(" * 30 + "1 1" + ")" * 30, "((')'," * 15 + "(1"),
        ],
    )
    def test_of_a_filter_that_would_end_the_server(self, site: Site, key: str, bomb: str) -> None:
        line = f"GET /ogc/collections/divisions/items?limit=1&filter={quote(bomb)} HTTP/1.1"
        assert raw(site, f"{line}\r\nAuthorization: Bearer {key}").status == 400


def raw(site: Site, head: str) -> http.client.HTTPResponse:
    """What the server answers to bytes that no client would send."""
    address = urlsplit(site.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as client:
        client.sendall(f"{head}\r\nHost: {address.netloc}\r\n\r\n".encode())
        response = http.client.HTTPResponse(client)
        response.begin()
        return response


class TestPagesElsewhere:
    def test_ask_first_and_without_a_key(self, demo: Any) -> None:
        asked = {
            "Origin": ELSEWHERE,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization, if-match, content-crs",
        }
        response = Client().options("/ogc/collections/signs/items/x", headers=asked)
        assert response.status_code == 200
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "PATCH" in response["Access-Control-Allow-Methods"]
        assert {"authorization", "if-match", "content-crs"} <= set(
            response["Access-Control-Allow-Headers"].split(", ")
        )

    @pytest.mark.parametrize("path", ["/ogc/", "/reconcile", "/api/search?q=天河", "/ogc/nothing"])
    def test_read_answers_and_refusals(self, program: Client, path: str) -> None:
        for client in (program, Client()):
            response = client.get(path, headers={"Origin": ELSEWHERE})
            assert response["Access-Control-Allow-Origin"] == "*"
            # With cookies nothing may be read.
            assert "Access-Control-Allow-Credentials" not in response

    def test_do_not_read_the_pages_of_people(self, client_as: Any, demo: Any) -> None:
        response = client_as("viewer").get("/places/", headers={"Origin": ELSEWHERE})
        assert "Access-Control-Allow-Origin" not in response


class TestCaches:
    @pytest.mark.parametrize(
        "path", ["/ogc/collections/divisions/items?limit=1", "/changes", "/api/search?q=天河"]
    )
    def test_keep_nothing_for_others(self, program: Client, path: str) -> None:
        assert "private" in program.get(path)["Cache-Control"]
