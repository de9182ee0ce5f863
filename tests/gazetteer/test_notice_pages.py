"""Pages of notices, suggestions and protected names: the work done by clicks, in both languages."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gazetteer.domain.notice_flow import STEPS
from gazetteer.exports.notice_document import notice_document
from gazetteer.models import Complaint, Informant, Notice, Place, Protection, Suggestion
from gazetteer.operations.suggestions import suggest
from signage.models import Sign

ClientAs = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("demo")
LISTS = ("notices", "complaints", "suggestions", "protected")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def of_state(state: str) -> Notice:
    return (
        Notice.objects.filter(state=state, division_code="440106").first()
        or (Notice.objects.filter(state=state)[0])
    )


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_show_their_rows_and_say_that_they_are_synthetic(
        self, client_as: ClientAs, name: str, language: str
    ) -> None:
        client = client_as("place_name_officer", "4401", language=language)
        text = text_of(client.get(reverse(f"gazetteer:{name}"), {"state": "all"}))
        assert "data-key" in text
        assert ("模拟数据" if language == "zh-hans" else "synthetic") in text

    @pytest.mark.parametrize("name", LISTS)
    @pytest.mark.parametrize("query", ["state=king", "at=2024", "after=x&from=y", "within=44x"])
    def test_say_what_is_wrong_with_the_address(
        self, client_as: ClientAs, name: str, query: str
    ) -> None:
        if name == "complaints" and query.startswith("within"):
            pytest.skip("complaints are those of one's own jurisdictions")
        address = f"{reverse(f'gazetteer:{name}')}?{query}"
        assert client_as("place_name_officer").get(address).status_code == 400

    @pytest.mark.parametrize("name", LISTS)
    def test_of_a_day_before_there_was_anything_are_empty_and_say_so(
        self, client_as: ClientAs, name: str
    ) -> None:
        address = f"{reverse(f'gazetteer:{name}')}?state=all&at=2001-01-01"
        text = text_of(client_as("place_name_officer").get(address))
        assert "empty-state" in text and "data-key" not in text

    @pytest.mark.parametrize("name", LISTS)
    def test_ask_the_database_as_often_for_many_rows_as_for_few(
        self, client_as: ClientAs, name: str
    ) -> None:
        client = client_as("place_name_officer", "4401")
        address = reverse(f"gazetteer:{name}")
        client.get(address, {"state": "all"})
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address, {"state": "all"})
        assert len(asked) <= 22

    def test_overdue_ones_on_the_list_and_on_the_map(self, client_as: ClientAs) -> None:
        client = client_as("viewer", "4401", language="en")
        text = text_of(client.get("/notices/?state=overdue"))
        assert "days late" in text
        features = client.get("/notices/points/?state=overdue").json()["features"]
        assert features and {each["properties"]["state"] for each in features} == {"overdue"}

    def test_the_list_goes_out_without_persons(self, client_as: ClientAs) -> None:
        client = client_as("approver", "4401")
        asked = {"format": "csv", "datum": "CGCS2000"}
        answer = client.post("/export/notices/?state=all", asked)
        text = answer.content.decode("utf-8-sig")
        assert text.count("\n") == Notice.objects.count() + 1
        fined = Notice.objects.exclude(fined="")[0]
        assert fined.organisation in text and fined.fined not in text

    def test_complaints_go_out_for_those_who_handle_them_without_their_words(
        self, client_as: ClientAs
    ) -> None:
        asked = {"format": "csv", "datum": "CGCS2000"}
        address = "/export/complaints/?state=all"
        assert client_as("viewer", "4401").post(address, asked).status_code == 403
        text = client_as("place_name_officer", "440106").post(address, asked).content.decode()
        here = Complaint.objects.filter(division_code__startswith="440106")
        assert text.count("\n") == here.count() + 1
        assert not [each for each in here if each.facts in text]
        names = Informant.objects.exclude(name="").values_list("name", flat=True)
        assert not [name for name in names if name in text]

    def test_complaints_are_those_of_the_own_jurisdiction(self, client_as: ClientAs) -> None:
        client = client_as("place_name_officer", "440104")
        points = client.get("/complaints/points/?state=all").json()["features"]
        there = Complaint.objects.filter(division_code__startswith="440104").count()
        assert 0 < len(points) <= there


class TestNotice:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_every_state_has_its_page_and_its_way(self, client_as: ClientAs, language: str) -> None:
        client = client_as("place_name_officer", "4401", language=language)
        for notice in Notice.objects.all():
            text = text_of(client.get(reverse("gazetteer:notice", args=[notice.pk])))
            assert text.count('aria-current="step"') == 1
            assert notice.organisation in text

    def test_from_draft_to_closed_by_forms(
        self, client_as: ClientAs, road: Place, picture: Any
    ) -> None:
        officer = client_as("place_name_officer", "440106")
        reviewer, approver = client_as("reviewer", "440106"), client_as("approver", "440106")
        sent = officer.post(
            f"/notices/new/?place={road.pk}",
            {
                "organisation": "示例公司甲",
                "breaches": ["art37-use"],
                "facts": "未使用标准地名",
                "correction": "更正",
            },
        )
        notice = Notice.objects.get(organisation="示例公司甲")
        assert sent["Location"].endswith(f"/notices/{notice.pk}/")
        day = timezone.localdate().isoformat()
        steps: list[tuple[Client, str, dict[str, Any]]] = [
            (approver, "approve", {}),
            (officer, "issue", {"issued_on": day, "deadline": day}),
            (officer, "serve", {"served_on": day, "how": "直接送达"}),
            (officer, "correct", {"note": "已更正", "files": [picture(), picture("b.jpg")]}),
            (reviewer, "verify", {"send_back": "1", "note": "尚缺一处"}),
            (officer, "correct", {"note": "全部更正"}),
            (reviewer, "verify", {}),
            (approver, "close", {"outcome": "结案"}),
        ]
        for client, step, values in steps:
            answer = client.post(f"/notices/{notice.pk}/{step}/", values)
            assert answer.status_code == 302, (step, text_of(answer))
        notice.refresh_from_db()
        assert (notice.state, notice.files.count()) == ("closed", 2)

    def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(self, client_as: ClientAs) -> None:
        notice = of_state("served")
        client = client_as("approver", "4401", language="en")
        values = {"measure": "罚款决定甲", "fine_yuan": "99999", "fined": "某"}
        answer = client.post(f"/notices/{notice.pk}/penalise/", values)
        assert answer.status_code == 409
        assert "罚款决定甲" in text_of(answer) and "yuan" in text_of(answer)

    def test_names_and_notes_are_for_those_who_handle_notices(self, client_as: ClientAs) -> None:
        notice = of_state("penalised")
        assert notice.fined
        inside = text_of(client_as("approver", "4401").get(f"/notices/{notice.pk}/"))
        viewer = text_of(client_as("viewer", "4401").get(f"/notices/{notice.pk}/"))
        elsewhere = text_of(client_as("approver", "4402").get(f"/notices/{notice.pk}/"))
        assert notice.fined in inside
        assert notice.fined not in viewer and notice.fined not in elsewhere

    def test_as_of_an_earlier_day_it_does_not_know_what_came_later(
        self, client_as: ClientAs
    ) -> None:
        notice = of_state("penalised")
        day = timezone.localdate(notice.drafted_at).isoformat()
        text = text_of(client_as("approver").get(f"/notices/{notice.pk}/?at={day}"))
        assert notice.number not in text and notice.outcome not in text

    def test_on_a_sign(self, client_as: ClientAs) -> None:
        sign = Sign.objects.filter(division_code__startswith="440106").first()
        assert sign is not None
        client = client_as("place_name_officer", "440106")
        text = text_of(client.get(f"/notices/new/?thing=sign:{sign.number}"))
        assert sign.number in text
        assert client.get("/notices/new/?thing=sign:none").status_code == 404
        assert client.get("/notices/new/?place=none").status_code == 404

    def test_an_unknown_step_is_not_found(self, client_as: ClientAs) -> None:
        notice = of_state("draft")
        assert client_as("approver").get(f"/notices/{notice.pk}/dance/").status_code == 404


class TestPaper:
    def words(self, notice: Notice) -> str:
        paper = notice_document(notice=notice, at=timezone.localdate())
        with zipfile.ZipFile(io.BytesIO(paper)) as parts:
            names = [name for name in parts.namelist() if name.endswith(".xml")]
            return "".join(parts.read(name).decode("utf-8", "replace") for name in names)

    def test_cites_number_law_deadline_and_receipt_and_says_it_is_made_up(self) -> None:
        notice = of_state("served")
        words = self.words(notice)
        assert notice.deadline is not None
        for shown in (
            "限期改正通知书",
            notice.number,
            notice.organisation,
            notice.correction,
            f"{notice.deadline.day}日",
            "民政局",
            "送达回证",
            "地名管理条例",
            "模拟",
        ):
            assert shown in words, shown

    def test_names_the_bounds_of_the_fine(self) -> None:
        notice = Notice.objects.filter(breaches="art37-use", state="served")[0]
        assert "2000元以上10000元以下" in self.words(notice)

    def test_one_that_was_not_issued_is_a_draft_without_number(self) -> None:
        words = self.words(of_state("draft"))
        assert "草稿" in words and "送达回证" not in words

    def test_reads_the_same_whatever_language_the_person_reads(self, client_as: ClientAs) -> None:
        notice = of_state("served")
        client = client_as("approver", "4401", language="en")
        answer = client.get(f"/notices/{notice.pk}/document/")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
            assert "整改要求" in parts.read("word/document.xml").decode()


class TestOpenForms:
    def test_anybody_suggests_and_reads_the_answer(self, road: Place, client_as: ClientAs) -> None:
        page = Client()
        text = text_of(page.get(f"/suggestions/new/?place={road.pk}"))
        assert "天河路" in text and "Tiānhé Lù" in text
        values = {"text": "天河路", "origin": "因天河得名", "reason": "见志书"}
        sent = page.post(f"/suggestions/new/?place={road.pk}", values)
        made = Suggestion.objects.latest("suggested_at")
        assert sent["Location"] == f"/receipts/{made.pk}/"
        assert list(made.changes) == ["origin"]
        client = client_as("place_name_officer", "440106")
        decided = {"origin-choice": "decline", "origin-value": "", "answer": "未查到依据"}
        assert client.post(f"/suggestions/{made.pk}/", decided).status_code == 302
        assert "未查到依据" in text_of(page.get(f"/receipts/{made.pk}/"))

    def test_anybody_reports_a_breach(self, road: Place) -> None:
        values = {"facts": "路名牌缺失", "usage": "", "name": "", "contact": ""}
        sent = Client().post(f"/complaints/new/?place={road.pk}", values)
        made = Complaint.objects.latest("received_at")
        assert sent["Location"] == f"/receipts/{made.pk}/"

    @pytest.mark.parametrize("path", ["/suggestions/new/", "/complaints/new/"])
    def test_what_is_not_public_is_not_found_outside(
        self, road: Place, path: str, client_as: ClientAs
    ) -> None:
        road.secrecy = "internal"
        road.save()
        page = Client()
        assert page.get(f"{path}?place={road.pk}").status_code == 404
        assert str(road.pk) not in text_of(page.get(f"{path}?q=天河路"))
        assert client_as("viewer").get(f"{path}?place={road.pk}").status_code == 200

    def test_the_place_is_found_by_its_name(self, road: Place) -> None:
        assert str(road.pk) in text_of(Client().get("/complaints/new/?q=天河路"))

    def test_an_empty_suggestion_is_refused_in_words(self, road: Place) -> None:
        answer = Client().post(f"/suggestions/new/?place={road.pk}", {"reason": "看看"})
        assert answer.status_code == 409
        assert "error-summary" in text_of(answer)


class TestDecision:
    @pytest.fixture
    def suggestion(self, road: Place) -> Suggestion:
        proposed = {"origin": "因天河得名", "meaning": "含义", "text": "天府路"}
        return suggest(by=None, at=timezone.now(), place=road, proposed=proposed, reason="见志书")

    def test_each_field_is_accepted_edited_or_declined(
        self, suggestion: Suggestion, road: Place, client_as: ClientAs
    ) -> None:
        client = client_as("place_name_officer", "440106")
        text = text_of(client.get(f"/suggestions/{suggestion.pk}/"))
        assert "属于更名" in text and "<ins>" in text
        values = {
            "origin-choice": "accept",
            "origin-value": "因天河区得名",
            "meaning-choice": "decline",
            "text-choice": "decline",
            "text-seen": "天河路",
            "answer": "其余不采纳",
        }
        assert client.post(f"/suggestions/{suggestion.pk}/", values).status_code == 302
        assert road.names.get().origin == "因天河区得名"
        suggestion.refresh_from_db()
        assert suggestion.state == "partly"

    def test_only_who_may_open_a_case_is_led_to_it(self, client_as: ClientAs, road: Place) -> None:
        suggestion = suggest(
            by=None,
            at=timezone.now(),
            place=road,
            proposed={"text": "体育大道"},
            reason="见地名志",
            address="192.0.2.8",
        )
        link = f"/cases/new/?place={road.pk}&amp;kind=renaming"
        pages = {
            role: text_of(client_as(role, "440106").get(f"/suggestions/{suggestion.pk}/"))
            for role in ("place_name_officer", "viewer")
        }
        assert link in pages["place_name_officer"]
        assert link not in pages["viewer"] and "体育大道" in pages["viewer"]

    def test_a_renaming_is_refused_in_words(
        self, suggestion: Suggestion, road: Place, client_as: ClientAs
    ) -> None:
        client = client_as("place_name_officer", "440106")
        values = {f"{name}-choice": "accept" for name in ("origin", "meaning", "text")}
        values["text-seen"] = "天河路"
        answer = client.post(f"/suggestions/{suggestion.pk}/", values)
        assert answer.status_code == 409 and "天府路" in text_of(answer)
        assert road.names.get().text == "天河路"

    def test_a_record_changed_meanwhile_is_shown_and_not_overwritten(
        self, suggestion: Suggestion, road: Place, client_as: ClientAs
    ) -> None:
        road.names.update(origin="别的来历")
        client = client_as("place_name_officer", "440106")
        assert "提出后记录已修改" in text_of(client.get(f"/suggestions/{suggestion.pk}/"))
        values = {f"{name}-choice": "decline" for name in ("meaning", "text")}
        values |= {"origin-choice": "accept", "origin-seen": "", "answer": "部分采纳"}
        answer = client.post(f"/suggestions/{suggestion.pk}/", values)
        assert answer.status_code == 409
        assert road.names.get().origin == "别的来历"

    def test_equal_ones_are_one_row_with_their_number(self, client_as: ClientAs) -> None:
        text = text_of(client_as("viewer", language="en").get("/suggestions/?within=440104"))
        assert "2 suggest the same" in text

    def test_a_repetition_is_marked(self, client_as: ClientAs, road: Place) -> None:
        made = [
            suggest(
                by=None, at=timezone.now(), place=road, proposed={"origin": text}, reason="志书"
            )
            for text in ("甲", "乙")
        ]
        client = client_as("place_name_officer", "440106")
        client.post(f"/suggestions/{made[1].pk}/duplicate/", {"of": made[0].pk})
        made[1].refresh_from_db()
        assert made[1].duplicate_of == made[0]


class TestProtected:
    def test_a_name_is_put_on_a_list_and_taken_off(self, road: Place, client_as: ClientAs) -> None:
        client = client_as("approver", "440106")
        day = timezone.localdate() - timedelta(days=9)
        values = {"list_name": "名录甲", "start": day.isoformat(), "reason": "历史悠久"}
        assert client.post(f"/protected/new/?place={road.pk}", values).status_code == 302
        again = client.post(f"/protected/new/?place={road.pk}", values)
        assert again.status_code == 409 and "名录甲" in text_of(again)
        assert "天河路" in text_of(client.get("/protected/?list=名录甲"))
        assert "名录甲" in text_of(client.get(f"/places/{road.pk}/"))
        made = Protection.objects.get(list_name="名录甲")
        ended = {"on": timezone.localdate().isoformat(), "reason": "名录调整"}
        assert client.post(f"/protected/{made.pk}/end/", ended).status_code == 302
        assert "天河路" not in text_of(client.get("/protected/?list=名录甲"))
        then = f"/protected/?list=名录甲&at={day.isoformat()}"
        assert "天河路" in text_of(client.get(then))

    def test_outside_the_jurisdiction_nothing_is_found(
        self, road: Place, client_as: ClientAs
    ) -> None:
        client = client_as("approver", "440104")
        assert client.get(f"/protected/new/?place={road.pk}").status_code == 404

    def test_a_secret_place_stands_on_no_list(self, client_as: ClientAs) -> None:
        made = Protection.objects.filter(place__division_code="440106")[0]
        Place.objects.filter(pk=made.place_id).update(secrecy="secret")
        client = client_as("approver", "4401")
        assert str(made.place_id) not in text_of(client.get("/protected/?state=all"))
        assert client.get(f"/protected/{made.pk}/end/").status_code == 404


def test_every_step_of_the_way_has_a_page() -> None:
    from gazetteer.views.notice_steps import PAGES

    assert set(STEPS) - {"edit", "send_back"} == set(PAGES)
