"""The local standard decides how ü and ordinals are written on signs (R11, R12)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from common.numerals import write_numeral
from gazetteer.domain.romanise import romanise
from signage.domain.rules import Checker, RuleBook, read_edition, touched_by
from signage.domain.sign import PlaceFacts
from signage.domain.spelling import ARABIC, IN_PINYIN, U_DIAERESIS, YU, Style, V, faults, in_style
from tests.signage.faces import editions, face_editions, sign

USUAL, OF_YU = Style(), Style(umlaut=YU)
SPELT = Style(ordinal=IN_PINYIN)


def failed(required: str, shown: str, **changes: Any) -> list[str]:
    """The rules that a spelling fails under a local standard."""
    known = {edition.rule_id for edition in editions()}
    found = [each for each in face_editions(**changes).values() if each.rule_id in known]
    place = PlaceFacts("天河路", required, ("440106",), "standard")
    verdicts = Checker(found).verdicts(sign(place=place, pinyin=shown))
    return [each.rule_id for each in verdicts if each.outcome == "fail"]


class TestUmlaut:
    @pytest.mark.parametrize(
        ("shown", "style", "right"),
        [
            ("LÜLIANG LU", U_DIAERESIS, True),
            ("LYULIANG LU", U_DIAERESIS, False),
            ("LYULIANG LU", YU, True),
            ("LÜLIANG LU", YU, False),
            ("LVLIANG LU", YU, False),
            ("LVLIANG LU", V, True),
            ("LULIANG LU", YU, False),
        ],
    )
    def test_the_local_standard_decides(self, shown: str, style: str, right: bool) -> None:
        wanted = [] if right else ["R11"]
        assert failed("LÜLIANG LU", shown, R11={"umlaut_style": style}) == wanted

    def test_a_stored_spelling_with_yu_means_the_same(self) -> None:
        assert in_style("LYULIANG LU", OF_YU) == "LYULIANG LU"
        assert in_style("LYULIANG LU", Style(umlaut=V)) == "LVLIANG LU"
        # A syllable in N before YU is none in Ü.
        assert in_style("JINYU LU", Style(umlaut=V)) == "JINYU LU"

    def test_no_finding_names_the_national_form(self) -> None:
        verdicts = Checker(
            [e for e in face_editions(R11={"umlaut_style": YU}).values() if e.rule_id[0] == "R"]
        ).verdicts(sign(place=PlaceFacts("吕梁路", "LÜLIANG LU", ("440106",)), pinyin="LULIANG LU"))
        (wrong,) = [v for v in verdicts if v.rule_id == "R11"]
        assert (wrong.outcome, wrong.expected) == ("fail", "LYULIANG LU")


class TestOrdinals:
    @pytest.mark.parametrize(
        ("required", "shown", "style", "rules"),
        [
            ("ZHONGSHAN 5 LU", "ZHONGSHAN 5 LU", ARABIC, []),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN WULU", ARABIC, ["R12"]),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN WU LU", ARABIC, ["R12"]),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN 5TH LU", ARABIC, ["R12"]),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN WULU", IN_PINYIN, []),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN 5 LU", IN_PINYIN, ["R12"]),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN WU LU", IN_PINYIN, ["R08"]),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN 6 LU", ARABIC, ["R05"]),
            ("DI-1 XIAOXUE", "DI-1 XIAOXUE", ARABIC, []),
            ("DI-1 XIAOXUE", "DIYI XIAOXUE", ARABIC, ["R12"]),
            ("DI-1 XIAOXUE", "NO.1 XIAOXUE", ARABIC, ["R12"]),
            ("DI-1 XIAOXUE", "DIYI XIAOXUE", IN_PINYIN, []),
            ("DI-1 XIAOXUE", "DI-1 XIAOXUE", IN_PINYIN, ["R12"]),
            ("DI-1 XIAOXUE", "DI-2 XIAOXUE", ARABIC, ["R05"]),
        ],
    )
    def test_streets_and_institutions(
        self, required: str, shown: str, style: str, rules: list[str]
    ) -> None:
        assert failed(required, shown, R12={"street_ordinal_style": style}) == rules

    @given(
        number=st.integers(1, 199),
        name=st.sampled_from(("中山{}路", "大川淀{}巷", "东{}条", "第{}小学", "广州市第{}中学")),
    )
    def test_agrees_with_the_gazetteer_s_own_spelling(self, number: int, name: str) -> None:
        text = name.format(write_numeral(number))
        kind = "facility" if "学" in text else "street"
        usual = romanise(text, category=kind).sign
        local = romanise(text, category=kind, street_ordinal_style=IN_PINYIN).sign
        if any(character.isdigit() for character in usual):
            assert in_style(usual, SPELT) == local
            assert not faults(local, usual, SPELT)
            assert not faults(usual, usual, USUAL)


class TestParameters:
    def test_another_style_than_these_is_refused(self) -> None:
        known = {edition.rule_id: edition for edition in editions()}
        for rule_id, name in (("R11", "umlaut_style"), ("R12", "street_ordinal_style")):
            edition = face_editions(**{rule_id: {name: "UE"}})[rule_id]
            with pytest.raises(BadInput):
                read_edition(edition)
            assert read_edition(known[rule_id])

    def test_a_change_of_style_touches_every_rule_of_the_spelling(self) -> None:
        assert touched_by("R11") >= {"R05", "R08", "R09", "R10", "R11", "R12"}

    def test_holds_only_where_the_local_standard_does(self) -> None:
        local = face_editions(R11={"umlaut_style": YU})["R11"]
        book = RuleBook([*(("", each) for each in editions()), ("440106", local)])
        place = PlaceFacts("吕梁路", "LÜLIANG LU", ("440106",), "standard")
        for code, shown in (("440106001", "LYULIANG LU"), ("440104001", "LÜLIANG LU")):
            here = sign(place=place, pinyin=shown, division_code=code)
            rules = [v.rule_id for v in book.verdicts(here) if v.outcome == "fail"]
            assert "R11" not in rules
