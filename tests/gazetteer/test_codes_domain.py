"""The 20-digit place-name code: built, read, checked, counted on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from gazetteer.domain.classes import place_classes
from gazetteer.domain.codes import (
    InvalidPlaceCode,
    build_code,
    check_code,
    next_code,
    parse_code,
    prefix_still_fits,
)

SAMPLE = "33038100122100000001"
divisions = st.from_regex(r"\A[1-9][0-9]{5}([0-9]{3})?\Z").filter(lambda c: c[6:] != "000")
classes = st.sampled_from(sorted(place_classes()))
serials = st.integers(1, 999_999)


class TestCodes:
    def test_the_sample_of_the_training_material(self) -> None:
        parts = parse_code("330381 001 22100 000001")
        assert (parts.county, parts.township, parts.class_code, parts.serial) == (
            "330381",
            "001",
            "22100",
            1,
        )
        assert parts.grouped == "330381 001 22100 000001"
        assert build_code(division_code="330381001", class_code="22100", serial=1) == SAMPLE

    def test_above_townships_the_township_part_is_zero(self) -> None:
        assert build_code(division_code="440106", class_code="23420", serial=7).startswith(
            "440106000"
        )

    def test_a_village_takes_the_code_of_its_township(self) -> None:
        code = build_code(division_code="440106001203", class_code="21610", serial=1)
        assert parse_code(code).division_code == "440106001"

    @given(divisions, classes, serials)
    def test_what_is_built_reads_back(self, division: str, class_code: str, serial: int) -> None:
        code = build_code(division_code=division, class_code=class_code, serial=serial)
        parts = parse_code(code)
        assert str(parts) == code
        assert (parts.division_code, parts.class_code, parts.serial) == (
            division,
            class_code,
            serial,
        )
        assert prefix_still_fits(code, division_code=division)

    @given(divisions, classes, st.integers(1, 999_998))
    def test_the_next_code_is_greater_and_differs_by_one(
        self, division: str, class_code: str, serial: int
    ) -> None:
        last = build_code(division_code=division, class_code=class_code, serial=serial)
        after = next_code(division_code=division, class_code=class_code, last=last)
        assert int(after) == int(last) + 1
        assert after[:14] == last[:14]

    @given(st.text(max_size=25))
    def test_any_text_is_a_code_or_refused_in_one_sentence(self, text: str) -> None:
        try:
            assert len(str(parse_code(text))) == 20
        except InvalidPlaceCode as error:
            assert "20 digits" in str(error)

    @pytest.mark.parametrize(
        "code", ["", SAMPLE[:-1], SAMPLE + "1", "x" * 20, "３" * 20, SAMPLE[:14] + "000000"]
    )
    def test_refuses_what_is_no_code(self, code: str) -> None:
        with pytest.raises(InvalidPlaceCode):
            parse_code(code)

    def test_refuses_an_unknown_class_and_a_division_that_was_not(self) -> None:
        exists = {"330381001"}.__contains__
        check_code(SAMPLE, classes=place_classes(), division_exists=exists)
        with pytest.raises(BadInput, match="99999"):
            wrong = SAMPLE.replace("22100", "99999")
            check_code(wrong, classes=place_classes(), division_exists=exists)
        with pytest.raises(BadInput, match="did not exist"):
            check_code(SAMPLE, classes=place_classes(), division_exists=lambda code: False)

    def test_refuses_a_province_and_a_missing_class(self) -> None:
        with pytest.raises(BadInput):
            build_code(division_code="44", class_code="22100", serial=1)
        with pytest.raises(BadInput):
            build_code(division_code="440106", class_code="", serial=1)

    def test_refuses_beyond_the_last_number(self) -> None:
        last = build_code(division_code="440106", class_code="22100", serial=999_999)
        with pytest.raises(BadInput, match="used up"):
            next_code(division_code="440106", class_code="22100", last=last)
