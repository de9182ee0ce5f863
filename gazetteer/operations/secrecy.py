"""How secret a place is: said by whoever keeps the server, told nowhere else."""

import logging
from datetime import date
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from common import audit
from common.errors import BadInput, Refusal
from gazetteer.models import Place, Secrecy

# Sent after commit with ``place`` (id) and ``at`` (today).
secrecy_changed = Signal()
log = logging.getLogger(__name__)


class SameSecrecy(Refusal):
    template = "The place is “%(level)s” already."


@transaction.atomic
def set_secrecy(*, place: Any, level: Secrecy, at: date, reason: str) -> Place:
    """Give a place (its id) another level; part of no page, so it asks for no role.

    A secret place rests with all that shows it until its level is another one: nothing is
    corrected, checked or ordered meanwhile. Raises BadInput, SameSecrecy.
    """
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")
    held = Place.objects.select_for_update(of=("self",)).filter(pk=place).first()
    if held is None:
        raise BadInput("There is no place “%(place)s”.", place=str(place))
    before, held.secrecy = held.secrecy, level
    if before == level:
        raise SameSecrecy(level=Secrecy(level).label)
    audit.record(
        by=None,
        operation="edit_place",
        subject=held,
        jurisdiction=held.division_code,
        reason=reason.strip(),
        before={"secrecy": before},
        after={"secrecy": level},
    )
    held.save(update_fields=["secrecy"])
    transaction.on_commit(lambda: _tell(held, at))
    return held


def _tell(place: Place, at: date) -> None:
    for receiver, outcome in secrecy_changed.send_robust(sender=Place, place=place.pk, at=at):
        if isinstance(outcome, Exception):
            log.error("%s failed after a change of secrecy", receiver, exc_info=outcome)
