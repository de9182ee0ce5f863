"""Features of a collection, a page or one at a time, as GeoJSON or HTML."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from api.domain.asked import Days, read_box, read_limit, read_order, read_page
from api.domain.cql import read_filter, read_language
from api.domain.systems import CRS84_URI, System, system_of
from api.queries.features import Question, feature_page, get_feature
from api.views.answers import (
    GEOJSON,
    address,
    answer,
    check_parameters,
    days_asked,
    link,
    tag_of,
    wants_page,
)
from api.views.bulk import BULK, bulk_file
from api.views.ogc import collection_or_404
from api.views.write import READ, change, create, options
from common.errors import BadInput
from common.features import FeatureCollection

ASKED = (
    "limit",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "after",
)
# What a file of everything does not take.
PAGING = {"limit", "after", "sortby"}
VARY = ["Accept", "Cookie", "Authorization", "Accept-Language"]


@csrf_exempt
def items(request: Any, name: str) -> Any:
    """Features, a page at a time or all in one file; with a key that writes a new one."""
    collection = collection_or_404(name)
    if request.method == "OPTIONS":
        return options(collection, one=False)
    if request.method not in READ:
        return create(request, collection)
    if (form := request.GET.get("f")) in BULK:
        check_parameters(request, *(set(ASKED) - PAGING), *collection.fields())
        return bulk_file(read_question(request, collection), form)
    check_parameters(request, *ASKED, "offset", *collection.fields())
    if request.GET.get("offset", "0") != "0":
        raise BadInput("Pages run by key, not by number: follow the link “next”.")
    as_page = wants_page(request)
    question = read_question(request, collection)
    page = feature_page(question)
    links = [
        link(_again(request, f="json"), "self", _("This document"), GEOJSON),
        link(_again(request, f="html"), "alternate", _("This document as a page"), "text/html"),
        link(
            address(request, reverse("api:collection", args=[name])),
            "collection",
            collection.title,
        ),
    ]
    if page.after:
        links.append(link(_again(request, after=page.after), "next", _("Next page"), GEOJSON))
    if as_page:
        features = [json.loads(each) for each in page.features]
        document = {"features": features, "links": links}
        return answer(
            request,
            document,
            template="api/items.html",
            collection=collection,
            fields=list(collection.fields().values()),
            next=_again(request, after=page.after) if page.after else "",
        )
    head = {
        "type": "FeatureCollection",
        "timeStamp": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberReturned": len(page.features),
        "links": links,
    }
    text = f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [{",".join(page.features)}]}}'
    return _geojson(text, question.system)


@csrf_exempt
def item(request: Any, name: str, identity: str) -> HttpResponse:
    """One feature: read, or changed with a key that writes."""
    collection = collection_or_404(name)
    if request.method == "OPTIONS":
        return options(collection, one=True)
    if request.method not in READ:
        return change(request, collection, identity)
    check_parameters(request, "crs", "datetime")
    as_page = wants_page(request)
    question = read_question(request, collection)
    text = get_feature(question, identity=identity)
    if text is None:
        raise Http404
    here = reverse("api:collection", args=[name])
    versions = address(
        request,
        reverse("api:items", args=[name]),
        **{collection.id_property: identity, "datetime": "../.."},
    )
    links = [
        link(_again(request, f="json"), "self", _("This document"), GEOJSON),
        link(_again(request, f="html"), "alternate", _("This document as a page"), "text/html"),
        link(address(request, here), "collection", collection.title),
        link(versions, "version-history", _("All versions"), GEOJSON),
    ]
    if as_page:
        document = {**json.loads(text), "links": links}
        fields = [
            (each.label, document["properties"].get(each.name))
            for each in collection.fields().values()
        ]
        return answer(
            request, document, template="api/item.html", collection=collection, fields=fields
        )
    told = json.dumps(links, ensure_ascii=False)
    response = _geojson(f'{text[:-1]},"links":{told}}}', question.system)
    response["ETag"] = tag_of(text)
    return get_conditional_response(request, etag=response["ETag"], response=response)


def read_question(request: Any, collection: FeatureCollection) -> Question:
    """What the address asks; raises BadInput with a sentence for whatever cannot be read."""
    asked = request.GET
    fields = collection.fields()
    days = _days(request, collection)
    order = read_order(asked.get("sortby", ""), list(fields))
    after = asked.get("after", "")
    text = asked.get("filter", "").strip()
    # Looked at even where nothing is said in them: a name that is none is never left out.
    of_filter = system_of(asked.get("filter-crs", CRS84_URI))
    of_box = system_of(asked.get("bbox-crs", CRS84_URI))
    language = read_language(asked.get("filter-lang", ""), text)
    condition = None
    if text:
        condition = read_filter(
            text,
            language,
            fields={each.name: (each.sql, each.kind) for each in fields.values()},
            geometry=collection.geometry,
            shown=collection.where,
            system=of_filter,
        )
    box = read_box(asked["bbox"], of_box) if "bbox" in asked else None
    return Question(
        collection=collection,
        at=(days and (days.end or days.start)) or request.day,
        days=days,
        box=box,
        condition=condition,
        equal=[(each, asked[each.name]) for each in fields.values() if each.name in asked],
        order=order,
        after=read_page(after, len(order) + 1) if after else (),
        system=system_of(asked.get("crs", CRS84_URI)),
        limit=read_limit(asked.get("limit", "")),
    )


def _days(request: Any, collection: FeatureCollection) -> Days | None:
    """``datetime``, else ``at``, else today; of a collection of history else every day."""
    days = days_asked(request)
    if days is not None:
        return days if days.start or days.end else None
    if collection.history and not request.GET.get("at"):
        return None
    return Days(request.day, request.day)


def _again(request: Any, **changed: str) -> str:
    """This address with some parameters changed; never with the key."""
    query = {name: value for name, value in request.GET.items() if name != "key"}
    return address(request, request.path, **{**query, **changed})


def _geojson(text: str, system: System) -> HttpResponse:
    response = HttpResponse(text, content_type=GEOJSON)
    response["Content-Crs"] = f"<{system.uri}>"
    patch_vary_headers(response, VARY)
    return response
