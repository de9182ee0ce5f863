"""Faces to scale: every layout of domain reference §4.3, what is wanted, what differs."""

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signage.domain.face import (
    COLOURS,
    Drawing,
    differences,
    draw,
    ground_of_class,
    marked,
    picture,
    place,
    read_layout,
    wanted_face,
)
from signage.domain.face.arrows import read_arrow
from signage.domain.face.widths import width_of
from signage.domain.faces import (
    ARROW,
    HANZI,
    KINDS,
    MINORITY,
    NUMBER,
    PINYIN,
    POSTCODE,
    Line,
    Panel,
    SignFace,
)
from signage.domain.faces import (
    COLOURS as COLOUR_KEYS,
)
from signage.domain.sign import PlaceFacts, Sign
from tests.signage.faces import CHECKER, TIANHE_LU, face_editions, sign

EDITIONS = face_editions()
CLASSES = (
    *("STREET", "LANE", "ESTATE", "BUILDING", "UNIT", "DOOR_L", "DOOR_M", "DOOR_S"),
    *("HOUSEHOLD", "VILLAGE", "DIVISION", "NATURAL", "STATION", "SCENIC"),
)


def drawn(sign_class: str, *lines: Line, number: str = "", **face: Any) -> Drawing:
    panels = [Panel(lines)]
    if number:
        panels.append(Panel((Line(NUMBER, number),), "white" if sign_class == "BUILDING" else ""))
    values = {"ground": "blue", "width": 900, "height": 500, "frame": 20, **face}
    return place(SignFace(tuple(panels), **values), read_layout(sign_class, EDITIONS))


def field(drawing: Drawing, kind: str) -> Any:
    return next(each.box for each in drawing.fields if each.kind == kind)


NAME = (Line(HANZI, "天河路"), Line(PINYIN, "TIANHE LU"))


class TestLayouts:
    def test_street_gives_characters_the_upper_three_fifths(self) -> None:
        drawing = drawn("STREET", *NAME, width=1500, height=450)
        hanzi, pinyin = field(drawing, HANZI), field(drawing, PINYIN)
        assert hanzi.height / drawing.inside.height == pytest.approx(0.6)
        assert pinyin.y == pytest.approx(hanzi.bottom)
        assert pinyin.bottom == pytest.approx(drawing.inside.bottom)

    def test_building_has_the_name_left_and_the_number_right(self) -> None:
        drawing = drawn("BUILDING", *NAME, number="12")
        hanzi, pinyin, number = (field(drawing, kind) for kind in (HANZI, PINYIN, NUMBER))
        assert hanzi.width / drawing.inside.width == pytest.approx(0.6)
        assert number.x == pytest.approx(hanzi.right) and number.height == drawing.inside.height
        assert hanzi.height / (hanzi.height + pinyin.height) == pytest.approx(0.6)
        grounds = {each.kind: each.ground for each in drawing.fields}
        assert (grounds[HANZI], grounds[NUMBER]) == ("blue", "white")

    def test_small_door_plate_has_two_fifths_above_three(self) -> None:
        drawing = drawn("DOOR_S", NAME[0], number="128", width=150, height=90, frame=4)
        hanzi, number = field(drawing, HANZI), field(drawing, NUMBER)
        assert hanzi.height / number.height == pytest.approx(2 / 3)
        assert number.y == pytest.approx(hanzi.bottom)

    def test_large_door_plate_keeps_a_fifth_for_the_postcode(self) -> None:
        face = (*NAME, Line(POSTCODE, "510000"))
        drawing = drawn("DOOR_L", *face, number="128", width=630, height=430)
        strip = field(drawing, POSTCODE)
        assert strip.height / drawing.inside.height == pytest.approx(0.2)
        assert strip.bottom == pytest.approx(drawing.inside.bottom)

    def test_minority_script_takes_a_third_of_the_characters_part(self) -> None:
        drawing = drawn("ESTATE", Line(MINORITY, "Guengjcouh"), *NAME)
        script, hanzi = field(drawing, MINORITY), field(drawing, HANZI)
        assert script.height / (script.height + hanzi.height) == pytest.approx(1 / 3, abs=0.001)
        assert script.bottom == pytest.approx(hanzi.y)

    @pytest.mark.parametrize("sign_class", CLASSES)
    def test_every_class_has_a_division_and_says_whether_it_is_verified(
        self, sign_class: str
    ) -> None:
        layout = read_layout(sign_class, EDITIONS)
        assert layout.edition is not None
        verified = sign_class in ("STREET", "LANE", "ESTATE", "BUILDING", "DOOR_S")
        assert layout.provisional is not verified

    def test_without_any_rule_the_division_is_provisional(self) -> None:
        assert read_layout("STREET", {}).provisional

    @pytest.mark.parametrize(
        ("text", "way", "words"),
        [
            ("←", "left", ""),
            ("西 W ←", "left", "西 W"),
            ("➡️", "right", ""),
            ("←→", "both", ""),
            ("↑", "ahead", ""),
            ("东", "", "东"),
        ],
    )
    def test_reads_arrows(self, text: str, way: str, words: str) -> None:
        assert read_arrow(text) == (way, words)

    def test_arrows_stand_at_the_ends(self) -> None:
        drawing = drawn("STREET", *NAME, Line(ARROW, "←西"), Line(ARROW, "东→"))
        left, right = drawing.arrows
        name = drawing.boxes(HANZI)[0]
        assert left.box.right < name.x and name.right < right.box.x
        # Each tip points outwards.
        assert min(x for x, _ in left.points) == pytest.approx(left.box.x)

    def test_says_what_is_assumed_and_what_does_not_fit(self) -> None:
        bare = place(SignFace((Panel(NAME),)), read_layout("STREET", EDITIONS))
        assert bare.assumed == {"size", "frame", "ground", "heights", "shares"}
        tall = drawn("STREET", Line(HANZI, "天河路", height=800), height=450)
        assert tall.texts[0].shrunk and not bare.texts[0].shrunk


