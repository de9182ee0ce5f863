"""The filters of the list of place names: one description for list, counts, exports and addresses.

Every value is text as it stands in an address, "" where nothing is asked.
"""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from gazetteer.domain.readings import ReadingSource, is_hanzi
from gazetteer.models import NameKind, NameStatus, PlaceName

TO_CHECK = (ReadingSource.PROVISIONAL, ReadingSource.UNKNOWN)
ANY = "any"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class NameFilters:
    """``within``: a division-code prefix; ``class_code``: a class with all below it;

    ``kind`` and ``status``: empty both for standard names, ``kind`` "any" for names of all kinds;
    ``reading``: "check" for readings to check; ``geometry``, ``synthetic``: "yes" or "no".
    """

    within: str = ""
    category: str = ""
    class_code: str = ""
    kind: str = ""
    status: str = ""
    text: str = ""
    reading: str = ""
    geometry: str = ""
    synthetic: str = ""

    def without(self, *names: str) -> "NameFilters":
        return replace(self, **dict.fromkeys(names, ""))

    def names(self, *, at: date) -> QuerySet[PlaceName]:
        """The names in force on a day that the filters leave; secret places are never among."""
        found: QuerySet[PlaceName] = (
            PlaceName.objects.on(at).exclude(place__secrecy="secret").filter(self._condition())
        )
        return found

    def _condition(self) -> Q:
        wanted = self._kind()
        if self.within:
            wanted &= Q(place__division_code__startswith=self.within)
        if self.category:
            wanted &= Q(place__legal_category=self.category)
        if self.class_code:
            wanted &= Q(place__class_code__startswith=self.class_code.rstrip("0"))
        if self.reading:
            wanted &= Q(reading_source__in=TO_CHECK)
        if self.geometry:
            wanted &= Q(place__geometry__isnull=self.geometry == NO)
        if self.synthetic:
            made_up = Q(synthetic=True) | Q(place__synthetic=True)
            wanted &= made_up if self.synthetic == YES else ~made_up
        return wanted & self._text()

    def _kind(self) -> Q:
        if not self.kind and not self.status:
            return Q(kind=NameKind.STANDARD, status=NameStatus.STANDARD)
        kind = Q(kind=self.kind) if self.kind not in ("", ANY) else Q()
        return kind & (Q(status=self.status) if self.status else Q())

    def _text(self) -> Q:
        if not self.text:
            return Q()
        if any(map(is_hanzi, self.text)):
            return Q(text__contains=self.text)
        letters = self.text.lower().replace(" ", "")
        return Q(search_pinyin__startswith=letters) | Q(search_initials__startswith=letters)


FILTERS = tuple(field.name for field in fields(NameFilters))


def chosen_names(*, at: date, **filters: Any) -> QuerySet[PlaceName]:
    """The names that the list's filters leave."""
    return NameFilters(**filters).names(at=at)
