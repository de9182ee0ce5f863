"""Entries of the compendium: live data, writing, the way of signatures, papers."""

import io
import json
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import translation
from docx import Document

from accounts.models import User
from boundaries.models import DivisionVersion
from boundaries.queries.divisions import get_division, neighbours
from common.errors import BadInput, NotInScope, NotPermitted
from common.jobs import run_job
from common.models import Job
from compendium.domain.items import Form
from compendium.models import Entry, EntryItem, Signature
from compendium.operations.entries import (
    CannotSign,
    CannotWrite,
    EntryChanged,
    NeedsReason,
    SignedBefore,
    give_back,
    sign_entry,
    write_item,
)
from compendium.queries.entries import EntrySheet, content_hash, entry_sheets, sheets_of

DAY = date(2024, 5, 1)
TIANHE = "440106"
MakeUser = Callable[..., User]


@pytest.fixture
def tianhe(demo: SimpleNamespace) -> DivisionVersion:
    found = get_division(code=TIANHE, at=DAY)
    assert found is not None
    return found


def sheet(version: DivisionVersion) -> EntrySheet:
    return sheets_of(versions=[version], at=DAY)[0]


def fill(version: DivisionVersion, by: User) -> None:
    """Everything that is required and that the system does not tell."""
    for line in sheet(version).lines:
        if line.item.required and not line.text:
            figure = line.item.form is Form.FIGURE
            write_item(
                by=by,
                at=DAY,
                version=version,
                key=line.item.key,
                text="" if figure else "此处为测试所写的文字，说明本政区的情况，长度足够。",
                value=5.0 if figure else None,
                base_year=2020 if figure else None,
                source="测试",
            )


class TestLiveData:
    def test_is_what_the_other_pages_say(self, tianhe: DivisionVersion) -> None:
        lines = {line.item.key: line for line in sheet(tianhe).lines}
        assert lines["code"].text == TIANHE
        beside = [row.shown for row in neighbours(division=tianhe, at=DAY)]
        assert beside and all(name in lines["neighbours"].text for name in beside)
        assert lines["residents"].synthetic and lines["residents"].base_year
        assert not lines["postcode"].text

    def test_a_city_without_counties_is_beside_a_county(self, demo: SimpleNamespace) -> None:
        found = get_division(code="440118", at=DAY)
        assert found is not None
        beside = {row.code: row.shown for row in neighbours(division=found, at=DAY)}
        told = {line.item.key: line.text for line in sheet(found).lines}["neighbours"]
        assert "441900" in beside and all(name in told for name in beside.values())

    def test_the_paper_is_in_one_language(self, demo: SimpleNamespace, client_as: Any) -> None:
        page = client_as("viewer", "4401", language="en").get(f"/compendium/{TIANHE}/word/")
        table = Document(io.BytesIO(page.content)).tables[-1]
        items = [row.cells[0].text for row in table.rows]
        assert items[:2] == ["项目", "名称"] and "neighbours by direction" not in items

    def test_null_characters_are_left_out(self, demo: SimpleNamespace, client_as: Any) -> None:
        client = client_as("place_name_officer", "4401")
        client.post(f"/compendium/{TIANHE}/write/", {"key": "nature", "text": "山\x00水"})
        assert EntryItem.objects.get(key="nature").text == "山水"

    def test_asks_no_more_queries_for_more_divisions(
        self, demo: SimpleNamespace, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        with django_assert_max_num_queries(22):
            found = entry_sheets(at=DAY, within="4401")
        assert len(found) > 12 and {one.version.level for one in found} == {2, 3, 4}


class TestWriteItem:
    def test_what_people_write_stands_instead(
        self, tianhe: DivisionVersion, make_user: MakeUser
    ) -> None:
        by = make_user("place_name_officer", TIANHE)
        write_item(by=by, at=DAY, version=tianhe, key="area", value=9.0, base_year=2020)
        found = sheet(tianhe)
        line = next(one for one in found.lines if one.item.key == "area")
        assert line.text == "9" and line.told is not None and not line.approximate
        assert "E01" in {finding.check for finding in found.wrong}
        write_item(by=by, at=DAY, version=tianhe, key="area")
        assert not EntryItem.objects.exists()

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"key": "name", "text": "x"}, "no item"),
            ({"key": "nonsense", "text": "x"}, "no item"),
            ({"key": "gdp", "value": -1.0, "base_year": 2020}, "not negative"),
            ({"key": "gdp", "value": 1.0}, "base year"),
            ({"key": "gdp", "value": 1.0, "base_year": 2090}, "base year"),
            ({"key": "nature", "text": "山" * 20_001}, "longer"),
        ],
    )
    def test_refuses_in_one_sentence(
        self, tianhe: DivisionVersion, make_user: MakeUser, values: dict[str, Any], said: str
    ) -> None:
        by = make_user("place_name_officer", TIANHE)
        with pytest.raises(BadInput, match=said):
            write_item(by=by, at=DAY, version=tianhe, **values)
        assert not Entry.objects.exists() or not EntryItem.objects.exists()

    def test_asks_for_jurisdiction_and_role(
        self, tianhe: DivisionVersion, make_user: MakeUser
    ) -> None:
        for role, code, refusal in (
            ("place_name_officer", "440113", NotInScope),
            ("viewer", TIANHE, NotPermitted),
        ):
            with pytest.raises(refusal):
                by = make_user(role, code)
                write_item(by=by, at=DAY, version=tianhe, key="postcode", text="510630")


