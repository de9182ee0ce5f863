"""What stands beside the facts of a facility: contacts, competent authorities, standard names."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from common.errors import NotPermitted
from common.models import AuditEntry
from facilities.models import (
    CategoryAuthority,
    Facility,
    FacilityCategory,
    FacilityContact,
)
from facilities.operations.contacts import NoContact, PurposeMissing, read_contact, write_contact
from facilities.operations.facilities import (
    CannotEditFacility,
    edit_facility,
)
from facilities.operations.lives import (
    AuthorityLater,
    change_authority,
    facts_of,
)
from facilities.queries.standard_names import links_of
from gazetteer.models import LegalCategory, Place, PlaceName

pytestmark = pytest.mark.usefixtures("demo")
TODAY = date(2026, 6, 1)
BEGAN, MOVED = date(2023, 6, 30), date(2025, 3, 1)


@pytest.fixture
def planner():
    return User.objects.get(username="planner")


@pytest.fixture
def home():
    """A care home whose beds are known, in service since the records begin."""
    row = Facility.objects.filter(
        category="ELD-INST", beds__isnull=False, period__startswith=BEGAN, period__endswith=None
    )
    return row.order_by("pk").first()


class TestContacts:
    def test_are_read_for_a_purpose_that_the_log_keeps(self, planner, home):
        with pytest.raises(NoContact):
            read_contact(by=planner, facility=home, purpose="节日慰问联系")
        write_contact(by=planner, facility=home, person="联系人甲", phone="020-00000000")
        found = read_contact(by=planner, facility=home, purpose="节日慰问联系")
        assert found.person == "联系人甲"
        entry = AuditEntry.objects.filter(operation="read_contact").latest("at")
        assert entry.reason == "节日慰问联系"
        assert "联系人甲" not in str(list(AuditEntry.objects.values_list("details", "reason")))

    def test_need_a_purpose_and_the_role(self, planner, home, make_user):
        write_contact(by=planner, facility=home, person="联系人甲", phone="")
        with pytest.raises(PurposeMissing):
            read_contact(by=planner, facility=home, purpose=" ")
        with pytest.raises(NotPermitted):
            read_contact(by=make_user("viewer", "4401"), facility=home, purpose="节日慰问联系")

    def test_stand_on_no_page_and_in_no_file_or_interface(self, planner, home, client_as):
        write_contact(by=planner, facility=home, person="联系人甲", phone="020-00000000")
        client = client_as("planner", "4401")
        for path in (
            reverse("facilities:facility", args=[home.identity]),
            f"/ogc/collections/facilities/items/{home.identity}",
            f"{reverse('list_export', args=['facilities'])}?category=ELD-INST",
        ):
            assert "联系人甲" not in client.get(path).content.decode("utf-8", "replace")

    def test_are_forgotten_when_both_are_empty(self, planner, home):
        write_contact(by=planner, facility=home, person="联系人甲", phone="")
        write_contact(by=planner, facility=home, person="", phone="")
        assert not FacilityContact.objects.exists()


class TestAuthorities:
    def test_one_follows_the_other_and_the_record_is_read_only_from_then_on(self, planner):
        category = FacilityCategory.objects.get(code="CHAR-SHOP")
        change_authority(
            by=planner,
            category=category,
            on=date(2026, 5, 1),
            authority="某部门",
            english="another department",
            document="〔2026〕1号",
        )
        assert not category.moved_away(date(2026, 4, 30))
        assert category.moved_away(date(2026, 5, 1))
        shop = Facility.objects.filter(category="CHAR-SHOP").first()
        with pytest.raises(CannotEditFacility):
            edit_facility(by=planner, at=TODAY, facility=shop, facts=facts_of(shop, beds=3))

    def test_only_a_later_day_can_follow(self, planner):
        category = FacilityCategory.objects.get(code="MIL-HONOR")
        with pytest.raises(AuthorityLater):
            change_authority(
                by=planner,
                category=category,
                on=date(2018, 1, 1),
                authority="民政部门",
                english="",
                document="x",
            )

    def test_is_for_who_edits_the_whole_jurisdiction(self, make_user):
        category = FacilityCategory.objects.get(code="CHAR-SHOP")
        with pytest.raises(NotPermitted):
            change_authority(
                by=make_user("planner", "440106"),
                category=category,
                on=TODAY,
                authority="某部门",
                english="",
                document="x",
            )
        assert CategoryAuthority.objects.filter(category=category).count() == 1


class TestStandardNames:
    def named(self, text, home, category=LegalCategory.STREET, secrecy="public"):
        place = Place.objects.create(
            legal_category=category, division_code=home.division_code[:6], secrecy=secrecy
        )
        PlaceName.objects.create(place=place, text=text, period=(BEGAN, None))
        return place

    def links(self, home, name="无名", address=""):
        return links_of(name=name, address=address, division_code=home.division_code, at=TODAY)

    def test_the_longest_street_that_the_address_names(self, home):
        self.named("试验路", home)
        longer = self.named("东试验路", home)
        assert self.links(home, address="东试验路12号").street == longer.pk

    def test_the_place_that_bears_the_name(self, home):
        place = self.named("试验养老院", home, LegalCategory.FACILITY)
        assert self.links(home, name="试验养老院").place == place.pk

    def test_a_secret_place_is_never_found(self, home):
        self.named("秘密路", home, secrecy="secret")
        assert self.links(home, address="秘密路1号").street is None

    def test_links_follow_a_correction_and_stand_on_the_page(self, planner, home, client_as):
        street = self.named("试验大道", home)
        edit_facility(
            by=planner, at=TODAY, facility=home, facts=facts_of(home, address="试验大道8号")
        )
        home.refresh_from_db()
        assert home.street_id == street.pk
        text = client_as(language="en").get(reverse("facilities:facility", args=[home.identity]))
        facts = {label: value for label, value, _source in text.context["facts"]}
        assert facts["Standard name that the address names"] == "试验大道"
