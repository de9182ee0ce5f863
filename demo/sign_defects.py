"""Faults as they are seen on street signs, planted one at a time into a sound sign.

Each planter takes a sound face and returns the faulty one, or None where the face gives no
occasion. What is planted is known by construction; the rules are not asked.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gazetteer.domain.romanise import romanise
from signage.domain.spelling import in_pinyin

# Characters read alike or nearly so, as sign makers mix them up.
HOMOPHONES = dict(
    zip(
        "河山华园新环江沙花村洲市站宝福港和珠黄天园兴城云长寿康建龙岗东前后内宁安文昌秀清湖沿海",
        "和三花圆心还讲砂华存州是战保富岗河株皇添园星成芸常受抗健隆港冬钱候那凝按闻唱绣青胡延诲",
        strict=True,
    )
)
TRADITIONAL = dict(
    zip(
        "华园环龙云长宝东马万寿庙关乐凤门广国陈员黄观兴盐丰宁桥滨体艺员灵泽湾号车运义双时",
        "華園環龍雲長寶東馬萬壽廟關樂鳳門廣國陳員黃觀興鹽豐寧橋濱體藝員靈澤灣號車運義雙時",
        strict=True,
    )
)
# Former names of well-known streets; elsewhere the old face calls the road a 马路.
FORMER = {
    "北京路": "永汉路",
    "起义路": "维新路",
    "中山五路": "惠爱中路",
    "中山四路": "惠爱东路",
    "中山六路": "惠爱西路",
    "人民中路": "丰宁路",
    "人民南路": "太平路",
    "东风中路": "德宣路",
    "解放中路": "中华中路",
    "北京南路": "永汉南路",
}
GENERICS = {
    "路": ("ROAD", "RD", "RD."),
    "街": ("STREET", "ST", "ST."),
    "大街": ("STREET", "ST."),
    "大道": ("AVENUE", "AVE", "AVE.", "BLVD"),
    "巷": ("LANE",),
    "马路": ("ROAD", "RD"),
}
DIRECTIONS = {"东": "EAST", "西": "WEST", "南": "SOUTH", "北": "NORTH"}
PINYIN_DIRECTIONS = {"东": "DONG", "西": "XI", "南": "NAN", "北": "BEI", "中": "ZHONG"}
SLIPS = (("NG", "N"), ("ZH", "Z"), ("SH", "S"), ("AN", "NA"), ("UA", "AU"), ("IA", "I"))


@dataclass(frozen=True, slots=True)
class Face:
    """A face with the parts of its name that faults are made of."""

    hanzi: str
    pinyin: str
    ground_colour: str
    specific: str
    generic: str
    toned: str
    defects: tuple[str, ...] = ()


Planter = Callable[[Face, Any], Face | None]


def plant_name(face: Face, rng: Any) -> Face | None:
    """R01: a homophone, a traditional or a missing character, a doubled one, the old name."""
    ways = [_homophone, _traditional, _missing, _homophone, _traditional, _former]
    for way in rng.permutation(len(ways)):
        found = ways[way](face, rng)
        if found is not None and found.hanzi != face.hanzi:
            return found
    return None


def spelling_fault(rule_id: str) -> Planter:
    """R05–R09, R11, R12: the planter of one kind of fault in the spelling."""
    way = SPELLING_WAYS[rule_id]

    def plant(face: Face, rng: Any) -> Face | None:
        spelling = way(face, rng)
        if not spelling or spelling == face.pinyin:
            return None
        return replace(face, pinyin=spelling, defects=(*face.defects, rule_id))

    return plant


def plant_english(face: Face, rng: Any) -> Face | None:
    """R10: the generic term, or its direction too, in English."""
    direction = next((d for d in DIRECTIONS if face.generic.startswith(d)), "")
    direction = direction or next((d for d in DIRECTIONS if face.generic.endswith(d)), "")
    base = face.generic.strip("".join(PINYIN_DIRECTIONS)) or face.generic
    base = re.sub("^[一二三四五六七八九十上下横后前直新]+", "", base) or base
    words = GENERICS.get(base)
    if words is None or not face.specific:
        return None
    word = words[int(rng.integers(len(words)))]
    kept = _kept_words(face)
    if not direction:
        return _english(face, f"{kept} {word}")
    english = DIRECTIONS[direction]
    forms = (
        f"{kept} {english} {word}",
        f"{english} {kept} {word}",
        f"{kept} {word} ({english[0]})",
        f"{kept} {word} {english[0]}.",
    )
    return _english(face, forms[int(rng.integers(len(forms)))])


def plant_colour(face: Face, rng: Any) -> Face | None:
    """R13: the other axis's colour, seldom a colour of no axis."""
    other = {"blue": "green", "green": "blue"}[face.ground_colour]
    if rng.random() < 0.08:
        other = "red"
    return replace(face, ground_colour=other, defects=(*face.defects, "R13"))