class TestSignatures:
    def test_from_the_unit_to_print(self, tianhe: DivisionVersion, make_user: MakeUser) -> None:
        officer = make_user("place_name_officer", TIANHE)
        with pytest.raises(CannotSign, match="E09"):
            sign_entry(by=officer, at=DAY, version=tianhe)
        fill(tianhe, officer)
        sign_entry(by=officer, at=DAY, version=tianhe)
        reviewer = make_user("reviewer", TIANHE)
        sign_entry(by=reviewer, at=DAY, version=tianhe)
        with pytest.raises(CannotWrite):
            write_item(by=officer, at=DAY, version=tianhe, key="postcode", text="1")
        sign_entry(by=make_user("expert", "4401"), at=DAY, version=tianhe)
        with pytest.raises(NotInScope):  # a district's approver does not sign for the city
            sign_entry(by=make_user("approver", TIANHE), at=DAY, version=tianhe)
        approver = make_user("approver", "44")
        sign_entry(by=approver, at=DAY, version=tianhe)
        with pytest.raises(SignedBefore):
            sign_entry(by=approver, at=DAY, version=tianhe)
        with pytest.raises(NeedsReason):
            give_back(by=approver, at=DAY, version=tianhe, note=" ")
        entry = give_back(by=approver, at=DAY, version=tianhe, note="沿革不全")
        assert entry.stage == "collect"
        stages = list(Signature.objects.values_list("stage", "given_back"))
        assert [stage for stage, _back in stages] == [
            "collect", "county", "experts", "city", "province",
        ]  # fmt: skip
        assert stages[-1][1]
        with pytest.raises(DatabaseError), transaction.atomic():
            Signature.objects.all().delete()

    def test_what_is_secret_stands_against_it(
        self, tianhe: DivisionVersion, make_user: MakeUser
    ) -> None:
        officer = make_user("place_name_officer", TIANHE)
        fill(tianhe, officer)
        text = "内部涉密资料所载的情况，不得写入公开出版的书中。"
        write_item(by=officer, at=DAY, version=tianhe, key="nature", text=text)
        with pytest.raises(CannotSign, match="E14"):
            sign_entry(by=officer, at=DAY, version=tianhe)

    def test_whoever_signs_has_read_what_stands(
        self, tianhe: DivisionVersion, make_user: MakeUser, client_as: Callable[..., Client]
    ) -> None:
        officer = make_user("place_name_officer", TIANHE)
        fill(tianhe, officer)
        sign_entry(by=officer, at=DAY, version=tianhe)
        client = client_as("reviewer", TIANHE, language="en")
        page = client.get(f"/compendium/{TIANHE}/").content.decode()
        seen = page.split('name="seen" value="')[1].split('"')[0]
        write_item(by=officer, at=DAY, version=tianhe, key="postcode", text="510631")
        page_after = client.post(f"/compendium/{TIANHE}/sign/", {"seen": seen})
        assert page_after.status_code == 400
        assert "The entry has changed since you read it" in page_after.content.decode()
        assert Entry.objects.get().stage == "county"
        seen = page_after.content.decode().split('name="seen" value="')[1].split('"')[0]
        assert client.post(f"/compendium/{TIANHE}/sign/", {"seen": seen}).status_code == 302
        assert Entry.objects.get().stage == "experts"

    def test_a_second_click_tells_what_the_first_one_did(
        self, tianhe: DivisionVersion, make_user: MakeUser, client_as: Callable[..., Client]
    ) -> None:
        fill(tianhe, make_user("place_name_officer", TIANHE))
        address = f"/compendium/{TIANHE}/"
        for role, sent, stage in (
            ("place_name_officer", {}, "county"),
            ("reviewer", {"back": "1", "note": "改"}, "collect"),
        ):
            client = client_as(role, TIANHE)
            page = client.get(address).content.decode()
            sent["seen"] = page.split('name="seen" value="')[1].split('"')[0]
            for _click in range(2):
                assert client.post(f"{address}sign/", sent).status_code == 302
                assert Entry.objects.get().stage == stage
        assert Signature.objects.count() == 2

    def test_what_is_written_while_a_page_is_made_was_not_read(
        self, tianhe: DivisionVersion, make_user: MakeUser
    ) -> None:
        officer, reviewer = make_user("place_name_officer", TIANHE), make_user("reviewer", TIANHE)
        fill(tianhe, officer)
        sign_entry(by=officer, at=DAY, version=tianhe)
        read = sheet(tianhe).entry
        write_item(by=officer, at=DAY, version=tianhe, key="postcode", text="510631")
        with pytest.raises(EntryChanged):
            sign_entry(by=reviewer, at=DAY, version=tianhe, seen=content_hash(read))


