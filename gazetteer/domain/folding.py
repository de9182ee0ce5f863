"""One written form for all variants of a character: 臺 and 台, 涌 and 冲, full width and half.

The database folds names with the same pairs (function ``gazetteer_search_fold``), so that what is
typed and what is stored meet. Traditional and variant forms come from the installed OpenCC.
"""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

# Beyond traditional and simplified: spellings that stand for one another in names of Guangdong
# (a creek is 涌 or 冲, a pool 氹 or 凼) and old forms that signs and deeds still carry.
GROUPS = ("冲涌", "凼氹", "村邨", "峰峯", "岭岺", "寨砦", "坳垇", "弄衖", "朗塱", "圩墟")
BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
# Committees are named by the place they serve: what people type is the place.
VILLAGE = re.compile("村?村(?:民委员|委)会$")
NEIGHBOURHOOD = re.compile("(?<=.)(?:社区)?居(?:民委员|委)会$")
SUFFIXES = (
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
    ("社区居民委员会", "社区"),
    ("居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("居委会", "社区"),
    ("社区", "社区"),
    ("街道", "街道"),
)


@cache
def fold_pairs() -> dict[str, str]:
    """Character → the one it is folded to, for those that change."""
    converter = OpenCC("t2s")
    groups = {member: group[0] for group in GROUPS for member in group[1:]}
    pairs = {}
    for start, end in BLOCKS:
        for code in range(start, end):
            character = chr(code)
            plain = unicodedata.normalize("NFKC", character)
            folded = converter.convert(plain)
            folded = groups.get(folded, folded)
            if len(folded) == 1 and folded != plain:
                pairs[plain] = folded
    return pairs


def fold(text: str) -> str:
    """``text`` in its one form: 臺山 → 台山, Ａ區 → a区."""
    return unicodedata.normalize("NFKC", text).translate(_table()).lower()


def stem(folded: str) -> str:
    """A folded name without the committee that carries it: 东风村民委员会 → 东风村."""
    return NEIGHBOURHOOD.sub("社区", VILLAGE.sub("村", folded))


@cache
def _table() -> dict[int, str]:
    return {ord(before): after for before, after in fold_pairs().items()}
