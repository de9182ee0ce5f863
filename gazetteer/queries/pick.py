"""Places that somebody means by what they type: a name, a code, a permanent address."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gazetteer.models import LegalCategory, Place, PlaceCode, PlaceName
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.place_facts import names_on
from gazetteer.queries.search import search_names

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CODE = re.compile(r"^[0-9]{20}$")
# Enough to choose from; whoever wants another writes more of the name.
MOST = 8


@dataclass(frozen=True, slots=True)
class Pick:
    place_id: uuid.UUID
    text: str
    pinyin: str
    category: str
    where: str
    synthetic: bool


def pick_places(
    *, text: str, at: date, near: str = "", without: Iterable[uuid.UUID] = ()
) -> list[Pick]:
    """Places that exist on the day and answer; several names apart by 、 or a comma."""
    found: list[uuid.UUID] = []
    for part in re.split(r"[、,，;；\n]", text):
        found += _meant(part.strip(), at, near)
    return picks(places=[each for each in found if each not in set(without)], at=at)


def picks(*, places: Iterable[uuid.UUID], at: date) -> list[Pick]:
    """These places in their order, each once; secret and ended ones left out."""
    order = list(dict.fromkeys(places))
    rows = Place.objects.shown().filter(pk__in=order, merged_into__isnull=True)
    known = {row.pk: row for row in rows if row.ended_on is None or row.ended_on > at}
    names = names_on(places=known, at=at)
    chains = division_chains(codes={row.division_code for row in known.values()}, at=at)
    shown = []
    for key in order:
        if key not in known:
            continue
        row, name = known[key], names.get(key)
        shown.append(
            Pick(
                place_id=key,
                text=name.text if name else "—",
                pinyin=name.pinyin_toned if name else "",
                category=str(LegalCategory(row.legal_category).label),
                where=path_text(chains[row.division_code]) or row.division_code,
                synthetic=row.synthetic or bool(name and name.synthetic),
            )
        )
    return shown


def same_place_suspects(*, place: Place, at: date) -> list[Pick]:
    """Places of the category in the county that bear one of the names of this one."""
    texts = set(place.names.values_list("text", flat=True))
    rows = PlaceName.objects.on(at).filter(
        text__in=texts,
        place__legal_category=place.legal_category,
        place__division_code__startswith=place.division_code[:6],
        place__division__isnull=True,
    )
    keys = rows.exclude(place=place).values_list("place_id", flat=True)
    return picks(places=list(keys[:MOST]), at=at)


def _meant(text: str, at: date, near: str) -> list[uuid.UUID]:
    if not text:
        return []
    address = _UUID.search(text)
    if address:
        return [uuid.UUID(address[0])]
    digits = "".join(text.split())
    if _CODE.match(digits):
        return list(PlaceCode.objects.filter(code=digits).values_list("place_id", flat=True))
    hits = search_names(text=text[:100], at=at, near=near, limit=MOST)
    return [hit.place_id for hit in hits]
