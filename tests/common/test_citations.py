"""Laws and standards that rules cite, read in English."""

import json
import re
from pathlib import Path

import pytest
from django.utils import translation

from common.citations import in_english
from common.models import cited

REFERENCE = Path(__file__).parents[2] / "fixtures" / "reference"
HANZI = re.compile(r"[㐀-鿿]")


def every_citation() -> set[str]:
    rows = (row for file in REFERENCE.glob("*.json") for row in json.loads(file.read_text("utf-8")))
    return {
        row["fields"][name]
        for row in rows
        for name in ("authority", "article")
        if row["fields"].get(name)
    }


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("第九条第二款第（八）项", "Art 9, para 2 (8)"),
        ("第九条第（三）项", "Art 9 (3)"),
        ("第十条、第十八条", "Art 10, Art 18"),
        ("第5.2条（条文待核）", "clause 5.2 (text to be checked)"),
        (
            "第九条第二款第（四）项；实施办法第三条",
            "Art 9, para 2 (4); Implementing Measures, Art 3",
        ),
        ("GB 17733-2008 第5.1条（条文待核）", "GB 17733-2008, clause 5.1 (text to be checked)"),
        ("（参照）", "(for reference)"),
        ("某市规定第三条", ""),
        ("", ""),
    ],
)
def test_articles_are_read(text: str, english: str) -> None:
    assert in_english(text) == english


@pytest.mark.parametrize("text", sorted(every_citation()))
def test_every_source_of_a_rule_has_an_english_reading(text: str) -> None:
    english = in_english(text)
    assert english and not HANZI.search(english)


def test_what_is_not_known_and_what_is_read_in_chinese_stays() -> None:
    with translation.override("en"):
        assert cited("某市规定第三条") == "某市规定第三条"
        assert cited("第十二条") == "Art 12"
    with translation.override("zh-hans"):
        assert cited("第十二条") == "第十二条"
