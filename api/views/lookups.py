"""Lookups for programs at /api/, described in OpenAPI by django-ninja; a batch form of most."""

from collections.abc import Callable, Sequence
from datetime import date
from time import monotonic
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Query
from ninja.errors import HttpError
from ninja.errors import ValidationError as Unreadable
from pydantic import ValidationError

from api.domain.asked import UNHELD
from api.domain.reconcile import PATIENCE_S
from api.queries import faces, lookups
from api.views.lookup_answers import answer_at
from api.views.lookup_questions import (
    Asked,
    CoverageAsked,
    CoverageBatch,
    CrosswalkAsked,
    CrosswalkBatch,
    DivisionAsked,
    DivisionBatch,
    FaceAsked,
    FaceBatch,
    NameAsked,
    NameBatch,
    ReverseAsked,
    ReverseBatch,
    SearchAsked,
    SearchBatch,
    SpellingAsked,
    SpellingBatch,
)
from api.views.openapi import BY_KEY, KEYS, refusal_responses, refusals_of_reading
from common.errors import BadInput, DimingError, NotInScope, TooMuch
from common.filters import read_code
from common.middleware import refused, sentence
from common.periods import parse_day
from common.problems import problem
from common.searching import FARTHEST_M, read_filters


class _Described(NinjaAPI):
    """The description tells of the answers, and of the refusals as that of /ogc/ does."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        document = super().get_openapi_schema(**asked)
        document["security"] = BY_KEY
        document["components"] |= {"responses": refusal_responses(), "securitySchemes": KEYS}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                content = {"application/json": {"schema": answer_at(path, method)}}
                operation["responses"][200]["content"] = content
                operation["responses"] |= refusals_of_reading()
                if method == "post":
                    operation["responses"]["413"] = {"$ref": "#/components/responses/much"}
        return document


api = _Described(
    title="Diming",
    version="1.0.0",
    description="Lookups of place names and divisions, as of any day (?at=YYYY-MM-DD).",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="lookups",
)


# What pydantic finds, in the words of the reader.
_NUMBER, _WHOLE = gettext_lazy("a number is needed"), gettext_lazy("a whole number is needed")
WHY: dict[str, Any] = {
    "missing": gettext_lazy("it is needed and was not given"),
    "string_type": gettext_lazy("a text is needed"),
    "list_type": gettext_lazy("a list is needed"),
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "bool_parsing": gettext_lazy("true or false is needed"),
    "bool_type": gettext_lazy("true or false is needed"),
    "literal_error": gettext_lazy("one of %(expected)s is needed"),
    "greater_than": gettext_lazy("more than %(gt)s is needed"),
    "greater_than_equal": gettext_lazy("at least %(ge)s is needed"),
    "less_than": gettext_lazy("less than %(lt)s is needed"),
    "less_than_equal": gettext_lazy("at most %(le)s is possible"),
}
OTHERWISE = gettext_lazy("see what /api/openapi.json says of it")


@api.exception_handler(DimingError)
def _refused(request: HttpRequest, error: DimingError) -> HttpResponse:
    return refused(request, error)


@api.exception_handler(Unreadable)
def _unreadable(request: HttpRequest, error: Unreadable) -> HttpResponse:
    """Which part of the request is not what it should be."""
    first = error.errors[0] if error.errors else {}
    if first.get("type") == "too_long":  # the queries of a batch: there is no other list
        most = first["ctx"]["max_length"]
        return refused(request, TooMuch("At most %(most)s queries at once.", most=most))
    # Where it stood comes first: ("query", …) or ("body", "batch", …).
    where = first.get("loc", ())
    return problem(400, _told(first, where[2:] if where[:1] == ("body",) else where[1:]))


def _told(fault: Any, where: Sequence[int | str]) -> str:
    part = ".".join(map(str, where)) or "queries"
    why = WHY.get(fault.get("type", ""), OTHERWISE) % fault.get("ctx", {})
    return _("“%(part)s” cannot be read: %(why)s.") % {"part": part, "why": why}


@api.exception_handler(Http404)
def _nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    return refused(request, NotInScope())


@api.exception_handler(HttpError)
def _no_json(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, _("The request cannot be read: send JSON."))


def search_one(request: Any, asked: SearchAsked) -> Any:
    return {
        "names": lookups.found_names(
            text=asked.q,
            at=_day(request, asked.at),
            within=read_code(asked.within),
            category=asked.category,
            limit=asked.limit,
        )
    }


def reverse_one(request: Any, asked: ReverseAsked) -> Any:
    within_m = min(max(asked.within_m, 1.0), FARTHEST_M)
    return lookups.at_point(
        point=_point(asked.point), at=_day(request, asked.at), within_m=within_m
    )


def spelling_one(request: Any, asked: SpellingAsked) -> Any:
    return lookups.spelt(
        text=asked.text, category=asked.category, division=read_code(asked.division)
    )


def name_one(request: Any, asked: NameAsked) -> Any:
    return lookups.checked_name(
        text=asked.text,
        category=asked.category,
        division=read_code(asked.division),
        at=_day(request, asked.at),
    )


def coverage_one(request: Any, asked: CoverageAsked) -> Any:
    return lookups.coverage_at(
        point=_point(asked.point), category=asked.category, at=_day(request, asked.at)
    )


def face_one(request: Any, asked: FaceAsked) -> Any:
    told = asked.model_dump(exclude={"at", "division"})
    return faces.checked_face(
        **told, division=read_code(asked.division), at=_day(request, asked.at)
    )


def division_one(request: Any, asked: DivisionAsked) -> Any:
    return lookups.division_on(code=asked.code, at=_day(request, asked.at))


def lineage_one(request: Any, asked: DivisionAsked) -> Any:
    return lookups.lineage_of(code=asked.code, at=_day(request, asked.at))


def crosswalk_one(request: Any, asked: CrosswalkAsked) -> Any:
    rows = lookups.crosswalk_between(
        start=parse_day(asked.start),
        end=parse_day(asked.end),
        within=read_code(asked.within),
        cities=asked.cities,
    )
    return {"rows": rows}


def _batch(request: Any, queries: list[Any], one: Callable[..., Any]) -> Any:
    """An answer for each; what cannot be read is told in its place, the others are answered.

    TooMuch where they take longer than a server can wait.
    """
    results: list[Any] = []
    until = monotonic() + PATIENCE_S
    for query in queries:
        if monotonic() > until:
            raise TooMuch(
                "These questions take longer than %(seconds)s seconds: send fewer at once.",
                seconds=PATIENCE_S,
            )
        if isinstance(query, ValidationError):
            (first, *_others) = query.errors()
            results.append({"problem": _told(first, first["loc"])})
            continue
        try:
            # Addresses are looked at before (DayMiddleware).
            if any(UNHELD.search(each) for each in dict(query).values() if isinstance(each, str)):
                raise BadInput("The question holds a character that cannot be read.")
            results.append(one(request, query))
        except BadInput as error:
            results.append({"problem": sentence(error)})
        except NotInScope:
            results.append({"problem": _("There is nothing at this address.")})
    return {"results": results}


@api.get("search", url_name="search", summary="Names that answer a text")
def search(request: Any, asked: Query[SearchAsked]) -> Any:
    return search_one(request, asked)


@api.post("search", url_name="search_batch", summary="The same, up to 100 at once")
def search_batch(request: Any, batch: SearchBatch) -> Any:
    return _batch(request, list(batch.queries), search_one)


@api.get("reverse", url_name="reverse", summary="What is at a point (longitude,latitude)")
def reverse(request: Any, asked: Query[ReverseAsked]) -> Any:
    return reverse_one(request, asked)


@api.post("reverse", url_name="reverse_batch", summary="The same, up to 100 at once")
def reverse_batch(request: Any, batch: ReverseBatch) -> Any:
    return _batch(request, list(batch.queries), reverse_one)


@api.get("romanise", url_name="romanise", summary="How a name is spelt in Hanyu Pinyin")
def romanise(request: Any, asked: Query[SpellingAsked]) -> Any:
    return spelling_one(request, asked)


@api.post("romanise", url_name="romanise_batch", summary="The same, up to 100 at once")
def romanise_batch(request: Any, batch: SpellingBatch) -> Any:
    return _batch(request, list(batch.queries), spelling_one)


@api.get("check-name", url_name="check_name", summary="What the rules say of a name")
def check_name(request: Any, asked: Query[NameAsked]) -> Any:
    return name_one(request, asked)


@api.post("check-name", url_name="check_name_batch", summary="The same, up to 100 at once")
def check_name_batch(request: Any, batch: NameBatch) -> Any:
    return _batch(request, list(batch.queries), name_one)


@api.get("coverage", url_name="coverage", summary="The nearest facility of a category")
def coverage(request: Any, asked: Query[CoverageAsked]) -> Any:
    return coverage_one(request, asked)


@api.post("coverage", url_name="coverage_batch", summary="The same, up to 100 at once")
def coverage_batch(request: Any, batch: CoverageBatch) -> Any:
    return _batch(request, list(batch.queries), coverage_one)


@api.get("check-sign", url_name="check_sign", summary="What the standard says of a sign's face")
def check_sign(request: Any, asked: Query[FaceAsked]) -> Any:
    return face_one(request, asked)


@api.post("check-sign", url_name="check_sign_batch", summary="The same, up to 100 at once")
def check_sign_batch(request: Any, batch: FaceBatch) -> Any:
    return _batch(request, list(batch.queries), face_one)


@api.get("divisions/{code}", url_name="division", summary="The division of a code on a day")
def division(request: Any, code: str, asked: Query[Asked]) -> Any:
    return division_one(request, DivisionAsked(code=code, at=asked.at))


@api.post("divisions", url_name="division_batch", summary="The same, up to 100 at once")
def division_batch(request: Any, batch: DivisionBatch) -> Any:
    return _batch(request, list(batch.queries), division_one)


@api.get("divisions/{code}/lineage", url_name="lineage", summary="Who a code came from")
def lineage(request: Any, code: str, asked: Query[Asked]) -> Any:
    return lineage_one(request, DivisionAsked(code=code, at=asked.at))


@api.post("lineage", url_name="lineage_batch", summary="The same, up to 100 at once")
def lineage_batch(request: Any, batch: DivisionBatch) -> Any:
    return _batch(request, list(batch.queries), lineage_one)


@api.get("crosswalk", url_name="crosswalk", summary="Who became whom between two days")
def crosswalk(request: Any, asked: Query[CrosswalkAsked]) -> Any:
    return crosswalk_one(request, asked)


@api.post("crosswalk", url_name="crosswalk_batch", summary="The same, up to 10 at once")
def crosswalk_batch(request: Any, batch: CrosswalkBatch) -> Any:
    return _batch(request, list(batch.queries), crosswalk_one)


def _day(request: Any, text: str) -> date:
    day: date = parse_day(text) if text else request.day
    return day


def _point(text: str) -> tuple[float, float]:
    point = read_filters({"point": text}, categories=[], near="").near_point
    if point is None:
        raise BadInput("Give a point: longitude,latitude.")
    return point
