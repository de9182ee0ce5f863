"""A place is registered with an approved name, its record corrected: operations and forms."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.test import Client
from django.urls import reverse

from accounts.models import Grant
from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from gazetteer.models import Place, PlaceName, RuleOverride
from gazetteer.operations.places import (
    ApprovedName,
    CannotEditPlace,
    CannotRegister,
    PlaceFacts,
    create_place,
    edit_place,
)

ClientAs = Callable[..., Client]
TODAY = date(2026, 1, 15)
LINE = "LINESTRING (113.33 23.135, 113.34 23.136)"
pytestmark = pytest.mark.usefixtures("demo")


def facts(**values: Any) -> PlaceFacts:
    given = {
        "legal_category": "STREET",
        "class_code": "23420",
        "geometry": GEOSGeometry(LINE, srid=4490),
        "attributes": {"level": "main"},
    }
    return PlaceFacts(**given | values)


def name(**values: Any) -> ApprovedName:
    given = {
        "text": "试验一横路",
        "approved_by": "广州市人民政府",
        "document": "穗府〔2001〕1号",
        "approved_on": date(2001, 2, 3),
    }
    return ApprovedName(**given | values)


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def officer(make_user: Any) -> Any:
    return make_user("place_name_officer", "440106")


class TestCreatePlace:
    def test_finds_the_division_spells_the_name_and_writes_the_audit(self, officer: Any) -> None:
        place = create_place(by=officer, at=TODAY, facts=facts(), name=name())
        row = place.names.get()
        assert place.division_code == "440106"
        assert (row.kind, row.status, row.period.lower) == (
            "standard",
            "standard",
            date(2001, 2, 3),
        )
        assert row.pinyin_sign == "SHIYAN 1 HENGLU" or row.pinyin_sign.startswith("SHIYAN")
        assert (place.synthetic, place.source_id) == (False, "registered")
        entry = AuditEntry.objects.get(operation="create_place")
        assert (entry.user, entry.subject_id) == (officer, str(place.pk))

    @pytest.mark.parametrize("missing", ["approved_by", "document", "approved_on"])
    def test_a_name_without_approval_takes_its_case(self, officer: Any, missing: str) -> None:
        given = name(**{missing: None if missing == "approved_on" else " "})
        with pytest.raises(CannotRegister, match="naming case"):
            create_place(by=officer, at=TODAY, facts=facts(), name=given)

    def test_an_approval_lies_in_the_past(self, officer: Any) -> None:
        with pytest.raises(CannotRegister, match="future"):
            create_place(
                by=officer, at=TODAY, facts=facts(), name=name(approved_on=date(2026, 1, 16))
            )

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"attributes": {"width_m": "wide"}}, "not a number"),
            ({"attributes": {"storeys": 3}}, "no attribute"),
            ({"attributes": {"level": "huge"}}, "none of the choices"),
            ({"class_code": "22100"}, "does not go with"),
            ({"class_code": "99999"}, "no class"),
            ({"geometry": None}, "Draw the position"),
            ({"geometry": Point(120.0, 10.0, srid=4490)}, "no division"),
            ({"division_code": "440103"}, "outside"),
            ({"division_code": "449999"}, "no division"),
            ({"source": "nowhere"}, "no source"),
        ],
    )
    def test_refuses_what_does_not_fit(
        self, officer: Any, changed: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(BadInput, match=said):
            create_place(by=officer, at=TODAY, facts=facts(**changed), name=name())
        assert not PlaceName.objects.filter(text="试验一横路").exists()

    def test_a_division_given_without_a_position_is_enough(self, officer: Any) -> None:
        place = create_place(
            by=officer, at=TODAY, facts=facts(geometry=None, division_code="440106"), name=name()
        )
        assert place.geometry is None

    def test_a_duplicate_in_the_scope_of_the_law_is_refused(self, officer: Any) -> None:
        with pytest.raises(CannotRegister):
            create_place(by=officer, at=TODAY, facts=facts(), name=name(text="天河路"))

    def test_an_approved_duplicate_stands_by_a_reason_and_the_role(
        self, officer: Any, make_user: Any
    ) -> None:
        given = name(text="天河路", exception="批准在先，市政府 2001 年予以保留")
        with pytest.raises(NotPermitted):
            create_place(by=officer, at=TODAY, facts=facts(), name=given)
        assert PlaceName.objects.filter(text="天河路").count() == 1
        both = make_user("place_name_officer", "440106")
        Grant.objects.create(
            user=both, role="reviewer", jurisdiction="440106", period=both.grants_today()[0].period
        )
        del both._grants_today
        place = create_place(by=both, at=TODAY, facts=facts(), name=given)
        override = RuleOverride.objects.get(subject_id=str(place.pk))
        assert (override.rule_id, override.reason) == ("N09C", given.exception)

    def test_latin_letters_are_no_standard_name(self, officer: Any) -> None:
        with pytest.raises(BadInput, match="Chinese characters"):
            create_place(by=officer, at=TODAY, facts=facts(), name=name(text="CBD路"))

    def test_divisions_are_not_registered_here(self, officer: Any) -> None:
        with pytest.raises(CannotRegister):
            create_place(by=officer, at=TODAY, facts=facts(legal_category="DIVISION"), name=name())

    def test_scope_first_then_the_role(self, make_user: Any) -> None:
        with pytest.raises(NotInScope):
            outside = make_user("place_name_officer", "440104")
            create_place(by=outside, at=TODAY, facts=facts(), name=name())
        with pytest.raises(NotPermitted):
            create_place(by=make_user("viewer"), at=TODAY, facts=facts(), name=name())


class TestEditPlace:
    def test_keeps_what_was_and_a_moved_shape_is_no_longer_made_up(
        self, officer: Any, road: Place
    ) -> None:
        edit_place(by=officer, place=road, at=TODAY, facts=facts(), reason="实测")
        road.refresh_from_db()
        assert (road.class_code, road.synthetic) == ("23420", False)
        assert road.events.count() == 1
        entry = AuditEntry.objects.get(operation="edit_place")
        assert set(entry.details["after"]) >= {"geometry", "attributes", "class_code"}

    def test_what_no_form_shows_stays(self, officer: Any, road: Place) -> None:
        Place.objects.filter(pk=road.pk).update(attributes={"famous": True})
        edit_place(by=officer, place=road, at=TODAY, facts=facts(), reason="实测")
        road.refresh_from_db()
        assert road.attributes == {"famous": True, "level": "main"}

    def test_nothing_changed_is_said(self, officer: Any, road: Place) -> None:
        same = facts(
            class_code=road.class_code, geometry=road.geometry, attributes={}, approximate=True
        )
        with pytest.raises(CannotEditPlace, match="Nothing"):
            edit_place(by=officer, place=road, at=TODAY, facts=same, reason="核对")

    def test_into_another_jurisdiction_needs_that_one_too(self, officer: Any, road: Place) -> None:
        away = facts(geometry=GEOSGeometry("LINESTRING (113.26 23.13, 113.262 23.131)", srid=4490))
        with pytest.raises(NotInScope):
            edit_place(by=officer, place=road, at=TODAY, facts=away, reason="移动")

    def test_divisions_stay_where_they_are(self, make_user: Any, district: Place) -> None:
        by = make_user("place_name_officer", "4401")
        moved = PlaceFacts(
            legal_category="DIVISION", class_code="21300", geometry=Point(113.3, 23.0, srid=4490)
        )
        with pytest.raises(CannotEditPlace):
            edit_place(by=by, place=district, at=TODAY, facts=moved, reason="移动")


class TestPages:
    def data(self, **values: str) -> dict[str, str]:
        return {
            "text": "试验一横路",
            "legal_category": "STREET",
            "class_code": "23420",
            "attribute_level": "main",
            "attribute_width_m": "40.5",
            "coordinates": "113.33, 23.135\n113.34, 23.136",
            "shape": "line",
            "datum": "CGCS2000",
            "approved_by": "广州市人民政府",
            "document": "穗府〔2001〕1号",
            "approved_on": "2001-02-03",
        } | values

    def post(self, client: Client, **values: str) -> Any:
        return client.post(reverse("gazetteer:place_new"), self.data(**values))

    def test_registers(self, client_as: ClientAs) -> None:
        answer = self.post(client_as("place_name_officer", "440106"))
        assert answer.status_code == 302
        place = PlaceName.objects.get(text="试验一横路").place
        assert place.attributes == {"level": "main", "width_m": 40.5}
        assert place.geometry.geom_type == "LineString"

    def test_consumer_maps_are_converted_and_marked(self, client_as: ClientAs) -> None:
        self.post(client_as("place_name_officer", "440106"), datum="GCJ-02")
        place = PlaceName.objects.get(text="试验一横路").place
        assert place.approximate
        assert 0.003 < 113.33 - place.geometry[0][0] < 0.008

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"attribute_width_m": "宽"}, "attribute_width_m"),
            ({"attribute_width_m": "-3"}, "过小"),
            ({"attribute_route_number": "105"}, "attribute_route_number"),
            ({"coordinates": "113.33"}, "第 1 行"),
            ({"coordinates": "23.1, 113.3\n23.2, 113.3"}, "颠倒"),
            ({"datum": "EPSG:4547"}, "EPSG:4547"),
            ({"datum": "nad27"}, "id_datum"),
            ({"division_code": "440103"}, "之外"),
            ({"class_code": "22100"}, "法定类别不符"),
            ({"approved_on": "明天"}, "id_approved_on"),
            ({"text": ""}, "请填写名称"),
        ],
    )
    def test_bad_input_is_said_and_kept(
        self, client_as: ClientAs, changed: dict[str, str], said: str
    ) -> None:
        answer = self.post(client_as("place_name_officer", "440106"), **changed)
        text = text_of(answer)
        assert answer.status_code == 200
        assert "error-summary" in text
        assert said in text
        assert "穗府〔2001〕1号" in text

    def test_outside_the_jurisdiction_the_form_is_kept(self, client_as: ClientAs) -> None:
        answer = self.post(client_as("place_name_officer", "440104"))
        assert "不在您的辖区内" in text_of(answer)

    def test_another_class_asks_other_things(self, client_as: ClientAs) -> None:
        client = client_as("place_name_officer", "440106")
        answer = self.post(client, class_code="23510", refresh="1", legal_category="FACILITY")
        text = text_of(answer)
        assert "attribute_max_load_t" in text
        assert "error-summary" not in text
        part = text_of(client.get(reverse("gazetteer:class_fields"), {"class_code": "23510"}))
        assert "attribute_max_load_t" in part
        bad = client.get(reverse("gazetteer:class_fields"), {"class_code": "1"})
        assert bad.status_code == 400

    def test_the_record_comes_back_as_it_stands(self, client_as: ClientAs, road: Place) -> None:
        client = client_as("place_name_officer", "440106")
        address = reverse("gazetteer:place_edit", args=[road.pk])
        form = client.get(address).context["form"]
        data = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
        data["approximate"] = "on" if road.approximate else ""
        answer = client.post(address, data | {"reason": "核对"})
        assert "没有任何改动" in text_of(answer)
        answer = client.post(address, data | {"reason": "核对", "description": "东起天河立交"})
        assert answer.status_code == 302
        road.refresh_from_db()
        assert (road.description, road.synthetic) == ("东起天河立交", True)

    def test_the_shape_is_told_where_it_lies(self, client_as: ClientAs) -> None:
        client = client_as("place_name_officer", "440106", language="en")
        address = reverse("gazetteer:shape_preview")
        asked = {"coordinates": "113.33, 23.135", "shape": "point", "datum": "CGCS2000"}
        answer = client.post(address, asked).json()
        assert (answer["code"], answer["state"]) == ("440106", "ok")
        assert "Tianhe Qu" in answer["told"]
        answer = client.post(address, asked | {"division_code": "440103"}).json()
        assert (answer["state"], "outside" in answer["told"]) == ("wrong", True)
        answer = client.post(address, asked | {"coordinates": "x"}).json()
        assert (answer["state"], answer["geometry"]) == ("wrong", None)

    def test_the_spelling_of_a_new_name(self, client_as: ClientAs) -> None:
        address = reverse("gazetteer:spelling_new")
        asked = {"text": "天河五路", "category": "STREET", "division": "440106"}
        assert "TIANHE 5 LU" in text_of(client_as().get(address, asked))
        assert client_as().get(address, asked | {"division": ""}).status_code == 200
        assert client_as().get(address, asked | {"category": "x"}).status_code == 400
        assert client_as().get(address, asked | {"division": "４"}).status_code == 400
