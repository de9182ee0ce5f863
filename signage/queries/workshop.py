"""What a workshop has to make for a batch of orders: each sign's wanted face, read in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from common.models import Rule
from common.rules import RuleEdition
from gazetteer.models import Place
from signage.domain.face import FURTHER_LAYOUT, LAYOUT
from signage.domain.faces import read_faces
from signage.domain.rules import registered_rules
from signage.domain.sign import Sign as SignValue
from signage.models import RectificationOrder, SentBackFix
from signage.queries.faces import FaceComparison, compare_faces
from signage.queries.place_facts import rows_of_places
from signage.queries.signs import night_of


@dataclass(frozen=True, slots=True)
class WorkshopItem:
    """An order, its sign's faces, and the editions for what they are made of."""

    order: RectificationOrder
    comparison: FaceComparison
    editions: dict[str, RuleEdition]


def orders_to_make(
    *,
    orders: Any,
    at: date,
    body: str = "",
    within: str = "",
    keys: Sequence[UUID] = (),
    sheets: Sequence[UUID] = (),
) -> Any:
    """Of these orders those that were given by the end of a day and not yet carried out."""
    night = night_of(at)
    found = orders.filter(ordered_at__lt=night).exclude(state="waived")
    found = found.filter(Q(fixed_at__isnull=True) | Q(fixed_at__gte=night))
    sent_back_later = SentBackFix.objects.filter(fixed_at__lt=night, sent_back_at__gte=night)
    found = found.exclude(pk__in=sent_back_later.values("order_id"))
    if body:
        found = found.filter(responsible_body=body)
    if within:
        found = found.filter(sign__division_code__startswith=within)
    if keys:
        found = found.filter(pk__in=keys)
    if sheets:
        found = found.filter(sheet__in=sheets)
    return found.select_related("sign", "sign__source", "sheet").order_by("due_on", "sign__number")


def workshop_items(*, orders: Sequence[RectificationOrder], at: date) -> list[WorkshopItem]:
    """Each order with the face that is to be made, in their order."""
    faces = {order.pk: read_faces(order.sign.faces) for order in orders}
    keys = {str(order.sign.place_id) for order in orders if order.sign.place_id}
    for sides in faces.values():
        keys |= {line.place for face in sides for _, line in face.lines() if line.place}
    shown = Place.objects.shown().filter(pk__in=keys).values_list("pk", flat=True)
    places = rows_of_places(places=shown, at=at)
    facts = {str(key): row.facts for key, row in places.items()}
    editions = _Editions(at)
    found = []
    for order in orders:
        sign = order.sign
        value = SignValue(
            sign.sign_class,
            faces[order.pk],
            facts.get(str(sign.place_id)),
            sign.division_code,
            sign.street_bearing,
            day=at,
            elsewhere=facts,
        )
        rules = editions.for_code(sign.division_code)
        found.append(WorkshopItem(order, compare_faces(sign=value, editions=rules), rules))
    return found


class _Editions:
    """The editions of every division of a batch, in one statement."""

    def __init__(self, at: date) -> None:
        wanted = [*registered_rules(), LAYOUT, FURTHER_LAYOUT]
        rows = list(Rule.objects.on(at).filter(rule_id__in=wanted))
        self._rows = sorted(rows, key=lambda row: len(row.jurisdiction))
        self._found: dict[str, dict[str, RuleEdition]] = {}

    def for_code(self, code: str) -> dict[str, RuleEdition]:
        if code not in self._found:
            self._found[code] = {
                row.rule_id: row.as_edition()
                for row in self._rows
                if code.startswith(row.jurisdiction)
            }
        return self._found[code]
