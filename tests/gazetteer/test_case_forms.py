"""Forms of naming cases: opening, changing, moving, papers, opinions; what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gazetteer.models import CasePaper, NamingCase, Place, PublicComment
from tests.gazetteer.naming_cases import Bureau, today

ClientAs = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("demo")

NOBODYS = "00000000-0000-4000-8000-000000000000"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def application(**values: str) -> dict[str, str]:
    return {
        "text": "听榕路",
        "category": "STREET",
        "division_code": "440106",
        "coordinates": "113.33, 23.13\n113.34, 23.131",
        "shape": "line",
        "datum": "CGCS2000",
        "position": "东起甲路，西至乙路",
        "applicant": "天河区住房和建设局",
        "length_m": "900",
        **values,
    }


class TestStart:
    def test_opens_a_draft_where_the_position_lies(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        client = signed_in(bureau.officer)
        answer = client.post("/cases/new/", application(division_code=""))
        case = NamingCase.objects.get(text="听榕路")
        assert answer["Location"] == f"/cases/{case.pk}/"
        assert case.division_code.startswith("440106")
        assert case.details == {"length_m": 900} and case.geometry.geom_type == "LineString"

    def test_a_point_of_another_datum_is_converted(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        values = application(coordinates="113.335, 23.131", shape="point", datum="GCJ-02")
        signed_in(bureau.officer).post("/cases/new/", values)
        point = NamingCase.objects.get(text="听榕路").geometry
        # The shift of GCJ-02 is taken back: some 500 m here.
        assert point.geom_type == "Point" and 0.003 < 113.335 - point.x < 0.008

    @pytest.mark.parametrize(
        ("values", "told"),
        [
            ({"text": ""}, "请填写名称"),
            ({"text": "听榕Road"}, "汉字"),
            ({"category": ""}, "类别"),
            ({"division_code": "44"}, "区划代码"),
            ({"division_code": "999999"}, "999999"),
            ({"applicant": ""}, "申请人"),
            ({"coordinates": "某处"}, "第 1 行"),
            ({"coordinates": "2.35, 48.85", "shape": "point"}, "48.85"),
            ({"coordinates": "23.13, 113.33", "shape": "point"}, "颠倒"),
            ({"shape": "area"}, "3"),
            ({"length_m": "-3"}, "0"),
            ({"reading": "Tīngróng Road"}, "英文"),
            ({"class_code": "12"}, "五位"),
        ],
    )
    def test_keeps_what_was_typed_and_says_what_is_wrong(
        self,
        signed_in: Callable[[Any], Client],
        bureau: Bureau,
        values: dict[str, str],
        told: str,
    ) -> None:
        page = signed_in(bureau.officer).post(
            "/cases/new/", application(meaning="独特的含义", **values)
        )
        assert page.status_code in (200, 409)
        assert told in text_of(page) and "独特的含义" in text_of(page)
        assert not NamingCase.objects.filter(meaning="独特的含义").exists()

    def test_an_outline_that_crosses_itself_is_refused(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        ring = "113.3, 23.1\n113.4, 23.2\n113.4, 23.1\n113.3, 23.2"
        values = application(coordinates=ring, shape="area")
        page = signed_in(bureau.officer).post("/cases/new/", values)
        assert page.status_code == 200 and "field-error" in text_of(page)
        assert not NamingCase.objects.filter(text="听榕路").exists()

    def test_outside_the_jurisdiction_the_form_says_so(self, client_as: ClientAs) -> None:
        client = client_as("place_name_officer", "440104")
        page = client.post("/cases/new/", application())
        assert "不在您的辖区" in text_of(page) and "听榕路" in text_of(page)
        assert not NamingCase.objects.filter(text="听榕路").exists()

    def test_a_renaming_starts_from_its_place(
        self, signed_in: Callable[[Any], Client], bureau: Bureau, road: Place
    ) -> None:
        url = f"/cases/new/?place={road.pk}&kind=renaming"
        page = text_of(signed_in(bureau.officer).get(url))
        assert "天河路" in page and 'name="category"' not in page
        signed_in(bureau.officer).post(url, {"text": "天河新大道", "applicant": "天河区人民政府"})
        case = NamingCase.objects.get(place=road)
        assert (case.kind, case.current_text, case.text) == ("renaming", "天河路", "天河新大道")

    def test_an_abolition_proposes_no_name(
        self, signed_in: Callable[[Any], Client], bureau: Bureau, road: Place
    ) -> None:
        url = f"/cases/new/?place={road.pk}&kind=abolition"
        assert 'name="text"' not in text_of(signed_in(bureau.officer).get(url))
        signed_in(bureau.officer).post(url, {"applicant": "天河区人民政府", "vanished": "on"})
        case = NamingCase.objects.get(place=road)
        assert case.kind == "abolition" and case.vanished and not case.text

    @pytest.mark.parametrize(
        ("query", "status"),
        [("kind=renaming", 400), ("kind=x", 400), ("place=x", 400), (f"place={NOBODYS}", 404)],
    )
    def test_refuses_what_makes_no_sense(
        self, signed_in: Callable[[Any], Client], bureau: Bureau, query: str, status: int
    ) -> None:
        assert signed_in(bureau.officer).get(f"/cases/new/?{query}").status_code == status

    def test_a_place_elsewhere_is_not_found(self, client_as: ClientAs, road: Place) -> None:
        client = client_as("place_name_officer", "440104")
        assert client.get(f"/cases/new/?place={road.pk}&kind=renaming").status_code == 404


class TestEdit:
    def test_changes_a_draft(self, signed_in: Callable[[Any], Client], bureau: Bureau) -> None:
        case = bureau.open()
        client = signed_in(bureau.officer)
        assert "穗吉新路" in text_of(client.get(f"/cases/{case.pk}/edit/"))
        client.post(f"/cases/{case.pk}/edit/", application(text="听榕东路"))
        case.refresh_from_db()
        assert case.text == "听榕东路"

    def test_not_once_it_is_handed_in(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.submitted()
        page = signed_in(bureau.officer).post(f"/cases/{case.pk}/edit/", application())
        assert page.status_code == 409 and "已提交" in text_of(page)


class TestAsOneTypes:
    def test_checks_with_the_figures_typed_so_far(self, client_as: ClientAs) -> None:
        query = {"text": "听榕大厦", "category": "RES_BUILDING", "division": "440106"}
        low = client_as().get("/places/check/", {**query, "storeys": "3", "floor_m2": "900"})
        high = client_as().get("/places/check/", {**query, "storeys": "30", "floor_m2": "90000"})
        assert "N03" in text_of(low)
        assert "N03" not in text_of(high)

    @pytest.mark.parametrize("query", ["case=x", "point=1", "point=23.13,113.33"])
    def test_refuses_what_it_cannot_read(self, client_as: ClientAs, query: str) -> None:
        asked = f"text=某路&category=STREET&division=440106&{query}"
        assert client_as().get(f"/places/check/?{asked}").status_code == 400


class TestMoves:
    def test_are_made_with_what_they_ask_for(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.for_approval()
        bureau.paper(case, "approval", bureau.approver)
        url = reverse("gazetteer:case_move", args=[case.pk, "approve"])
        client = signed_in(bureau.approver)
        assert 'name="document"' in text_of(client.get(url))
        typed = {"body": "广州市人民政府", "document": "穗府函1号", "approved_on": today()}
        answer = client.post(url, typed)
        assert answer.status_code == 302
        case.refresh_from_db()
        assert (case.state, case.approval_document) == ("approved", "穗府函1号")

    def test_returning_needs_its_reason(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.submitted()
        url = reverse("gazetteer:case_move", args=[case.pk, "return"])
        client = signed_in(bureau.reviewer)
        page = client.post(url, {"note": ""})
        assert page.status_code == 200 and "请说明原因" in text_of(page)
        client.post(url, {"note": "请补充起止点"})
        assert "请补充起止点" in text_of(client.get(f"/cases/{case.pk}/"))

    def test_a_refused_step_says_why_and_keeps_what_was_typed(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.open()
        url = reverse("gazetteer:case_move", args=[case.pk, "submit"])
        page = signed_in(bureau.officer).post(url, {"note": "随附说明"})
        assert page.status_code == 409
        assert "申请书" in text_of(page) and "随附说明" in text_of(page)

    def test_one_that_does_not_fit_the_step_is_not_there(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.open()
        url = reverse("gazetteer:case_move", args=[case.pk, "announce"])
        assert signed_in(bureau.officer).get(url).status_code == 404

    def test_the_announcement_is_shown_before_it_is_made(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.filed()
        url = reverse("gazetteer:case_move", args=[case.pk, "announce"])
        text = text_of(signed_in(bureau.officer).get(url))
        assert "Suiji Xinlu" in text and "广州市人民政府" in text


class TestPapers:
    def test_are_written_item_by_item_with_their_file(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.open()
        client = signed_in(bureau.officer)
        url = reverse("gazetteer:case_paper", args=[case.pk, "application"])
        file = SimpleUploadedFile("申请.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
        answer = client.post(url, {"item_location": "天河区东部", "file": file})
        assert answer.status_code == 302
        text = text_of(client.get(f"/cases/{case.pk}/"))
        assert "天河区东部" in text and "尚未说明" in text
        paper = CasePaper.objects.get(case=case)
        got = client.get(reverse("gazetteer:case_paper_file", args=[paper.pk]))
        assert b"".join(got.streaming_content).startswith(b"%PDF")
        assert got["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.pdf", b"not a pdf"), ("a.exe", b"MZ"), ("a.docx", b"PK"), ("a.pdf", b"")],
    )
    def test_refuse_what_is_no_document(
        self, signed_in: Callable[[Any], Client], bureau: Bureau, name: str, content: bytes
    ) -> None:
        case = bureau.open()
        url = reverse("gazetteer:case_paper", args=[case.pk, "application"])
        file = SimpleUploadedFile(name, content)
        page = signed_in(bureau.officer).post(url, {"item_size": "九百米", "file": file})
        assert page.status_code in (200, 409) and "九百米" in text_of(page)
        assert not case.papers.exists()

    def test_of_another_step_are_refused(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.submitted()
        url = reverse("gazetteer:case_paper", args=[case.pk, "application"])
        page = signed_in(bureau.officer).post(url, {"item_size": "十"})
        assert page.status_code == 409
        nothing = reverse("gazetteer:case_paper", args=[case.pk, "novel"])
        assert signed_in(bureau.officer).get(nothing).status_code == 404


class TestComments:
    def test_are_recorded_and_handled(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.move(bureau.assessed(), "to_comment", bureau.reviewer)
        said = {"received_on": today(), "channel": "web", "stance": "against", "text": "易混淆"}
        url = reverse("gazetteer:comment_new", args=[case.pk])
        assert signed_in(bureau.officer).post(url, said).status_code == 302
        comment = PublicComment.objects.get(case=case)
        handle = reverse("gazetteer:comment_handle", args=[comment.pk])
        assert signed_in(bureau.officer).get(handle).status_code == 403
        assert "易混淆" in text_of(signed_in(bureau.reviewer).get(handle))
        signed_in(bureau.reviewer).post(handle, {"handled": "已说明两路相距较远"})
        text = text_of(signed_in(bureau.reviewer).get(f"/cases/{case.pk}/"))
        assert "已说明两路相距较远" in text

    @pytest.mark.parametrize(
        "values", [{"text": ""}, {"stance": "loud"}, {"received_on": "2999-01-01"}]
    )
    def test_bad_ones_are_refused_in_words(
        self, signed_in: Callable[[Any], Client], bureau: Bureau, values: dict[str, str]
    ) -> None:
        case = bureau.move(bureau.assessed(), "to_comment", bureau.reviewer)
        said = {"received_on": today(), "channel": "web", "stance": "for", "text": "好", **values}
        url = reverse("gazetteer:comment_new", args=[case.pk])
        page = signed_in(bureau.officer).post(url, said)
        assert page.status_code in (200, 409) and "error" in text_of(page)
        assert not case.comments.exists()

    def test_none_is_recorded_once_comment_is_over(
        self, signed_in: Callable[[Any], Client], bureau: Bureau
    ) -> None:
        case = bureau.assessed()
        said = {"received_on": today(), "channel": "web", "stance": "for", "text": "好"}
        url = reverse("gazetteer:comment_new", args=[case.pk])
        assert signed_in(bureau.officer).post(url, said).status_code == 409
