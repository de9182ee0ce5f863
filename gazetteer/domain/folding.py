"""One written form for all variants of a character: 臺 and 台, 涌 and 冲, full width and half.

The database folds names with the same pairs (function ``gazetteer_search_fold``), so that what is
typed and what is stored meet. Standard forms are those of :mod:`gazetteer.domain.characters`.
"""

import re
import unicodedata
from functools import cache

from gazetteer.domain.characters import fold as standard_forms

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
    pairs = {}
    for start, end in BLOCKS:
        for code in range(start, end):
            character = chr(code)
            plain = unicodedata.normalize("NFKC", character)
            folded = standard_forms(standard_forms(plain))
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
