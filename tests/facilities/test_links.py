"""Links of facilities to places of the gazetteer that somebody chose by hand."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import User
from common.errors import BadInput
from common.models import AuditEntry
from facilities.models import Facility
from facilities.operations.facilities import edit_facility
from facilities.operations.links import link_facility
from facilities.operations.lives import facts_of
from gazetteer.models import PlaceName
from gazetteer.queries.impact import impact_of

pytestmark = pytest.mark.usefixtures("demo")
TODAY = date(2026, 6, 1)


@pytest.fixture
def planner():
    return User.objects.get(username="planner")


@pytest.fixture
def home():
    rows = Facility.objects.on(TODAY).filter(category="ELD-INST", place=None, street=None)
    return rows.filter(division_code__startswith="440106").order_by("pk").first()


@pytest.fixture
def name():
    """A street of the district under its standard name."""
    names = PlaceName.objects.on(TODAY).standard().filter(place__legal_category="STREET")
    return names.filter(place__division_code__startswith="440106").order_by("pk").first()


def link(planner, home, role, place):
    return link_facility(by=planner, at=TODAY, facility=home, role=role, place=place)


class TestLinkFacility:
    def test_what_was_chosen_stays_when_the_record_is_corrected(self, planner, home, name):
        link(planner, home, "place", name.place_id)
        link(planner, home, "street", name.place_id)
        entry = AuditEntry.objects.filter(operation="link_facility").latest("pk")
        assert entry.details["by_hand"] is True
        facts = facts_of(home, beds=77)
        kept = edit_facility(by=planner, at=TODAY, facility=home, facts=facts)
        assert kept.place_id == kept.street_id == name.place_id

    def test_hangs_on_the_name_of_its_street(self, planner, home, name):
        link(planner, home, "street", name.place_id)
        groups = impact_of(place=name.place, at=TODAY).groups
        things = [thing for group in groups for thing in group.things]
        assert [thing.title for thing in things].count(home.name) == 1
        assert f"/facilities/{home.identity}/?at=2026-06-01" in [thing.url for thing in things]
        before = impact_of(place=name.place, at=date(1990, 1, 1)).groups
        assert home.name not in [thing.title for group in before for thing in group.things]

    def test_another_address_is_looked_up_anew(self, planner, home, name):
        link(planner, home, "place", name.place_id)
        link(planner, home, "street", name.place_id)
        facts = facts_of(home, address="没有这条路1号")
        kept = edit_facility(by=planner, at=TODAY, facility=home, facts=facts)
        assert (kept.street_id, kept.street_by_hand) == (None, False)
        assert kept.place_id == name.place_id

    def test_back_to_what_is_found_by_name(self, planner, home, name):
        link(planner, home, "place", name.place_id)
        again = link(planner, home, "place", None)
        assert (again.place_id, again.place_by_hand) == (None, False)

    @pytest.mark.parametrize(("role", "place"), [("place", uuid4()), ("owner", None)])
    def test_refuses_what_is_none(self, planner, home, role, place):
        with pytest.raises(BadInput):
            link(planner, home, role, place)


class TestPage:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_is_searched_and_chosen(self, client_as, home, name, language):
        client = client_as("planner", language=language)
        url = reverse("facilities:facility_link", args=[home.identity])
        found = client.get(url, {"q": name.text}).context["found"]
        assert name.place_id in [each.place_id for each in found]
        response = client.post(url, {"role": "street", "place": str(name.place_id)})
        assert response.status_code == 302
        record = client.get(reverse("facilities:facility", args=[home.identity]))
        told = {"en": "chosen by hand", "zh-hans": "人工选定"}[language]
        assert name.text in record.content.decode() and told in record.content.decode()

    def test_nothing_found_is_said(self, client_as, home):
        url = reverse("facilities:facility_link", args=[home.identity])
        text = (
            client_as("planner", language="en").get(url, {"q": "没有这样的地名"}).content.decode()
        )
        assert "Nothing that exists today answers" in text

    def test_an_address_that_is_none_is_refused(self, client_as, home):
        url = reverse("facilities:facility_link", args=[home.identity])
        response = client_as("planner").post(url, {"role": "place", "place": "x"})
        assert response.status_code == 400
