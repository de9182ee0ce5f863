"""The class table of GB/T 18521 and the attributes of each class."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gazetteer.domain.classes import (
    attribute_schema,
    check_attributes,
    class_tree,
    classes_for,
    evidence_properties,
    own_properties,
    place_classes,
)
from gazetteer.models import LegalCategory

PRINTED = ["21610", "21620", "21770", "22100", "22200", "27100", "27400", "27610"]
PRINTED += ["26210", "26220", "26230", "26240", "26290"]


class TestTheTable:
    @pytest.mark.parametrize("code", PRINTED)
    def test_codes_printed_in_sources_are_verified(self, code: str) -> None:
        assert place_classes()[code].verified

    def test_codes_that_no_source_prints_are_provisional(self) -> None:
        assert place_classes()["23420"].status == "provisional"

    def test_every_class_hangs_below_another_that_exists(self) -> None:
        table = place_classes()
        assert {row.parent for row in table.values()} <= {"", *table}

    def test_the_tree_holds_every_class_once(self) -> None:
        def codes(nodes: Any) -> list[str]:
            return [c for node in nodes for c in (node.place_class.code, *codes(node.children))]

        assert sorted(codes(class_tree())) == sorted(place_classes())
        assert [node.place_class.code for node in class_tree()] == ["10000", "20000"]

    def test_every_category_of_the_law_has_classes(self) -> None:
        assert all(classes_for(category) for category in LegalCategory.values)
        named = {legal for row in place_classes().values() for legal in row.legal}
        assert named == set(LegalCategory.values)

    def test_every_schema_is_a_schema_in_both_languages(self) -> None:
        for code in place_classes():
            Draft202012Validator.check_schema(attribute_schema(code))
            for field in (own_properties(code) | evidence_properties()).values():
                assert field["title_zh"]
                assert field["title_en"]
                assert set(field.get("enum", [])) == set(field.get("labels", {}))


class TestCheckAttributes:
    def test_what_fits_has_no_fault(self) -> None:
        values = {"length_m": 1200.5, "level": "main", "width_m": 30, "map_scale": "1:10000"}
        assert check_attributes("23420", values) == []
        assert check_attributes("", {"elevation_m": 12.5}) == []

    @pytest.mark.parametrize(
        ("class_code", "values", "field", "sentence"),
        [
            ("23420", {"width_m": "wide"}, "width_m", "“wide” is not a number."),
            ("23420", {"width_m": -1}, "width_m", "-1 is too small: at least 0."),
            ("22100", {"green_percent": 130}, "green_percent", "130 is too large: at most 100."),
            ("22100", {"storeys": 2.5}, "storeys", "“2.5” is not a whole number."),
            ("22100", {"postcode": "51063"}, "postcode", "“51063” is not written as this field"),
            ("23510", {"type": "wood"}, "type", "“wood” is none of the choices."),
            ("23510", {"crosses": "江" * 101}, "crosses", "At most 100 characters."),
            ("24100", {"storeys": 3}, "storeys", "Places of this class have no attribute"),
            ("99999", {}, "class_code", "“99999” is no class of GB/T 18521."),
        ],
    )
    def test_each_fault_is_one_sentence_about_one_field(
        self, class_code: str, values: dict[str, Any], field: str, sentence: str
    ) -> None:
        [fault] = check_attributes(class_code, values)
        assert fault.field == field
        assert str(fault).startswith(sentence)

    def test_tells_all_faults_at_once(self) -> None:
        faults = check_attributes("24100", {"area_km2": "x", "capacity_10k_m3": -5, "k": 1})
        assert {fault.field for fault in faults} == {"area_km2", "capacity_10k_m3", "k"}
