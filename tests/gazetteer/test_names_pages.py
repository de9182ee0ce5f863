"""Pages about names, relations, codes, ends and merges; permanent addresses over HTTP."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from gazetteer.models import NameRelation, Place, PlaceMerge, PlaceRelation
from gazetteer.operations.recordings import keep_recording
from gazetteer.queries.merging import records_digest
from tests.gazetteer.test_identity import SINCE, make_place
from tests.gazetteer.test_place_names import SOUNDS

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def officer(client_as: Callable[..., Client]) -> Client:
    return client_as("place_name_officer", "4401")


@pytest.fixture
def reader(client_as: Callable[..., Client]) -> Client:
    return client_as("viewer", "4401")


def address(place: Place, query: str = "") -> str:
    return reverse("gazetteer:place_id", args=[place.pk]) + query


class TestPermanentAddress:
    def test_has_the_form_that_is_promised(self, road: Place) -> None:
        assert address(road) == f"/id/place/{road.pk}"

    def test_leads_to_the_page_and_keeps_the_day(self, road: Place, reader: Client) -> None:
        page = reverse("gazetteer:place", args=[road.pk])
        for query, goal in (("", page), ("?at=2024-05-01", f"{page}?at=2024-05-01")):
            response = reader.get(address(road, query))
            assert (response.status_code, response["Location"]) == (303, goal)

    def test_leads_on_for_ever_after_a_merge(self, reader: Client) -> None:
        merge = PlaceMerge.objects.get()
        response = reader.get(address(merge.ended, "?at=2025-05-01"))
        assert response.status_code == 301
        assert response["Location"] == address(merge.survivor, "?at=2025-05-01")
        assert "max-age=3600" in response["Cache-Control"]

    def test_follows_a_chain_in_one_step(self, reader: Client) -> None:
        merge = PlaceMerge.objects.get()
        last = make_place()
        Place.objects.filter(pk=merge.survivor_id).update(ended_on=SINCE, merged_into=last)
        assert reader.get(address(merge.ended))["Location"] == address(last)

    @pytest.mark.parametrize(
        ("name", "heir"), [("萝岗区", "黄埔区"), ("东山区", "越秀区"), ("芳村区", "荔湾区")]
    )
    def test_a_place_that_is_no_more_names_its_successors(
        self, reader: Client, name: str, heir: str
    ) -> None:
        place = Place.objects.get(names__text=name, names__kind="abolished")
        response = reader.get(address(place))
        assert response.status_code == 410
        assert name in response.content.decode() and heir in response.content.decode()
        assert reader.get(address(place, "?format=lpf")).status_code == 410
        assert reader.get(address(place, "?at=2004-01-01")).status_code in (303, 410)
        assert reader.get(address(place, "?at=2005-04-27")).status_code == 303

    def test_is_not_there_for_unknown_and_secret_places(self, reader: Client, road: Place) -> None:
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        assert reader.get(address(road)).status_code == 404
        assert reader.get("/id/place/00000000-0000-4000-8000-000000000000").status_code == 404
        assert reader.get("/id/place/1").status_code == 404

    def test_tells_machines_in_json(self, reader: Client, road: Place) -> None:
        for query, headers in (("?format=json", {}), ("", {"Accept": "application/json"})):
            response = reader.get(address(road, query), headers=headers)
            assert response.status_code == 200
            assert response.json()["name"] == "天河路"
            assert response.json()["id"].endswith(address(road))
        gone = Place.objects.get(names__text="萝岗区", names__kind="abolished")
        response = reader.get(address(gone, "?format=json"))
        assert response.status_code == 410
        assert [each["name"] for each in response.json()["successors"]] == ["黄埔区"]
        merge = PlaceMerge.objects.get()
        response = reader.get(address(merge.ended, "?format=json"))
        assert response["Location"] == address(merge.survivor, "?format=json")


class TestNamesPage:
    def test_shows_former_names_as_of_the_day(self, district: Place, reader: Client) -> None:
        text = reader.get(reverse("gazetteer:names", args=[district.pk])).content.decode()
        assert "番禺市" in text and "曾用名" in text and "更名为" in text
        past = reader.get(
            reverse("gazetteer:place", args=[district.pk]), {"at": "1995-01-01"}
        ).content.decode()
        assert "番禺市" in past

    def test_offers_nothing_to_readers(self, road: Place, reader: Client) -> None:
        text = reader.get(reverse("gazetteer:names", args=[road.pk])).content.decode()
        assert reverse("gazetteer:name_new", args=[road.pk]) not in text
        assert reverse("gazetteer:code_new", args=[road.pk]) not in text

    def test_says_so_where_nothing_is_on_record(self, reader: Client) -> None:
        place = make_place()
        place.names.all().delete()
        response = reader.get(reverse("gazetteer:names", args=[place.pk]))
        assert "没有登记名称" in response.content.decode()

    @pytest.mark.parametrize(
        ("language", "word"), [("zh-hans", "关系与代码"), ("en", "relations and codes")]
    )
    def test_is_there_in_both_languages(
        self, road: Place, client_as: Callable[..., Client], language: str, word: str
    ) -> None:
        client = client_as("place_name_officer", "4401", language=language)
        assert word in client.get(reverse("gazetteer:names", args=[road.pk])).content.decode()

    def test_a_secret_place_is_not_there(self, road: Place, officer: Client) -> None:
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        for name in ("names", "name_new", "merge", "code_new", "relation_new"):
            assert officer.get(reverse(f"gazetteer:{name}", args=[road.pk])).status_code == 404


class TestNameForms:
    def test_a_name_is_added_corrected_and_ended(self, road: Place, officer: Client) -> None:
        told = {"kind": "alias", "text": "天河大街", "began": "1958年", "language": "zh"}
        url = reverse("gazetteer:name_new", args=[road.pk])
        assert officer.post(url, told).status_code == 200
        assert officer.post(url, {**told, "reason": "见地名志"}).status_code == 302
        name = road.names.get(text="天河大街")
        change = reverse("gazetteer:name_change", args=[road.pk, name.pk])
        assert 'value="1958"' in officer.get(change).content.decode()
        officer.post(change, {**told, "text": "天河长街", "reason": "核对"})
        name.refresh_from_db()
        assert (name.text, name.began) == ("天河长街", "1958")
        officer.post(
            reverse("gazetteer:name_end", args=[road.pk, name.pk]),
            {"ended": "1990", "reason": "停用"},
        )
        name.refresh_from_db()
        assert name.ended == "1990"
        officer.post(
            reverse("gazetteer:name_strike", args=[road.pk, name.pk]), {"reason": "登记错误"}
        )
        assert not road.names.filter(pk=name.pk).exists()

    @pytest.mark.parametrize(
        ("told", "sentence"),
        [
            ({"began": "昨天"}, "不是可识别的日期"),
            ({"began": "1990", "ended": "1980"}, "终止时间应晚于起始时间"),
            ({"text": "天河路"}, "即为标准地名"),
            ({"text": ""}, "请填写名称"),
            ({"kind": "ethnic"}, "语种"),
        ],
    )
    def test_bad_input_gets_one_clear_sentence(
        self, road: Place, officer: Client, told: dict[str, str], sentence: str
    ) -> None:
        values = {"kind": "alias", "text": "天河大街", "language": "zh", "reason": "核对", **told}
        response = officer.post(reverse("gazetteer:name_new", args=[road.pk]), values)
        assert response.status_code == 200
        assert sentence in response.content.decode()

    def test_a_recording_is_played_as_what_it_is(self, road: Place, officer: Client) -> None:
        name = road.names.standard().get()
        url = reverse("gazetteer:name_recording", args=[road.pk, name.pk])
        bad = officer.post(url, {"recording": SimpleUploadedFile("a.mp3", b"<script>")})
        assert "不是录音文件" in bad.content.decode()
        keep_recording(
            by=officer.user,  # type: ignore[attr-defined]
            name=name,
            upload=SimpleUploadedFile("x", SOUNDS["wav"]),
        )
        response = officer.get(reverse("gazetteer:name_audio", args=[road.pk, name.pk]))
        assert response["Content-Type"] == "audio/wav"
        assert b"".join(response.streaming_content) == SOUNDS["wav"]
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        audio = reverse("gazetteer:name_audio", args=[road.pk, name.pk])
        assert officer.get(audio).status_code == 404

    def test_names_are_related_and_unrelated(self, district: Place, officer: Client) -> None:
        relation = NameRelation.objects.get(other__place=district)
        url = reverse("gazetteer:name_unrelate", args=[district.pk, relation.pk])
        assert officer.post(url, {"reason": "误登"}).status_code == 302
        name = district.names.get(kind="former")
        relate = reverse("gazetteer:name_relate", args=[district.pk, name.pk])
        other = district.names.standard().order_by("period").last()
        officer.post(relate, {"kind": "renamed_to", "other": other.pk, "start": "2000-05-21"})
        assert NameRelation.objects.get(name=name).period.lower == date(2000, 5, 21)

    def test_a_relation_to_a_name_of_a_secret_place_is_not_there(
        self, district: Place, officer: Client
    ) -> None:
        other = make_place("暗号大街")
        made = NameRelation.objects.create(
            name=district.names.get(kind="former"),
            kind="derived_from",
            other=other.names.get(),
            period=DateRange(None, None),
        )
        url = reverse("gazetteer:name_unrelate", args=[district.pk, made.pk])
        assert "暗号大街" in officer.get(url).content.decode()
        Place.objects.filter(pk=other.pk).update(secrecy="secret")
        assert officer.get(url).status_code == 404


class TestIdentityForms:
    @pytest.mark.parametrize("page", ["relation_end", "relation_strike"])
    def test_a_relation_to_a_secret_place_is_not_there(self, officer: Client, page: str) -> None:
        bridge, road = make_place("试验大桥"), make_place("试验大街")
        made = PlaceRelation.objects.create(
            place=bridge, other=road, kind="crosses", period=DateRange(None, None)
        )
        url = reverse(f"gazetteer:{page}", args=[bridge.pk, made.pk])
        assert "试验大街" in officer.get(url).content.decode()
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        assert officer.get(url).status_code == 404

    def test_the_other_place_is_found_first(self, officer: Client) -> None:
        bridge, road = make_place("试验大桥"), make_place("试验大街")
        url = reverse("gazetteer:relation_new", args=[bridge.pk])
        assert "请先查找" in officer.get(url).content.decode()
        assert "没有与" in officer.get(url, {"q": "查无此处XYZ"}).content.decode()
        for asked in ("试验大街", str(road.pk), f"http://x/id/place/{road.pk}"):
            assert str(road.pk) in officer.get(url, {"q": asked}).content.decode()
        told = {"kind": "part_of", "other": str(road.pk), "start": "2024-01-01"}
        assert officer.post(f"{url}?q=试验大街", told).status_code == 302
        relation = PlaceRelation.objects.get(place=bridge)
        officer.post(
            reverse("gazetteer:relation_end", args=[bridge.pk, relation.pk]),
            {"on": "2025-01-01", "reason": "拆除"},
        )
        relation.refresh_from_db()
        assert relation.period.upper == date(2025, 1, 1)

    def test_a_code_is_given(self, officer: Client) -> None:
        place = make_place()
        url = reverse("gazetteer:code_new", args=[place.pk])
        response = officer.post(url, {"on": "2024-01-01", "code": "12", "reason": "赋码"})
        assert "不是地名代码" in response.content.decode()
        assert officer.post(url, {"on": "2024-01-01", "reason": "赋码"}).status_code == 302
        code = place.codes.get()
        page = officer.get(reverse("gazetteer:names", args=[place.pk])).content.decode()
        assert "440106 000 23600" in page
        officer.post(
            reverse("gazetteer:code_end", args=[place.pk, code.pk]),
            {"on": "2025-01-01", "reason": "停用"},
        )
        code.refresh_from_db()
        assert code.period.upper == date(2025, 1, 1)

    def test_a_place_ends_with_its_successors(self, client_as: Callable[..., Client]) -> None:
        approver = client_as("approver", "4401")
        place, one, two = make_place(), make_place("后继一路"), make_place("后继二路")
        url = reverse("gazetteer:place_end", args=[place.pk])
        page = approver.get(url, {"q": f"{one.pk}、{two.pk}"}).content.decode()
        assert "后继一路" in page and "后继二路" in page
        told = {
            "on": "2025-01-01",
            "document": "穗民1号",
            "reason": "拆除",
            "successors": [str(one.pk), str(two.pk)],
        }
        assert approver.post(url, told).status_code == 302
        gone = approver.get(address(place)).content.decode()
        assert "后继一路" in gone and "后继二路" in gone


class TestMergePages:
    @pytest.fixture
    def pair(self) -> tuple[Place, Place]:
        return make_place("栖霞里巷"), make_place("栖霞里")

    def test_suspects_are_offered_and_others_found(
        self, officer: Client, pair: tuple[Place, Place]
    ) -> None:
        double = make_place("栖霞里巷")
        url = reverse("gazetteer:merge", args=[pair[0].pk])
        assert str(double.pk) in officer.get(url).content.decode()
        found = officer.get(url, {"q": "栖霞里"}).content.decode()
        assert str(pair[1].pk) in found

    def test_preview_merge_and_undo(self, officer: Client, pair: tuple[Place, Place]) -> None:
        ended, survivor = pair
        url = reverse("gazetteer:merge", args=[survivor.pk])
        page = officer.get(url, {"with": str(ended.pk)}).content.decode()
        assert "待选定" in page and "栖霞里巷" in page and "尚未作任何改动" in page
        standard = ended.names.standard().get()
        told = {
            "keep": "this",
            "on": "2025-01-01",
            "reason": "实地核查",
            "seen": records_digest(ended=ended, survivor=survivor),
        }
        response = officer.post(f"{url}?with={ended.pk}", told)
        assert "待定" in response.content.decode()
        told[f"decide-name:{standard.pk}"] = "alias"
        wrong = officer.post(f"{url}?with={ended.pk}", {**told, "seen": "0"})
        assert "重新查看预览" in wrong.content.decode()
        done = officer.post(f"{url}?with={ended.pk}", told)
        merge = PlaceMerge.objects.get(ended=ended)
        assert done["Location"] == reverse("gazetteer:merge_record", args=[merge.pk])
        record = officer.get(done["Location"]).content.decode()
        assert "栖霞里巷" in record and "撤销合并" in record
        officer.post(done["Location"], {"reason": "核查有误"})
        ended.refresh_from_db()
        assert ended.merged_into_id is None and ended.ended_on is None

    def test_a_null_character_in_the_reason_is_refused_in_words(
        self, officer: Client, pair: tuple[Place, Place]
    ) -> None:
        ended, survivor = pair
        url = reverse("gazetteer:merge", args=[survivor.pk])
        answer = officer.post(f"{url}?with={ended.pk}", {"reason": "同一条\x00巷"})
        assert answer.status_code == 200 and "无法识别" in answer.content.decode()

    def test_says_why_records_cannot_be_merged(
        self, officer: Client, pair: tuple[Place, Place], district: Place
    ) -> None:
        url = reverse("gazetteer:merge", args=[pair[0].pk])
        page = officer.get(url, {"with": str(district.pk)}).content.decode()
        assert "区划调整" in page and "decide-" in page

    def test_bad_addresses_get_one_sentence(
        self, officer: Client, pair: tuple[Place, Place]
    ) -> None:
        url = reverse("gazetteer:merge", args=[pair[0].pk])
        assert officer.get(url, {"with": "x"}).status_code == 400
        response = officer.get(url, {"with": str(pair[1].pk), "on": "x"})
        assert response.status_code == 200 and "YYYY-MM-DD" in response.content.decode()

    def test_the_other_record_must_lie_in_ones_jurisdiction(
        self, client_as: Callable[..., Client], pair: tuple[Place, Place]
    ) -> None:
        client = client_as("place_name_officer", "440106")
        far = make_place(code="440104")
        url = reverse("gazetteer:merge", args=[pair[0].pk])
        assert client.get(url, {"with": str(far.pk)}).status_code == 404
