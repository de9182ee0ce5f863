"""Stored names follow the tables; what somebody decided about a spelling stays for ever."""

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from common.errors import NotInScope, NotPermitted
from common.models import AuditEntry
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.respell import DECIDED, StoredName, may_respell, respell
from gazetteer.models import Place, PlaceName
from gazetteer.operations.edit_name import edit_name
from gazetteer.operations.names import NewName, create_names_in_bulk
from gazetteer.operations.respell_names import respell_names

DAY = date(2024, 5, 1)
COLUMNS = ("pinyin_plain", "pinyin_toned", "pinyin_sign", "reading_source", "search_pinyin")


def stored(source: str, **values: Any) -> StoredName:
    usual = {
        "text": "东涌",
        "category": "village",
        "division": "440115",
        "plain": "Dongyong",
        "toned": "Dōngyǒng",
        "source": source,
    }
    return StoredName(**{**usual, **values})


class TestRespell:
    @pytest.mark.parametrize("source", sorted(DECIDED))
    def test_leaves_what_was_decided(self, source: str) -> None:
        assert not may_respell(source=source)
        assert respell([stored(source)]) == [None]

    @pytest.mark.parametrize("source", ["dictionary", "override", "provisional", "unknown", ""])
    def test_follows_the_tables_otherwise(self, source: str) -> None:
        [spelt] = respell([stored(source)])
        assert spelt is not None
        assert (spelt.pinyin_toned, spelt.pinyin_sign) == ("Dōngchōng", "DONGCHONG")
        assert (spelt.search_pinyin, spelt.search_initials) == ("dongchong", "dc")

    def test_leaves_names_in_other_languages(self) -> None:
        assert respell([stored("dictionary", language="ug")]) == [None]

    def test_changes_nothing_a_second_time(self) -> None:
        [spelt] = respell([stored("dictionary")])
        assert spelt is not None
        again = stored(spelt.reading_source, plain=spelt.pinyin_plain, toned=spelt.pinyin_toned)
        assert respell([again]) == [None]

    def test_nobody_who_approves_a_reading_needs_the_tables(self) -> None:
        assert {ReadingSource.APPROVED, ReadingSource.SPELLING} == set(DECIDED)


@pytest.fixture
def names(demo: Any) -> dict[str, PlaceName]:
    """Three streets stored as 东涌路 was read before the tables knew 涌."""
    ids = create_names_in_bulk(
        NewName(
            text=f"{head}涌路",
            legal_category="STREET",
            division_code="440106",
            period_from=date(2023, 7, 1),
        )
        for head in "试验测"
    )
    sources = (ReadingSource.APPROVED, ReadingSource.SPELLING, ReadingSource.PROVISIONAL)
    found = {}
    for place, source in zip(ids, sources, strict=True):
        PlaceName.objects.filter(place=place).update(
            pinyin_plain="Suoyong Lu",
            pinyin_toned="Suǒyǒng Lù",
            pinyin_sign="SUOYONG LU",
            search_pinyin="suoyonglu",
            reading_source=source.value,
        )
        found[source.value] = PlaceName.objects.get(place=place)
    return found


def columns(name: PlaceName) -> tuple[str, ...]:
    name.refresh_from_db()
    return tuple(getattr(name, column) for column in COLUMNS)


