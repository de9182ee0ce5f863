"""Whose name the text of a face may mean, with the score and the reasons in words."""

from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from signage.domain.matching import Match, Reason
from signage.models import Sign
from signage.queries.matching import match_text

MOST = 5
CITY = 4
MATCHES = {
    Match.RIGHT: ("ok", pgettext_lazy("match", "the standard name")),
    Match.WRONG_FORM: ("wrong", pgettext_lazy("match", "right name, wrong characters")),
    Match.FORMER: ("wrong", pgettext_lazy("match", "a former name")),
    Match.OTHER_DISTRICT: ("check", pgettext_lazy("match", "a name of another district")),
    Match.HOMOPHONE: ("check", pgettext_lazy("match", "sounds alike")),
    Match.LOOK_ALIKE: ("check", pgettext_lazy("match", "looks alike")),
    Match.NEARLY: ("check", pgettext_lazy("match", "nearly the same")),
}


def match_rows(sign: Sign, day: date) -> list[dict[str, Any]]:
    """The likeliest places of the city, best first; none where the text is unknown."""
    found = match_text(
        text=sign.hanzi,
        pinyin=sign.pinyin,
        at=day,
        within=sign.division_code[:CITY],
        division_code=sign.division_code,
        point=sign.location,
    )
    rows = []
    for each in found[:MOST]:
        state, label = MATCHES[each.match]
        rows.append(
            {
                "place_id": each.candidate.place_id,
                "name": each.candidate.standard_name or each.candidate.text,
                "state": state,
                "label": label,
                "score": number_format(round(each.score * 100)),
                "reasons": [_reason(reason) for reason in each.reasons],
                "linked": each.candidate.place_id == sign.place_id,
            }
        )
    return rows


def _reason(reason: Reason) -> str:
    if reason.key == "distance":
        metres = number_format(int(reason.values[0]), force_grouping=True)
        return _("%(metres)s m away") % {"metres": metres}
    if reason.key == "spelling_agrees":
        return _("the spelling agrees")
    if reason.key == "spelling_differs":
        return _("the spelling differs")
    values = [value for value in reason.values if value]
    return (" " if any("→" in value for value in values) else " → ").join(values)
