"""Faces drawn to scale: beside each other on the pages, and each as a picture of its own."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from common.errors import BadInput
from signage.domain.face import Difference, Drawing, marked, picture
from signage.queries.editions import titles_of
from signage.queries.faces import FaceComparison, face_alone, face_comparison
from signage.queries.record import as_it_was, get_sign, hidden_until, sign_verdicts
from signage.views.wording import shown_value

RECORDED, STANDARD = "recorded", "standard"
ELEMENT_LABELS = {
    "hanzi": gettext_lazy("characters"),
    "pinyin": gettext_lazy("spelling"),
    "number": gettext_lazy("number on the plate"),
    "minority": gettext_lazy("minority script"),
    "postcode": gettext_lazy("postcode"),
    "face": gettext_lazy("whole face"),
    "frame": gettext_lazy("frame"),
}
ASSUMED_LABELS = {
    "size": gettext_lazy("size"),
    "frame": gettext_lazy("width of the frame"),
    "ground": gettext_lazy("ground colour"),
    "heights": gettext_lazy("heights of the lines"),
    "shares": gettext_lazy("shares of the lines"),
}
OPEN_LABELS = {
    "ground": gettext_lazy("the bearing of the street does not decide the ground colour"),
    "size": gettext_lazy("no size is laid down for this class"),
    "postcode": gettext_lazy("the postcode is not recorded"),
    "minority": gettext_lazy("the text in minority script is not recorded"),
}


class UnknownFace(BadInput):
    template = "“%(which)s” is no face: ask for recorded or standard."


@require_GET
def face_svg(request: Any, number: str) -> HttpResponse:
    """One face of a sign in its millimetres: ``which`` recorded or standard, ``at`` a day."""
    which = request.GET.get("which", RECORDED)
    if which not in (RECORDED, STANDARD):
        raise UnknownFace(which=which[:20])
    found = get_sign(number=number)
    since = hidden_until(sign=found) if found else None
    shown = as_it_was(sign=found, at=request.day, since=since) if found else None
    if shown is None:
        raise Http404
    facts, _verdicts = sign_verdicts(sign=shown, at=request.day)
    comparison = face_comparison(
        sign=facts or face_alone(sign=shown), place_id=shown.place_id, at=request.day
    )
    drawings = comparison.recorded if which == RECORDED else comparison.wanted_drawings
    if not drawings:
        raise Http404
    svg = picture(drawings[0], title=f"{number} {face_words(drawings[0])}", real_size=True)
    response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{which}.svg"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def comparison_panel(comparison: FaceComparison, *, number: str, at: date) -> dict[str, Any]:
    """What the panel of a sign's page shows: both faces with marks, and what they mean."""
    titles = titles_of(
        rule_ids=[each.verdict.rule_id for each in comparison.differences],
        at=at,
    )
    wanted = comparison.wanted
    url, day = reverse("signage:face", args=[number]), f"&at={at.isoformat()}"
    assumed = comparison.recorded[0].assumed if comparison.recorded else frozenset()
    return {
        "faces": drawn_faces(comparison, marks=True),
        "rows": [_row(each, titles) for each in comparison.differences],
        "wanted": wanted is not None,
        "assumed": [label for key, label in ASSUMED_LABELS.items() if key in assumed],
        "shrunk": any(text.shrunk for face in comparison.recorded for text in face.texts),
        "open": [label for key, label in OPEN_LABELS.items() if wanted and key in wanted.undecided],
        "unknown": [rule_id for rule_id in comparison.open if wanted],
        "provisional": _provisional(comparison),
        "recorded_url": f"{url}?which={RECORDED}{day}" if comparison.recorded else "",
        "standard_url": f"{url}?which={STANDARD}{day}" if wanted else "",
    }


def drawn_faces(comparison: FaceComparison, *, marks: bool = False) -> list[dict[str, Any]]:
    """Every side as recorded beside the same side as wanted, to one scale."""
    recorded, wanted = comparison.recorded, comparison.wanted_drawings
    every = [*recorded, *wanted]
    drawn = []
    for side in range(max(len(recorded), len(wanted), 1)):
        for title, faces in ((_("As it stands"), recorded), (_("As required"), wanted)):
            drawing = faces[side] if side < len(faces) else None
            if drawing is None and side:
                continue
            name = (
                title
                if not side
                else _("%(title)s, side %(side)s")
                % {
                    "title": title,
                    "side": side + 1,
                }
            )
            shown = (
                marked(drawing, comparison.differences) if drawing and marks and not side else []
            )
            words = face_words(drawing) if drawing else ""
            # Our own writer escaped every text of it.
            svg = (
                mark_safe(picture(drawing, title=f"{name}: {words}", marks=shown, beside=every))
                if drawing
                else ""
            )
            drawn.append({"title": name, "svg": svg, "of_standard": faces is wanted})
    return drawn


def face_words(drawing: Drawing) -> str:
    """The face read aloud: its lines, then its ground."""
    texts = [text.text for text in drawing.texts if text.text]
    ground = drawing.fields[0].ground
    return ", ".join([*texts, shown_value("R13", ground, {})] if ground else texts)


def _row(difference: Difference, titles: dict[str, str]) -> dict[str, Any]:
    verdict = difference.verdict
    rule_id = verdict.rule_id
    of_colour = "R13" if rule_id.startswith("SIGN-") else rule_id
    return {
        "number": difference.number,
        "element": ELEMENT_LABELS[difference.element],
        "rule_id": rule_id,
        "title": titles.get(rule_id, ""),
        "measured": shown_value(of_colour, verdict.measured, {}),
        "expected": shown_value(of_colour, verdict.expected, {}),
        "authority": verdict.edition.authority,
        "article": verdict.article,
        "provisional": not verdict.edition.enforced,
    }


def _provisional(comparison: FaceComparison) -> list[str]:
    """The rules that shaped the wanted face and are not verified; the division among them."""
    if comparison.wanted is None:
        return []
    found = [edition.rule_id for edition in comparison.wanted.provisional]
    if comparison.layout.edition is None:
        found.append("SIGN-LAYOUT")
    return sorted(set(found))
