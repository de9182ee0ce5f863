"""Faces as structured content: read, written, refused; old flat records become faces."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from gazetteer.models import Place
from signage.domain.faces import (
    COLOURS,
    KINDS,
    Line,
    Panel,
    SignFace,
    checked,
    plain_face,
    read_faces,
    text_of,
    with_texts,
    write_faces,
)
from signage.models import ShownPlace, Sign

LINES = st.builds(
    Line,
    kind=st.sampled_from(KINDS),
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    colour=st.sampled_from(["", *COLOURS]),
    height=st.none() | st.integers(1, 2000),
    share=st.none() | st.floats(0.01, 1),
)
FACES = st.lists(
    st.builds(
        SignFace,
        panels=st.lists(
            st.builds(Panel, lines=st.lists(LINES, max_size=3).map(tuple)), max_size=3
        ).map(tuple),
        ground=st.sampled_from(["", "blue", "green"]),
        width=st.none() | st.integers(1, 5000),
    ),
    max_size=2,
)


class TestDocument:
    @given(FACES)
    def test_reads_back_what_was_written(self, faces: list[SignFace]) -> None:
        assert list(read_faces(checked(write_faces(faces)))) == faces

    @pytest.mark.parametrize(
        ("document", "words"),
        [
            ({"side": 1}, "cannot be read"),
            ([{"side": 1}], "panels"),
            ([{"panels": [{"lines": [{"kind": "smell", "text": ""}]}]}], "no kind of line"),
            ([{"panels": [], "ground": "mauve"}], "no colour"),
            ([{"panels": [], "width": -3}], "between 0"),
            ([{"panels": [], "width": "wide"}], "millimetres"),
            ([{"panels": [{"lines": [{"kind": "hanzi", "text": "路" * 101}]}]}], "too long"),
            ([{"panels": [{"lines": [{"kind": "hanzi", "text": "路", "share": 3}]}]}], "share"),
            ([{"panels": [{"lines": [{"kind": "hanzi", "text": "路", "place": "x"}]}]}], "place"),
            ([{"panels": [{"lines": [{"kind": "hanzi", "text": "路", "size": 3}]}]}], "size"),
        ],
    )
    def test_refuses_in_one_sentence(self, document: Any, words: str) -> None:
        with pytest.raises(BadInput, match=words):
            checked(document)


class TestWithTexts:
    def test_changes_the_texts_and_keeps_all_else(self) -> None:
        line = Line("hanzi", "天和路", colour="white", font="黑体", height=180, share=0.6)
        faces = (SignFace((Panel((line, Line("pinyin", "TIANHE LU", share=0.4))),), "blue"),) * 2
        changed = with_texts(
            faces, hanzi="天河路", pinyin="TIANHE LU", ground="green", width=900, height=300
        )
        assert [text_of([face], "hanzi") for face in changed] == ["天河路", "天河路"]
        assert changed[0].panels[0].lines[0].height == 180
        assert (changed[0].ground, changed[1].ground) == ("green", "blue")

    @given(FACES)
    def test_always_shows_what_was_asked(self, faces: list[SignFace]) -> None:
        texts = {"hanzi": "天河路", "pinyin": "TIANHE LU"}
        old = [face for face in faces if face.panels]
        changed = with_texts(old, **texts, ground="blue", width=None, height=None)
        assert {kind: text_of(changed, kind) for kind in texts} == texts

    def test_an_emptied_spelling_leaves_no_line(self) -> None:
        changed = with_texts(
            plain_face(hanzi="天河路", pinyin="TIANHE LU"),
            hanzi="天河路",
            pinyin="",
            ground="",
            width=None,
            height=None,
        )
        assert [line.kind for _, line in changed[0].lines()] == ["hanzi"]


@pytest.mark.django_db
class TestInTheDatabase:
    def test_columns_follow_the_faces(self, make_sign: Any) -> None:
        sign = make_sign(check=False)
        sign.show(plain_face(hanzi="甲路", pinyin="JIA LU", ground="green", width=900, height=300))
        sign.save()
        values = (sign.hanzi, sign.pinyin, sign.ground_colour, sign.width_mm, sign.height_mm)
        assert values == ("甲路", "JIA LU", "green", 900, 300)
        assert Sign.objects.filter(pk=sign.pk, hanzi="甲路").exists()

    def test_links_follow_the_lines(self, make_sign: Any, demo: Any) -> None:
        sign = make_sign(check=False)
        places = list(Place.objects.filter(legal_category="STREET")[:2])
        for place in places:
            lines = (Line("hanzi", "甲路"), Line("arrow", "←", place=str(place.pk)))
            sign.show((SignFace((Panel(lines),)),))
            sign.save()
            shown = ShownPlace.objects.filter(sign=sign)
            assert list(shown.values_list("place_id", flat=True)) == [place.pk]
