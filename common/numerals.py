"""Chinese numerals in names: ordinals (十二条) and words of number characters (三八路)."""

DIGITS = "零一二三四五六七八九"
NUMERALS = frozenset("一二三四五六七八九十百")


def numeral_value(text: str) -> int | None:
    """The number from 1 to 999 that ``text`` writes in the one regular way, else ``None``.

    三八, 五一 and 一二九 are dates by name, not numbers, and give ``None``.
    """
    return _VALUES.get(text)


def write_numeral(number: int) -> str:
    """The regular Chinese writing of 1 to 999: 12 → 十二, 42 → 四十二, 105 → 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def split_trailing_numeral(text: str) -> tuple[str, str]:
    """``text`` before and from its last run of number characters (Chinese or Arabic)."""
    end = len(text)
    if text and text[-1].isascii() and text[-1].isdigit():
        while end and text[end - 1].isascii() and text[end - 1].isdigit():
            end -= 1
    else:
        while end and text[end - 1] in NUMERALS:
            end -= 1
    return text[:end], text[end:]


_VALUES = {write_numeral(number): number for number in range(1, 1000)}
