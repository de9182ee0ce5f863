"""What the system refuses, each with one sentence for the person who asked.

A refusal carries an English template and its values; :meth:`DimingError.message` is translated
where it is shown, so pure code needs no translation machinery.
"""

from typing import Any, ClassVar


class DimingError(Exception):
    """Base of every refusal: ``template`` is an English message id with ``%(name)s`` fields."""

    template: ClassVar[str] = "The request cannot be carried out."

    def __init__(self, template: str = "", **values: Any) -> None:
        self.message_id = template or self.template
        self.values = values
        super().__init__(self.message_id % values if values else self.message_id)


class Refusal(DimingError):
    """An operation says no: the person may not, or the state of things does not allow it."""


class NotPermitted(Refusal):
    """Inside the jurisdiction, but without the role for this act."""

    template = "Your roles do not include this step: it needs %(role)s."


class NoRole(Refusal):
    """Signed in, but without any role in force: reads nothing."""

    template = "You hold no role today: ask an administrator of your bureau for one."


class NotInScope(DimingError):
    """Outside the person's jurisdiction: shown as if the thing did not exist (404)."""

    # Read on the command line only.
    template = "It lies outside the jurisdictions of the account."


class BadInput(DimingError):
    """What was typed, uploaded or put in the address cannot be read."""


class TooMuch(BadInput):
    """More than one request may ask for (413)."""


class UnreadableAddress(BadInput):
    template = "The address holds a character that cannot be read."


class DayTooFar(BadInput):
    template = "“%(text)s” lies too far off: choose a day of the years 0100 to 9899."


class InvalidDay(BadInput):
    template = "“%(text)s” is not a day: write it as YYYY-MM-DD, for example 2024-05-01."

    def __init__(self, text: str) -> None:
        super().__init__(text=text[:40])
