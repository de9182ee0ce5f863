"""Filters of lists: what an address asks is done or refused, never left aside in silence."""

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from common.filters import CODE_DIGITS, read_choice, read_code

LISTS = [
    "/places/",
    "/cases/",
    "/notices/",
    "/suggestions/",
    "/protected/",
    "/announcements/",
    "/signs/",
    "/signs/orders/",
    "/signs/missing/",
    "/facilities/",
    "/divisions/",
    "/lines/",
]


class TestReadCode:
    @given(st.text(max_size=15))
    def test_gives_a_code_or_says_what_is_wrong(self, text: str) -> None:
        try:
            code = read_code(text)
        except BadInput as error:
            assert text.strip()[:20] in error.values["code"]
        else:
            assert code == text.strip()
            assert code == "" or (code.isascii() and code.isdigit() and len(code) <= CODE_DIGITS)


class TestReadChoice:
    @pytest.mark.parametrize(
        ("asked", "found"), [({}, "open"), ({"state": ""}, "open"), ({"state": "all"}, "all")]
    )
    def test_knows_its_values(self, asked: dict[str, str], found: str) -> None:
        assert read_choice(asked, "state", ("open", "all"), default="open") == found

    def test_refuses_others(self) -> None:
        with pytest.raises(BadInput, match="no such filter"):
            read_choice({"state": "x"}, "state", ("open", "all"))


class TestLists:
    @pytest.mark.parametrize("address", LISTS)
    def test_a_filter_that_is_none_is_refused_in_words(
        self, demo: object, client_as: Callable[..., Client], address: str
    ) -> None:
        response = client_as("place_name_officer", language="en").get(address, {"within": "天河"})
        assert response.status_code == 400
        assert "“天河” is not the beginning of a division code." in response.content.decode()