class TestRespellNames:
    def test_mends_what_the_tables_spelt_and_keeps_what_was_decided(
        self, names: dict[str, PlaceName], make_user: Callable[..., Any]
    ) -> None:
        before = {source: columns(name) for source, name in names.items()}
        officer = make_user("place_name_officer", jurisdiction="440106")
        found = respell_names(within="440106", by=officer, at=DAY)
        for source in DECIDED:
            assert columns(names[source]) == before[source]
        assert columns(names["provisional"])[:2] == ("Cechong Lu", "Cèchōng Lù")
        assert found.decided >= 2
        assert ("测涌路", "Suǒyǒng Lù", "Cèchōng Lù") in [
            (each.name, each.before, each.after) for each in found.changes
        ]
        line = AuditEntry.objects.filter(operation="respell_names").latest("pk")
        assert (line.jurisdiction, line.details["names"]) == ("440106", len(found.changes))
        assert respell_names(within="440106", by=officer, at=DAY).changes == []

    def test_dry_writes_nothing(self, names: dict[str, PlaceName]) -> None:
        before = columns(names["provisional"])
        found = respell_names(within="440106", by=None, at=DAY, commit=False)
        assert found.changes
        assert columns(names["provisional"]) == before

    def test_needs_scope_and_role(
        self, names: dict[str, PlaceName], make_user: Callable[..., Any]
    ) -> None:
        with pytest.raises(NotInScope):
            respell_names(
                within="440106", by=make_user("place_name_officer", jurisdiction="1101"), at=DAY
            )
        with pytest.raises(NotPermitted):
            respell_names(within="440106", by=make_user("viewer", jurisdiction="440106"), at=DAY)

    def test_no_command_and_no_bulk_path_respells_a_decided_name(
        self, names: dict[str, PlaceName]
    ) -> None:
        decided = [names[source] for source in DECIDED]
        before = [columns(name) for name in decided]
        for words in (
            ("respell_names", "--within", "44", "--commit"),
            ("romanise", decided[0].text, "--category", "street", "--division", "440106"),
            ("check_names", "--within", "440106"),
            ("search_names", decided[0].text),
            ("learn_readings",),
        ):
            call_command(*words, stdout=StringIO())
        create_names_in_bulk(
            [NewName(text=decided[0].text, legal_category="STREET", division_code="440105")]
        )
        assert [columns(name) for name in decided] == before

    def test_an_import_without_a_reading_leaves_a_decided_one(
        self, names: dict[str, PlaceName], tmp_path: Path, settings: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path / "media"
        decided = [names[source] for source in DECIDED]
        before = [columns(name) for name in decided]
        file = tmp_path / "origins.csv"
        lines = [f"{name.place_id},{name.text},因水得名" for name in decided]
        file.write_text("\n".join(["place_id,name,origin", *lines]), encoding="utf-8")
        out = StringIO()
        call_command(
            "import_names",
            str(file),
            "--at",
            "2024-05-01",
            "--datum",
            "CGCS2000",
            "--commit",
            "--json",
            stdout=out,
        )
        assert [columns(name) for name in decided] == before
        assert [name.origin for name in decided] == ["因水得名"] * 2, out.getvalue()

    def test_a_given_reading_wins_in_bulk(self, demo: Any) -> None:
        [place] = create_names_in_bulk(
            [
                NewName(
                    text="某涌路",
                    legal_category="STREET",
                    division_code="440106",
                    reading="Mǒuyǒng Lù",
                )
            ]
        )
        name = PlaceName.objects.get(place=place)
        assert (name.pinyin_sign, name.reading_source) == ("MOUYONG LU", "approved")

    def test_the_command_prints_json(self, names: dict[str, PlaceName]) -> None:
        out = StringIO()
        call_command("respell_names", "--within", "440106", "--json", stdout=out)
        found = json.loads(out.getvalue())
        assert found["committed"] is False
        assert "测涌路" in [each["name"] for each in found["changes"]]

    def test_the_command_refuses_what_is_no_code(self, demo: Any) -> None:
        with pytest.raises(CommandError, match="not the beginning of a division code"):
            call_command("respell_names", "--within", "x")


class TestEditName:
    def test_an_official_spelling_stays_when_only_the_origin_is_corrected(
        self, names: dict[str, PlaceName], make_user: Callable[..., Any]
    ) -> None:
        name = names["spelling"]
        before = columns(name)
        edit_name(
            by=make_user("place_name_officer", jurisdiction="440106"),
            place=Place.objects.get(pk=name.place_id),
            at=DAY,
            text=name.text,
            origin="因水得名",
        )
        assert columns(name) == before
        assert name.origin == "因水得名"
