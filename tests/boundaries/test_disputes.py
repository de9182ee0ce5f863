"""Disputed areas: claims that overlap, how each side sees them, how they end."""

import json
import math
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from shapely.geometry import mapping

from accounts.models import User
from boundaries.domain.disputes import as_seen, overlap_of
from boundaries.domain.draft_shapes import area_m2
from boundaries.models import BoundaryLine, DisputedArea, DivisionVersion
from boundaries.operations.disputes import (
    ClaimFacts,
    IsSettled,
    record_dispute,
    settle_dispute,
)
from boundaries.queries.disputes import perspectives
from boundaries.queries.topology import check_topology
from common.datums import convert, from_cgcs2000, get_datum
from common.errors import BadInput, NotInScope, NotPermitted

SINCE, DAY = date(2025, 1, 1), date(2025, 6, 30)
A, B = "440106", "440111"
pytestmark = pytest.mark.django_db


class TestViews:
    LEFT, RIGHT = shapely.box(113, 23, 113.1, 23.1), shapely.box(113.1, 23, 113.2, 23.1)
    CLAIMS = {
        "a": shapely.box(113.09, 23, 113.12, 23.1),
        "b": shapely.box(113.08, 23, 113.11, 23.1),
    }

    def test_overlap_is_what_both_claim(self) -> None:
        assert overlap_of(list(self.CLAIMS.values())).bounds == (113.09, 23, 113.11, 23.1)
        assert overlap_of([self.LEFT, self.RIGHT]).is_empty

    @pytest.mark.parametrize("by", ["a", "b"])
    def test_each_sees_its_claim_as_its_own_and_no_land_is_lost(self, by: str) -> None:
        record = {"a": self.LEFT, "b": self.RIGHT}
        seen = as_seen(record, self.CLAIMS, by)
        assert shapely.covers(seen[by], self.CLAIMS[by])
        assert shapely.intersection(seen["a"], seen["b"]).area == pytest.approx(0, abs=1e-12)
        assert sum(map(area_m2, seen.values())) == pytest.approx(sum(map(area_m2, record.values())))


def claims(**changed: Any) -> list[ClaimFacts]:
    line = BoundaryLine.objects.on(DAY).get(code=f"{A}-{B}")
    here = shapely.Point(line.geometry[0][0])
    return [
        ClaimFacts(A, shapely.buffer(here, 0.003), "土地证存根"),
        ClaimFacts(
            changed.get("code", B),
            changed.get("shape", shapely.buffer(here, 0.002)),
            changed.get("grounds", "管护记录"),
        ),
    ]


@pytest.fixture
def area(demo: SimpleNamespace) -> DisputedArea:
    return record_dispute(by=None, name="塘口", since=SINCE, claims=claims())


