"""Readings learned from attested names: what counts as evidence, and what stands against it."""

import pytest

from gazetteer.domain.attested import Attested, agreement, divide
from gazetteer.domain.learning import Thresholds, learn
from gazetteer.domain.reading_table import Override, ReadingTable, curated_table, read_rows
from gazetteer.domain.readings import read_characters

BARE = ReadingTable.of([], uncertain=frozenset())


def attested(text: str, spelling: str, region: str, *, toned: bool = False) -> Attested:
    return Attested(text, tuple(spelling.split()), region, "register", toned=toned)


def rows(names: list[Attested], table: ReadingTable = BARE) -> list[tuple[str, ...]]:
    found = learn(names, table=table).rows
    return [(row.text, " ".join(row.syllables), row.scope, row.where) for row in found]


CREEKS = [
    attested("东涌", "dong chong", "4401"),
    attested("麻涌", "ma chong", "4419"),
    attested("大涌", "da chong", "4420"),
    attested("葵涌", "kui chong", "4403"),
]
SPRINGS = [attested("涌泉", "yong quan", "3310"), attested("涌山", "yong shan", "3602")]


class TestDivide:
    @pytest.mark.parametrize(
        ("latin", "text", "syllables"),
        [
            ("Dongliang’erzhuang", "东梁二庄", ("dong", "liang", "er", "zhuang")),
            ("Xi'an", "西安", ("xi", "an")),
            ("Lüliang", "吕梁", ("lü", "liang")),
            ("Luliang", "吕梁", ("lü", "liang")),
            ("Lukou", "鹿口", ("lu", "kou")),
            ("Huoxian", "漷县", ("huo", "xian")),
            ("Hohhot", "呼和浩特", None),
            ("Niuchehe", "大富堉", None),
            ("Xianyang", "西安", None),
        ],
    )
    def test_gives_each_character_its_letters(
        self, latin: str, text: str, syllables: tuple[str, ...] | None
    ) -> None:
        assert divide(latin, text, table=curated_table()) == syllables


class TestLearn:
    def test_finds_a_reading_of_a_region_and_a_place_in_the_word(self) -> None:
        found = rows([*CREEKS, *SPRINGS])
        assert [(text, reading, scope) for text, reading, scope, _ in found] == [
            ("涌", "chōng", "44")
        ]

    def test_tells_the_evidence_with_each_row(self) -> None:
        assert learn([*CREEKS, *SPRINGS], table=BARE).rows[0].source == "register 4/4"

    def test_mends_the_names_it_was_learned_from_and_no_other(self) -> None:
        names = [*CREEKS, *SPRINGS]
        table = BARE.plus(learn(names, table=BARE).rows[0])
        assert agreement(names, table=BARE) == (2, 6)
        assert agreement(names, table=table) == (6, 6)

    def test_wants_three_names_that_agree(self) -> None:
        assert rows(CREEKS[:2]) == []

    def test_wants_four_of_five_to_agree(self) -> None:
        against = [attested(f"{name}涌", f"{read} yong", "4401") for name, read in (("石", "shi"),)]
        assert rows([*CREEKS, *against])
        more = [attested("木涌", "mu yong", "4403"), attested("水涌", "shui yong", "4419")]
        scopes = {row[2] for row in rows([*CREEKS, *against, *more])}
        assert "44" not in scopes

    def test_takes_the_neighbour_where_the_character_alone_does_not_decide(self) -> None:
        names = [attested("民乐", "min le", code) for code in ("2302", "2312", "4331")]
        names += [attested("乐器街", "yue qi jie", code) for code in ("2302", "2312", "4331")]
        assert ("民乐", "mín lè", "", "any") in rows(names)

    def test_takes_the_tone_from_a_register_that_writes_tones(self) -> None:
        towns = [
            attested(f"{a}甸", f"{b} dian", "5301")
            for a, b in (("中", "zhong"), ("鲁", "lu"), ("施", "shi"), ("寻", "xun"), ("大", "da"))
        ]
        assert rows(towns) == []
        toned = [
            attested(f"{a}甸", f"{b} diàn", "53", toned=True)
            for a, b in (
                ("中", "zhōng"),
                ("鲁", "lǔ"),
                ("施", "shī"),
                ("寻", "xún"),
                ("宽", "kuān"),
            )
        ]
        assert rows([*towns, *toned]) == [("甸", "diàn", "", "any")]

    def test_never_touches_the_reference_and_lists_what_speaks_against_it(self) -> None:
        names = [
            attested("番禺", "fan yu", code) for code in ("4401", "4402", "4403", "4404", "4405")
        ]
        found = learn(names, table=curated_table())
        assert found.rows == []
        assert (found.conflicts[0].row_text, found.conflicts[0].attested) == ("番", "fan")
        assert (found.conflicts[0].against, found.conflicts[0].reached) == (5, 5)

    def test_refines_a_curated_row_by_region_but_does_not_replace_it(self) -> None:
        curated = BARE.plus(Override("泊", ("bó",), "", "any", "usage"))
        names = [
            attested(f"{a}泊", f"{b} po", "3706")
            for a, b in (("家", "jia"), ("窝", "wo"), ("水", "shui"), ("山", "shan"), ("石", "shi"))
        ]
        assert {row[2] for row in rows(names, curated)} == {"37"}

    def test_two_registers_suffice_for_one_whole_name(self) -> None:
        names = [
            attested("穆棱", "mu ling", "2310"),
            Attested("穆棱", ("mù", "líng"), "23", "other", toned=True),
        ]
        assert rows(names) == [("穆棱", "mù líng", "23", "any")]
        assert rows(names[:1]) == rows(names[1:]) == []

    def test_gives_the_same_rows_in_any_order_and_nothing_more_a_second_time(self) -> None:
        names = [*CREEKS, *SPRINGS]
        assert rows(names) == rows(names[::-1])
        table = BARE.plus(learn(names, table=BARE).rows[0])
        assert rows(names, table) == []

    def test_thresholds_can_be_set(self) -> None:
        strict = Thresholds(names=9)
        assert learn([*CREEKS, *SPRINGS], table=BARE, thresholds=strict).rows == []


class TestLearnedTable:
    def test_every_row_has_its_evidence(self) -> None:
        for row in read_rows("readings_learned.tsv"):
            assert "/" in row.source and len(row.text) == len(row.syllables), row

    def test_no_row_covers_one_of_the_reference(self) -> None:
        fixed = {row.text for row in read_rows("readings.tsv") if row.protected}
        assert not fixed & {
            row.text
            for row in read_rows("readings_learned.tsv")
            if not row.scope and len(row.text) == 1
        }

    def test_names_of_the_reference_read_as_before(self) -> None:
        for row in read_rows("readings.tsv"):
            if row.protected and len(row.text) > 1:
                scope = row.scope or None
                read = read_characters([row.text], specific=row.text, scope=scope)
                assert tuple(one.syllable for one in read) == row.syllables, row.text
