"""Jurisdictions: a division-code prefix holds every code that begins with it."""

from collections.abc import Iterable


def jurisdiction_of(code: str) -> str:
    """The prefix of a division code: 440000 → 44, 440100 → 4401, 440106 → 440106."""
    if len(code) == 6:
        while code.endswith("00"):
            code = code[:-2]
    return code


def covers(jurisdiction: str, code: str) -> bool:
    """Whether a code lies in the jurisdiction; the empty jurisdiction is the whole country."""
    return jurisdiction_of(code).startswith(jurisdiction)


def any_covers(jurisdictions: Iterable[str], code: str) -> bool:
    return any(covers(jurisdiction, code) for jurisdiction in jurisdictions)
