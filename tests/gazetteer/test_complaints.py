"""Complaints: who reported is written nowhere but in its own table, and read only for a purpose."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from gazetteer.exports.notice_document import notice_document
from gazetteer.models import Breach, Complaint, Informant, Notice, Place
from gazetteer.operations.complaints import (
    Anonymous,
    AnsweredAlready,
    NamesTheInformant,
    PurposeMissing,
    RepeatsTheInformant,
    answer_complaint,
    read_informant,
    report_breach,
)
from gazetteer.operations.concern import Target
from gazetteer.operations.notices import (
    NoticeText,
    approve_notice,
    close_notice,
    draft_notice,
    withdraw_notice,
)
from gazetteer.operations.open_posts import TooMany
from gazetteer.operations.suggestions import suggest

ClientAs = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("demo")
NAME, CONTACT = "欧阳举报人", "020-5550-1234"


def report(road: Place, **values: Any) -> Complaint:
    return report_breach(
        **{
            "by": None,
            "at": timezone.now(),
            "target": Target(place=road),
            "facts": "路名牌被遮住。",
            "breach": Breach.objects.get(pk="art38-sign"),
            "name": NAME,
            "contact": CONTACT,
            "address": "192.0.2.9",
            **values,
        }
    )


@pytest.fixture
def people(make_user: Callable[..., Any]) -> dict[str, Any]:
    return {
        "officer": make_user("place_name_officer", "440106"),
        "reviewer": make_user("reviewer", "440106"),
        "approver": make_user("approver", "440106"),
    }


def text_of(facts: str = "事实", correction: str = "改正") -> NoticeText:
    return NoticeText("示例公司", [Breach.objects.get(pk="art38-sign")], facts, correction)


def drafted(people: Any, complaint: Complaint, road: Place) -> Notice:
    return draft_notice(
        by=people["officer"],
        at=timezone.now(),
        text=text_of(),
        target=Target(place=road),
        complaint=complaint,
    )


def tables_with(*words: str) -> set[str]:
    """Every table, of whatever app, in which a row holds one of these words in any column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for word in words:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1', [f"%{word}%"]
                )
                found |= {table} if cursor.fetchone() else set()
    return found


class TestReport:
    def test_who_reported_stands_in_its_own_table_only(self, road: Place) -> None:
        report(road)
        assert tables_with(NAME, CONTACT) == {"gazetteer_informant"}

    def test_a_signed_in_person_is_hidden_as_well(self, road: Place, people: Any) -> None:
        complaint = report(road, by=people["officer"], name="", contact="")
        assert Informant.objects.get(complaint=complaint).account == people["officer"]
        assert AuditEntry.objects.get(subject_id=str(complaint.pk)).user is None

    @pytest.mark.parametrize("facts", [f"我是{NAME}", "请打 020-5550-1234 找我"])
    def test_refuses_facts_that_name_who_reports(self, road: Place, facts: str) -> None:
        with pytest.raises(NamesTheInformant):
            report(road, facts=facts)

    def test_the_camera_is_not_kept(self, road: Place, picture: Any) -> None:
        [kept] = report(road, photo=picture()).files.all()
        assert b"OWNER-OF-CAMERA" not in kept.file.read()
        assert kept.by is None

    def test_a_call_is_taken_down_by_an_officer_of_the_jurisdiction(
        self, road: Place, people: Any, make_user: Callable[..., Any]
    ) -> None:
        taken = report(road, by=people["officer"], channel="phone")
        assert AuditEntry.objects.get(subject_id=str(taken.pk)).user == people["officer"]
        assert Informant.objects.get(complaint=taken).account is None
        with pytest.raises(NotPermitted):
            report(road, by=people["reviewer"], channel="phone")
        with pytest.raises(NotInScope):
            report(road, by=make_user("place_name_officer", "440104"), channel="phone")

    def test_an_address_is_throttled(self, road: Place) -> None:
        for number in range(10):
            report(road, facts=f"第{number}处")
        with pytest.raises(TooMany):
            report(road)

    def test_a_point_is_enough_and_nonsense_is_refused(self, road: Place) -> None:
        found = report(road, target=Target(position="113.3245, 23.1291"))
        assert found.division_code.startswith("4401")
        for target in (Target(), Target(position="x"), Target(position="0, 0")):
            with pytest.raises(BadInput):
                report(road, target=target)

    def test_an_internal_place_does_not_exist_outside(self, road: Place) -> None:
        road.secrecy = "internal"
        road.save()
        with pytest.raises(NotInScope):
            report(road)


