"""Places in the Linked Places Format, streamed: what the filters of the list of names leave."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from api.views.answers import check_parameters
from common.filters import read_code
from gazetteer.exports import linked_places
from gazetteer.queries.name_filters import FILTERS, chosen_names

LPF, TSV = "application/ld+json", "text/tab-separated-values; charset=utf-8"


@require_safe
def places_json(request: Any) -> StreamingHttpResponse:
    return _streamed(request, linked_places.collection, LPF, "places.lpf.json")


@require_safe
def places_tsv(request: Any) -> StreamingHttpResponse:
    return _streamed(request, linked_places.tsv, TSV, "places.lp.tsv")


def _streamed(
    request: Any, made: Callable[..., Iterator[str]], type_: str, name: str
) -> StreamingHttpResponse:
    check_parameters(request, *FILTERS)
    asked = {key: request.GET.get(key, "") for key in FILTERS}
    asked["within"] = read_code(asked["within"])
    names = chosen_names(at=request.day, **asked)
    site = request.build_absolute_uri("/").rstrip("/")
    # Who asks for the head alone has nothing read for them.
    pieces = made(site=site, at=request.day, names=names) if request.method == "GET" else iter(())
    response = StreamingHttpResponse(_blocks(pieces), content_type=type_)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_vary_headers(response, ["Cookie", "Authorization"])
    return response


def _blocks(pieces: Iterator[str], size: int = 65_536) -> Iterator[str]:
    """Few large writes instead of one for each place."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(held)
            held, length = [], 0
    yield "".join(held)
