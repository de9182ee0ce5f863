"""What the standard in force says of the face of a sign that somebody has or thinks of."""

from datetime import date
from typing import Any
from uuid import UUID

from common.errors import BadInput
from gazetteer.models import Place
from signage.domain.faces import plain_face
from signage.domain.matching import Scored
from signage.domain.sign import PlaceFacts, Sign
from signage.models import SignClass
from signage.queries.editions import rule_book
from signage.queries.matching import match_text
from signage.queries.place_facts import place_rows

MOST, LONGEST = 5, 60
# Matches are looked for within the city: a face may show the name of another district.
CITY = 4


def checked_face(
    *,
    text: str,
    sign_class: str,
    division: str,
    at: date,
    pinyin: str = "",
    number: str = "",
    ground: str = "",
    width_mm: int | None = None,
    height_mm: int | None = None,
    bearing: float | None = None,
    place: str = "",
) -> dict[str, Any]:
    """Every rule of one sign over its face: ``pass``, ``fail`` or ``unknown``, with the reason.

    The face is judged against ``place``, else against the likeliest place of the city; rules that
    look at a whole street are not asked. Raises BadInput for a class or place that is none.
    """
    if sign_class not in SignClass.values:
        raise BadInput("There is no class “%(category)s”.", category=sign_class[:20])
    if len(division) < CITY or not division.isdigit():
        raise BadInput("“%(code)s” is not the beginning of a division code.", code=division[:20])
    text, pinyin = text.strip()[:LONGEST], pinyin.strip()[:LONGEST]
    found = match_text(
        text=text, pinyin=pinyin, at=at, within=division[:CITY], division_code=division
    )[:MOST]
    key = _place(place) if place else (found[0].candidate.place_id if found else None)
    value = Sign(
        sign_class,
        plain_face(
            hanzi=text, pinyin=pinyin, ground=ground, width=width_mm, height=height_mm,
            number=number[:LONGEST],
        ),
        place=_facts(key, at),
        division_code=division,
        street_bearing=bearing,
        day=at,
    )  # fmt: skip
    return {
        "text": text,
        "place": str(key) if key else None,
        "matches": [_match(each) for each in found],
        "findings": [
            {
                "rule": verdict.rule_id,
                "article": verdict.article,
                "outcome": str(verdict.outcome),
                "measured": verdict.measured,
                "expected": verdict.expected,
                "severity": str(verdict.edition.severity),
                "status": str(verdict.edition.status),
            }
            for verdict in rule_book(at=at).for_code(division).verdicts(value)
        ],
    }


def _place(text: str) -> UUID:
    try:
        key = UUID(text)
    except ValueError:
        key = None
    if key is None or not Place.objects.shown().filter(pk=key).exists():
        raise BadInput("There is no place “%(place)s”.", place=text[:40])
    return key


def _facts(key: UUID | None, at: date) -> PlaceFacts | None:
    if key is None:
        return None
    rows = place_rows(places="SELECT %(place)s::uuid", values={"place": str(key)}, at=at)
    return rows[key].facts if key in rows else None


def _match(scored: Scored) -> dict[str, Any]:
    return {
        "place": str(scored.candidate.place_id),
        "name": scored.candidate.standard_name or scored.candidate.text,
        "division_code": scored.candidate.division_code,
        "match": str(scored.match),
        "score": round(scored.score, 3),
        "why": [[reason.key, *reason.values] for reason in scored.reasons],
    }