class TestScale:
    def test_characters_and_capitals_are_as_high_as_recorded(self) -> None:
        lines = (
            Line(HANZI, "天河路", "white", "黑体", 180, 0.6),
            Line(PINYIN, "TIANHE LU", "white", "", 80, 0.4),
        )
        hanzi, pinyin = drawn("STREET", *lines, width=1500, height=450).texts
        assert (hanzi.height, hanzi.size) == (180, 180)
        assert pinyin.height == pytest.approx(80)
        assert pinyin.size * 0.733 == pytest.approx(80)
        assert hanzi.box.width == width_of("天河路", 180) == 540

    def test_a_picture_of_its_own_has_its_millimetres(self) -> None:
        drawing = drawn("STREET", *NAME, width=1500, height=450)
        root = ElementTree.fromstring(picture(drawing, title="天河路", real_size=True))
        window = [float(value) for value in root.attrib["viewBox"].split()]
        assert root.attrib["width"] == f"{window[2]:g}mm"
        face = root.find("{*}rect")
        assert face is not None
        assert (face.attrib["width"], face.attrib["height"]) == ("1500", "450")

    def test_faces_beside_each_other_share_a_scale(self) -> None:
        small, large = drawn("STREET", *NAME, width=1200), drawn("STREET", *NAME, width=1500)
        views = {
            re.search(r'viewBox="([^"]+)"', picture(each, title="", beside=[small, large])).group(1)  # type: ignore[union-attr]
            for each in (small, large)
        }
        assert len(views) == 1


