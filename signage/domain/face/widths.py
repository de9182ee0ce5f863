"""How wide a text runs: advance widths measured in Noto Sans SC, the type that drawings are set in.

Thousandths of the type size. A drawing always fixes the length of each line as well, so that it
keeps its place in whatever type a reader's machine has.
"""

import unicodedata

FULL = 1000
# Other scripts and rare signs: a guess on the wide side, which the fixed length then corrects.
OTHER = 620
CAPITAL_HEIGHT = 733
# Where the body of a Chinese character begins above and ends beneath the baseline.
HANZI_ASCENT, HANZI_DESCENT = 880, 120

_MEASURED = {
    " ": 224, "!": 323, '"': 474, "#": 555, "$": 555, "%": 921, "&": 680, "'": 278, "(": 338,
    ")": 338, "*": 467, "+": 555, ",": 278, "-": 347, ".": 278, "/": 392, "0": 555, "1": 555,
    "2": 555, "3": 555, "4": 555, "5": 555, "6": 555, "7": 555, "8": 555, "9": 555, ":": 278,
    ";": 278, "<": 555, "=": 555, ">": 555, "?": 474, "@": 946, "A": 608, "B": 657, "C": 638,
    "D": 688, "E": 589, "F": 552, "G": 689, "H": 728, "I": 293, "J": 535, "K": 646, "L": 543,
    "M": 812, "N": 723, "O": 742, "P": 633, "Q": 742, "R": 635, "S": 596, "T": 599, "U": 721,
    "V": 575, "W": 878, "X": 573, "Y": 531, "Z": 603, "_": 559, "a": 563, "b": 618, "c": 510,
    "d": 620, "e": 554, "f": 325, "g": 564, "h": 607, "i": 275, "j": 275, "k": 552, "l": 284,
    "m": 926, "n": 610, "o": 606, "p": 620, "q": 620, "r": 388, "s": 468, "t": 377, "u": 607,
    "v": 521, "w": 802, "x": 498, "y": 521, "z": 475, "·": 278, "’": 278, "×": 555, "–": 536,
}  # fmt: skip


def advance(character: str) -> int:
    """The width of one character; marks that stand on another have none."""
    base = unicodedata.normalize("NFD", character)[:1]
    if base in _MEASURED:
        return _MEASURED[base]
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return FULL if unicodedata.east_asian_width(character) in "WFA" else OTHER


def width_of(text: str, size: float) -> float:
    """The natural width of a text at a type size."""
    return sum(advance(character) for character in text) * size / 1000
