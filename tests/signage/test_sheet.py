"""Pages of a workshop's sheet: nothing off the page, nothing cut off, vectors with their type."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signage.domain.face import Drawing, place, wanted_face
from signage.domain.face.shapes import Disc, Label, Polygon, Rect, Rule, placed
from signage.domain.face.sheet import (
    BOTTOM,
    HEIGHT,
    MARGIN,
    WIDTH,
    Heading,
    SheetItem,
    Table,
    label,
    make_sheet,
    scale_for,
    wrapped,
)
from signage.domain.face.svg import to_svg
from signage.domain.face.widths import width_of
from signage.domain.sign import Sign
from signage.exports.pdf import missing_characters, to_pdf
from tests.signage.faces import TIANHE_LU, face_editions, sign
from tests.signage.test_face import CLASSES
from tests.signage.test_face import faces as any_faces

HEADING = Heading("加工图", "2025-06-30", "单位：毫米", ("说明一" * 40,))
LINES = Table(("类", "字", "高"), (("汉字", "天河路", "172"),), (0.2, 0.6, 0.2))


def item(drawing: Drawing, title: str = "1 A") -> SheetItem:
    facts = tuple((f"项{turn}", "值" * 30) for turn in range(10))
    return SheetItem(title, drawing, "比例", facts, LINES, ("○ 待定",) * 3)


def sound(sign_class: str = "STREET", **changes: Any) -> Drawing:
    shown = Sign(sign_class, sign(**changes).faces, TIANHE_LU, "440106001", 88.0)
    wanted = wanted_face(shown, face_editions())
    assert wanted is not None
    return place(wanted.faces[0], wanted.layout)


class TestPages:
    def test_two_signs_a_page_after_the_summary(self) -> None:
        summary = Table(("类", "数"), (("街路牌", "5"),), (0.5, 0.5))
        pages = make_sheet(heading=HEADING, summary=summary, items=[item(sound())] * 5)
        assert len(pages) == 4
        feet = [shape.text for page in pages for shape in page if isinstance(shape, Label)]
        assert "1 / 4" in feet and "4 / 4" in feet

    def test_a_long_summary_goes_on_with_its_head(self) -> None:
        rows = tuple((f"第{turn}行", "1") for turn in range(120))
        pages = make_sheet(heading=HEADING, summary=Table(("类", "数"), rows, (0.5, 0.5)), items=[])
        texts = [[s.text for s in page if isinstance(s, Label)] for page in pages]
        assert len(pages) > 1 and all("类" in each for each in texts)
        assert [t for each in texts for t in each if t.endswith("行")] == [row[0] for row in rows]

    @pytest.mark.parametrize("sign_class", CLASSES)
    def test_every_class_fits_its_place(self, sign_class: str) -> None:
        drawing = sound(sign_class)
        page = make_sheet(heading=HEADING, summary=LINES, items=[item(drawing), item(drawing)])[1]
        for shape in page:
            if isinstance(shape, Label) and shape.upright:
                assert shape.x >= MARGIN - 10 and shape.x + shape.width <= WIDTH - MARGIN + 0.5
                assert shape.y <= HEIGHT
            elif isinstance(shape, Rect):
                assert shape.box.right <= WIDTH + 0.01 and shape.box.bottom <= HEIGHT + 0.01

    def test_scale_is_a_usual_one_and_true(self) -> None:
        drawing = sound(width=1500)
        scale = scale_for(drawing)
        assert scale == 15
        page = make_sheet(heading=HEADING, summary=LINES, items=[item(drawing)])[1]
        widths = {round(shape.box.width * scale) for shape in page if isinstance(shape, Rect)}
        assert 1500 in widths

    @given(text=st.text(max_size=200), width=st.floats(8, 200), most=st.integers(1, 5))
    def test_wrapped_text_keeps_to_its_width(self, text: str, width: float, most: int) -> None:
        lines = wrapped(text, 3, width, most)
        assert 1 <= len(lines) <= most
        assert all(width_of(line, 3) <= width + 0.001 for line in lines if len(line) > 1)
        if not lines[-1].endswith("…"):
            assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)

    @settings(max_examples=40, deadline=None)
    @given(face=any_faces)
    def test_any_face_makes_a_page_that_parses(self, face: Any) -> None:
        wanted = wanted_face(Sign("STREET", (face,), TIANHE_LU), face_editions())
        assert wanted is not None
        drawing = place(wanted.faces[0], wanted.layout)
        for page in make_sheet(heading=HEADING, summary=LINES, items=[item(drawing)]):
            ElementTree.fromstring(to_svg(page, width=WIDTH, height=HEIGHT, title="页"))


class TestShapes:
    def test_places_every_kind_at_scale(self) -> None:
        face = sound()
        shapes = [
            Rect(face.face, "#fff", radius=4),
            Rule(0, 0, 10, 10),
            Polygon(((0, 0), (10, 0)), "#fff"),
            Disc(5, 5, 2, "#fff"),
            label("字", 1, 2, 3),
        ]
        rect, rule, polygon, disc, text = placed(shapes, x=100, y=50, scale=0.5)
        assert isinstance(rect, Rect) and rect.box.width == face.width / 2 and rect.radius == 2
        assert isinstance(rule, Rule) and (rule.x2, rule.y2) == (105, 55)
        assert isinstance(polygon, Polygon) and polygon.points[1] == (105, 50)
        assert isinstance(disc, Disc) and disc.radius == 1
        assert isinstance(text, Label) and (text.x, text.y, text.size) == (100.5, 51, 1.5)


class TestPdf:
    def test_embeds_its_type_and_draws_vectors(self) -> None:
        drawing = sound()
        pages = make_sheet(heading=HEADING, summary=LINES, items=[item(drawing)] * 3)
        content = to_pdf(pages, title="加工图", language="zh-hans")
        assert content.startswith(b"%PDF-") and content.count(b"/Type /Page\n") == len(pages)
        assert b"NotoSansSC" in content and b"/FontFile" in content
        assert b"/Subtype /Image" not in content

    def test_names_the_characters_it_lacks(self) -> None:
        assert missing_characters(["天河路 TIANHE LÜ", "𠮷祥路"]) == "𠮷"
        pages = make_sheet(heading=HEADING, summary=LINES, items=[item(sound(), "𠮷祥路")])
        assert to_pdf(pages, title="𠮷", language="en").startswith(b"%PDF-")

    def test_page_ends_above_the_foot(self) -> None:
        assert BOTTOM < HEIGHT - 9
