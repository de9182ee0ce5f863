"""Reconciliation: lists of names matched with places, as OpenRefine asks."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate

from api.domain.reconcile import Evidence, NameQuery, certain, read_batch, read_draft, score_of
from common.errors import BadInput
from tests.api import reconcile_schemas as schemas

ADDRESS = "/reconcile"


def ask(program: Client, **queries: dict[str, Any]) -> dict[str, Any]:
    response = program.post(ADDRESS, {"queries": json.dumps(queries)})
    assert response.status_code == 200, response.content[:400]
    return {key: each["result"] for key, each in json.loads(response.content).items()}


class TestScores:
    SAME = Evidence("天河路", "exact", True, "STREET", "440106", "广东省广州市天河区")

    def test_of_the_same_name_is_full(self) -> None:
        assert score_of(NameQuery("天河路"), self.SAME).value == 100

    def test_falls_in_another_division_and_says_so(self) -> None:
        here = score_of(NameQuery("天河路", division="天河区"), self.SAME)
        there = score_of(NameQuery("天河路", division="440104"), self.SAME)
        assert here.value > there.value
        assert (here.features["division"], there.features["division"]) == (True, False)

    def test_is_certain_only_where_nothing_else_is_near(self) -> None:
        assert certain([100]) and certain([100, 80])
        assert not certain([100, 99]) and not certain([90]) and not certain([])

    @given(st.text(max_size=20), st.sampled_from(["prefix", "contains", "typo", "other"]))
    def test_stays_between_0_and_100(self, text: str, why: str) -> None:
        found = Evidence("天河路", why, False, "STREET", "440106", "", 1e9)
        value = score_of(NameQuery(text, division="x", point=(1, 1)), found).value
        assert 0 <= value <= 100


class TestReading:
    @pytest.mark.parametrize("kind", [5, True, 1.5])
    def test_a_type_that_is_none_is_refused(self, program: Client, kind: Any) -> None:
        asked = {"q": {"query": "天河路", "type": kind}}
        answer = program.post(ADDRESS, {"queries": json.dumps(asked)})
        assert answer.status_code == 400 and "cannot be read" in answer.json()["detail"]

    def test_a_type_told_often_is_searched_once(self) -> None:
        asked = {"q": {"query": "天河路", "type": ["STREET", {"id": "STREET"}] * 500 + ["OTHER"]}}
        assert read_batch(json.dumps(asked))["q"].types == ("STREET", "OTHER")

    def test_properties_of_both_versions(self) -> None:
        told = [{"pid": "division", "v": 440106.0}, {"pid": "point", "v": "113.3,23.1"}]
        one = read_batch(json.dumps({"q": {"query": " 天河 ", "properties": told}}))["q"]
        conditions = [
            {"matchType": "name", "propertyValue": "天河"},
            {"matchType": "property", "propertyId": "division", "propertyValue": "440106"},
            {"matchType": "property", "propertyId": "point", "propertyValue": [113.3, 23.1]},
        ]
        other = read_draft(json.dumps({"queries": [{"conditions": conditions}]}))[0]
        assert one == other
        assert (one.text, one.division, one.point) == ("天河", "440106", (113.3, 23.1))

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"q": 1}', "[" * 5000, '{"q":{"query":'])
    def test_refuses_what_it_cannot_read(self, text: str) -> None:
        with pytest.raises(BadInput):
            read_batch(text)


class TestService:
    def test_tells_what_it_is(self, program: Client) -> None:
        manifest = json.loads(program.get(ADDRESS).content)
        assert manifest["versions"] == ["0.2", "1.0-draft"]
        assert {"name", "identifierSpace", "schemaSpace", "view", "suggest"} <= set(manifest)
        validate(manifest, schemas.MANIFEST)

    def test_answers_a_batch(self, program: Client) -> None:
        found = ask(
            program,
            q0={"query": "天河区", "type": "DIVISION", "limit": 3},
            q1={"query": "tianhequ"},
            q2={"query": "不存在的地方名字"},
        )
        best = found["q0"][0]
        assert (best["name"], best["match"], best["score"]) == ("天河区", True, 100)
        assert best["type"][0]["id"] == "DIVISION"
        assert any(each["name"] == "天河区" for each in found["q1"])
        assert found["q2"] == []

    def test_answers_the_draft_alike(self, program: Client) -> None:
        body = {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "天河区"}]}]}
        response = program.post(ADDRESS, json.dumps(body), content_type="application/json")
        candidates = json.loads(response.content)["results"][0]["candidates"]
        assert candidates[0]["name"] == "天河区"

    def test_prefers_the_division_that_a_row_tells(self, program: Client) -> None:
        for division in ("440106", "天河区"):
            told = [{"pid": "division", "v": division}]
            found = ask(program, q={"query": "天河路", "properties": told})["q"]
            assert found[0]["features"]

    def test_extends_matched_places(self, program: Client) -> None:
        place = ask(program, q={"query": "天河区"})["q"][0]["id"]
        wanted = {"ids": [place], "properties": [{"id": "pinyin"}, {"id": "division_code"}]}
        response = program.post(ADDRESS, {"extend": json.dumps(wanted)})
        row = json.loads(response.content)["rows"][place]
        assert row["division_code"] == [{"str": "440106"}]
        assert program.get(f"{ADDRESS}/preview?id={place}").status_code == 200

    def test_suggests(self, program: Client) -> None:
        entity = json.loads(program.get(f"{ADDRESS}/suggest/entity?prefix=天河").content)
        assert entity["result"]
        for what in ("type", "property"):
            assert json.loads(program.get(f"{ADDRESS}/suggest/{what}?prefix=").content)["result"]

    def test_suggests_further_ones_from_a_cursor_on(self, program: Client) -> None:
        def asked(query: str) -> list[str]:
            found = json.loads(program.get(f"{ADDRESS}/suggest/entity?{query}").content)
            validate(found, schemas.SUGGESTED)
            return [each["id"] for each in found["result"]]

        first, more = asked("prefix=天"), asked("prefix=天&cursor=12")
        assert len(first) == 12 and more and not set(first) & set(more)
        assert asked(f"prefix={first[3]}") == [first[3]]
        assert asked("prefix=天&cursor=x") == first

    def test_a_place_is_found_by_its_identity(self, program: Client) -> None:
        place = ask(program, q={"query": "天河区"})["q"][0]
        (found,) = ask(program, q={"query": place["id"]})["q"]
        assert (found["id"], found["name"], found["match"]) == (place["id"], "天河区", True)

    def test_a_code_tells_apart_what_a_name_does_not(self, program: Client) -> None:
        told = [{"pid": "code", "v": "440106"}]
        best, *_others = ask(program, q={"query": "天河区", "properties": told, "limit": 9})["q"]
        assert best["name"] == "天河区" and best["match"]
        (other,) = ask(program, q={"query": "越秀区", "properties": told, "limit": 1})["q"]
        assert not other["match"] and other["score"] < best["score"]

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("division", ["天河区", "Tianhe Qu", "tianhe qu", "440106"])
    def test_a_division_is_known_in_either_language(
        self, program: Client, language: str, division: str
    ) -> None:
        told = [{"pid": "division", "v": division}]
        queries = json.dumps({"q": {"query": "天河路", "properties": told}})
        headers = {"Accept-Language": language}
        response = program.post(ADDRESS, {"queries": queries}, headers=headers)
        best = json.loads(response.content)["q"]["result"][0]
        assert (best["name"], best["score"], best["match"]) == ("天河路", 100, True)

    def test_a_code_that_begins_so_is_not_the_code(self, program: Client) -> None:
        best, *others = ask(program, q={"query": "440106"})["q"]
        assert (best["name"], best["match"], best["score"]) == ("天河区", True, 100)
        assert others and all(each["score"] < 100 for each in others)

    def test_what_is_required_leaves_the_others_out(self, program: Client) -> None:
        name = {"matchType": "name", "propertyValue": "天河区"}
        division = {"matchType": "property", "propertyId": "division", "propertyValue": "440104"}

        def found(**more: Any) -> list[Any]:
            body = {"queries": [{"conditions": [name, {**division, **more}]}]}
            response = program.post(
                f"{ADDRESS}/match", json.dumps(body), content_type="application/json"
            )
            told = json.loads(response.content)
            validate(told, schemas.RESULTS_10)
            candidates: list[Any] = told["results"][0]["candidates"]
            return candidates

        assert "天河区" in [each["name"] for each in found()]
        assert "天河区" not in [each["name"] for each in found(required=True)]

    def test_answers_are_as_both_versions_want_them(self, program: Client) -> None:
        queries = {
            "q0": {"query": "天河路", "properties": [{"pid": "point", "v": "113.33,23.13"}]},
            "q1": {"query": "tianhelu", "properties": [{"pid": "division", "v": "天河区"}]},
        }
        told = json.loads(program.post(ADDRESS, {"queries": json.dumps(queries)}).content)
        validate(told, schemas.RESULTS_02)
        assert any(each["features"] for each in told["q0"]["result"])
        proposed = json.loads(program.get(f"{ADDRESS}/extend/propose?type=STREET").content)
        validate(proposed, schemas.PROPOSED)
        wanted = {"ids": [told["q0"]["result"][0]["id"]], "properties": proposed["properties"]}
        text = json.dumps(wanted)
        old = json.loads(program.post(ADDRESS, {"extend": text}).content)
        validate(old, schemas.EXTENSION_02)
        new = program.post(f"{ADDRESS}/extend", text, content_type="application/json")
        validate(json.loads(new.content), schemas.EXTENSION_10)
        (row,) = json.loads(new.content)["rows"]
        assert {each["id"]: each["values"] for each in row["properties"]} == old["rows"][row["id"]]
        assert {"id": "synthetic", "values": [{"str": "true"}]} in row["properties"] or {
            "id": "synthetic",
            "values": [{"str": "false"}],
        } in row["properties"]

    def test_the_key_of_the_address_goes_along(self, demo: Any, key_of: Any) -> None:
        key = key_of()
        manifest = json.loads(Client().get(f"{ADDRESS}?key={key}").content)
        path = manifest["suggest"]["entity"]["service_path"]
        assert Client().get(f"{path}&prefix=天河").status_code == 200

    def test_a_batch_takes_few_questions_to_the_database(
        self, program: Client, django_assert_max_num_queries: Any
    ) -> None:
        queries = {f"q{n}": {"query": "天河路"} for n in range(10)}
        with django_assert_max_num_queries(120):
            ask(program, **queries)

    @pytest.mark.parametrize(
        "data",
        [
            {"queries": "x"},
            {"extend": "[]"},
            {"extend": json.dumps({"ids": ["x"], "properties": []})},
        ],
    )
    def test_tells_bad_input_in_a_problem_document(
        self, program: Client, data: dict[str, str]
    ) -> None:
        response = program.post(ADDRESS, data)
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize(
        ("pid", "value", "why"),
        [
            ("day", "x", "is not a day"),
            ("day", "113,", "“113,” is not a day"),
            ("point", 1, "is no point"),
        ],
    )
    def test_a_row_that_cannot_be_read_is_told_in_its_place(
        self, program: Client, pid: str, value: Any, why: str
    ) -> None:
        told = {"propertyId": pid, "pid": pid, "v": value, "propertyValue": value}
        asked = {"bad": {"query": "天河路", "properties": [told]}, "good": {"query": "天河路"}}
        answer = program.post(ADDRESS, {"queries": json.dumps(asked)}).json()
        validate(answer, schemas.RESULTS_02)
        assert answer["bad"]["result"] == [] and why in answer["bad"]["error"]
        assert answer["good"]["result"] and "error" not in answer["good"]
        name = {"matchType": "name", "propertyValue": "天河路"}
        body = {"queries": [{"conditions": [name, told]}, {"conditions": [name]}]}
        drafted = program.post(f"{ADDRESS}/match", body, content_type="application/json").json()
        bad, good = drafted["results"]
        assert bad["candidates"] == [] and why in bad["error"]
        assert good["candidates"] and "error" not in good
