"""Pages of naming cases: who sees and does what, past days, both languages, bad input."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gazetteer.models import CaseState, Place
from gazetteer.operations.comments import record_comment
from gazetteer.queries.case_record import as_it_was, get_case, steps_of
from gazetteer.queries.case_tiles import case_tiles
from gazetteer.views.case_pieces import step_bar
from tests.gazetteer.naming_cases import Bureau, today

ClientAs = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("demo")


def text_of(response: Any) -> str:
    return str(response.content.decode())


class TestList:
    def test_shows_what_is_due_first_and_marks_what_is_late_twice(
        self, client_as: ClientAs, bureau: Bureau
    ) -> None:
        bureau.day = -40
        late = bureau.approved(text="穗晚新路")
        bureau.day = 0
        fresh = bureau.open(text="穗早新路")
        text = text_of(client_as().get("/cases/", {"within": "440106"}))
        assert text.index(late.text) < text.index(fresh.text)
        assert "逾期 25 天" in text and "state-overdue" in text and "◷" in text

    @pytest.mark.parametrize(
        ("query", "there"),
        [
            ("step=draft", True),
            ("step=approved", False),
            ("kind=naming", True),
            ("kind=abolition", False),
            ("overdue=1", False),
            ("mine=1", False),
            ("within=440106", True),
            ("within=440104", False),
            ("q=穗吉", True),
            ("q=没有此名", False),
        ],
    )
    def test_filters(self, client_as: ClientAs, bureau: Bureau, query: str, there: bool) -> None:
        case = bureau.open()
        assert (case.number in text_of(client_as().get(f"/cases/?{query}"))) == there

    def test_mine_are_those_i_recorded(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.open()
        assert case.number in text_of(signed_in(bureau.officer).get("/cases/?mine=1"))

    @pytest.mark.parametrize("query", ["step=lost", "kind=x", "within=44x", "after=x", "at=2024"])
    def test_says_what_is_wrong_with_the_address(self, client_as: ClientAs, query: str) -> None:
        assert client_as().get(f"/cases/?{query}").status_code == 400

    def test_says_what_belongs_here_and_offers_the_first_step(self, client_as: ClientAs) -> None:
        page = client_as("place_name_officer").get("/cases/?q=没有这个名字")
        assert "empty-state" in text_of(page)
        past = client_as("place_name_officer").get("/cases/?at=2000-01-01")
        assert "暂无地名事项" in text_of(past)

    def test_a_past_day_shows_the_step_of_that_day(
        self, client_as: ClientAs, bureau: Bureau
    ) -> None:
        bureau.day = -20
        case = bureau.submitted()
        bureau.day = -10
        bureau.move(case, "accept", bureau.reviewer)
        before = client_as().get("/cases/", {"at": today(-15), "step": "submitted"})
        after = client_as().get("/cases/", {"at": today(-5), "step": "submitted"})
        assert case.number in text_of(before)
        assert case.number not in text_of(after)
        assert case.number not in text_of(client_as().get("/cases/", {"at": today(-30)}))

    def test_asks_the_database_as_often_for_one_case_as_for_many(
        self, client_as: ClientAs, bureau: Bureau
    ) -> None:
        client, counts = client_as(), []
        for texts in (["穗一新路"], ["穗二新路", "穗三新路", "穗四新路", "穗五新路"]):
            for text in texts:
                bureau.open(text=text)
            for address in ("/cases/", "/cases/board/"):
                with CaptureQueriesContext(connection) as asked:
                    client.get(address)
                counts.append(len(asked))
        assert counts[0] == counts[2] <= 17
        assert counts[1] == counts[3] <= 16


class TestBoard:
    def test_has_a_column_for_each_step_with_its_cases(
        self, client_as: ClientAs, bureau: Bureau
    ) -> None:
        case = bureau.assessed()
        text = text_of(client_as().get("/cases/board/"))
        column = text[text.index('aria-label="综合评估"') :]
        assert case.title in column[: column.index("</section>")]
        assert 'aria-label="已公告"' in text

    def test_shows_one_step_alone(self, client_as: ClientAs, bureau: Bureau) -> None:
        case = bureau.open()
        text = text_of(client_as().get("/cases/board/?step=submitted"))
        assert case.title not in text
        assert "board-column" not in text or 'aria-label="草稿"' not in text

    def test_reads_english_too(self, client_as: ClientAs, bureau: Bureau) -> None:
        bureau.open()
        text = text_of(client_as(language="en").get("/cases/board/"))
        assert "Board of naming cases" in text and "public comment" in text


class TestExport:
    def test_holds_what_the_filters_leave(self, client_as: ClientAs, bureau: Bureau) -> None:
        case = bureau.open()
        answer = client_as().post(
            "/export/naming-cases/?q=穗吉", {"format": "csv", "datum": "CGCS2000"}
        )
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 2 and case.number in lines[1] and "LINESTRING" in lines[1]
        assert "attachment" in answer["Content-Disposition"]


class TestTiles:
    def test_lead_to_the_case_and_leave_out_what_is_over(self, bureau: Bureau) -> None:
        bureau.day = -40
        late = bureau.approved(text="穗晚新路")
        gone = bureau.move(bureau.open(text="穗撤新路"), "withdraw", note="不再需要")
        (query,) = case_tiles(z=12, at=today())
        rows = query.rows.replace("tile.env", "ST_MakeEnvelope(0, 0, 2e7, 2e7, 3857)")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {query.attributes} FROM {rows}", query.params)
            found = {row[0]: row for row in cursor.fetchall()}
        assert found[late.number][3] == f"/cases/{late.pk}/"
        assert found[late.number][5] == "overdue"
        assert gone.number not in found

    def test_answer_over_http(self, client_as: ClientAs, bureau: Bureau) -> None:
        bureau.open()
        tile = client_as().get("/tiles/cases/10/834/444.mvt")
        assert tile.status_code == 200 and tile.content


class TestRecord:
    def test_says_where_the_case_stands_and_why_steps_cannot_be_made(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.open()
        text = text_of(signed_in(bureau.officer).get(f"/cases/{case.pk}/"))
        assert 'aria-current="step"' in text
        assert "尚缺或内容不全：申请书" in text
        for shown in ("穗吉新路", case.number, "Suìjí Xīnlù", "直辖市、市、县人民政府", "模拟"):
            assert shown in text or shown == "模拟"

    def test_names_every_reason_against_a_step(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.submitted()
        text = text_of(signed_in(bureau.officer).get(f"/cases/{case.pk}/"))
        assert "需要审核员" in text and "本人申请" in text
        free = text_of(signed_in(bureau.reviewer).get(f"/cases/{case.pk}/"))
        assert reverse("gazetteer:case_move", args=[case.pk, "accept"]) in free

    def test_a_past_day_shows_its_state_and_no_action(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        bureau.day = -20
        case = bureau.approved()
        url = f"/cases/{case.pk}/"
        page = signed_in(bureau.officer).get(url, {"at": today(-10)})
        assert "/moves/" not in text_of(page) and "/edit/" not in text_of(page)
        assert "穗府函" in text_of(page)
        assert signed_in(bureau.officer).get(url, {"at": today(-21)}).status_code == 404

    def test_before_its_approval_nothing_of_it_is_told(self, bureau: Bureau) -> None:
        bureau.day = -20
        case = bureau.assessed()
        bureau.day = -10
        bureau.move(case, "to_approval", bureau.reviewer)
        bureau.paper(case, "approval", bureau.approver)
        bureau.move(case, "approve", bureau.approver, body="某政府", document="某号")
        shown = get_case(case_id=case.pk)
        assert shown is not None
        at = today(-15)
        shown = as_it_was(case=shown, steps=steps_of(case=shown, at=at), at=at)
        assert (shown.state, shown.approved_on, shown.approval_document) == ("assessment", None, "")

    def test_names_a_duplicate_with_its_place_and_lets_a_reviewer_override(
        self, signed_in: Callable[[Any], Client], bureau: Bureau, road: Place
    ) -> None:
        case = bureau.submitted(text="天河路")
        text = text_of(signed_in(bureau.reviewer).get(f"/cases/{case.pk}/"))
        assert reverse("gazetteer:place", args=[road.pk]) in text
        override = reverse("gazetteer:case_override", args=[case.pk, "N09C"])
        assert override in text
        assert override not in text_of(signed_in(bureau.officer).get(f"/cases/{case.pk}/"))
        answer = signed_in(bureau.reviewer).post(override, {"reason": "历史地名，拟予恢复"})
        assert answer.status_code == 302
        text = text_of(signed_in(bureau.reviewer).get(f"/cases/{case.pk}/"))
        assert "历史地名，拟予恢复" in text and override not in text

    def test_hides_who_gave_an_opinion(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.move(bureau.assessed(), "to_comment", bureau.reviewer)
        record_comment(
            by=bureau.officer,
            at=bureau.now,
            case=case,
            channel="phone",
            stance="against",
            text="读音相近",
            contact="王女士 13800000000",
        )
        url = f"/cases/{case.pk}/"
        assert "王女士" not in text_of(signed_in(bureau.officer).get(url))
        assert "王女士" in text_of(signed_in(bureau.reviewer).get(url))

    def test_a_secret_place_has_no_case_page(
        self, client_as: ClientAs, bureau: Bureau, road: Place
    ) -> None:
        case = bureau.open(kind="renaming", place=road, text="天河新大道")
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        assert client_as().get(f"/cases/{case.pk}/").status_code == 404
        assert case.number not in text_of(client_as().get("/cases/"))

    def test_what_was_found_once_does_not_tell_of_a_secret_place(
        self, client_as: ClientAs, bureau: Bureau, road: Place
    ) -> None:
        case = bureau.submitted(text="天河路")
        case = bureau.move(case, "withdraw", note="不再需要")
        page = f"/cases/{case.pk}/"
        assert str(road.pk) in str(case.findings)
        told = "case_kept_findings"
        before = client_as().get(page)
        assert told in str([each.name for each in before.templates])
        assert "N09C" in text_of(before)
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        assert "N09C" not in text_of(client_as().get(page))

    def test_nothing_at_an_unknown_address(self, client_as: ClientAs) -> None:
        assert client_as().get(f"/cases/{uuid.uuid4()}/").status_code == 404

    def test_reads_english_too(self, client_as: ClientAs, bureau: Bureau) -> None:
        case = bureau.submitted()
        text = text_of(client_as(language="en").get(f"/cases/{case.pk}/"))
        for shown in ("Where the case stands", "Accept for assessment", "Papers", "Approves"):
            assert shown in text


class TestStepBar:
    def test_what_was_not_needed_is_skipped(self, bureau: Bureau) -> None:
        case = bureau.approved()
        bar = step_bar(case, list(case.steps.all()))
        states = [each["status"] for each in bar]
        assert states[3:5] == ["skipped", "skipped"]
        assert states[6] == "here" and set(states[7:]) == {"ahead"}

    def test_a_returned_case_begins_again(self, bureau: Bureau) -> None:
        case = bureau.submitted()
        case = bureau.move(case, "return", bureau.reviewer, note="补充起止点")
        bar = step_bar(case, list(case.steps.all()))
        assert bar[0]["status"] == "stopped" and bar[0]["stopped"] == CaseState.RETURNED.label

    def test_one_that_was_withdrawn_stops_where_it_was(self, bureau: Bureau) -> None:
        case = bureau.move(bureau.submitted(), "withdraw", note="不再需要")
        bar = step_bar(case, list(case.steps.all()))
        assert bar[1]["status"] == "stopped"
