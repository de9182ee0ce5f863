"""One new street name from its application to the announcement, through five people."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.browser import assert_accessible
from tests.cases_on_pages import SUBMIT, arrive, fill, move, write

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]

NAME, SPELLING = "穗榕新路", "Suirong Xinlu"
POSITION = "东起甲路，西至乙路"
BODY, DOCUMENT = "广州市人民政府", "穗府函〔2026〕99号"
COMMITTEE = "天河区地名专家委员会"
SIX = ["标准地名", "罗马字母拼写", "所属行政区", "位置描述", "批准机关", "批准日期"]


class TestNamingCase:
    def test_a_street_gets_its_name_through_five_people(
        self, open_page: OpenPage, tmp_path: Path
    ) -> None:
        officer = open_page("officer", f"/search/?q={NAME}")
        assert SPELLING not in officer.inner_text("main")
        case = self.apply(officer)
        reviewer = open_page("reviewer", case)
        move(reviewer, case, "accept")
        write(
            reviewer,
            case,
            "assessment_report",
            *("legality", "feasibility", "controllability", "social_effects", "risks", "responses"),
        )
        move(reviewer, case, "to_experts")
        meeting = self.call(reviewer)
        self.vote(open_page("expert", meeting), reviewer, meeting)
        write(
            reviewer,
            case,
            "expert_report",
            *("necessity", "soundness", "reasonableness", "risks", "advice"),
        )
        move(reviewer, case, "to_approval")

        self.is_refused(officer, case)
        approver = open_page("approver", case)
        write(approver, case, "approval", "decision")
        move(approver, case, "approve", body=BODY, document=DOCUMENT)

        publisher = open_page("publisher", case)
        write(publisher, case, "filing_report", "statement")
        move(publisher, case, "file")
        announcement = self.announce(publisher, case, tmp_path)
        self.is_standard(publisher, case, announcement)

    def apply(self, page: Any) -> str:
        """The applicant opens the case, writes the application and hands it in."""
        page.goto("/cases/new/")
        page.wait_for_selector('[data-map][data-ready="true"]')
        assert_accessible(page)
        fill(
            page,
            text=NAME,
            category="STREET",
            meaning="穗为广州简称，榕为当地行道树。",
            shape="line",
            coordinates="113.3350, 23.1300\n113.3390, 23.1305",
            division_code="440106",
            position=POSITION,
            applicant="天河区住房和建设局",
        )
        arrive(page, r"/cases/[0-9a-f-]{36}/")
        case = str(page.evaluate("location.pathname"))
        write(page, case, "application", "plan_and_reasons", "location", "size", "nature")
        move(page, case, "submit")
        assert SPELLING.upper() in page.inner_text("main")
        return case

    def call(self, page: Any) -> str:
        """The reviewer founds a committee, appoints its members and calls them together."""
        page.goto("/meetings/")
        page.get_by_role("link", name="设立委员会").click()
        fill(page, title=COMMITTEE, jurisdiction="440106")
        arrive(page, "/meetings/")
        page.get_by_role("link", name=COMMITTEE).click()
        committee = str(page.evaluate("location.pathname"))
        for person, account in (("专家委员演示员", "专家委员演示员"), ("梁某", "")):
            page.get_by_role("link", name="聘任委员").click()
            if account:
                page.locator("[name=user]").select_option(label=account)
            fill(page, person=person, expertise="语言文字")
            arrive(page, committee)
        assert_accessible(page)
        page.get_by_role("link", name="召集会议").click()
        fill(page, venue="三楼会议室")
        arrive(page, r"/meetings/[0-9a-f-]{36}/")
        meeting = str(page.evaluate("location.pathname"))
        page.get_by_role("button", name=f"列入议程 {NAME}").click()
        page.wait_for_selector(f"text=“{NAME}”表决情况")
        return meeting

    def vote(self, expert: Any, reviewer: Any, meeting: str) -> None:
        """One votes in person, the vote of the other is recorded; the page follows by itself."""
        reviewer.goto(meeting)
        assert_accessible(expert)
        expert.get_by_role("link", name="表决", exact=True).click()
        expert.locator("[name=vote][value=for]").check()
        assert_accessible(expert)
        fill(expert, text="含义健康，与现地相符。")
        arrive(expert, meeting)
        reviewer.wait_for_selector("text=含义健康，与现地相符。")

        reviewer.get_by_role("link", name="表决 梁某").click()
        reviewer.locator("[name=vote][value=recused]").check()
        fill(reviewer, text="申请单位顾问")
        reviewer.wait_for_selector("text=申请单位顾问")
        reviewer.get_by_role("link", name="结束会议").click()
        assert_accessible(reviewer)
        assert "赞成1票" in reviewer.locator("[name=minutes]").input_value()
        reviewer.locator(SUBMIT).click()
        reviewer.wait_for_selector("text=会议已结束，各事项均有表决结果。")
        assert_accessible(reviewer)

    def is_refused(self, officer: Any, case: str) -> None:
        """Who applied is not let approve, by button, by page or by a form sent all the same."""
        officer.goto(case)
        button = officer.get_by_role("button", name="批准", exact=True)
        assert button.get_attribute("aria-disabled") == "true"
        assert "本事项由您本人申请" in officer.inner_text("main")
        answer = officer.goto(f"{case}moves/approve/")
        assert answer.status == 403
        officer.goto(case)
        token = next(
            each["value"] for each in officer.context.cookies() if each["name"] == "csrftoken"
        )
        sent = officer.request.post(
            f"{case}moves/approve/",
            form={"csrfmiddlewaretoken": token, "body": BODY, "document": DOCUMENT},
            headers={"Referer": officer.url},
        )
        assert sent.status == 403

    def announce(self, page: Any, case: str, tmp_path: Path) -> str:
        """The fifth person sees the draft, announces, and takes the Word document along."""
        page.goto("/announcements/")
        page.locator(".announcement-waiting").get_by_role("link", name=NAME).click()
        page.wait_for_selector("text=草稿，尚未公告")
        assert_accessible(page)
        announcement = str(page.evaluate("location.pathname"))
        page.get_by_role("link", name="公告", exact=True).click()
        arrive(page, f"{case}moves/announce/")
        page.locator(SUBMIT).first.click()
        arrive(page, case)
        page.goto(announcement)
        assert_accessible(page)
        shown = page.inner_text(".announcement-table")
        assert all(title in shown for title in SIX)
        with page.expect_download() as download:
            page.get_by_role("link", name="公告文稿（Word）").click()
        assert NAME in download.value.suggested_filename
        path = tmp_path / "公告.docx"
        download.value.save_as(path)
        word = Document(str(path))
        day = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
        rows = {row.cells[0].text: row.cells[1].text for row in word.tables[0].rows}
        assert rows == {
            "标准地名": NAME,
            "罗马字母拼写": SPELLING,
            "所属行政区": "广东省广州市天河区",
            "位置描述": POSITION,
            "批准机关": BODY,
            "批准日期": f"{day.year}年{day.month}月{day.day}日",
        }
        return announcement

    def is_standard(self, page: Any, case: str, announcement: str) -> None:
        """The name takes effect; the search box finds it, and the case leads to the place."""
        page.goto(case)
        effect = page.locator('main a[href$="/moves/take_effect/"]')
        if effect.count():
            move(page, case, "take_effect")
        page.goto(f"/search/?q={NAME}")
        page.get_by_role("link", name=NAME, exact=True).first.click()
        arrive(page, r"/places/[0-9a-f-]{36}/")
        shown = page.inner_text("main")
        assert NAME in shown and "标准地名" in shown
        page.goto("/announcements/")
        assert announcement in page.content()
