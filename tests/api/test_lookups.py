"""Lookups at /api/: one question or a hundred, each answered or refused in a sentence."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from facilities.models import Facility


def ask(program: Client, path: str, status: int = 200) -> Any:
    response = program.get(f"/api/{path}")
    assert response.status_code == status, response.content[:500]
    if status != 200:
        assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


class TestLookups:
    def test_search(self, program: Client) -> None:
        assert ask(program, "search?q=天河区&limit=3")["names"][0]["name"] == "天河区"

    def test_reverse(self, program: Client) -> None:
        codes = [each["code"] for each in ask(program, "reverse?point=113.33,23.13")["divisions"]]
        assert "440106" in codes

    def test_division_and_those_above(self, program: Client) -> None:
        found = ask(program, "divisions/440106")
        assert found["name"] == "天河区"
        assert [each["code"] for each in found["above"]] == ["440000", "440100"]

    def test_division_that_had_no_such_code_then(self, program: Client) -> None:
        ask(program, "divisions/440106?at=1970-01-01", 404)
        ask(program, "divisions/999999", 404)

    def test_lineage(self, program: Client) -> None:
        found = ask(program, "divisions/440106/lineage")
        assert found["division"]["code"] == "440106"
        assert [each["code"] for each in found["on_the_day"]] == ["440106"]

    def test_crosswalk(self, program: Client) -> None:
        day = ask(program, "divisions/440106")["from"]
        rows = ask(program, f"crosswalk?start={day}&end={day}&within=4401")["rows"]
        assert any(row["old_code"] == row["new_code"] == "440106" for row in rows)

    def test_spelling(self, program: Client) -> None:
        assert ask(program, "romanise?text=天河路&category=street")["plain"] == "Tianhe Lu"

    def test_check_of_a_name(self, program: Client) -> None:
        found = ask(program, "check-name?text=天河路&category=STREET&division=440106")
        assert found["name"] == "天河路"
        assert all(each["rule"] for each in found["findings"])

    def test_check_of_a_face(self, program: Client) -> None:
        """下九路 as 下九 Road: the wrong generic fails, what is not told stays unknown."""
        asked = "check-sign?sign_class=STREET&division=440103&text=下九路"
        found = ask(program, f"{asked}&pinyin=XIAJIU ROAD")
        said = {each["rule"]: each for each in found["findings"]}
        assert found["matches"][0]["match"] == "right"
        assert said["R10"]["outcome"] == "fail" and said["R10"]["expected"] == "XIAJIU LU"
        assert "unknown" in {each["outcome"] for each in said.values()}
        right = ask(program, f"{asked}&pinyin=XIAJIU LU&place={found['place']}")
        assert {e["outcome"] for e in right["findings"] if e["rule"] == "R10"} == {"pass"}

    def test_a_face_of_no_known_place_is_judged_without_one(self, program: Client) -> None:
        found = ask(program, "check-sign?sign_class=STREET&division=440103&text=鿃鿄鿅路")
        assert found["place"] is None and found["findings"]

    def test_coverage_of_a_point(self, program: Client) -> None:
        found = ask(program, "coverage?point=113.33,23.13&category=FAM-CTR")
        assert found["nearest"] is None or found["nearest"]["distance_m"] >= 0
        assert found["tiers"]

    def test_a_batch_answers_the_others_beside_a_bad_one(self, program: Client) -> None:
        queries = [{"text": "天河路", "category": "street"}, {"text": "abc", "category": "street"}]
        response = program.post(
            "/api/romanise", json.dumps({"queries": queries}), content_type="application/json"
        )
        one, other = json.loads(response.content)["results"]
        assert one["plain"] == "Tianhe Lu" and "problem" in other

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("search", {"q": "天河\0"}),
            ("romanise", {"text": "天河\0路", "category": "street"}),
            ("divisions", {"code": "\0"}),
            ("search", {"q": "天河\udfff"}),
            ("coverage", {"point": "113.33,23.13", "category": "\ud800"}),
            ("check-sign", {"text": "\ud800", "sign_class": "STREET", "division": "440106"}),
        ],
    )
    def test_what_no_text_holds_is_told_in_its_place(
        self, program: Client, path: str, query: dict[str, str]
    ) -> None:
        body = json.dumps({"queries": [query]})
        response = program.post(f"/api/{path}", body, content_type="application/json")
        (told,) = json.loads(response.content)["results"]
        assert "a character that cannot be read" in told["problem"]

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("divisions", {"code": "440106"}),
            ("lineage", {"code": "440106"}),
            ("crosswalk", {"start": "2024-05-01", "end": "2024-05-01", "within": "4401"}),
        ],
    )
    def test_divisions_in_batches(self, program: Client, path: str, query: dict[str, str]) -> None:
        wrong = {**query, "code": "999999", "start": "x"}
        body = json.dumps({"queries": [query, wrong]})
        response = program.post(f"/api/{path}", body, content_type="application/json")
        one, other = json.loads(response.content)["results"]
        assert "problem" not in one and set(other) == {"problem"}

    def test_is_described(self, program: Client) -> None:
        paths = ask(program, "openapi.json")["paths"]
        assert {"/api/search", "/api/reverse", "/api/crosswalk"} <= set(paths)

    def test_each_part_is_described(self, program: Client) -> None:
        """With what a client has to know: the key, forms, values; nothing by a made-up default."""
        document = ask(program, "openapi.json")
        assert document["security"] == [{scheme: []} for scheme in ("key", "basic")]
        assert set(document["components"]["securitySchemes"]) == {"key", "basic"}
        asked = document["components"]["schemas"]["CoverageAsked"]["properties"]
        assert asked["at"]["format"] == "date" and "default" not in asked["at"]
        assert re.match(asked["point"]["pattern"], asked["point"]["example"])
        assert "FAM-CTR" in asked["category"]["enum"]
        told = document["paths"]["/api/coverage"]["get"]["parameters"]
        assert {each["name"]: each["schema"] for each in told} == asked


class TestBadInput:
    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("check-sign?text=天河路&sign_class=STREET&division=440106&bearing=360", "须小于 360"),
            ("check-sign?text=天河路&sign_class=STREET&division=440106&ground=pink", "之一"),
            ("search?q=a&limit=x", "须为整数"),
            ("search", "“q”无法读取：必填而未给出"),
        ],
    )
    def test_is_told_in_the_language_of_the_reader(
        self, program: Client, query: str, told: str
    ) -> None:
        answer = program.get(f"/api/{query}", headers={"Accept-Language": "zh-CN"})
        assert answer.status_code == 400 and told in answer.json()["detail"]

    @pytest.mark.parametrize(
        "path",
        [
            "search",
            "search?q=a&limit=x",
            "search?q=a&within=x",
            "search?q=a&category=x",
            "search?q=a&at=x",
            "reverse?point=1",
            "reverse?point=200,1",
            "reverse?point=1,1&within_m=x",
            "romanise?text=abc&category=street",
            "romanise?text=天河路&category=x",
            "check-name?text=天河路&category=STREET&division=1",
            "check-sign?text=天河路&sign_class=X&division=440106",
            "check-sign?text=天河路&sign_class=STREET&division=x",
            "check-sign?text=天河路&sign_class=STREET&division=440106&place=x",
            "check-sign?text=天河路&sign_class=STREET&division=440106&width_mm=0",
            "check-sign?text=天河路&sign_class=STREET&division=440106&ground=pink",
            "coverage?point=1,1&category=x",
            "crosswalk?start=x&end=y",
            "crosswalk?start=1900-01-01&end=1901-01-01",
        ],
    )
    def test_is_told_in_a_problem_document(self, program: Client, path: str) -> None:
        assert ask(program, path, 400)["detail"]

    @pytest.mark.parametrize(
        "body",
        [
            *("", "{", "[]", "[" * 5000),
            *(
                '{"queries": 1}',
                "{}",
            ),
        ],
    )
    def test_of_batches_too(self, program: Client, body: str) -> None:
        response = program.post("/api/search", body, content_type="application/json")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize(
        ("question", "told"),
        [
            ({"q": 1}, "“q” cannot be read: a text is needed."),
            ({}, "“q” cannot be read: it is needed and was not given."),
            ({"q": "", "limit": True}, "“limit” cannot be read: a number is needed."),
            ("天河", "“q” cannot be read: it is needed and was not given."),
        ],
    )
    def test_of_one_question_in_its_place(self, program: Client, question: Any, told: str) -> None:
        body = json.dumps({"queries": [{"q": "天河"}, question, {"q": "天河"}]})
        response = program.post("/api/search", body, content_type="application/json")
        one, wrong, other = response.json()["results"]
        assert one == other and one["names"] and wrong == {"problem": told}

    def test_too_many_at_once(self, program: Client) -> None:
        body = json.dumps({"queries": [{"q": "天河"}] * 101})
        response = program.post("/api/search", body, content_type="application/json")
        assert response.status_code == 413 and "At most 100" in response.json()["detail"]

    def test_more_than_a_server_can_wait_for(self, program: Client, monkeypatch: Any) -> None:
        monkeypatch.setattr("api.views.lookups.PATIENCE_S", -1)
        body = json.dumps({"queries": [{"q": "天河"}]})
        response = program.post("/api/search", body, content_type="application/json")
        assert response.status_code == 413 and "fewer" in response.json()["detail"]

    def test_nothing_there(self, program: Client) -> None:
        ask(program, "nothing", 404)


class TestNearest:
    def test_is_found_behind_any_number_of_others(self, program: Client) -> None:
        """A category of which there are few, in a city full of other facilities."""
        few = Facility.objects.exclude(category="FAM-CTR").first()
        far = Facility.objects.filter(category="FAM-CTR").first()
        assert few and far
        lon, lat = 113.33, 23.13
        Facility.objects.filter(category="FAM-CTR").delete()
        others = [
            Facility(
                name=f"{n}",
                category_id=few.category_id,
                division_code="440106",
                location=Point(lon + n * 1e-6, lat),
                period=far.period,
            )
            for n in range(2100)
        ]
        Facility.objects.bulk_create(others)
        # A state after the first: what lasts is its identity.
        far.pk, far.identity, far.location = uuid4(), uuid4(), Point(lon + 0.05, lat)
        far.save(force_insert=True)
        found = ask(program, f"coverage?point={lon},{lat}&category=FAM-CTR")["nearest"]
        assert found["facility"] == str(far.identity)
        assert 4_000 < found["distance_m"] < 6_000