class TestWhatFollows:
    def test_the_complaint_follows_its_notice(self, road: Place, people: Any) -> None:
        complaint = report(road)
        notice = drafted(people, complaint, road)
        complaint.refresh_from_db()
        assert complaint.state == "in_hand"
        withdraw_notice(by=people["approver"], at=timezone.now(), notice=notice, reason="有误")
        complaint.refresh_from_db()
        assert complaint.state == "new"

    def test_is_answered_once(self, road: Place, people: Any) -> None:
        complaint = report(road)
        by: dict[str, Any] = {"by": people["officer"], "at": timezone.now()}
        by |= {"complaint": complaint, "how": "dismiss"}
        with pytest.raises(BadInput):
            answer_complaint(**by, answer=" ")
        assert answer_complaint(**by, answer="不属于地名").state == "dismissed"
        with pytest.raises(AnsweredAlready):
            answer_complaint(**by, answer="不属于地名")
        with pytest.raises(AnsweredAlready):
            drafted(people, complaint, road)

    def test_no_paper_repeats_who_reported(self, road: Place, people: Any) -> None:
        complaint = report(road)
        by: dict[str, Any] = {"by": people["officer"], "at": timezone.now()}
        with pytest.raises(RepeatsTheInformant):
            answer_complaint(**by, complaint=complaint, how="dismiss", answer=f"致{NAME}")
        with pytest.raises(RepeatsTheInformant):
            draft_notice(
                **by,
                text=text_of(facts=f"据 {CONTACT} 反映"),
                target=Target(place=road),
                complaint=complaint,
            )
        notice = drafted(people, complaint, road)
        with pytest.raises(RepeatsTheInformant):
            approve_notice(
                by=people["approver"], at=timezone.now(), notice=notice, note=f"{NAME}举报"
            )


class TestReading:
    def test_needs_the_role_and_a_purpose_and_leaves_a_line(self, road: Place, people: Any) -> None:
        complaint = report(road)
        for nobody in ("officer", "approver"):
            with pytest.raises(NotPermitted):
                read_informant(by=people[nobody], subject=complaint, purpose="回访核实")
        with pytest.raises(PurposeMissing):
            read_informant(by=people["reviewer"], subject=complaint, purpose=" ")
        found = read_informant(by=people["reviewer"], subject=complaint, purpose="回访核实")
        assert (found.name, found.contact) == (NAME, CONTACT)
        line = AuditEntry.objects.get(operation="read_informant")
        assert (line.user, line.reason) == (people["reviewer"], "回访核实")
        assert NAME not in str(line.details)

    def test_says_where_nothing_is_known(self, road: Place, people: Any) -> None:
        complaint = report(road, name="", contact="")
        with pytest.raises(Anonymous):
            read_informant(by=people["reviewer"], subject=complaint, purpose="回访核实")


