"""A sign's face as it is recorded beside the one that the standard in force wants."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from common.models import Rule
from common.rules import RuleEdition
from gazetteer.models import Place
from signage.domain.face import (
    FURTHER_LAYOUT,
    LAYOUT,
    Difference,
    Drawing,
    Layout,
    Wanted,
    differences,
    ground_of_class,
    place,
    read_layout,
    undecided,
    wanted_face,
)
from signage.domain.faces import read_faces
from signage.domain.rules import Checker, registered_rules
from signage.domain.sign import Sign as SignValue
from signage.models import Sign


@dataclass(frozen=True, slots=True)
class FaceComparison:
    """One sign's faces, side by side; ``wanted`` is None where nobody can say what is wanted.

    ``open``: ids of rules of the face that cannot say, because something is not recorded.
    """

    value: SignValue
    layout: Layout
    recorded: tuple[Drawing, ...]
    wanted: Wanted | None
    wanted_drawings: tuple[Drawing, ...]
    differences: tuple[Difference, ...]
    open: tuple[str, ...]


def face_editions(*, at: date, code: str) -> dict[str, RuleEdition]:
    """The editions that decide a face in a division on a day."""
    rules = [*registered_rules(), LAYOUT, FURTHER_LAYOUT]
    found: dict[str, RuleEdition] = Rule.objects.filter(rule_id__in=rules).in_force(
        on=at, code=code
    )
    return found


def compare_faces(*, sign: SignValue, editions: dict[str, RuleEdition]) -> FaceComparison:
    """The comparison by editions that were read before: for many signs of one division."""
    layout = read_layout(sign.sign_class, editions)
    checked = [edition for key, edition in editions.items() if key in registered_rules()]
    verdicts = Checker(checked).verdicts(sign)
    wanted = wanted_face(sign, editions)
    if wanted is not None:
        verdicts = [*verdicts, *ground_of_class(sign, layout)]
    return FaceComparison(
        value=sign,
        layout=layout,
        recorded=tuple(place(face, layout) for face in sign.faces),
        wanted=wanted,
        wanted_drawings=tuple(place(face, layout) for face in wanted.faces) if wanted else (),
        differences=tuple(differences(verdicts)),
        open=tuple(undecided(verdicts, sign)),
    )


def face_comparison(*, sign: SignValue, place_id: Any, at: date) -> FaceComparison:
    """The comparison of one sign; what a secret place requires of it is not drawn."""
    keys = {str(place_id)} if place_id else set()
    found = Place.objects.shown().filter(pk__in=keys | set(sign.elsewhere))
    shown = {str(key) for key in found.values_list("pk", flat=True)}
    sign = replace(
        sign,
        place=sign.place if keys <= shown else None,
        elsewhere={key: facts for key, facts in sign.elsewhere.items() if key in shown},
    )
    editions = face_editions(at=at, code=sign.division_code)
    return compare_faces(sign=sign, editions=editions)


def face_alone(*, sign: Sign) -> SignValue:
    """A sign that is not standing on a day, of which only the record can be drawn."""
    return SignValue(
        sign.sign_class,
        read_faces(sign.faces),
        division_code=sign.division_code,
        street_bearing=sign.street_bearing,
    )
