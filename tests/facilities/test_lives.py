"""What happens to a facility through the years: opened, moved, changed, counted, closed."""

from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from facilities.models import (
    Facility,
    FacilityCategory,
    FacilityOccupancy,
)
from facilities.operations.contacts import write_contact
from facilities.operations.facilities import (
    CannotEditFacility,
    FacilityFacts,
    OutsideEveryDivision,
    PositionElsewhere,
)
from facilities.operations.lives import (
    BegunThatDay,
    ChangedLater,
    NothingChanges,
    NotInService,
    NotYet,
    change_facility,
    close_facility,
    count_occupancy,
    facts_of,
    open_facility,
)
from facilities.queries.coverage import CoverageQuestion, measure_coverage
from facilities.queries.facilities import state_on, states_of
from facilities.queries.targets import scorecard

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


def changed(planner, home, *, on=MOVED, change="capacity", **facts):
    return change_facility(
        by=planner,
        at=TODAY,
        identity=home.identity,
        change=change,
        facts=facts_of(home, **facts),
        on=on,
        document="穗民〔2025〕3号",
    )


class TestChangeFacility:
    def test_the_state_before_ends_and_is_kept(self, planner, home):
        was = home.beds
        after = changed(planner, home, beds=was + 50)
        states = states_of(key=home.identity)
        assert [(row.beds, row.period.lower, row.period.upper) for row in states] == [
            (was, BEGAN, MOVED),
            (was + 50, MOVED, None),
        ]
        assert after.identity == home.identity and after.document == "穗民〔2025〕3号"
        entry = AuditEntry.objects.get(operation="change_facility")
        assert entry.user == planner and entry.details["on"] == "2025-03-01"

    def test_every_question_gets_the_state_of_its_day(self, planner, home):
        beds = {}
        for day in (date(2024, 5, 1), date(2025, 5, 1)):
            question = CoverageQuestion(
                at=day, category="ELD-INST", measure="beds", within=home.division_code[:6]
            )
            beds[day] = measure_coverage(question=question).score.capacity
        changed(planner, home, beds=home.beds + 50)
        for day, more in ((date(2024, 5, 1), 0), (date(2025, 5, 1), 50)):
            question = CoverageQuestion(
                at=day, category="ELD-INST", measure="beds", within=home.division_code[:6]
            )
            assert measure_coverage(question=question).score.capacity == beds[day] + more

    def test_a_move_takes_it_to_the_other_district(self, planner, home):
        there = Facility.objects.exclude(division_code__startswith=home.division_code[:6]).first()
        after = changed(
            planner,
            home,
            change="moved",
            longitude=there.location.x,
            latitude=there.location.y,
            address="新址路1号",
        )
        assert after.division_code[:6] == there.division_code[:6]
        states = states_of(key=home.identity)
        assert state_on(states, date(2024, 1, 1)).division_code == home.division_code
        assert state_on(states, TODAY).pk == after.pk

    def test_plans_of_the_first_state_are_not_told_twice(self, planner):
        row = Facility.objects.get(name="花都区新建养老院")
        Facility.objects.filter(pk=row.pk).update(period=(date(2026, 1, 1), None))
        row.refresh_from_db()
        changed(planner, row, on=date(2026, 4, 1), beds=320)
        first, second = states_of(key=row.identity)
        assert "planned_on" in first.attributes and "planned_on" not in second.attributes
        found = scorecard(at=date(2025, 6, 1), within="440114", target_id="T01").rows[0]
        assert found.measured.outcome == "met"

    def test_refuses_what_cannot_be(self, planner, home):
        with pytest.raises(NotYet):
            changed(planner, home, on=date(2026, 7, 1), beds=1)
        with pytest.raises(NothingChanges):
            changed(planner, home)
        with pytest.raises(NotInService):
            changed(planner, home, on=date(2020, 1, 1), beds=1)
        changed(planner, home, beds=home.beds + 1)
        with pytest.raises(ChangedLater):
            changed(planner, home, on=date(2024, 1, 1), beds=1)
        with pytest.raises(BegunThatDay):
            changed(planner, home, beds=1)
        with pytest.raises(ChangedLater):
            changed(planner, home, on=home.period.lower, beds=1)
        assert len(states_of(key=home.identity)) == 2

    def test_is_for_planners_of_the_area(self, home, make_user):
        viewer = make_user("viewer", "4401")
        with pytest.raises(NotPermitted):
            changed(viewer, home, beds=1)
        elsewhere = "440104" if not home.division_code.startswith("440104") else "440105"
        with pytest.raises(NotInScope):
            changed(make_user("planner", elsewhere), home, beds=1)

    def test_a_planner_of_one_district_moves_none_into_another(self, home, make_user):
        district = make_user("planner", home.division_code[:6])
        there = Facility.objects.exclude(division_code__startswith=home.division_code[:6]).first()
        with pytest.raises(PositionElsewhere):
            changed(district, home, longitude=there.location.x, latitude=there.location.y, beds=1)
        assert len(states_of(key=home.identity)) == 1

    def test_the_database_keeps_states_apart(self, home):
        with pytest.raises(IntegrityError), transaction.atomic():
            Facility.objects.create(
                identity=home.identity,
                category=home.category,
                name="同日另一状态",
                location=home.location,
                division_code=home.division_code,
                period=(date(2024, 1, 1), None),
            )