class TestPages:
    def test_the_desk_tells_progress(
        self, demo: SimpleNamespace, client_as: Callable[..., Client]
    ) -> None:
        client = client_as("viewer", "4401")
        text = client.get("/compendium/?at=2024-05-01").content.decode()
        assert "天河区" in text and "各项进度" in text
        assert client.get("/compendium/?within=43").status_code == 400
        assert client.get("/compendium/?within=4301").status_code == 404
        assert "没有政区记录" in client.get("/compendium/?at=1950-01-01").content.decode()

    def test_an_entry_is_written_and_a_fault_keeps_what_was_typed(
        self, tianhe: DivisionVersion, client_as: Callable[..., Client]
    ) -> None:
        client = client_as("place_name_officer", TIANHE)
        address = f"/compendium/{TIANHE}/write/?at=2024-05-01"
        bad = client.post(address, {"key": "gdp", "value": "一百", "source": "年鉴"})
        assert bad.status_code == 400
        assert "不是数字" in bad.content.decode() and "年鉴" in bad.content.decode()
        good = client.post(address, {"key": "postcode", "text": "510630"})
        assert good.status_code == 302
        assert EntryItem.objects.get().text == "510630"


class TestPapers:
    def test_word_has_map_marks_and_items(
        self, tianhe: DivisionVersion, client_as: Callable[..., Client]
    ) -> None:
        client = client_as("viewer", "4401", language="en")
        content = client.get(f"/compendium/{TIANHE}/word/?at=2024-05-01").content
        paper = Document(io.BytesIO(content))
        assert any("政区大典" in paragraph.text for paragraph in paper.paragraphs)
        assert len(paper.inline_shapes) == 1
        cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
        assert any("天河区" in text for text in cells)
        assert any("▒模拟" in text for text in cells) and any("○" in text for text in cells)
        assert "稿件" in paper.sections[0].header.paragraphs[0].text

    def test_json_tells_the_unknown_as_null(
        self, tianhe: DivisionVersion, client_as: Callable[..., Client]
    ) -> None:
        value = json.loads(client_as("viewer").get(f"/compendium/{TIANHE}/json/").content)
        assert value["items"]["postcode"]["text"] is None
        assert value["checks"]["E09"] == "wrong"

    @pytest.mark.parametrize("format", ["word", "json"])
    def test_a_district_as_background_work(
        self, demo: SimpleNamespace, make_user: MakeUser, format: str
    ) -> None:
        job = Job.objects.create(
            kind="export_entries",
            parameters={"within": TIANHE, "at": "2024-05-01", "format": format},
            asked_by=make_user("viewer", "4401"),
        )
        with translation.override("en"):
            run_job.func(str(job.pk))
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error
        assert job.result_file.size > 1000
        if format == "word":
            with job.result_file.open("rb") as file:
                paper = Document(file)
            text = " ".join(cell.text for table in paper.tables for cell in table._cells)
            assert "汉语拼音" in text and "政区代码" in text
        job.result_file.delete(save=False)
