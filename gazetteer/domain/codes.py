"""The 20-digit place-name code (地名代码): county 6 + township 3 + class 5 + sequence 6.

国家地名数据库代码编制规则 (民地办发〔2010〕1号); sample 330381 001 22100 000001.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass

from common.errors import BadInput

LENGTH = 20
LAST_SERIAL = 999_999
# Places above townships (domain reference §3.3, to be confirmed).
NO_TOWNSHIP = "000"


class InvalidPlaceCode(BadInput):
    template = "“%(code)s” is not a place-name code: it has 20 digits (6 + 3 + 5 + 6)."


@dataclass(frozen=True, slots=True)
class PlaceCodeParts:
    county: str
    township: str
    class_code: str
    serial: int

    @property
    def prefix(self) -> str:
        """What the sequence is counted in: division and class."""
        return self.county + self.township + self.class_code

    @property
    def division_code(self) -> str:
        """The division the code names: 9 digits, or 6 where it names no township."""
        return self.county if self.township == NO_TOWNSHIP else self.county + self.township

    def __str__(self) -> str:
        return f"{self.prefix}{self.serial:06d}"

    @property
    def grouped(self) -> str:
        """As it is printed, in its four parts."""
        return f"{self.county} {self.township} {self.class_code} {self.serial:06d}"


def code_prefix(*, division_code: str, class_code: str) -> str:
    """The 14 digits before the sequence, from a division code of 6, 9 or 12 digits."""
    if len(division_code) not in (6, 9, 12) or not _digits(division_code):
        raise BadInput(
            "A place-name code needs a division of the county level or below: “%(code)s”.",
            code=division_code,
        )
    if len(class_code) != 5 or not _digits(class_code):
        raise BadInput("A place-name code needs the class of the place (GB/T 18521).")
    return division_code[:6] + (division_code[6:9] or NO_TOWNSHIP) + class_code


def build_code(*, division_code: str, class_code: str, serial: int) -> str:
    prefix = code_prefix(division_code=division_code, class_code=class_code)
    if not 1 <= serial <= LAST_SERIAL:
        raise BadInput("The sequence of codes in %(prefix)s is used up.", prefix=prefix)
    return f"{prefix}{serial:06d}"


def parse_code(code: str) -> PlaceCodeParts:
    """The four parts; spaces between them are allowed. Raises :class:`InvalidPlaceCode`."""
    digits = "".join(code.split())
    if len(digits) != LENGTH or not _digits(digits) or int(digits[14:]) == 0:
        raise InvalidPlaceCode(code=code[:40])
    return PlaceCodeParts(digits[:6], digits[6:9], digits[9:14], int(digits[14:]))


def check_code(
    code: str, *, classes: Container[str], division_exists: Callable[[str], bool]
) -> PlaceCodeParts:
    """The parts of a code whose class and division exist; ``division_exists`` knows the day."""
    parts = parse_code(code)
    if parts.class_code not in classes:
        raise BadInput(
            "The code %(code)s names a class that GB/T 18521 does not have: %(part)s.",
            code=code,
            part=parts.class_code,
        )
    if not division_exists(parts.division_code):
        raise BadInput(
            "The code %(code)s names a division that did not exist on that day: %(part)s.",
            code=code,
            part=parts.division_code,
        )
    return parts


def next_code(*, division_code: str, class_code: str, last: str = "") -> str:
    """The code after ``last``, the highest ever given for this division and class ("" if none)."""
    serial = parse_code(last).serial + 1 if last else 1
    return build_code(division_code=division_code, class_code=class_code, serial=serial)


def prefix_still_fits(code: str, *, division_code: str) -> bool:
    """Whether a code still names the division that the place lies in."""
    prefix = code_prefix(division_code=division_code, class_code=code[9:14])
    return code.startswith(prefix)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