class TestRecord:
    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"code": A}, "two divisions or more"),
            ({"code": "449999"}, "no division 449999"),
            ({"grounds": " "}, "On what grounds|on what grounds"),
            ({"shape": shapely.box(110, 22, 110.1, 22.1)}, "do not overlap"),
            ({"shape": shapely.MultiPolygon()}, "no valid area"),
            ({"shape": shapely.box(22, 113, 22.1, 113.1)}, "does not lie in China as longitude"),
            ({"shape": shapely.box(441000, 2560000, 442000, 2570000)}, "does not lie in China"),
        ],
    )
    def test_refuses_in_one_sentence(
        self, demo: SimpleNamespace, changed: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(BadInput, match=sentence):
            record_dispute(by=None, name="塘口", since=SINCE, claims=claims(**changed))
        assert not DisputedArea.objects.filter(name="塘口").exists()

    def test_a_claim_along_the_edges_of_record_in_another_datum(
        self, demo: SimpleNamespace
    ) -> None:
        row = DivisionVersion.objects.on(SINCE).get(code=B)
        shape = shapely.from_wkb(bytes(row.geometry.wkb))
        west, south, east, north = shape.bounds
        half = shapely.intersection(shape, shapely.box(west, south, (west + east) / 2, north))
        part = max(shapely.get_parts(half), key=lambda each: each.area)
        moved = convert(part, from_cgcs2000, get_datum("GCJ-02"))
        with pytest.raises(BadInput, match="as GCJ-02"):
            record_dispute(by=None, name="塘口", since=SINCE, claims=claims(shape=moved))

    def test_asks_for_jurisdiction_and_role(
        self, demo: SimpleNamespace, make_user: Callable[..., User]
    ) -> None:
        for role, place, refusal in (
            ("viewer", "4401", NotPermitted),
            ("boundary_inspector", "440104", NotInScope),
        ):
            with pytest.raises(refusal):
                record_dispute(by=make_user(role, place), name="塘口", since=SINCE, claims=claims())


class TestSettlement:
    def test_ends_by_a_document_only_and_days_before_keep_it(
        self, area: DisputedArea, make_user: Callable[..., User]
    ) -> None:
        by = make_user("boundary_inspector", A)
        with pytest.raises(BadInput, match="agreement or decision"):
            settle_dispute(by=by, area=area, on=DAY, document=" ")
        settled = settle_dispute(by=by, area=area, on=DAY, document="协议〔2025〕1号")
        assert settled.period.upper == DAY
        assert list(DisputedArea.objects.on(SINCE).filter(pk=area.pk)) == [settled]
        with pytest.raises(IsSettled):
            settle_dispute(by=by, area=area, on=DAY, document="协议〔2025〕2号")


class TestPages:
    def test_list_record_and_views(self, area: DisputedArea, client_as: Any) -> None:
        client = client_as("viewer", "4401")
        assert "塘口" in client.get(f"/divisions/disputed/?at={DAY}").content.decode()
        assert "塘口" not in client.get("/divisions/disputed/?at=2024-06-01").content.decode()
        page = f"/divisions/disputed/{area.pk}/"
        views = client.get(page).context["views"]
        assert {view.claim.division_code for view in views} == {A, B}
        assert client.get(f"{page}?as={A}").status_code == 200
        assert client.get(f"{page}?as=440104").status_code == 404
        assert client_as("viewer", "440104").get(page).status_code == 404
        assert client.get(f"{page}settle/").status_code == 403

    def test_before_its_first_day_nothing_is_claimed(
        self, area: DisputedArea, client_as: Any
    ) -> None:
        client = client_as("viewer", "4401")
        early = SINCE - timedelta(days=1)
        page = client.get(f"/divisions/disputed/{area.pk}/?at={early}")
        assert page.context["views"] == [] and f"?at={SINCE}" in page.content.decode()
        first = client.get(f"/divisions/disputed/{area.pk}/?at={SINCE}")
        assert len(first.context["views"]) == 2 and not first.context["first_url"]

    def test_is_settled_on_the_page(self, area: DisputedArea, client_as: Any) -> None:
        client, page = client_as("boundary_inspector", B), f"/divisions/disputed/{area.pk}/"
        sent = {"on": DAY.isoformat(), "document": "决定〔2025〕3号"}
        assert client.post(f"{page}settle/", {**sent, "on": "2024-01-01"}).status_code == 400
        assert client.post(f"{page}settle/", sent).status_code == 302
        area.refresh_from_db()
        assert area.document == "决定〔2025〕3号"


def typed(shape: Any) -> str:
    return "\n".join(f"{x}, {y}" for x, y in shape.exterior.coords[:-1])


def upload(shape: Any, datum: str) -> SimpleUploadedFile:
    moved = convert(shape, from_cgcs2000, get_datum(datum))
    feature = {"type": "Feature", "properties": {}, "geometry": mapping(moved)}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    return SimpleUploadedFile("claim.geojson", content.encode())


class TestEntering:
    PAGE = "/divisions/disputed/new/"

    def sent(self, **changed: Any) -> dict[str, Any]:
        first, second = claims()
        return {
            "name": "塘口",
            "since": SINCE.isoformat(),
            "claim1-code": A,
            "claim1-grounds": first.grounds,
            "claim1-outline": typed(first.shape),
            "claim1-datum": "CGCS2000",
            "claim2-code": B,
            "claim2-grounds": second.grounds,
            "claim2-file": upload(second.shape, "GCJ-02"),
            "claim2-datum": "GCJ-02",
            "claim3-datum": "CGCS2000",
            "claim4-datum": "CGCS2000",
            **changed,
        }

    def test_an_outline_and_a_file_of_another_datum(
        self, demo: SimpleNamespace, client_as: Any
    ) -> None:
        answer = client_as("boundary_inspector", A).post(self.PAGE, self.sent())
        kept = DisputedArea.objects.get(name="塘口")
        assert answer.status_code == 302
        assert str(kept.pk) in answer["Location"]
        for facts, claim in zip(claims(), kept.claims.all(), strict=True):
            here = shapely.from_wkb(bytes(claim.geometry.wkb))
            # A millimetre; taken for CGCS2000 the file would lie half a kilometre away.
            assert shapely.hausdorff_distance(here, facts.shape) < 1e-8

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"claim1-outline": ""}, "one of the two"),
            ({"claim1-outline": "113.1, 23.1\nx, 23.2\n113.2, 23.3"}, "Line 2"),
            ({"claim2-grounds": ""}, "This field is required"),
            ({"claim2-code": "449999"}, "no division 449999"),
            ({"claim2-datum": "CGCS2000"}, "do not overlap"),
            ({"claim3-code": "440104"}, "one of the two"),
        ],
    )
    def test_refuses_in_one_sentence_and_keeps_what_was_typed(
        self, demo: SimpleNamespace, client_as: Any, changed: dict[str, Any], sentence: str
    ) -> None:
        client = client_as("boundary_inspector", "4401")
        client.cookies["django_language"] = "en"
        answer = client.post(self.PAGE, self.sent(**changed))
        assert answer.status_code == 400
        page = answer.content.decode()
        assert sentence in page
        assert "土地证存根" in page
        assert not DisputedArea.objects.filter(name="塘口").exists()

    def test_only_for_land_of_ones_own(self, demo: SimpleNamespace, client_as: Any) -> None:
        client = client_as("boundary_inspector", "440104")
        client.cookies["django_language"] = "en"
        answer = client.post(self.PAGE, self.sent())
        assert answer.status_code == 400
        assert "within your jurisdiction" in answer.content.decode()
        assert client_as("viewer", "4401").post(self.PAGE, self.sent()).status_code == 403
        assert not DisputedArea.objects.filter(name="塘口").exists()