class TestOpenAndClose:
    def facts(self, home, **values):
        return FacilityFacts(
            **{
                "name": "新安养老院",
                "category": home.category,
                "address": "",
                "operator": "public",
                "beds": 120,
                "longitude": home.location.x,
                "latitude": home.location.y,
                "approximate": False,
            }
            | values
        )

    def test_a_new_one_lies_in_its_street_and_says_when_it_opened(self, planner, home):
        made = open_facility(
            by=planner, at=TODAY, facts=self.facts(home), opened_on=TODAY, document="许可1号"
        )
        assert made.pk == made.identity and made.begun_by == "opened"
        assert made.division_code.startswith(home.division_code[:6])
        assert not Facility.objects.on(date(2026, 5, 31)).filter(pk=made.pk).exists()

    def test_a_position_outside_is_refused(self, planner, home):
        with pytest.raises(OutsideEveryDivision):
            open_facility(
                by=planner,
                at=TODAY,
                facts=self.facts(home, longitude=120.0, latitude=20.0),
                opened_on=TODAY,
                document="x",
            )

    def test_categories_of_others_are_refused(self, planner, home):
        other = FacilityCategory.objects.get(code="MIL-HONOR")
        with (
            translation.override("zh-hans"),
            pytest.raises(CannotEditFacility, match="退役军人事务部门"),
        ):
            open_facility(
                by=planner,
                at=TODAY,
                facts=self.facts(home, category=other),
                opened_on=TODAY,
                document="x",
            )

    def test_a_closed_one_ends_and_changes_no_more(self, planner, home):
        close_facility(by=planner, at=TODAY, identity=home.identity, on=MOVED, document="注销决定")
        assert not Facility.objects.on(MOVED).filter(identity=home.identity).exists()
        assert Facility.objects.on(date(2025, 2, 28)).filter(identity=home.identity).exists()
        with pytest.raises(NotInService):
            changed(planner, home, on=date(2025, 6, 1), beds=1)


class TestOccupancy:
    def test_counts_stand_by_day_and_a_second_one_replaces(self, planner, home):
        for occupied in (10, 12):
            count_occupancy(
                by=planner,
                at=TODAY,
                identity=home.identity,
                counted_on=date(2025, 12, 31),
                occupied=occupied,
            )
        (row,) = FacilityOccupancy.objects.filter(identity=home.identity)
        assert row.occupied == 12
        assert row.events.count() == 1, "the first count is kept as history"

    def test_never_more_than_the_beds_of_that_day(self, planner, home):
        with pytest.raises(BadInput, match="more than"):
            count_occupancy(
                by=planner,
                at=TODAY,
                identity=home.identity,
                counted_on=date(2025, 12, 31),
                occupied=home.beds + 1,
            )

    def test_not_before_it_was_there_and_not_in_the_future(self, planner, home):
        for day, why in ((date(2020, 1, 1), NotInService), (date(2026, 9, 1), NotYet)):
            with pytest.raises(why):
                count_occupancy(
                    by=planner, at=TODAY, identity=home.identity, counted_on=day, occupied=1
                )


