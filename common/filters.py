"""What the address of a list asks for: read, or refused in words; never left aside in silence."""

from collections.abc import Collection, Mapping

from common.errors import BadInput

CODE_DIGITS = 12


def read_code(text: str) -> str:
    """The beginning of a division code (4401), "" where none is asked."""
    code = text.strip()
    if code and not (code.isascii() and code.isdigit() and len(code) <= CODE_DIGITS):
        raise BadInput("“%(code)s” is not the beginning of a division code.", code=code[:20])
    return code


def read_count(text: str) -> int:
    """A number that a page's own button sends; 0, which none of them does, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def read_choice(
    asked: Mapping[str, str], name: str, choices: Collection[str], default: str = ""
) -> str:
    """One of the values that a list knows for a filter; the default where none is asked."""
    value = asked.get(name, "") or default
    if value != default and value not in choices:
        raise BadInput("The list has no such filter.")
    return value
