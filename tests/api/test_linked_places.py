"""Linked Places: out for other gazetteers, in again without a change."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count
from django.test import Client
from jsonschema import Draft7Validator

from common.importing.opening import open_table
from common.imports.checking import check_batch
from common.imports.uploads import declare
from common.models import ImportBatch, ImportRow
from gazetteer.models import Place, PlaceName, Secrecy
from tests.api.linked_places_schema import FEATURE

ADDRESS = "/lpf/places.json?within=440106&kind=any"


def document(program: Client, address: str = ADDRESS) -> dict[str, Any]:
    response = program.get(address)
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(b"".join(response.streaming_content))
    return found


class TestExport:
    def test_is_valid(self, program: Client) -> None:
        features = document(program)["features"]
        assert features
        validator = Draft7Validator(FEATURE)
        for feature in features:
            assert not list(validator.iter_errors(feature)), feature["@id"]
            # RFC 7946: longitude and latitude, and no word of another system.
            assert "crs" not in (feature.get("geometry") or {})

    def test_holds_each_place_once_with_all_its_names(self, program: Client) -> None:
        features = document(program)["features"]
        ids = [each["properties"]["place_id"] for each in features]
        assert len(ids) == len(set(ids))
        names = sum(len(each["names"]) for each in features)
        shown = PlaceName.objects.filter(place_id__in=ids).exclude(status="proposed")
        assert names == shown.count()

    def test_leaves_secret_places_out(self, program: Client) -> None:
        place = document(program)["features"][0]["properties"]["place_id"]
        Place.objects.filter(pk=place).update(secrecy=Secrecy.SECRET)
        assert place not in json.dumps(document(program))

    def test_tsv_has_a_row_for_each_place(self, program: Client) -> None:
        response = program.get("/lpf/places.tsv?within=440106&kind=any")
        lines = b"".join(response.streaming_content).decode().splitlines()
        assert len(lines) == len(document(program)["features"]) + 1
        assert all(line.count("\t") == lines[0].count("\t") for line in lines)

    @pytest.mark.parametrize("suffix", ["json", "tsv"])
    def test_answers_head_without_reading_it_all(self, program: Client, suffix: str) -> None:
        whole, head = (ask(f"/lpf/places.{suffix}") for ask in (program.get, program.head))
        assert head.status_code == 200 and b"".join(head.streaming_content) == b""
        for name in ("Content-Type", "Content-Disposition", "Vary"):
            assert head[name] == whole[name]
        assert program.head(f"/lpf/places.{suffix}?within=x").status_code == 400

    @pytest.mark.parametrize("asked", ["within=x", "nothing=1"])
    def test_bad_input_is_told(self, program: Client, asked: str) -> None:
        response = program.get(f"/lpf/places.json?{asked}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"


class TestImport:
    @pytest.mark.parametrize("suffix", [".json", ".tsv"])
    def test_gives_back_names_and_shapes(
        self, program: Client, tmp_path: Path, suffix: str
    ) -> None:
        response = program.get(f"/lpf/places{suffix}?within=440106&kind=any")
        path = tmp_path / f"places{suffix}"
        path.write_bytes(b"".join(response.streaming_content))
        table = open_table(path)
        rows = [dict(zip(table.headings, row.cells, strict=True)) for row in table.rows()]
        told = {(row["place_id"], row["name"]) for row in rows}
        shown = PlaceName.objects.exclude(status="proposed").exclude(place__secrecy="secret")
        ids = {row["place_id"] for row in rows}
        stored = shown.filter(place_id__in=ids).values_list("place_id", "text")
        assert told == {(str(place), text) for place, text in stored}

    @pytest.mark.parametrize("suffix", [".json", ".tsv"])
    def test_of_our_own_export_changes_nothing(
        self, program: Client, tmp_path: Path, demo: Any, suffix: str
    ) -> None:
        from common.datums import get_datum
        from common.importing.columns import guess_columns
        from common.importing.rows import Context, given_rows
        from gazetteer.importers.names import NAMES

        renamed = PlaceName.objects.standard().on(date.today())
        now = renamed.filter(place__division_code="440106", place__legal_category="STREET")[0]
        day = date.today() - timedelta(days=30)
        PlaceName.objects.filter(pk=now.pk).update(period=DateRange(day, None))
        for kind, period in (("standard", (date(2001, 5, 1), day)), ("former", (day, None))):
            PlaceName.objects.create(
                place=now.place,
                text="试验旧路",
                kind=kind,
                status="standard",
                period=DateRange(*period),
            )
        Place.objects.filter(pk=now.place_id).update(description='"老城"的路，"未闭')
        response = program.get(f"/lpf/places{suffix}?within=440106&kind=any")
        path = tmp_path / f"places{suffix}"
        path.write_bytes(b"".join(response.streaming_content))
        table = open_table(path)
        words = {each.key: (str(each.label), *each.words) for each in NAMES.fields}
        mapping = guess_columns(table.headings, words)
        context = Context(
            at=date.today(),
            jurisdiction="440106",
            datum=get_datum("CGCS2000"),
            fields=frozenset({*mapping, "geometry"}),
        )
        checker = NAMES.checker(context)
        checked = [
            row
            for chunk in given_rows(table, mapping, get_datum("CGCS2000"))
            for row in checker.check(chunk)
        ]
        # A place that has ended is read, but imports make no ended places.
        ended = set(PlaceName.objects.filter(place__ended_on__isnull=False).values_list("text"))
        other = [
            (row.title, row.outcome, row.remarks)
            for row in checked
            if row.outcome != "same" and (row.title,) not in ended
        ]
        assert not other, other[:5]

    @pytest.mark.parametrize("suffix", ["json", "tsv"])
    def test_by_the_pages_reads_every_name_of_a_place(
        self, program: Client, client_as: Any, demo: Any, suffix: str
    ) -> None:
        """As a person does it: uploaded, checked and kept row by row."""
        several = (
            PlaceName.objects.exclude(status="proposed")
            .filter(place__division_code__startswith="440106", place__ended_on__isnull=True)
            .values("place")
            .annotate(names=Count("pk"))
            .filter(names__gt=1)
        )
        assert several.exists()
        response = program.get(f"/lpf/places.{suffix}?within=440106&kind=any")
        content = b"".join(response.streaming_content)
        client = client_as("data_steward", "440106")
        answer = client.post(
            "/imports/new/",
            {
                "kind": "names",
                "jurisdiction": "440106",
                "file": SimpleUploadedFile(f"places.{suffix}", content),
            },
        )
        assert answer.status_code == 302, answer.content.decode()[:500]
        batch = ImportBatch.objects.latest("created_at")
        declare(batch=batch, by=client.user, datum="CGCS2000", mapping=batch.mapping)
        check_batch(batch=batch, by=client.user)
        kept = ImportRow.objects.filter(batch=batch)
        told = PlaceName.objects.exclude(status="proposed").exclude(place__secrecy="secret")
        # The export of a day holds whole the places that have a name on that day.
        places = kept.exclude(outcome="fault").count()
        assert kept.count() >= several.count() * 2 and places
        assert kept.count() <= told.filter(place__division_code__startswith="440106").count()
        if suffix == "json":
            ended = PlaceName.objects.filter(place__ended_on__isnull=False).values("text")
            other = kept.exclude(outcome="same").exclude(title__in=ended)
            assert not other.exists(), list(other.values("title", "outcome", "remarks")[:5])

    def test_of_other_gazetteers_reads_earlier_time_spans(self, tmp_path: Path) -> None:
        path = tmp_path / "other.json"
        feature = {
            "@id": "https://example.org/1",
            "type": "Feature",
            "properties": {"title": "Abingdon"},
            "names": [
                {"toponym": "Abingdon", "when": {"timespans": [{"start": {"in": "1600"}}]}},
                {"toponym": "Abbendun"},
            ],
            "geometry": {
                "type": "GeometryCollection",
                "geometries": [{"type": "Point", "coordinates": [-1.28, 51.67]}],
            },
        }
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
        rows = list(open_table(path).rows())
        assert [row.cells[0] for row in rows] == ["Abingdon", "Abbendun"]
        assert rows[0].cells[10] == "1600" and rows[1].cells[1] == "alias"
        assert rows[0].geometry.x == -1.28


class TestBrokenFiles:
    """Whatever a file holds, its rows are told apart or the whole is refused in a sentence."""

    STREET: ClassVar[dict[str, Any]] = {
        "@id": "x",
        "type": "Feature",
        "properties": {"title": "试验路", "category": "STREET", "division_code": "440106"},
        "names": [{"toponym": "试验路"}],
        "geometry": {"type": "Point", "coordinates": [113.33, 23.13]},
    }

    @pytest.mark.parametrize(
        "broken",
        [
            {"names": [{"toponym": "\ud800路"}]},
            {"names": [{"toponym": "a\0路"}]},
            {"names": [{"toponym": ["试验路"]}, {"toponym": {"a": 1}}, {"toponym": 7}, 7]},
            {"names": [{"toponym": "试验路", "when": {"timespans": [{"start": [1], "end": {}}]}}]},
            {"names": [{"toponym": "试验路", "when": {"timespans": [{"start": {"in": [1]}}]}}]},
            {"names": []},
            {"names": "试验路"},
            {"properties": [1]},
            {"properties": {"category": ["STREET"], "division_code": {"a": 1}, "place_id": [1]}},
            {"types": [{"identifier": 1}], "descriptions": [{"value": [1]}]},
            {"types": 5},
            {"types": {"identifier": 1}},
            {"geometry": {"type": "Point", "coordinates": ["a", "b"]}},
            {"geometry": {"type": "Point", "coordinates": [float("nan"), 1e400]}},
            {"geometry": {"type": "GeometryCollection", "geometries": [1]}},
            {"geometry": "POINT(1 1)"},
        ],
    )
    def test_are_told(self, client_as: Any, demo: Any, broken: dict[str, Any]) -> None:
        client = client_as("data_steward", "440106")
        features = [self.STREET, {**self.STREET, **broken}]
        text = json.dumps({"type": "FeatureCollection", "features": features})
        answer = client.post(
            "/imports/new/",
            {
                "kind": "names",
                "jurisdiction": "440106",
                "file": SimpleUploadedFile("places.json", text.encode()),
            },
        )
        assert answer.status_code in (302, 400), answer.content[:300]
        if answer.status_code == 400:
            return
        batch = ImportBatch.objects.latest("created_at")
        assert client.get(f"/imports/{batch.pk}/").status_code == 200
        declare(batch=batch, by=client.user, datum="CGCS2000", mapping=batch.mapping)
        batch = check_batch(batch=batch, by=client.user)
        assert client.get(f"/imports/{batch.pk}/").status_code == 200
        assert sum(v for k, v in batch.counts.items() if isinstance(v, int)) > 0
