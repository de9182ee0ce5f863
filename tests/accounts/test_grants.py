"""Roles are given by administrators of the jurisdiction, and every change is on record."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.models import Grant, User
from accounts.operations.grants import (
    CannotGrant,
    RoleAlreadyHeld,
    end_role,
    give_role,
    open_account,
)
from accounts.scoping import require
from common.errors import BadInput, NotInScope, NotPermitted, Refusal
from common.models import AuditEntry
from common.queries import row_changes

DAY = date(2024, 5, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def someone(demo: None) -> User:
    return User.objects.create_user("someone")


class TestGiveRole:
    def test_gives_the_role_from_the_day_and_writes_an_audit_line(
        self, make_user, someone: User
    ) -> None:
        admin = make_user("administrator", "4401")
        grant = give_role(by=admin, user=someone, role="planner", jurisdiction="4401", start=DAY)
        assert grant.period == DateRange(DAY, None)
        line = AuditEntry.objects.get(operation="give_role", subject_id=str(grant.pk))
        assert (line.user, line.jurisdiction) == (admin, "4401")

    def test_refuses_outside_the_jurisdiction(self, make_user, someone: User) -> None:
        with pytest.raises(NotInScope):
            give_role(
                by=make_user("administrator", "440106"),
                user=someone,
                role="planner",
                jurisdiction="4401",
                start=DAY,
            )

    def test_refuses_other_roles(self, make_user, someone: User) -> None:
        with pytest.raises(NotPermitted):
            give_role(
                by=make_user("planner", ""), user=someone, role="viewer", jurisdiction="", start=DAY
            )

    def test_refuses_to_give_oneself_a_role(self, make_user) -> None:
        admin = make_user("administrator", "")
        with pytest.raises(CannotGrant):
            give_role(by=admin, user=admin, role="auditor", jurisdiction="", start=DAY)

    def test_refuses_the_same_role_twice_on_a_day(self, make_user, someone: User) -> None:
        admin = make_user("administrator", "")
        given = {"by": admin, "user": someone, "role": "planner", "jurisdiction": "44"}
        give_role(**given, start=DAY, end=DAY + timedelta(days=10))
        with pytest.raises(RoleAlreadyHeld):
            give_role(**given, start=DAY + timedelta(days=9))
        give_role(**given, start=DAY + timedelta(days=10))

    @pytest.mark.parametrize("code", ["440", "44010", "4a", "4401060", "广州"])
    def test_refuses_what_is_no_jurisdiction(self, make_user, someone: User, code: str) -> None:
        with pytest.raises(BadInput):
            give_role(
                by=make_user("administrator", ""),
                user=someone,
                role="planner",
                jurisdiction=code,
                start=DAY,
            )


class TestEndRole:
    def test_keeps_the_days_before_and_the_history(self, make_user, someone: User) -> None:
        admin = make_user("administrator", "")
        grant = give_role(by=admin, user=someone, role="viewer", jurisdiction="", start=DAY)
        end_role(by=admin, grant=grant, on=DAY + timedelta(days=30))
        assert not Grant.objects.of(someone, DAY + timedelta(days=30)).exists()
        assert Grant.objects.of(someone, DAY + timedelta(days=29)).exists()
        grant.refresh_from_db()
        assert [event.period.upper for event in grant.events.all()] == [None]

    def test_refuses_what_has_ended(self, make_user, someone: User) -> None:
        admin = make_user("administrator", "")
        grant = give_role(by=admin, user=someone, role="viewer", jurisdiction="", start=DAY)
        end_role(by=admin, grant=grant, on=DAY + timedelta(days=1))
        with pytest.raises(Refusal):
            end_role(by=admin, grant=grant, on=DAY + timedelta(days=2))


class TestOpenAccount:
    def test_opens_without_any_role(self, make_user, demo: None) -> None:
        user = open_account(
            by=make_user("administrator", "44"),
            username="new.person",
            display_name="新同事",
            password="correct horse 77",
        )
        assert user.grants_today() == [] and user.check_password("correct horse 77")

    def test_refuses_a_taken_name_in_any_case(self, make_user, someone: User) -> None:
        with pytest.raises(BadInput):
            open_account(
                by=make_user("administrator", ""),
                username="SomeOne",
                display_name="x",
                password="correct horse 77",
            )


class TestRequire:
    def test_a_line_between_two_districts_is_in_the_scope_of_either(self, make_user) -> None:
        user = make_user("boundary_inspector", "440106")
        codes = ["440104", "440106"]
        require(by=user, capability=Capability.RECORD_INSPECTION, codes=codes)

    def test_a_role_elsewhere_does_not_help_here(self, make_user) -> None:
        user = make_user("viewer", "4401")
        Grant.objects.create(
            user=user, role="planner", jurisdiction="440106", period=DateRange(None, None)
        )
        user.__dict__.pop("_grants_today", None)
        with pytest.raises(NotPermitted):
            require(by=user, capability=Capability.EDIT_FACILITY, codes=["440104"])


class TestAuditLog:
    def test_is_append_only(self, make_user, someone: User) -> None:
        give_role(
            by=make_user("administrator", ""),
            user=someone,
            role="viewer",
            jurisdiction="",
            start=DAY,
        )
        from django.db import transaction
        from django.db.utils import InternalError

        with pytest.raises(InternalError), transaction.atomic():
            AuditEntry.objects.update(reason="changed")
        with pytest.raises(InternalError), transaction.atomic():
            AuditEntry.objects.all().delete()


class TestPages:
    def test_an_administrator_gives_and_ends_a_role(self, client_as, someone: User) -> None:
        client = client_as("administrator", "")
        answer = client.post(
            "/manage/roles/new/",
            {"user": "someone", "role": "planner", "jurisdiction": "4401", "start": "2024-05-01"},
        )
        assert answer.status_code == 302
        grant = Grant.objects.get(user=someone)
        assert "someone" in client.get("/manage/people/").content.decode()
        assert client.post(f"/manage/roles/{grant.pk}/end/").status_code == 302

    def test_row_history_knows_the_person_and_the_operation(
        self, client_as, make_user, someone: User
    ) -> None:
        grant = give_role(
            by=make_user("administrator", ""),
            user=someone,
            role="viewer",
            jurisdiction="",
            start=DAY,
        )
        client_as("administrator", "").post(f"/manage/roles/{grant.pk}/end/")
        grant.refresh_from_db()
        (change,) = row_changes(grant)
        assert change.operation == "end_role" and change.who

    def test_a_refused_form_keeps_what_was_typed(self, client_as, someone: User) -> None:
        page = client_as("administrator", "4401").post(
            "/manage/roles/new/",
            {"user": "someone", "role": "planner", "jurisdiction": "440", "start": "2024-05-01"},
        )
        assert page.status_code == 200 and 'value="440"' in page.content.decode()

    def test_a_planner_is_refused_in_words(self, client_as) -> None:
        page = client_as("planner", "4401").get("/manage/people/")
        assert page.status_code == 403

    def test_the_audit_log_shows_only_ones_own_jurisdiction(
        self, client_as, make_user, someone: User
    ) -> None:
        admin = make_user("administrator", "")
        give_role(by=admin, user=someone, role="planner", jurisdiction="4403", start=DAY)
        ours = client_as("auditor", "4401").get("/manage/audit/").content.decode()
        theirs = client_as("auditor", "4403").get("/manage/audit/").content.decode()
        assert "4403" not in ours and "4403" in theirs

    @pytest.mark.parametrize("before", ["²", "x", "-1", "9" * 30])
    def test_a_strange_page_of_the_audit_log_is_its_first(self, client_as, before: str) -> None:
        answer = client_as("auditor", "4401").get("/manage/audit/", {"before": before})
        assert answer.status_code == 200


class TestSessions:
    def test_a_cookie_that_is_none_is_nobodys(self, client, db) -> None:
        cookie = 'sessionid="\\000abcdefghij"'
        answer = client.get("/places/", headers={"cookie": cookie})
        assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]


class TestThrottling:
    def test_five_wrong_passwords_lock_the_account_for_a_while(self, client, someone: User) -> None:
        for _ in range(5):
            answer = client.post("/accounts/login/", {"username": "someone", "password": "wrong"})
        assert answer.status_code == 429
        someone.set_password("right horse 77")
        someone.save()
        again = client.post(
            "/accounts/login/", {"username": "someone", "password": "right horse 77"}
        )
        assert again.status_code == 429