def _kept_words(face: Face) -> str:
    """The written words before the generic term, numbers included: ZHONGSHAN 5 LU."""
    words = face.pinyin.split()
    apart = len(words) > 2 and words[-1] in PINYIN_DIRECTIONS.values()
    return " ".join(words[: -2 if apart else -1])


def _english(face: Face, spelling: str) -> Face:
    return replace(face, pinyin=spelling, defects=(*face.defects, "R10"))


def _named(face: Face, hanzi: str) -> Face:
    return replace(face, hanzi=hanzi, defects=(*face.defects, "R01"))


def _exchanged(face: Face, table: dict[str, str], rng: Any) -> Face | None:
    at = [
        i for i, character in enumerate(face.hanzi) if table.get(character, character) != character
    ]
    if not at:
        return None
    chosen = at[int(rng.integers(len(at)))]
    text = face.hanzi
    return _named(face, text[:chosen] + table[text[chosen]] + text[chosen + 1 :])


def _homophone(face: Face, rng: Any) -> Face | None:
    return _exchanged(face, HOMOPHONES, rng)


def _traditional(face: Face, rng: Any) -> Face | None:
    """Written as it once was: another name, and in characters that are not standard."""
    found = _exchanged(face, TRADITIONAL, rng)
    return None if found is None else replace(found, defects=(*found.defects, "R03"))


def _missing(face: Face, rng: Any) -> Face | None:
    if len(face.hanzi) < 3:
        return None
    lost = int(rng.integers(len(face.hanzi)))
    return _named(face, face.hanzi[:lost] + face.hanzi[lost + 1 :])


def _former(face: Face, rng: Any) -> Face | None:
    """The old face shows the old name in both scripts, so both are wrong."""
    old = FORMER.get(face.hanzi)
    if old is None and face.generic == "路":
        old = f"{face.specific}马路"
    if old is None or any(rule in face.defects for rule in (*SPELLING_WAYS, "R10")):
        return None
    return replace(
        face,
        hanzi=old,
        pinyin=romanise(old, category="street").sign,
        defects=(*face.defects, "R01", "R05"),
    )


def _umlaut(face: Face, rng: Any) -> str:
    forms = [face.pinyin.replace("Ü", other) for other in ("V", "YU", "U")]
    return forms[int(rng.integers(3))] if "Ü" in face.pinyin else ""


def _apostrophe(face: Face, rng: Any) -> str:
    return face.pinyin.replace("'", "") if "'" in face.pinyin else ""


def _slip(face: Face, rng: Any) -> str:
    fits = [pair for pair in SLIPS if pair[0] in face.pinyin]
    if not fits:
        return ""
    right, wrong = fits[int(rng.integers(len(fits)))]
    return face.pinyin.replace(right, wrong, 1)


def _tones(face: Face, rng: Any) -> str:
    return unicodedata.normalize("NFC", face.toned.upper())


def _spacing(face: Face, rng: Any) -> str:
    """All in one word, or every syllable of the specific term by itself."""
    if rng.random() < 0.5:
        return face.pinyin.replace(" ", "")
    syllables = romanise(face.specific, category="street").syllables
    apart = " ".join(syllable.upper() for syllable in syllables)
    joined = apart.replace(" ", "")
    return face.pinyin.replace(joined, apart, 1) if len(syllables) > 1 else ""


def _case(face: Face, rng: Any) -> str:
    return face.pinyin.title().replace("'A", "'a").replace("'E", "'e")


def _ordinal(face: Face, rng: Any) -> str:
    """5 as WU or as 5TH."""
    found = re.search(r"\b(\d+)\b", face.pinyin)
    if found is None:
        return ""
    number = int(found.group(1))
    ending = "TH" if 10 < number % 100 < 14 else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    spelt = (in_pinyin(number), f"{number}{ending}")[int(rng.integers(2))]
    return face.pinyin[: found.start()] + spelt + face.pinyin[found.end() :]


SPELLING_WAYS: dict[str, Callable[[Face, Any], str]] = {
    "R05": _slip,
    "R06": _case,
    "R07": _tones,
    "R08": _spacing,
    "R09": _apostrophe,
    "R11": _umlaut,
    "R12": _ordinal,
}
