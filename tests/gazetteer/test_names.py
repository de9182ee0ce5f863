"""Names made in bulk and corrected one by one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import shapely
from django.db import IntegrityError, transaction

from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from gazetteer.models import Place, PlaceName
from gazetteer.operations.edit_name import CannotEditName, IsRenaming, edit_name
from gazetteer.operations.names import NewName, create_names_in_bulk
from gazetteer.queries.search import search_names

DAY = date(2024, 5, 1)
pytestmark = pytest.mark.usefixtures("demo")


def new(text: str = "试验路", **values: Any) -> NewName:
    return NewName(
        **{
            "text": text,
            "legal_category": "STREET",
            "division_code": "440106",
            "period_from": date(2024, 1, 1),
            **values,
        }
    )


class TestCreateNamesInBulk:
    def test_fills_every_key_of_the_name(self) -> None:
        line = shapely.LineString([(113.3, 23.1), (113.31, 23.1)])
        row = new("环市东路", geometry=line, source="demo-synthetic", synthetic=True)
        [place_id] = create_names_in_bulk([row])
        place = Place.objects.get(pk=place_id)
        name = place.names.get()
        assert place.geometry.srid == 4490
        assert place.geometry.coords == tuple(line.coords)
        assert place.synthetic
        assert not name.synthetic
        assert (name.specific, name.generic) == ("环市", "东路")
        assert (name.pinyin_plain, name.pinyin_sign) == ("Huanshi Donglu", "HUANSHI DONGLU")
        assert (name.search_pinyin, name.search_initials) == ("huanshidonglu", "hsdl")
        assert name.period.lower == date(2024, 1, 1)
        assert name.period.upper is None
        assert name.source_id == "demo-synthetic"

    def test_an_unknown_position_stays_unknown(self) -> None:
        [place_id] = create_names_in_bulk([new()])
        assert Place.objects.get(pk=place_id).geometry is None

    def test_villages_are_spelt_as_villages(self) -> None:
        row = new("王村村委会", legal_category="DIVISION", division_code="440106001201")
        [place_id] = create_names_in_bulk([row])
        assert PlaceName.objects.get(place=place_id).pinyin_plain == "Wangcun Cunweihui"

    def test_odd_characters_survive_the_way_in(self) -> None:
        row = new('路"\\N,\t路', document='a\\b,\n"c"')
        [place_id] = create_names_in_bulk([row])
        name = PlaceName.objects.get(place=place_id)
        assert (name.text, name.document) == (row.text, row.document)

    def test_a_fault_in_one_row_leaves_none(self) -> None:
        count = Place.objects.count()
        bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
        with pytest.raises(IntegrityError), transaction.atomic():
            create_names_in_bulk([new(), new("坏路", geometry=bow_tie)])
        assert Place.objects.count() == count


@pytest.fixture
def officer(make_user: Callable[..., Any]) -> Any:
    return make_user("place_name_officer", "440106")


def correct(officer: Any, place: Place, **values: Any) -> PlaceName:
    return edit_name(by=officer, place=place, at=DAY, **{"text": "天河路", **values})


class TestEditName:
    def test_an_approved_reading_wins_and_is_marked(self, officer: Any, road: Place) -> None:
        name = correct(officer, road, reading="tiānhuó lù", approved_by="天河区民政局")
        assert name.reading_source == "approved"
        assert (name.pinyin_plain, name.pinyin_sign) == ("Tianhuo Lu", "TIANHUO LU")
        assert name.approved_by == "天河区民政局"

    def test_the_new_reading_is_found_at_once(self, officer: Any, road: Place) -> None:
        correct(officer, road, reading="Tiānhè Lù")
        assert search_names(text="tian1he4lu4", at=DAY)[0].place_id == road.pk

    def test_an_empty_reading_returns_to_the_automatic_one(self, officer: Any, road: Place) -> None:
        correct(officer, road, reading="Tiānhè Lù")
        name = correct(officer, road)
        assert (name.pinyin_toned, name.reading_source) == ("Tiānhé Lù", "dictionary")

    def test_new_characters_are_spelt_and_divided_anew(self, officer: Any, road: Place) -> None:
        name = correct(officer, road, text="天 和路")
        assert (name.text, name.specific, name.generic) == ("天和路", "天和", "路")
        assert (name.pinyin_plain, name.search_initials) == ("Tianhe Lu", "thl")

    @pytest.mark.parametrize("text", ["天和东路", "光明路"])
    def test_another_name_is_no_correction_but_a_case(
        self, officer: Any, road: Place, text: str
    ) -> None:
        with pytest.raises(IsRenaming, match=text):
            correct(officer, road, text=text)
        assert road.names.get().text == "天河路"

    def test_writes_one_audit_line_and_the_database_keeps_the_former_state(
        self, officer: Any, road: Place
    ) -> None:
        name = correct(officer, road, origin="因天河得名", reason="补充来历")
        entry = AuditEntry.objects.get(operation="edit_name", subject_id=str(road.pk))
        assert (entry.user, entry.reason) == (officer, "补充来历")
        assert name.events.count() == 1
        assert name.events.get().origin == ""

    def test_refuses_outside_the_jurisdiction(
        self, make_user: Callable[..., Any], road: Place
    ) -> None:
        with pytest.raises(NotInScope):
            correct(make_user("place_name_officer", "440104"), road)

    def test_refuses_without_the_role(self, make_user: Callable[..., Any], road: Place) -> None:
        with pytest.raises(NotPermitted):
            correct(make_user("viewer", "440106"), road)

    @pytest.mark.parametrize("text", ["", "  ", "Tianhe Road", "天河road", "天河·路", "105", "😀"])
    def test_refuses_what_is_not_written_in_characters(
        self, officer: Any, road: Place, text: str
    ) -> None:
        with pytest.raises(BadInput):
            correct(officer, road, text=text)

    @pytest.mark.parametrize(
        "reading", ["Tianhe Road", "天河路", "Tianhe L9!", "LV LU", "Tiānhé Lyù", "<b>"]
    )
    def test_refuses_a_reading_that_is_not_pinyin(
        self, officer: Any, road: Place, reading: str
    ) -> None:
        with pytest.raises(BadInput):
            correct(officer, road, reading=reading)

    def test_refuses_a_name_that_the_district_has_already(self, officer: Any, road: Place) -> None:
        create_names_in_bulk([new("天合路")])
        with pytest.raises(CannotEditName, match="天合路"):
            correct(officer, road, text="天合路")
        create_names_in_bulk([new("天禾路", division_code="440104")])
        assert correct(officer, road, text="天禾路").text == "天禾路"

    def test_refuses_to_rename_a_division_but_corrects_its_reading(
        self, make_user: Callable[..., Any], district: Place
    ) -> None:
        officer = make_user("place_name_officer", "4401")
        with pytest.raises(CannotEditName):
            correct(officer, district, text="番愚区")
        name = correct(officer, district, text="番禺区", reading="Pānyú Qū")
        assert name.reading_source == "approved"

    def test_refuses_on_a_day_without_a_standard_name(self, officer: Any, road: Place) -> None:
        with pytest.raises(CannotEditName):
            edit_name(by=officer, place=road, at=date(1990, 1, 1), text="天河路")

    def test_nothing_is_written_when_it_refuses(self, officer: Any, road: Place) -> None:
        with pytest.raises(BadInput):
            correct(officer, road, text="天合路", reading="Road")
        assert road.names.get().text == "天河路"
        assert not AuditEntry.objects.filter(operation="edit_name").exists()
