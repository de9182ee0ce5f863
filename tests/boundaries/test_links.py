"""What a page of lines, markers and inspections leads to opens for the person it is shown to."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from boundaries.models import Inspection, InspectionRound, WardenContract

PEOPLE = (
    "boundary", "approver", "admin", "viewer", "officer", "steward", "auditor", "tianhe",
    "yuexiu-boundary", "tianhe-boundary", "tianhe-signer", "huangpu-boundary",
)  # fmt: skip
LINK = re.compile(r"""<a\b[^>]*?\bhref="(/[^"#]*)""")
# Of links that differ by their record alone the first few tell as much as all.
ALIKE = 2
ACT = re.compile(r"/(new|begin|visit|edit|settle|patrol|reported|corrections|pack\.zip)/?(\?|$)")


def pages() -> list[str]:
    lines = ("440104-440106", "440106-440112", "440106-440111", "440103-440605")
    found = ["/lines/", "/lines/?within=44", "/lines/whole/", "/markers/", "/inspections/",
             "/rounds/", "/wardens/", "/divisions/disagreements/", "/divisions/disputed/",
             "/lines/440106-440112/corrections/", "/markers/440104-440106002Q/",
             "/markers/440106-440112001Q/", "/divisions/440106/", "/adjustments/"]  # fmt: skip
    found += [f"/lines/{code}/" for code in lines]
    for model, word in ((Inspection, "inspections"), (InspectionRound, "rounds"),
                        (WardenContract, "wardens")):  # fmt: skip
        found += [f"/{word}/{pk}/" for pk in model.objects.values_list("pk", flat=True)]
    return found


def kind_of(path: str) -> str:
    return re.sub(r"[0-9a-f-]{6,}Q?|\d+", "*", path.partition("?")[0])


@pytest.mark.usefixtures("demo")
class TestLinks:
    @pytest.mark.parametrize("name", PEOPLE)
    def test_open_for_who_sees_them(self, name: str) -> None:
        client = Client()
        client.force_login(User.objects.get(username=name))
        refused: list[str] = []
        opened: dict[str, int] = {}
        for page in pages():
            answer: Any = client.get(page)
            assert answer.status_code == 200, f"{name} {page} {answer.status_code}"
            main = answer.content.decode().partition("<main")[2]
            for link in sorted(set(LINK.findall(main.replace("&amp;", "&")))):
                kind = f"{kind_of(page)} {kind_of(link)}"
                opened[kind] = opened.get(kind, 0) + 1
                if opened[kind] > ALIKE and not ACT.search(link):
                    continue
                status = client.get(link).status_code
                if status >= 400:
                    refused.append(f"{page} → {link}: {status}")
        assert not refused, f"{name}:\n" + "\n".join(refused)
