"""Pieces that the record and the pages of an order share: faces, findings, photos."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from signage.domain.faces import read_faces
from signage.models import Colour, LineKind, PhotoPhase, RectificationOrder, Sign, SignPhoto
from signage.queries.faces import FaceComparison
from signage.queries.record import weigh_photos
from signage.views.faces import drawn_faces
from signage.views.wording import doubts, shown_value


def faces(shown: Sign, required: FaceComparison) -> list[dict[str, Any]]:
    """The face as it stands beside the required one, for the pages of the steps of an order."""
    return drawn_faces(required)


def face_lines(shown: Sign, names: dict[str, str]) -> list[dict[str, Any]]:
    """Every line of every face: what it shows, in which colour, font and size."""
    rows = []
    for face in read_faces(shown.faces):
        for panel, line in face.lines():
            rows.append(
                {
                    "side": face.side,
                    "kind": LineKind(line.kind).label,
                    "text": line.text,
                    "colour": _colour(line.colour),
                    "ground": _colour(panel.ground or face.ground),
                    "font": line.font,
                    "height": line.height,
                    "share": None if line.share is None else round(line.share * 100),
                    "place_id": line.place,
                    "place": names.get(line.place, ""),
                }
            )
    return rows


def _colour(colour: str) -> str:
    return str(Colour(colour).label) if colour in Colour.values else ""


def finding_row(finding: Any, names: dict[str, str]) -> dict[str, Any]:
    rule = finding.rule
    return {
        "rule_id": finding.rule_id_text,
        "title": rule.title,
        "measured": shown_value(finding.rule_id_text, finding.measured, names),
        "expected": shown_value(finding.rule_id_text, finding.expected, names),
        "authority": rule.authority,
        "article": rule.article,
        "since": rule.period.lower,
        "provisional": rule.status == "provisional",
        "state": "check" if rule.status == "provisional" else "wrong",
        "found_on": finding.found_on,
        "waived": finding.waiver_id is not None,
    }


def photo_cards(
    photos: Sequence[SignPhoto], shown: Sign, order: RectificationOrder | None = None
) -> list[dict[str, Any]]:
    """Photos of a sign, or of an order for it, with what their own data say against them."""
    cards = [
        {
            "photo": photo,
            "phase": photo.get_phase_display() if order else "",
            "url": reverse("signage:photo", args=[photo.pk]),
            "distance": evidence.distance_m,
            "doubts": doubts(evidence),
        }
        for photo, evidence in zip(
            photos, weigh_photos(photos=photos, sign=shown, order=order), strict=True
        )
    ]
    if order is None:
        return cards
    return sorted(cards, key=lambda card: card["photo"].phase != PhotoPhase.BEFORE)


def overlay(cards: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The last photo of each side of a fix, to be laid over each other."""
    last = {card["photo"].phase: card for card in cards}
    if PhotoPhase.BEFORE not in last or PhotoPhase.AFTER not in last:
        return None
    return {"before": last[PhotoPhase.BEFORE], "after": last[PhotoPhase.AFTER]}
