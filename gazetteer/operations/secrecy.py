"""How secret a place is: said by whoever keeps the server, told nowhere else."""

import logging
from datetime import date
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from common import audit
from common.errors import BadInput, Refusal
from gazetteer.models import Place, Secrecy
from gazetteer.queries.pointers import records_of

# Sent after commit with ``place`` (id) and ``at`` (today).
secrecy_changed = Signal()
log = logging.getLogger(__name__)


class SameSecrecy(Refusal):
    template = "The place is “%(level)s” already."


@transaction.atomic
def set_secrecy(*, place: Any, level: Secrecy, at: date, reason: str) -> Place:
    """Give a place (its id) another level; part of no page, so it asks for no role.

    All records that were merged into one are that place: each gets the level, whichever of them is
    named; the survivor is returned. A secret place rests with all that shows it until its level is
    another one: nothing is corrected, checked or ordered meanwhile. Raises BadInput, SameSecrecy.
    """
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")
    rows = Place.objects.select_for_update(of=("self",)).filter(pk__in=records_of(place_id=place))
    held = list(rows.order_by("pk"))
    last = next((each for each in held if each.merged_into_id is None), None)
    if last is None:
        raise BadInput("There is no place “%(place)s”.", place=str(place))
    changed = [each for each in held if each.secrecy != level]
    if not changed:
        raise SameSecrecy(level=Secrecy(level).label)
    for each in changed:
        _change(each, level, at, reason.strip())
    return last


def _change(held: Place, level: Secrecy, at: date, reason: str) -> None:
    before, held.secrecy = held.secrecy, level
    audit.record(
        by=None,
        operation="edit_place",
        subject=held,
        jurisdiction=held.division_code,
        reason=reason,
        before={"secrecy": before},
        after={"secrecy": level},
    )
    held.save(update_fields=["secrecy"])
    transaction.on_commit(lambda: _tell(held, at))


def _tell(place: Place, at: date) -> None:
    for receiver, outcome in secrecy_changed.send_robust(sender=Place, place=place.pk, at=at):
        if isinstance(outcome, Exception):
            log.error("%s failed after a change of secrecy", receiver, exc_info=outcome)
