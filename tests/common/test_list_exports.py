"""Every list is taken out as a file that holds what the list shows, filtered alike."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import fiona
import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from common.datums import get_datum
from common.list_exports import export_list
from common.models import AuditEntry, Job
from common.registries import list_exports
from common.views import exports

pytestmark = pytest.mark.usefixtures("demo")
ClientAs = Callable[..., Client]

DAY = date(2024, 6, 1)
# List → a filter of it that leaves something, and another that leaves nothing.
FILTERS = {
    "place-names": ("q=天河路", "q=没有这个名"),
    "signs": ("state=all&q=天河路", "q=没有这个名"),
    "names-alike": ("kind=homophone", "kind=near&category=PARK_RESERVE"),
    "announcements": ("q=大桥", "q=没有这个名"),
    "sign-orders": ("state=overdue", "within=44&body=没有这个单位"),
    "missing-signs": ("within=440103", "within=4499"),
    "naming-cases": ("kind=naming", "q=没有这个名"),
    "notices": ("state=overdue", "q=没有这个名"),
    "suggestions": ("within=440106", "state=duplicate"),
    "protected-names": ("within=440103", "q=没有这个名"),
    "facilities": ("category=ELD-INST", "q=没有这个名"),
    "targets": ("target=T03", "state=met&target=T03"),
    "divisions": ("q=天河", "q=没有这个名"),
    "boundary-lines": ("q=天河", "q=没有这个名"),
}
SHAPES = {
    "targets": {"Polygon", "MultiPolygon"},
    "divisions": {"Polygon", "MultiPolygon"},
    "boundary-lines": {"LineString", "MultiLineString"},
}


def taken(client: Client, key: str, query: str = "", *, format: str = "csv", **more: str) -> Any:
    address = f"{reverse('list_export', args=[key])}?{query}"
    return client.post(address, {"format": format, "datum": "CGCS2000", **more})


def table(response: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


class TestEveryList:
    def test_has_its_case_here(self) -> None:
        assert set(FILTERS) <= set(list_exports())

    @pytest.mark.parametrize("key", FILTERS)
    def test_holds_as_many_rows_as_the_list(self, client_as: ClientAs, key: str) -> None:
        some, none = FILTERS[key]
        client = client_as()
        whole = len(table(taken(client, key)))
        count = len(table(taken(client, key, some)))
        chosen = list_exports()[key].chosen(
            query=QueryDict(some), at=timezone.localdate(), by=client.user
        )
        assert count == chosen.count
        assert 0 < count < whole
        assert table(taken(client, key, none)) == []

    @pytest.mark.parametrize("key", FILTERS)
    @pytest.mark.parametrize("format", ["xlsx", "geojson", "gpkg", "shp"])
    def test_opens_in_every_format(
        self, client_as: ClientAs, key: str, format: str, tmp_path: Path
    ) -> None:
        some, _none = FILTERS[key]
        client = client_as()
        rows = table(taken(client, key, some))
        response = taken(client, key, some, format=format)
        if format == "xlsx":
            sheet = load_workbook(io.BytesIO(response.content)).active
            assert sheet.max_row == len(rows) + 1
            return
        path = tmp_path / f"a.{'zip' if format == 'shp' else format}"
        path.write_bytes(response.content)
        # A shapefile holds one kind of geometry: the ZIP has one for each.
        where = f"zip://{path}" if format == "shp" else path
        found = [row for layer in fiona.listlayers(where) for row in fiona.open(where, layer=layer)]
        assert len(found) == len(rows)
        kinds = {each["geometry"]["type"] for each in found if each["geometry"]}
        assert kinds <= SHAPES.get(key, kinds)
        chosen = list_exports()[key].chosen(
            query=QueryDict(some), at=timezone.localdate(), by=client.user
        )
        for n, column in enumerate(chosen.export(get_datum("CGCS2000")).columns):
            if column.kind == "number":
                name = column.field if format == "shp" else column.key
                told = [list(row.values())[n] for row in rows]
                kept = [each["properties"].get(name) for each in found]
                assert sum(map(bool, told)) == sum(value is not None for value in kept), name

    @pytest.mark.parametrize("key", FILTERS)
    def test_says_day_source_and_what_is_made_up(self, client_as: ClientAs, key: str) -> None:
        client = client_as(language="en")
        row = table(taken(client, key, FILTERS[key][0]))[0]
        assert row["As of"] == timezone.localdate().isoformat()
        told = {label.lower(): value for label, value in row.items()}
        assert {told["synthetic"], told["approximate"]} <= {"yes", "no"}

    @pytest.mark.parametrize("key", FILTERS)
    def test_the_list_leads_to_it_with_its_filters(self, client_as: ClientAs, key: str) -> None:
        some, _none = FILTERS[key]
        page = client_as().get(f"{reverse(list_exports()[key].url_name)}?{some}")
        query = QueryDict(some).urlencode().replace("&", "&amp;")
        assert f"{reverse('list_export', args=[key])}?{query}" in page.content.decode()


class TestAudit:
    def test_says_who_took_what_out(self, client_as: ClientAs) -> None:
        client = client_as()
        rows = table(taken(client, "naming-cases", "kind=naming"))
        [entry] = AuditEntry.objects.filter(operation="export_list")
        assert entry.user == client.user  # type: ignore[attr-defined]
        assert entry.details["list"] == "naming-cases"
        assert (entry.details["query"], entry.details["rows"]) == ("kind=naming", len(rows))

    def test_a_list_only_looked_at_leaves_no_line(self, client_as: ClientAs) -> None:
        client_as().get(reverse("list_export", args=["naming-cases"]))
        assert not AuditEntry.objects.filter(operation="export_list").exists()


class TestWhatCanGoWrong:
    def test_no_such_list(self, client_as: ClientAs) -> None:
        assert client_as().get(reverse("list_export", args=["users"])).status_code == 404

    def test_no_such_filter(self, client_as: ClientAs) -> None:
        assert taken(client_as(), "boundary-lines", "state=great").status_code == 400

    def test_shifted_datums_need_a_table(self, client_as: ClientAs) -> None:
        response = taken(client_as(), "facilities", format="gpkg", datum="GCJ-02")
        assert response.status_code == 400
        assert "GCJ-02" in response.content.decode()

    def test_a_long_list_is_written_in_the_background(
        self, client_as: ClientAs, make_user: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "AT_ONCE", 3)
        response = taken(client_as(), "facilities", f"category=ELD-INST&at={DAY}")
        job = Job.objects.latest("created_at")
        assert response.url == reverse("job", args=[job.pk])
        told = export_list(job=job, report=lambda *_: None, **job.parameters)
        with job.result_file.open("rb") as file:
            rows = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
        assert list(told.values()) == [len(rows)]
        assert len(rows) == len(table_at_once(client_as(), monkeypatch))


def table_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    monkeypatch.setattr(exports, "AT_ONCE", 10_000)
    return table(taken(client, "facilities", f"category=ELD-INST&at={DAY}"))
