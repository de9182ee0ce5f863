"""Corrections to the register: scope, role, rule, write, audit."""

from dataclasses import replace
from datetime import date

import pytest

from common.attributes import AttributeFault
from common.errors import NotInScope, NotPermitted
from common.models import AuditEntry
from common.queries import row_changes
from facilities.models import Facility, FacilityCategory
from facilities.operations.facilities import (
    CannotEditFacility,
    FacilityFacts,
    OutsideTheDistrict,
    edit_facility,
)

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)


@pytest.fixture
def home():
    return Facility.objects.filter(
        category="ELD-INST", division_code__startswith="440111", period__contains=DAY
    ).first()


def facts_of(facility):
    return FacilityFacts(
        name=facility.name,
        category=facility.category,
        address=facility.address,
        operator=facility.operator,
        beds=facility.beds,
        longitude=facility.location.x,
        latitude=facility.location.y,
        approximate=facility.approximate,
    )


class TestEditFacility:
    def test_writes_the_record_its_search_keys_history_and_audit(self, home, make_user):
        planner = make_user("planner", "440111")
        facts = replace(facts_of(home), name="白云区福利院", beds=120, address="测试路1号")
        edit_facility(by=planner, at=DAY, facility=home, facts=facts, reason="核对")
        home.refresh_from_db()
        assert (home.name, home.beds, home.search_initials) == ("白云区福利院", 120, "byqfly")
        entry = AuditEntry.objects.get(operation="edit_facility", subject_id=str(home.pk))
        assert (entry.user, entry.reason) == (planner, "核对")
        assert {field.after for field in row_changes(home)[0].fields} >= {120, "测试路1号"}

    def test_keeps_attributes_unless_they_are_given(self, home, make_user):
        planner = make_user("planner", "440111")
        facts = replace(facts_of(home), attributes={"staff_total": 12})
        edit_facility(by=planner, at=DAY, facility=home, facts=facts)
        edit_facility(by=planner, at=DAY, facility=home, facts=replace(facts, attributes=None))
        home.refresh_from_db()
        assert home.attributes == {"staff_total": 12}

    def test_refuses_attributes_that_the_category_does_not_have(self, home, make_user):
        planner = make_user("planner", "440111")
        facts = replace(facts_of(home), attributes={"client_groups": ["elders"]})
        with pytest.raises(AttributeFault, match="client_groups"):
            edit_facility(by=planner, at=DAY, facility=home, facts=facts)
        centre = FacilityCategory.objects.get(code="FAM-CTR")
        facts = replace(facts_of(home), category=centre, attributes={"functions": ["meals"]})
        with pytest.raises(AttributeFault, match="functions"):
            edit_facility(by=planner, at=DAY, facility=home, facts=facts)

    def test_refuses_outside_the_jurisdiction(self, home, make_user):
        with pytest.raises(NotInScope):
            edit_facility(
                by=make_user("planner", "440106"), at=DAY, facility=home, facts=facts_of(home)
            )

    def test_refuses_without_the_role(self, home, make_user):
        with pytest.raises(NotPermitted):
            edit_facility(
                by=make_user("viewer", "4401"), at=DAY, facility=home, facts=facts_of(home)
            )

    def test_refuses_a_category_that_another_authority_keeps(self, make_user):
        site = Facility.objects.filter(category="MART-SITE").first()
        with pytest.raises(CannotEditFacility):
            edit_facility(
                by=make_user("planner", "4401"), at=DAY, facility=site, facts=facts_of(site)
            )

    def test_refuses_to_move_a_record_into_such_a_category(self, home, make_user):
        facts = replace(facts_of(home), category=FacilityCategory.objects.get(code="MIL-HONOR"))
        with pytest.raises(CannotEditFacility):
            edit_facility(by=make_user("planner", "4401"), at=DAY, facility=home, facts=facts)

    def test_refuses_a_position_outside_the_district(self, home, make_user):
        facts = replace(facts_of(home), longitude=113.281, latitude=23.1285)  # 越秀
        with pytest.raises(OutsideTheDistrict):
            edit_facility(by=make_user("planner", "4401"), at=DAY, facility=home, facts=facts)

    def test_a_move_within_the_district_finds_the_street(self, home, make_user):
        other = (
            Facility.objects.filter(division_code__startswith="440111")
            .exclude(division_code=home.division_code)
            .first()
        )
        facts = replace(facts_of(home), longitude=other.location.x, latitude=other.location.y)
        edit_facility(by=make_user("planner", "4401"), at=DAY, facility=home, facts=facts)
        home.refresh_from_db()
        assert home.division_code == other.division_code

    def test_a_refused_change_leaves_no_trace(self, home, make_user):
        before = home.name
        facts = replace(facts_of(home), name="新名", longitude=100.0)
        with pytest.raises(OutsideTheDistrict):
            edit_facility(by=make_user("planner", "4401"), at=DAY, facility=home, facts=facts)
        home.refresh_from_db()
        assert home.name == before
        assert not AuditEntry.objects.filter(operation="edit_facility").exists()
