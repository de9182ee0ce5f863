"""No page shows a link that its reader may not follow, or that leads nowhere."""

import html
import re
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

# Who only reads, in one district, on one side of a line, in another trade.
READERS = (
    ("viewer", "4401"),
    ("sign_inspector", "440106"),
    ("boundary_inspector", "440106"),
    ("planner", "4401"),
)
LINK = re.compile(r'(?:href|hx-get|data-load)="([^"#]+)')
# Files and programs' addresses have tests of their own and take longer than pages.
NO_PAGE = re.compile(r"^/(?:static|media|api|ogc|recon)/|/tiles/|\.\w{2,8}(?:\?|$)")


class TestLinks:
    @pytest.mark.parametrize(("role", "jurisdiction"), READERS)
    def test_lead_somewhere(
        self, role: str, jurisdiction: str, client_as: Callable[..., Client], demo: Any
    ) -> None:
        client = client_as(role, jurisdiction)
        waiting, known = deque([("/", "")]), {"/"}
        faults, asked = [], set()
        while waiting:
            address, found_on = waiting.popleft()
            path = address.partition("?")[0]
            try:
                route = resolve(path).view_name
            except Resolver404:
                faults.append(f"{address} on {found_on} is no address")
                continue
            if route in asked:
                continue
            asked.add(route)
            answer = client.get(address)
            if answer.status_code >= 400:
                faults.append(f"{address} on {found_on} answers {answer.status_code}")
            if answer.streaming or "html" not in answer.get("Content-Type", ""):
                continue
            for link in map(html.unescape, LINK.findall(answer.content.decode())):
                link = path + link if link.startswith("?") else link
                if link.startswith("/") and link not in known and not NO_PAGE.search(link):
                    known.add(link)
                    waiting.append((link, address))
        assert len(asked) > 30, "The crawl met hardly any page."
        assert not faults, "\n".join(faults)