class TestWanted:
    def test_is_what_the_rules_pass(self) -> None:
        wrong = sign(
            hanzi="天河道",
            pinyin="TIANHE ROAD",
            ground_colour="green",
            width=1400,
            hanzi_share=0.8,
            pinyin_share=0.2,
            hanzi_font="宋体",
            hanzi_colour="yellow",
        )
        wanted = wanted_face(wrong, EDITIONS)
        assert wanted is not None
        right = replace(wrong, faces=wanted.faces)
        failed = [v.rule_id for v in CHECKER.verdicts(right) if v.outcome == "fail"]
        assert failed == []
        face = wanted.faces[0]
        assert (face.width, face.height, face.ground) == (1500, 450, "blue")
        assert {edition.rule_id for edition in wanted.provisional} >= {"R13", "R15", "R20"}
        assert "R05" not in {edition.rule_id for edition in wanted.provisional}

    def test_building_number_in_digits_red_on_white_and_high_enough(self) -> None:
        lines = (Line(HANZI, "翠园"), Line(PINYIN, "CUIYUAN"))
        face = SignFace(
            (Panel(lines), Panel((Line(NUMBER, "三十二栋", "blue", "", 200),))), "green", 900, 500
        )
        place_facts = PlaceFacts("翠园", "CUIYUAN", ("440106",), "standard")
        wanted = wanted_face(Sign("BUILDING", (face,), place_facts), EDITIONS)
        assert wanted is not None
        number = wanted.faces[0].panels[1]
        assert (number.lines[0].text, number.lines[0].colour, number.ground) == (
            "32栋",
            "red",
            "white",
        )
        assert number.lines[0].height == 350 and wanted.faces[0].ground == "blue"
        drawing = place(wanted.faces[0], wanted.layout)
        text = next(each for each in drawing.texts if each.kind == NUMBER)
        assert text.height == pytest.approx(350) and not text.shrunk

    def test_adds_the_spelling_where_the_class_needs_one(self) -> None:
        wanted = wanted_face(sign(pinyin=""), EDITIONS)
        assert wanted is not None
        assert [line.text for _, line in wanted.faces[0].lines()] == ["天河路", "TIANHE LU"]
        small = SignFace((Panel((Line(HANZI, "天河路"),)),), "blue", 150, 90)
        plate = wanted_face(Sign("DOOR_S", (small,), TIANHE_LU), EDITIONS)
        assert plate is not None
        assert [line.kind for _, line in plate.faces[0].lines()] == [HANZI]

    def test_spells_by_the_local_standard(self) -> None:
        local = face_editions(R11={"umlaut_style": "YU"}, R12={"street_ordinal_style": "pinyin"})
        road = PlaceFacts("吕梁五路", "LÜLIANG 5 LU", ("440106",), "standard")
        wanted = wanted_face(sign(place=road), local)
        assert wanted is not None
        assert [line.text for _, line in wanted.faces[0].lines()] == ["吕梁五路", "LYULIANG WULU"]

    def test_drops_the_postcode_and_keeps_arrows(self) -> None:
        extra = (Line(POSTCODE, "510000"), Line(ARROW, "←"))
        wanted = wanted_face(sign(extra=extra), EDITIONS)
        assert wanted is not None
        kinds = [line.kind for _, line in wanted.faces[0].lines()]
        assert ARROW in kinds and POSTCODE not in kinds

    def test_is_unknown_without_a_standard_name_and_open_without_a_bearing(self) -> None:
        assert wanted_face(sign(place=None), EDITIONS) is None
        assert wanted_face(sign(place=PlaceFacts(name_status="retired")), EDITIONS) is None
        wanted = wanted_face(sign(street_bearing=None), EDITIONS)
        assert wanted is not None and "ground" in wanted.undecided

    @given(
        name=st.text("天河路中山大道西巷", min_size=1, max_size=24), width=st.integers(300, 3000)
    )
    def test_heights_keep_their_proportion_however_long_the_name(
        self, name: str, width: int
    ) -> None:
        road = PlaceFacts(name, "TIANHE LU", ("440106",), "standard")
        wanted = wanted_face(sign(place=road, width=width), EDITIONS)
        assert wanted is not None
        hanzi, pinyin = place(wanted.faces[0], wanted.layout).texts
        assert 0.299 <= pinyin.height / hanzi.height <= 0.601


