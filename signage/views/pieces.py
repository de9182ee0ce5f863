"""Pieces that the record and the pages of an order share: faces, findings, photos."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from signage.domain.face import Face, draw_face
from signage.domain.faces import read_faces
from signage.models import Colour, LineKind, PhotoPhase, RectificationOrder, Sign
from signage.queries.record import RequiredFace, used_elsewhere, weigh_photo
from signage.views.wording import doubts, shown_value


def faces(shown: Sign, required: RequiredFace) -> list[dict[str, Any]]:
    size = {"width_mm": shown.width_mm, "height_mm": shown.height_mm}
    stands = draw_face(
        hanzi=shown.hanzi, pinyin=shown.pinyin, ground_colour=shown.ground_colour, **size
    )
    drawn: list[dict[str, Any]] = [
        {"title": _("As it stands"), "face": stands, "words": _face_words(shown)}
    ]
    if required.hanzi or required.ground_colour:
        wanted: Face | None = draw_face(
            hanzi=required.hanzi,
            pinyin=required.pinyin,
            ground_colour=required.ground_colour or shown.ground_colour,
            **size,
        )
    else:
        wanted = None
    drawn.append({"title": _("As required"), "face": wanted, "words": _face_words(required)})
    return drawn


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


def _face_words(value: Any) -> str:
    """The face read aloud: characters, spelling, colour."""
    colour = shown_value("R13", value.ground_colour, {}) if value.ground_colour else ""
    return ", ".join(part for part in (value.hanzi, value.pinyin, colour) if part)


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


def photo_cards(order: RectificationOrder, shown: Sign) -> list[dict[str, Any]]:
    """The photos of an order with what their own data say against them."""
    photos = list(order.photos.all())
    elsewhere = used_elsewhere(photos=photos) if photos else {}
    cards = []
    for photo in photos:
        evidence = weigh_photo(photo=photo, sign=shown, order=order, elsewhere=elsewhere)
        cards.append(
            {
                "photo": photo,
                "phase": photo.get_phase_display(),
                "url": reverse("signage:photo", args=[photo.pk]),
                "distance": evidence.distance_m,
                "doubts": doubts(evidence),
            }
        )
    return sorted(cards, key=lambda card: card["photo"].phase != PhotoPhase.BEFORE)


def overlay(cards: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The last photo of each side of a fix, to be laid over each other."""
    last = {card["photo"].phase: card for card in cards}
    if PhotoPhase.BEFORE not in last or PhotoPhase.AFTER not in last:
        return None
    return {"before": last[PhotoPhase.BEFORE], "after": last[PhotoPhase.AFTER]}
