"""Sources of rules as they are read in English: a law cites itself in Chinese."""

import re
from functools import cache
from pathlib import Path

from common.numerals import numeral_value

TABLE = Path(__file__).parent / "data" / "citations.tsv"
_ARTICLE = re.compile(
    r"(?P<of>[^第]*)第(?P<article>[一二三四五六七八九十百零]+|[\d.]+)条"
    r"(?:第(?P<paragraph>[一二三四五六七八九十]+)款)?(?:第（(?P<item>[一二三四五六七八九十]+)）项)?"
)
_NOTE = re.compile(r"(?P<text>.*)（(?P<note>[^（）]+)）")


def in_english(text: str) -> str:
    """An authority or an article in English; "" where a part of it is not known.

    第九条第二款第（八）项 → Art 9, para 2 (8); clauses of standards keep their number (5.2).
    """
    parts = [_part(part) for part in text.split("；")]
    return "; ".join(parts) if all(parts) else ""


def _part(text: str) -> str:
    if text in _table():
        return _table()[text]
    note = _NOTE.fullmatch(text)
    if note and note["note"] in _table():
        about = _articles(note["text"]) if note["text"] else ""
        told = f"({_table()[note['note']]})"
        return f"{about} {told}" if about else "" if note["text"] else told
    return _articles(text)


def _articles(text: str) -> str:
    found = [_table().get(each) or _article(each) for each in text.split("、")]
    return ", ".join(found) if all(found) else ""


def _article(text: str) -> str:
    found = _ARTICLE.fullmatch(text)
    if found is None:
        return ""
    of = found["of"].strip()
    if of and of not in _table():
        return ""
    number = numeral_value(found["article"])
    told = f"Art {number}" if number else f"clause {found['article']}"
    if found["paragraph"]:
        told += f", para {numeral_value(found['paragraph'])}"
    if found["item"]:
        told += f" ({numeral_value(found['item'])})"
    return f"{_table()[of]}, {told}" if of else told


@cache
def _table() -> dict[str, str]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.partition("\t") for line in lines if line and not line.startswith("#")]
    return {zh: en for zh, _tab, en in rows[1:]}