class TestPerspectives:
    def test_undetermined_first_then_each_claimant(self, area: DisputedArea) -> None:
        with translation.override("en"):
            ways = perspectives(at=SINCE, bounds=area.geometry.extent)
        assert ways[0] == ("", "disputed land: undetermined")
        assert {A, B} <= {code for code, _label in ways[1:]}
        assert perspectives(at=date(2001, 1, 1), bounds=area.geometry.extent) == []

    def test_only_of_what_the_map_shows(self, area: DisputedArea) -> None:
        west, south, _east, _north = area.geometry.extent
        elsewhere = (west - 1.1, south - 1.1, west - 1, south - 1)
        assert not {A, B} & {code for code, _ in perspectives(at=SINCE, bounds=elsewhere)}

    def test_tiles_hold_the_claims_and_the_edge_of_each(
        self, area: DisputedArea, client_as: Any
    ) -> None:
        (x, y), z = area.geometry.centroid.coords, 14
        column = int((x + 180) / 360 * 2**z)
        row = int((1 - math.asinh(math.tan(math.radians(y))) / math.pi) / 2 * 2**z)
        answer = client_as("viewer", "4401").get(
            f"/tiles/divisions/{z}/{column}/{row}.mvt?at={SINCE}"
        )
        tile = mapbox_vector_tile.decode(answer.content)
        for layer in ("claim", "claim_edge"):
            codes = {each["properties"]["code"] for each in tile[layer]["features"]}
            assert codes == {A, B}
        (land,) = tile["disputed"]["features"]
        assert set(land["properties"]["claimants"].split()) == {A, B}


class TestCheck:
    def test_tells_it_as_no_fault_of_the_polygons(self, area: DisputedArea) -> None:
        (fault,) = [f for f in check_topology(at=DAY, within="4401").faults if f.kind == "disputed"]
        assert fault.codes == (A, B)
        assert fault.area_m2 == pytest.approx(area.area_km2 * 1e6)
