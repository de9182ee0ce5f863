"""Suggestions that wait and that were decided, and names on a list of protected names."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from demo.law_rows import SOURCE, Places
from demo.parts import RECORDS_BEGIN
from gazetteer.domain.differences import digest_of
from gazetteer.models import (
    Informant,
    LegalCategory,
    Place,
    PlaceName,
    Protection,
    Suggestion,
    SuggestionState,
)
from gazetteer.queries.suggestions import record_values

LIST = "广州市历史地名保护名录（模拟）"
# Old streets of the city, as far as the set has them; others fill up.
OLD_STREETS = (
    "北京路", "惠福西路", "文明路", "大德路", "光孝路", "六榕路", "西华路", "龙津东路",
    "恩宁路", "长寿西路", "同福中路", "南华中路", "沙面大街", "教育路", "书院街",
)  # fmt: skip
MOST_PROTECTED = 12
# County, days ago, fields, reason, state, answer.
SUGGESTIONS: tuple[tuple[str, int, dict[str, str], str, str, str], ...] = (
    ("440106", 4, {"origin": "因附近旧有村名而得名。"}, "见于村志。", "new", ""),
    ("440106", 6, {"history": "原为村道，后拓宽为城市道路。", "meaning": "取“安康”之意。"},
     "据老住户口述，请核对。", "new", ""),
    ("440106", 19, {"description": "东西走向，东起广场，西至江边。"}, "实地走过。", "new", ""),
    ("440104", 2, {"alias": "老马路", "alias_kind": "alias"}, "当地一直这样叫。", "new", ""),
    ("440104", 3, {"alias": "老马路", "alias_kind": "alias"}, "老人都这么称呼。", "new", ""),
    ("440103", 8, {"text": "荔景大道"}, "路牌上是这个名字。", "new", ""),
    ("440105", 40, {"origin": "因临近珠江得名。"}, "见地名志。", "accepted", "已核对，采纳。"),
    ("440111", 33, {"meaning": "旧时为集市。"}, "听说的。", "declined", "未查到依据，暂不采纳。"),
)  # fmt: skip


def write_suggestions(now: datetime, people: Mapping[str, Any], places: Places) -> int:
    for number, (county, days, fields, reason, state, answer) in enumerate(SUGGESTIONS):
        # Equal suggestions are of the same street: the same turn for the same fields.
        turn = next(i for i, row in enumerate(SUGGESTIONS) if (row[0], row[2]) == (county, fields))
        rows = places[county]
        place, _name = rows[-1 - turn % len(rows)]
        record = record_values(place=place, at=now.date(), alias=fields.get("alias", ""))
        changes = {key: {"from": record.get(key, ""), "to": to} for key, to in fields.items()}
        sent = now - timedelta(days=days)
        decided = state != SuggestionState.NEW
        suggestion = Suggestion.objects.create(
            place=place,
            changes=changes,
            digest=digest_of(changes),
            reason=reason,
            state=state,
            suggested_at=sent,
            answer=answer,
            decided_at=sent + timedelta(days=5) if decided else None,
            decided_by=people["officer"] if decided else None,
            accepted=fields if state == SuggestionState.ACCEPTED else {},
            synthetic=True,
            source_id=SOURCE,
        )
        if number % 2:
            name = f"模拟建议人{number + 1}"
            Informant.objects.create(suggestion=suggestion, name=name, contact="000-0000-0000")
    return len(SUGGESTIONS)


def write_protections(now: datetime) -> int:
    """The oldest streets the set has, one of them taken off the list again."""
    streets = PlaceName.objects.on(timezone.localdate()).standard().select_related("place")
    streets = streets.filter(
        place__legal_category=LegalCategory.STREET,
        place__division_code__startswith="4401",
        place__geometry__isnull=False,
    )
    chosen: dict[Any, Place] = {}
    for row in streets.filter(text__in=OLD_STREETS).order_by("text", "place_id"):
        chosen.setdefault(row.text, row.place)
    fill = streets.filter(place__division_code__in=["440103", "440104"], text__endswith="街")
    for row in fill.order_by("text", "place_id")[:MOST_PROTECTED]:
        if len(chosen) < MOST_PROTECTED // 2:
            chosen.setdefault(row.text, row.place)
    # One of Tianhe, where every kind of thing is to be seen.
    last_of_tianhe = streets.filter(place__division_code="440106").order_by("-text", "place_id")
    for row in last_of_tianhe[:1]:
        chosen = {row.text: row.place} | chosen
    rows = [
        Protection(
            place=place,
            list_name=LIST,
            document="模拟文件",
            reason="老城历史街巷，沿用至今（演示数据，非真实名录）。",
            period=DateRange(RECORDS_BEGIN, now.date() - timedelta(days=60) if last else None),
            synthetic=True,
            source_id=SOURCE,
        )
        for place in chosen.values()
        for last in [place is list(chosen.values())[-1]]
    ]
    Protection.objects.bulk_create(rows)
    return len(rows)
