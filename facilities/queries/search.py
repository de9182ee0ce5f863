"""What the search box finds among facilities."""

from datetime import date

from django.db.models import Q

from facilities.models import Facility
from gazetteer.domain.search_keys import read_query


def facilities_like(*, text: str, at: date, within: str, limit: int) -> list[tuple[Facility, str]]:
    """Facilities whose name fits, best first, each with what matched."""
    query = read_query(text)
    if query.empty or not (query.hanzi or query.spellings):
        return []
    rows = Facility.objects.on(at).within(within).select_related("category")
    found: dict[object, tuple[Facility, str]] = {}
    for why, condition in _ways(query.text if query.hanzi else "", query.spellings):
        for row in rows.filter(condition).order_by("name")[: limit - len(found)]:
            found.setdefault(row.pk, (row, why))
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _ways(hanzi: str, spellings: tuple[str, ...]) -> list[tuple[str, Q]]:
    if hanzi:
        return [
            ("exact", Q(name=hanzi)),
            ("prefix", Q(name__startswith=hanzi)),
            ("contains", Q(name__contains=hanzi)),
        ]
    initials, begins = Q(pk__in=[]), Q(pk__in=[])
    for spelling in spellings:
        # People leave out 广州市 and the district: initials of the rest are enough.
        initials |= Q(search_initials__contains=spelling) if len(spelling) > 2 else Q(pk__in=[])
        begins |= Q(search_pinyin__contains=spelling) if len(spelling) > 2 else Q(pk__in=[])
    return [("initials", initials), ("pinyin", begins)]
