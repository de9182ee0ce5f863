"""What a rule says of a name: result, severity, sentence, evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from common.rules import RuleEdition
from gazetteer.domain.naming_rules.proposal import OtherName
from gazetteer.domain.similarity import Likeness


class Result(StrEnum):
    FAIL = "fail"
    WARN = "warn"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


WEIGHT = {Severity.BLOCK: 2, Severity.WARN: 1, Severity.INFO: 0}


class Term(str):
    """A value of a sentence that is itself a text to translate."""

    __slots__ = ()


def marked(text: str) -> str:
    """Marks a text for translation; pure code translates nothing."""
    return text


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on: another place, a character or word, a measure beside its limit."""

    text: str
    place_id: str = ""
    likeness: Likeness | None = None
    division_code: str = ""
    lon: float | None = None
    lat: float | None = None
    measured: str = ""
    expected: str = ""

    @classmethod
    def of(cls, other: OtherName, likeness: Likeness) -> "Evidence":
        return cls(
            text=other.text,
            place_id=other.place_id,
            likeness=likeness,
            division_code=other.division_code,
            lon=other.lon,
            lat=other.lat,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """``message`` is an English template with ``values``; ``class_id`` the class of the notice of
    2018 (大、洋、怪、重) that the same fault belongs to, "" where none does."""

    edition: RuleEdition
    result: Result
    severity: Severity
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    class_id: str = ""

    @property
    def rule_id(self) -> str:
        return self.edition.rule_id

    @property
    def article(self) -> str:
        return self.edition.article

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCK


def found(
    edition: RuleEdition,
    message: str,
    *,
    at_most: Severity = Severity.BLOCK,
    evidence: tuple[Evidence, ...] = (),
    class_id: str = "",
    **values: object,
) -> Finding:
    """A fault, as severe as the rule's row says, ``at_most`` and never blocking if provisional."""
    limits = [Severity(edition.severity), at_most]
    if not edition.enforced:
        limits.append(Severity.WARN)
    severity = min(limits, key=WEIGHT.__getitem__)
    result = Result.FAIL if at_most is Severity.BLOCK else Result.WARN
    return Finding(edition, result, severity, message, values, evidence, class_id)


def unknown(edition: RuleEdition, message: str, **values: object) -> Finding:
    """The rule asks for something that is not known; it never blocks."""
    return Finding(edition, Result.UNKNOWN, Severity.INFO, message, values)
