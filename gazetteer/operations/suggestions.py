"""People suggest changes to a record; an officer takes them over, in part, or declines.

Suggesting needs no role. Deciding needs the role for names, and writes by the same operations as
the pages do (:mod:`gazetteer.operations.apply_suggestion`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, NotInScope, Refusal
from common.hidden import repeats
from gazetteer.domain.differences import (
    ALIAS_KINDS,
    LONGEST,
    changes_of,
    differences,
    digest_of,
    read_position,
    tidy,
)
from gazetteer.models import Informant, Place, Secrecy, Suggestion, SuggestionState
from gazetteer.operations.apply_suggestion import apply_changes
from gazetteer.operations.complaints import RepeatsTheInformant
from gazetteer.operations.evidence import keep_photo
from gazetteer.operations.open_posts import count_open_post
from gazetteer.queries.suggestions import may_move, record_values

LONGEST_TEXT = 4000


class PlaceEnded(Refusal):
    template = "This place is no more since %(day)s: nothing can be suggested on its record."


class NothingSuggested(BadInput):
    template = "Nothing was suggested: change at least one field."


class SameAsRecord(BadInput):
    template = "The record says so already: what you suggest does not differ from it."


class TooLong(BadInput):
    template = "A text is too long: it may have at most %(most)d characters."


class DecidedAlready(Refusal):
    template = "This suggestion was decided already: it is “%(state)s”."


class OwnSuggestion(Refusal):
    template = "You suggested this yourself: another person has to decide it."


class RecordChanged(Refusal):
    template = "The record was changed while you were looking: look at the difference again."


class AnswerMissing(BadInput):
    template = "Say why, where something is not taken over: whoever suggested it reads the answer."


@transaction.atomic
def suggest(
    *,
    by: Any,
    at: datetime,
    place: Place,
    proposed: Mapping[str, str],
    reason: str,
    evidence: str = "",
    photo: Any = None,
    name: str = "",
    contact: str = "",
    address: str = "",
) -> Suggestion:
    """Suggest changes to a record; ``by`` None is the public, from a network ``address``.

    ``name`` and ``contact`` of whoever suggests are kept apart and hidden.
    """
    hidden = place.secrecy != Secrecy.PUBLIC if by is None else place.secrecy == Secrecy.SECRET
    if hidden:
        raise NotInScope
    if place.ended_on is not None and place.ended_on <= timezone.localdate(at):
        raise PlaceEnded(day=place.ended_on.isoformat())
    changes = _read(place, proposed, timezone.localdate(at))
    if not reason.strip():
        raise BadInput("Say why: whoever decides has to know.")
    if max(len(reason), len(evidence)) > LONGEST_TEXT:
        raise TooLong(most=LONGEST_TEXT)
    if len(name) > 80 or len(contact) > 100:
        raise BadInput("Name or contact is too long.")
    # Whoever looks at the record reads the reason; who suggested is hidden.
    if repeats((name, contact), f"{reason} {evidence}"):
        raise RepeatsTheInformant
    if by is None:
        count_open_post(address=address, at=at)
    suggestion = Suggestion.objects.create(
        place=place,
        changes=changes,
        digest=digest_of(changes),
        reason=reason.strip(),
        evidence=evidence.strip(),
        suggested_at=at,
        suggested_by=by,
    )
    if name.strip() or contact.strip():
        Informant.objects.create(
            suggestion=suggestion, name=name.strip(), contact=contact.strip(), account=by
        )
    audit.record(
        by=by,
        operation="suggest",
        subject=suggestion,
        jurisdiction=place.division_code,
        fields=list(changes),
    )
    if photo is not None:
        keep_photo(photo, by=by, at=at, without_exif=True, suggestion=suggestion)
    return suggestion


def _read(place: Place, proposed: Mapping[str, str], day: Any) -> dict[str, dict[str, str]]:
    """The changes, or the sentence that says what is wrong with them."""
    if not any(value.strip() for value in proposed.values()):
        raise NothingSuggested
    unknown = set(proposed) - set(LONGEST)
    if unknown:
        raise BadInput("A record has no field “%(field)s”.", field=min(unknown)[:40])
    for field, most in LONGEST.items():
        if len(proposed.get(field, "")) > most:
            raise TooLong(most=most)
    if any("\x00" in value for value in proposed.values()):
        raise BadInput("The text holds a character that cannot be read.")
    alias = tidy("alias", proposed.get("alias", ""))
    changes = changes_of(record_values(place=place, at=day, alias=alias), proposed)
    if not changes:
        raise SameAsRecord
    _check_values(place, changes)
    return changes


def _check_values(place: Place, changes: Mapping[str, Mapping[str, str]]) -> None:
    kind = changes.get("alias_kind", {}).get("to", ALIAS_KINDS[0])
    if kind not in ALIAS_KINDS:
        raise BadInput("“%(kind)s” is no kind of name.", kind=kind[:20])
    if "position" not in changes:
        return
    if not may_move(place):
        raise BadInput("The shape of this place is drawn: describe in words where it is wrong.")
    if read_position(changes["position"]["to"]) is None:
        raise BadInput("Give the position as longitude, latitude: 113.324500, 23.129100.")


@transaction.atomic
def decide(
    *,
    by: Any,
    at: datetime,
    suggestion: Suggestion,
    accept: Mapping[str, str],
    answer: str = "",
    seen: Mapping[str, str] | None = None,
) -> Suggestion:
    """Take over the fields in ``accept`` (field → value, perhaps edited); decline the others.

    ``seen`` is what the person saw the record say (field → value): where that is no longer so,
    nothing is written. Equal suggestions that wait become duplicates of this one.
    """
    suggestion = _enter(by, suggestion)
    changes = suggestion.changes
    if set(accept) - set(changes):
        raise BadInput("The suggestion does not speak of all the fields that were chosen.")
    declined = [field for field in changes if field not in accept]
    if declined and not answer.strip():
        raise AnswerMissing
    if len(answer) > LONGEST_TEXT:
        raise TooLong(most=LONGEST_TEXT)
    record = now(suggestion, timezone.localdate(at))
    if seen is not None and any(record.get(field, "") != text for field, text in seen.items()):
        raise RecordChanged
    values = {field: tidy(field, text) for field, text in accept.items()}
    wanted = {field: text for field, text in values.items() if text != record.get(field, "")}
    apply_changes(by=by, at=at, place=suggestion.place, changes=wanted, reason=suggestion.reason)
    suggestion.state = SuggestionState.DECLINED if not accept else SuggestionState.ACCEPTED
    if accept and (declined or any(values[f] != changes[f]["to"] for f in values)):
        suggestion.state = SuggestionState.PARTLY
    suggestion.accepted = values
    _close(by, at, suggestion, answer)
    same = Suggestion.objects.open().filter(place=suggestion.place_id, digest=suggestion.digest)
    for twin in same.select_for_update(of=("self",)).exclude(pk=suggestion.pk):
        twin.state, twin.duplicate_of = SuggestionState.DUPLICATE, suggestion
        _close(by, at, twin, answer)
    return suggestion


@transaction.atomic
def mark_duplicate(*, by: Any, at: datetime, suggestion: Suggestion, of: Suggestion) -> Suggestion:
    """Say that a suggestion repeats another one on the same record."""
    suggestion = _enter(by, suggestion)
    if of.pk == suggestion.pk or of.place_id != suggestion.place_id:
        raise BadInput("A suggestion repeats another one on the same record.")
    suggestion.state, suggestion.duplicate_of = SuggestionState.DUPLICATE, of
    _close(by, at, suggestion, "")
    return suggestion


def now(suggestion: Suggestion, day: Any) -> dict[str, str]:
    """What the record says on a day, in the fields of a suggestion."""
    alias = suggestion.changes.get("alias", {}).get("to", "")
    return record_values(place=suggestion.place, at=day, alias=alias)


def difference(suggestion: Suggestion, day: Any) -> list[Any]:
    return differences(suggestion.changes, now(suggestion, day))


def _enter(by: Any, suggestion: Suggestion) -> Suggestion:
    """Scope and role, then lock the suggestion and see whether it waits."""
    code = suggestion.place.division_code
    require(by=by, capability=Capability.EDIT_NAME, codes=[code])
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("place")
    suggestion = rows.get(pk=suggestion.pk)
    if suggestion.state != SuggestionState.NEW:
        raise DecidedAlready(state=str(suggestion.get_state_display()))
    if suggestion.suggested_by_id == by.pk:
        raise OwnSuggestion
    return suggestion


def _close(by: Any, at: datetime, suggestion: Suggestion, answer: str) -> None:
    suggestion.answer = answer.strip()
    suggestion.decided_by, suggestion.decided_at = by, at
    audit.record(
        by=by,
        operation="decide_suggestion",
        subject=suggestion,
        jurisdiction=suggestion.place.division_code,
        reason=suggestion.answer,
        state=str(suggestion.state),
        accepted=list(suggestion.accepted),
    )
    suggestion.save()