class TestPages:
    def post(self, client, page, home, **data):
        return client.post(reverse(f"facilities:{page}", args=[home.identity]), data)

    def test_a_change_is_recorded_and_told_in_the_timeline(self, client_as, home):
        client = client_as("planner", "4401", language="en")
        page = client.get(reverse("facilities:facility_change", args=[home.identity]))
        values = {
            key: value
            for key, value in page.context["form"].initial.items()
            if value not in (None, False)
        }
        values |= {"change": "capacity", "on": "2025-03-01", "document": "No. 3", "beds": "7"}
        response = self.post(client, "facility_change", home, **values)
        assert response.status_code == 302, response.context["form"].errors
        text = unescape(client.get(response["Location"]).content.decode())
        assert f"Beds: {home.beds} → 7" in text and "No. 3" in text
        before = client.get(
            reverse("facilities:facility", args=[home.identity]), {"at": "2024-01-01"}
        )
        assert before.context["facility"].beds == home.beds

    def test_what_cannot_be_is_said_above_the_form(self, client_as, home):
        client = client_as("planner", "4401", language="en")
        response = self.post(client, "facility_close", home, on="2020-01-01", document="x")
        assert response.status_code == 200
        assert "not in service on 2020-01-01" in unescape(response.content.decode())

    def test_a_new_facility_is_opened_from_the_list(self, client_as, home):
        client = client_as("planner", "4401")
        assert b"facilities/new/" in client.get(reverse("facilities:facilities")).content
        response = client.post(
            reverse("facilities:facility_new"),
            {
                "category": "ELD-DAY",
                "name": "新开日托",
                "longitude": home.location.x,
                "latitude": home.location.y,
                "on": "2026-01-01",
                "document": "备案1号",
            },
        )
        assert response.status_code == 302, response.context["form"].errors
        assert Facility.objects.get(name="新开日托").period.lower == date(2026, 1, 1)

    def test_a_position_elsewhere_is_said_above_the_form(self, client_as, home):
        district = home.division_code[:6]
        there = Facility.objects.exclude(division_code__startswith=district).first()
        response = client_as("planner", district, language="en").post(
            reverse("facilities:facility_new"),
            {
                "category": "ELD-DAY",
                "name": "新开日托",
                "longitude": there.location.x,
                "latitude": there.location.y,
                "on": "2026-01-01",
                "document": "备案1号",
            },
        )
        assert response.status_code == 200
        assert f"lies in {there.division_code}, outside your" in unescape(response.content.decode())
        assert not Facility.objects.filter(name="新开日托").exists()

    def test_a_contact_is_shown_once_and_not_kept_by_the_browser(self, client_as, home, planner):
        write_contact(by=planner, facility=home, person="联系人甲", phone="1")
        client = client_as("planner", "4401")
        assert "联系人甲" not in self.get_contact(client, home)
        response = self.post(client, "facility_contact", home, purpose="节日慰问联系")
        assert "联系人甲" in response.content.decode()
        assert response["Cache-Control"] == "no-store"

    def get_contact(self, client, home):
        url = reverse("facilities:facility_contact", args=[home.identity])
        return client.get(url).content.decode()

    def test_an_address_of_an_old_state_leads_to_the_facility(self, client_as, home, planner):
        after = changed(planner, home, beds=home.beds + 1)
        client = client_as()
        page = client.get(reverse("facilities:facility", args=[after.pk]), {"at": "2024-01-01"})
        assert page.context["facility"].beds == home.beds
        assert client.get(reverse("facilities:facility", args=[uuid4()])).status_code == 404