class TestDifferences:
    def test_worked_case_5_of_the_domain_reference(self) -> None:
        def rules(**changes: Any) -> set[str]:
            found = differences(CHECKER.verdicts(sign(**changes)))
            return {each.verdict.rule_id for each in found}

        assert rules(ground_colour="green") == {"R13"}
        zhongshan = PlaceFacts("中山路", "ZHONGSHAN LU", ("440106",), "standard")
        assert rules(place=zhongshan, hanzi="中山路", pinyin="ZHONGSHAN ROAD") == {"R10"}
        xian = PlaceFacts("西安", "XI'AN", ("440106",), "standard")
        assert rules(place=xian, hanzi="西安", pinyin="XIAN") == {"R09"}
        assert rules() == set()

    def test_one_mark_for_all_that_is_wrong_with_one_line(self) -> None:
        wrong = sign(pinyin="Tianhe road", ground_colour="green")
        found = differences(CHECKER.verdicts(wrong))
        numbers = {each.element: each.number for each in found}
        assert numbers.keys() == {"pinyin", "face"}
        drawing = place(wrong.faces[0], read_layout("STREET", EDITIONS))
        marks = dict(marked(drawing, found))
        assert marks[numbers["face"]] == drawing.face
        assert marks[numbers["pinyin"]] == drawing.boxes(PINYIN)[0]

    def test_the_ground_of_an_estate_is_decided_by_its_class(self) -> None:
        face = SignFace((Panel(NAME),), "green", 1000, 600)
        layout = read_layout("ESTATE", EDITIONS)
        (verdict,) = ground_of_class(Sign("ESTATE", (face,), TIANHE_LU), layout)
        assert (verdict.outcome, verdict.measured, verdict.expected) == ("fail", "green", "blue")
        assert ground_of_class(Sign("STREET", (face,), TIANHE_LU), read_layout("STREET", {})) == []


texts = st.one_of(
    st.text(max_size=40),
    st.text("天河路中山大道TIANHE LÜ'→←<&>\"", max_size=40),
)
lines = st.builds(
    Line,
    kind=st.sampled_from(KINDS),
    text=texts,
    colour=st.sampled_from(("", *COLOUR_KEYS)),
    font=st.sampled_from(("", "黑体", "宋体")),
    height=st.none() | st.floats(1, 20_000),
    share=st.none() | st.floats(0.01, 1),
)
faces = st.builds(
    SignFace,
    panels=st.lists(
        st.builds(
            Panel,
            st.lists(lines, max_size=5).map(tuple),
            st.sampled_from(("", *COLOUR_KEYS)),
        ),
        max_size=4,
    ).map(tuple),
    ground=st.sampled_from(("", *COLOUR_KEYS)),
    width=st.none() | st.integers(1, 20_000),
    height=st.none() | st.integers(1, 20_000),
    frame=st.none() | st.floats(0.1, 20_000),
)


class TestAnyFace:
    @settings(max_examples=200, deadline=None)
    @given(face=faces, sign_class=st.sampled_from(CLASSES))
    def test_no_text_leaves_the_face_and_both_pictures_parse(
        self, face: SignFace, sign_class: str
    ) -> None:
        shown = Sign(sign_class, (face,), TIANHE_LU, "440106001", 88.0)
        wanted = wanted_face(shown, EDITIONS)
        assert wanted is not None
        found = differences(CHECKER.verdicts(shown))
        drawings = [place(each, wanted.layout) for each in (face, wanted.faces[0])]
        for drawing in drawings:
            for box in (
                *[text.box for text in drawing.texts],
                *[arrow.box for arrow in drawing.arrows],
                *[each.box for each in drawing.fields],
            ):
                assert drawing.inside.holds(box, slack=drawing.width * 1e-6 + 0.01)
            for real_size in (True, False):
                svg = picture(
                    drawing,
                    title="甲 <\"&'",
                    marks=marked(drawing, found),
                    beside=drawings,
                    real_size=real_size,
                )
                root = ElementTree.fromstring(svg)
                assert root.tag.endswith("svg")
                assert "style" not in svg and "<script" not in svg

    @given(colour=st.sampled_from(COLOUR_KEYS))
    def test_grounds_have_the_colours_of_the_standard(self, colour: str) -> None:
        shapes = draw(drawn("STREET", *NAME, ground=colour))
        assert COLOURS[colour] in {getattr(shape, "fill", "") for shape in shapes}
