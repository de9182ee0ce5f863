"""What is on record that a file of signs has to be compared with: asked for many rows at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

import shapely
from django.db.models import Q

from gazetteer.models import Place, PlaceName
from signage.models import HIDDEN, Sign

CITY_DIGITS = 4


def signs_numbered(*, numbers: Collection[str]) -> dict[str, Any]:
    """Number → sign; ``hidden`` ones may not be told of."""
    signs = Sign.objects.filter(number__in=numbers).annotate(hidden=Q(pk__in=HIDDEN))
    return {sign.number: sign for sign in signs}


class PlacesCalled:
    """Places by standard name on a day, with their shapes, for finding the nearest."""

    def __init__(self, *, names: Collection[str], at: date) -> None:
        found = PlaceName.objects.standard().on(at).filter(text__in=names)
        found = found.exclude(place__secrecy="secret")
        pairs = list(found.values_list("text", "place_id"))
        shapes = {
            key: (code, None if shape is None else shapely.from_wkb(bytes(shape.wkb)))
            for key, code, shape in Place.objects.filter(
                pk__in=[place for _, place in pairs]
            ).values_list("pk", "division_code", "geometry")
        }
        self._of: dict[str, list[tuple[Any, str, Any]]] = defaultdict(list)
        for text, place in pairs:
            if place in shapes:
                self._of[text].append((place, *shapes[place]))

    def nearest(self, *, name: str, point: Any, code: str) -> Any:
        """The place of that name in the city of ``code`` nearest to a point; None for none."""
        city = [each for each in self._of[name] if each[1][:CITY_DIGITS] == code[:CITY_DIGITS]]
        far = float("inf")
        return min(
            city,
            key=lambda each: far if each[2] is None else each[2].distance(point),
            default=(None,),
        )[0]