class TestNoPageTells:
    """Every page, export and paper that stands near a complaint, read by each role."""

    @pytest.fixture
    def complaint(self, road: Place, people: Any, picture: Any) -> Complaint:
        complaint = report(road, photo=picture())
        notice = drafted(people, complaint, road)
        approve_notice(by=people["approver"], at=timezone.now(), notice=notice)
        suggest(
            by=None,
            at=timezone.now(),
            place=road,
            proposed={"origin": "来历"},
            reason="见地名志",
            name=NAME,
            contact=CONTACT,
        )
        return complaint

    def paths(self, complaint: Complaint) -> list[str]:
        notice, [photo] = complaint.notices.get(), complaint.files.all()
        suggestion = complaint.place.suggestions.latest("suggested_at")  # type: ignore[union-attr]
        return [
            "/complaints/?state=all",
            f"/complaints/?state=all&q={NAME}",
            "/complaints/points/?state=all",
            f"/complaints/{complaint.pk}/",
            f"/complaints/{complaint.pk}/answer/",
            f"/complaints/{complaint.pk}/informant/",
            f"/receipts/{complaint.pk}/",
            f"/receipts/{suggestion.pk}/",
            f"/notices/new/?complaint={complaint.pk}",
            "/notices/?state=all",
            f"/notices/{notice.pk}/",
            f"/notices/{notice.pk}/document/",
            "/notices/points/?state=all",
            "/notices/export/?state=all&format=csv",
            "/notices/export/?state=all&format=xlsx",
            f"/suggestions/{suggestion.pk}/",
            f"/suggestions/{suggestion.pk}/informant/",
            f"/suggestions/?state=all&place={complaint.place_id}",
            f"/evidence/{photo.pk}/",
            f"/places/{complaint.place_id}/",
            f"/search/?q={NAME}",
            f"/search/suggest/?q={CONTACT}",
            "/accounts/audit/",
            "/",
        ]

    @pytest.mark.parametrize(
        "role",
        ["place_name_officer", "reviewer", "approver", "viewer", "administrator", "auditor"],
    )
    def test_the_name_or_number(self, complaint: Complaint, client_as: ClientAs, role: str) -> None:
        scope = "" if role in ("administrator", "auditor") else "440106"
        client = client_as(role, scope)
        for path in self.paths(complaint):
            content = client.get(path).content
            for part in _unzipped(content):
                text = part.decode("utf-8", "replace")
                # What one typed oneself stands in the search box again.
                typed = NAME in path or "q=" in path
                assert typed or NAME not in text, path
                assert "q=" in path or CONTACT not in text, path

    def test_a_search_for_it_finds_nothing(self, complaint: Complaint, client_as: ClientAs) -> None:
        page = client_as("reviewer", "440106").get("/complaints/", {"state": "all", "q": NAME})
        assert str(complaint.pk) not in page.content.decode()

    def test_the_paper_is_silent_on_the_complaint(self, complaint: Complaint) -> None:
        paper = notice_document(notice=complaint.notices.get(), at=timezone.localdate())
        [words] = [part for part in _unzipped(paper) if b"<w:document" in part]
        assert "举报" not in words.decode()

    def test_only_the_post_with_a_purpose_shows_it_and_nothing_keeps_it(
        self, complaint: Complaint, client_as: ClientAs
    ) -> None:
        client = client_as("reviewer", "440106")
        page = client.post(f"/complaints/{complaint.pk}/informant/", {"purpose": "回访核实"})
        assert NAME in page.content.decode() and CONTACT in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        again = client.get(f"/complaints/{complaint.pk}/").content.decode()
        assert NAME not in again and "回访核实" in again
        assert client.session.get("name") is None
        assert tables_with(NAME, CONTACT) == {"gazetteer_informant"}

    def test_not_even_who_reported_while_signed_in(self, client_as: ClientAs, road: Place) -> None:
        client = client_as("viewer", "440104")
        values = {"facts": "路名牌缺失", "name": "", "contact": ""}
        sent = client.post(f"/complaints/new/?place={road.pk}", values)
        assert sent.status_code == 302
        complaint = Complaint.objects.latest("received_at")
        person = client.user  # type: ignore[attr-defined]
        assert Informant.objects.get(complaint=complaint).account == person
        text = client_as("reviewer", "440106").get(f"/complaints/{complaint.pk}/").content.decode()
        assert str(person) not in text and person.username not in text
        # The history of the request names who was signed in: nothing may lead there from here.
        about = {"gazetteer_complaint", "gazetteer_informant", "common_auditentry"}
        assert tables_with(str(complaint.pk)) <= about


class TestClock:
    def test_an_answer_is_due_and_then_overdue(self, road: Place, client_as: ClientAs) -> None:
        complaint = report(road, at=timezone.now() - timedelta(days=20))
        text = client_as("reviewer", "440106", language="en").get("/complaints/").content.decode()
        assert str(complaint.pk) in text and "days late" in text


class TestClosing:
    def test_settles_the_complaint(self, road: Place, people: Any) -> None:
        complaint = report(road)
        notice = drafted(people, complaint, road)
        Notice.objects.filter(pk=notice.pk).update(state="verified")
        close_notice(by=people["approver"], at=timezone.now(), notice=notice, outcome="已恢复")
        complaint.refresh_from_db()
        assert complaint.state == "settled"


def _unzipped(content: bytes) -> list[bytes]:
    """The parts of a Word document, or the answer itself."""
    if not content.startswith(b"PK"):
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return [parts.read(name) for name in parts.namelist()]
