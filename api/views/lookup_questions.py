"""What the lookups are asked, one question or a batch, and what OpenAPI says of each part of it.

The description alone knows forms and values: what differs is refused in the words of whoever
reads it, in a batch in its place; more than the most is the most.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, Field, ValidationError, WrapValidator
from pydantic_core import PydanticKnownError

from api.queries.lookups import LONGEST_NAME, MOST_FOUND
from common.filters import CODE_DIGITS
from common.searching import FARTHEST_M
from facilities.queries.facilities import categories
from gazetteer.domain.names import Category
from gazetteer.models import LegalCategory
from gazetteer.queries.reverse import NEAR_M
from signage.models import SignClass

MOST = 100
# A crosswalk is a list by itself.
MOST_CROSSWALKS = 10


def _told(values: Callable[[], Iterable[str]] | None = None, **schema: Any) -> Any:
    """Said of a part and not checked here. ``values``: those of the day on which it is read."""

    def describe(found: dict[str, Any]) -> None:
        if values:
            found["enum"] = list(values())
        found.update(schema)
        # Empty is the same as not there, which has no form.
        if found.get("default") == "":
            del found["default"]

    return Field(json_schema_extra=describe)


def _number(value: Any) -> Any:
    """JSON tells truths from numbers, Python does not: false is no bearing to the north."""
    if isinstance(value, bool):
        raise PydanticKnownError("float_type")
    return value


_LON = r"-?(180|(1[0-7][0-9]|[1-9]?[0-9])(\.[0-9]{1,12})?)"
_LAT = r"-?(90|[1-8]?[0-9](\.[0-9]{1,12})?)"
NUMBER = BeforeValidator(_number)


def _alone(question: Any, read: Callable[[Any], Any]) -> Any:
    """A question that cannot be read leaves the others of its batch as they are."""
    try:
        return read(question)
    except ValidationError as error:
        return error


ALONE = WrapValidator(_alone)
Day = Annotated[str, _told(format="date", example="2024-05-01")]
Point = Annotated[str, _told(pattern=f"^{_LON},{_LAT}$", example="113.264,23.129")]
Within = Annotated[str, _told(pattern=f"^[0-9]{{1,{CODE_DIGITS}}}$", example="4401")]
Division = Annotated[str, _told(pattern=f"^[0-9]{{4,{CODE_DIGITS}}}$", example="440106")]
Code = Annotated[str, _told(example="440106")]
Name = Annotated[
    str, _told(pattern="[一-鿿]", minLength=1, maxLength=LONGEST_NAME, example="天河路")
]
Legal = Annotated[str, _told(lambda: LegalCategory.values)]


class Asked(Schema):
    """One question of a batch; ``at`` is the day of the request where it has none."""

    at: Day = ""


class SearchAsked(Asked):
    q: str
    within: Within = ""
    category: Legal = ""
    limit: Annotated[int, NUMBER, _told(minimum=1, maximum=MOST_FOUND)] = 20


class ReverseAsked(Asked):
    point: Point
    within_m: Annotated[
        float, NUMBER, Field(allow_inf_nan=False), _told(minimum=1, maximum=FARTHEST_M)
    ] = NEAR_M


class SpellingAsked(Asked):
    text: Name
    category: Annotated[str, _told(lambda: Category)]
    division: Within = ""


class NameAsked(Asked):
    text: Name
    category: Legal
    division: Division


class CoverageAsked(Asked):
    point: Point
    category: Annotated[str, _told(lambda: categories().values_list("code", flat=True))]


class FaceAsked(Asked):
    text: str
    sign_class: Annotated[str, _told(lambda: SignClass.values)]
    division: Division
    pinyin: str = ""
    number: str = ""
    ground: Literal["", "blue", "green", "red", "white", "black", "yellow", "brown", "other"] = ""
    width_mm: Annotated[int | None, NUMBER] = Field(None, gt=0, le=20_000)
    height_mm: Annotated[int | None, NUMBER] = Field(None, gt=0, le=20_000)
    bearing: Annotated[float | None, NUMBER] = Field(None, ge=0, lt=360)
    place: Annotated[str, _told(format="uuid")] = ""


class DivisionAsked(Asked):
    code: Code


class CrosswalkAsked(Schema):
    start: Day
    end: Day
    within: Within = ""
    cities: bool = False


class SearchBatch(Schema):
    queries: list[Annotated[SearchAsked, ALONE]] = Field(max_length=MOST)


class ReverseBatch(Schema):
    queries: list[Annotated[ReverseAsked, ALONE]] = Field(max_length=MOST)


class SpellingBatch(Schema):
    queries: list[Annotated[SpellingAsked, ALONE]] = Field(max_length=MOST)


class NameBatch(Schema):
    queries: list[Annotated[NameAsked, ALONE]] = Field(max_length=MOST)


class CoverageBatch(Schema):
    queries: list[Annotated[CoverageAsked, ALONE]] = Field(max_length=MOST)


class FaceBatch(Schema):
    queries: list[Annotated[FaceAsked, ALONE]] = Field(max_length=MOST)


class DivisionBatch(Schema):
    queries: list[Annotated[DivisionAsked, ALONE]] = Field(max_length=MOST)


class CrosswalkBatch(Schema):
    queries: list[Annotated[CrosswalkAsked, ALONE]] = Field(max_length=MOST_CROSSWALKS)
