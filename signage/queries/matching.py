"""Names of the gazetteer that the text of a face may mean, gathered wide for scoring."""

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q

from gazetteer.domain.characters import fold
from gazetteer.domain.romanise import romanise
from gazetteer.domain.similarity import plain_key, shape_variations
from gazetteer.models import NameKind, Place, PlaceName
from signage.domain.matching import Candidate, Scored, matches

MOST_VARIATIONS = 400
MOST_ALIKE = 20
LEAST_ALIKE = 0.2
SHOWN_KINDS = (NameKind.STANDARD, NameKind.FORMER, NameKind.HISTORIC, NameKind.ALIAS)


def match_text(
    *,
    text: str,
    pinyin: str = "",
    at: date,
    within: str,
    division_code: str = "",
    point: Any = None,
) -> list[Scored]:
    """Places of a jurisdiction that a face may mean on a day, best first (four statements)."""
    plain = "".join(text.split())
    if not plain:
        return []
    toned = romanise(plain, category="street").toned
    rows = _names(plain, pinyin, toned, at, within, point)
    ids = [row.place_id for row in rows]
    current = PlaceName.objects.standard().on(at).filter(place__in=ids)
    standard = dict(current.values_list("place_id", "text"))
    return matches(
        text=plain,
        pinyin=pinyin,
        toned=toned,
        division_code=division_code,
        candidates=[_candidate(row, standard) for row in rows],
    )


def _names(
    plain: str, pinyin: str, toned: str, at: date, within: str, point: Any
) -> Sequence[PlaceName]:
    places = Place.objects.shown().within(within)
    names = PlaceName.objects.filter(
        Q(period__contains=at) | Q(period__endswith__lte=at),
        place__in=places,
        kind__in=SHOWN_KINDS,
    ).select_related("place")
    if point is not None:
        names = names.annotate(away=Distance("place__geometry", point))
    spellings = {plain_key(each) for each in (pinyin, toned) if each} - {""}
    texts = {plain, fold(plain), *islice(shape_variations(plain), MOST_VARIATIONS)}
    exact = names.filter(Q(text__in=texts) | Q(search_pinyin__in=spellings))
    alike = (
        names.annotate(alike=TrigramSimilarity("text", plain))
        .filter(text__trigram_similar=plain, alike__gte=LEAST_ALIKE)
        .order_by("-alike", "pk")
    )
    found = {row.pk: row for row in exact[:200]}
    found.update({row.pk: row for row in alike[:MOST_ALIKE]})
    return list(found.values())


def _candidate(row: Any, standard: dict[Any, str]) -> Candidate:
    away = getattr(row, "away", None)
    name = standard.get(row.place_id, "")
    return Candidate(
        place_id=row.place_id,
        text=row.text,
        toned=row.pinyin_toned,
        current=row.text == name,
        standard_name=name,
        division_code=row.place.division_code,
        distance_m=None if away is None else away.m,
    )
