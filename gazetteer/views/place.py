"""The record of one place as it is known for a day."""

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.queries import RowChange, row_changes
from gazetteer.domain.readings import ReadingSource
from gazetteer.models import Place, PlaceName
from gazetteer.queries.divisions import division_chains
from gazetteer.queries.place_division import code_on
from gazetteer.queries.place_facts import (
    NameFact,
    RelationFact,
    codes_of,
    names_of_place,
    photos_of,
    relations_of,
)
from gazetteer.queries.place_history import place_events
from gazetteer.queries.places import all_names, get_place, is_standard_on, name_state
from gazetteer.queries.related import related_to
from gazetteer.views.place_acts import further_actions, matters, place_actions
from gazetteer.views.place_facts import (
    attribute_facts,
    authority_facts,
    code_facts,
    name_facts,
    place_facts,
)
from gazetteer.views.place_name import spelling_of
from gazetteer.views.place_timeline import between, timeline
from gazetteer.views.wording import RELATION_WORDS, STATE_WORDS, spelling_values


def place_record(request: Any, pk: UUID) -> HttpResponse:
    place = get_place(place_id=pk)
    if place is None:
        raise Http404
    day, query = request.day, "" if request.day == request.today else f"?at={request.day}"
    names = all_names(place=place)
    name = next((each for each in names if is_standard_on(each, day)), None)
    code = code_on(place=place, at=day)
    chain = division_chains(codes=[code], at=day)[code]
    state = name_state(name)
    values = {
        "place": place,
        "name": name,
        "title": name or _last_known(names, day),
        "state": state,
        "state_text": STATE_WORDS[state],
        "gone": place.ended_on is not None and place.ended_on <= day,
        "chain": [each for each in chain if not place.division_id or each != chain[-1]],
        "division_code": code if place.division_id else "",
        "flags": {
            "synthetic": place.synthetic or bool(name and name.synthetic),
            "approximate": place.approximate or bool(name and name.approximate),
        },
        "facts": [
            *name_facts(name),
            *place_facts(place, code, chain, query=query),
            *code_facts(codes_of(place=place, at=day)),
            *authority_facts(name),
        ],
        "attributes": attribute_facts(place),
        "undated": day != request.today,
        "permanent": _permanent(request, place),
        **_spelling(place, name),
        "names": [
            _name_row(fact, day)
            for fact in names_of_place(place=place, at=day)
            if name is None or fact.name.pk != name.pk
        ],
        "relations": [_relation_row(fact) for fact in relations_of(place=place, at=day)],
        "photos": photos_of(place=place, at=day),
        "may_add_photo": place.merged_into_id is None
        and may_here(by=request.user, capability=Capability.EDIT_NAME, codes=[place.division_code]),
        "focus": _focus(place, name),
        "related": related_to(place=place, at=day),
        "history": timeline(
            names=names,
            events=place_events(place=place, names=names),
            day=day,
            today=request.today,
        ),
        "matters": matters(request.user, place, day),
        "findings_url": _findings_url(place, name, query),
        "changes": _changes(place, name),
        "actions": place_actions(request.user, place, name),
        "further": further_actions(request.user, place),
    }
    return render(request, "gazetteer/place_record.html", values)


def _spelling(place: Place, name: PlaceName | None) -> dict[str, Any]:
    """How the tables spell the name, and what is odd about a reading that somebody approved."""
    if name is None:
        return spelling_values(None)
    approved = name.reading_source == ReadingSource.APPROVED
    spelt = spelling_of(place, name.text)
    values = spelling_values(spelt, name=name.text, reading=name.pinyin_toned if approved else "")
    # The head of the page shows the spelling on record: the automatic one is not said above it.
    return values | {"spelling": None}


def _last_known(names: list[PlaceName], day: date) -> PlaceName | None:
    """Without a standard name on the day: the last one that had begun, else the first to come."""
    begun = [each for each in names if each.period.lower is None or each.period.lower <= day]
    known = begun or names[:1]
    return max(known, key=lambda each: each.period.lower or date.min, default=None)


def _name_row(fact: NameFact, day: date) -> dict[str, Any]:
    lower, upper = fact.name.period.lower, fact.name.period.upper
    later = lower is not None and lower > day
    return {
        "name": fact.name,
        "period": between(fact.began, fact.ended),
        "later": later,
        "over": not later and upper is not None and upper <= day,
        "relations": [
            {"text": RELATION_WORDS[row.kind, outward], "other": other}
            for row, other, outward in fact.relations
        ],
    }


def _relation_row(fact: RelationFact) -> dict[str, Any]:
    return {
        "text": RELATION_WORDS[fact.relation.kind, fact.outward],
        "other": fact.other,
        "name": fact.name,
        "current": fact.current,
        "flags": fact.relation,
    }


def _permanent(request: HttpRequest, place: Place) -> str:
    """The address that never changes, where this installation serves it."""
    path = f"/id/place/{place.pk}"
    try:
        resolve(path)
    except Resolver404:
        return ""
    return request.build_absolute_uri(path)


def _findings_url(place: Place, name: PlaceName | None, query: str) -> str:
    if name is None or len(place.division_code) < 4:
        return ""
    asked = {
        "text": name.text,
        "category": place.legal_category,
        "division": place.division_code,
        "place": place.pk,
    }
    return f"{reverse('gazetteer:check')}?{urlencode(asked)}{query.replace('?', '&')}"


def _focus(place: Place, name: PlaceName | None) -> dict[str, Any] | None:
    shape: GEOSGeometry | None = place.geometry
    if shape is None:
        return None
    properties = {"name": name.text if name else ""}
    geometry = json.loads(shape.geojson)
    return {"type": "Feature", "id": str(place.pk), "geometry": geometry, "properties": properties}


def _changes(place: Place, name: PlaceName | None) -> list[RowChange]:
    rows = [place, *([name] if name else [])]
    changes = [change for row in rows for change in row_changes(row)]
    return sorted(changes, key=lambda change: change.at, reverse=True)
