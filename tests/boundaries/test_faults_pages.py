"""A check of the polygons is kept, listed with its places, and taken out as a file."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.contrib.gis.geos import MultiPolygon
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from boundaries.models import CoverageCheck, DivisionVersion
from boundaries.operations.repair import propose_repair, write_repair
from boundaries.operations.topology import NothingToCheck, keep_check
from common.errors import NotInScope, NotPermitted
from common.jobs import run_job
from common.models import Job

DAY = date(2024, 5, 1)
PAGE = "/divisions/faults/?within=4401&at=2024-05-01"
TIANHE = "440106"
DivisionVersionEvent: Any = apps.get_model("boundaries", "DivisionVersionEvent")


@pytest.fixture
def hole(demo: SimpleNamespace) -> None:
    """Land given up by Tianhe: a gap, and a city that is not filled."""
    row = DivisionVersion.objects.on(DAY).get(code=TIANHE)
    shape = row.geometry.difference(row.geometry.point_on_surface.buffer(0.005))
    shape = shape if shape.geom_type == "MultiPolygon" else MultiPolygon(shape, srid=shape.srid)
    DivisionVersion.objects.filter(pk=row.pk).update(geometry=shape)


@pytest.fixture
def inspector(make_user: Callable[..., User]) -> User:
    return make_user("boundary_inspector", "4401")


class TestKeepCheck:
    def test_keeps_every_fault_and_replaces_the_former_check(
        self, hole: None, inspector: User
    ) -> None:
        for _ in range(2):
            kept = keep_check(by=inspector, at=DAY, within="4401")
        assert CoverageCheck.objects.get() == kept.check
        faults = list(kept.check.faults.all())
        assert {fault.kind for fault in faults} == {"gap", "unfilled", "beyond"}
        assert faults[0].area_m2 > 100_000 and TIANHE in faults[0].codes
        assert kept.check.faults.concerning("440106").count() == 3
        assert kept.check.faults.concerning("440113").count() == 0

    def test_asks_for_jurisdiction_and_role(
        self, demo: SimpleNamespace, make_user: Callable[..., User]
    ) -> None:
        with pytest.raises(NotInScope):
            keep_check(by=make_user("boundary_inspector", "440106"), at=DAY, within="4401")
        with pytest.raises(NotPermitted):
            keep_check(by=make_user("viewer", "4401"), at=DAY, within="4401")

    def test_a_day_without_shapes_is_refused(self, demo: SimpleNamespace, inspector: User) -> None:
        with pytest.raises(NothingToCheck):
            keep_check(by=inspector, at=date(1970, 1, 1), within="4401")


class TestPage:
    def test_says_what_to_do_while_nothing_was_checked(
        self, demo: SimpleNamespace, client_as: Callable[..., Client]
    ) -> None:
        text = client_as("boundary_inspector", "4401").get(PAGE).content.decode()
        assert "尚未检查" in text and "立即检查" in text
        assert "立即检查</button>" not in client_as("viewer", "4401").get(PAGE).content.decode()

    def test_lists_faults_with_their_place(
        self, hole: None, inspector: User, client_as: Callable[..., Client]
    ) -> None:
        keep_check(by=inspector, at=DAY, within="4401")
        client = client_as("viewer", "4401")
        text = client.get(PAGE).content.decode()
        assert "缝隙" in text and "未铺满上级" in text and 'data-lon="113.' in text
        only = client.get(PAGE + "&kind=gap").content.decode()
        assert "1 处问题" in only
        assert (
            "未发现问题"
            in client.get("/divisions/faults/?within=440113&at=2024-05-01").content.decode()
        )
        assert client.get("/divisions/faults/?within=43").status_code == 404
        assert client.get(PAGE + "&kind=x").status_code == 400

    def test_is_out_of_date_once_a_repair_within_it_was_written(
        self, hole: None, inspector: User, client_as: Callable[..., Client]
    ) -> None:
        keep_check(by=inspector, at=DAY, within="4401")
        # The row history knows the beginning of a transaction, and a test is one.
        yesterday = timezone.now() - timedelta(days=1)
        with pgtrigger.ignore("boundaries.DivisionVersionEvent:append_only"):
            DivisionVersionEvent.objects.update(pgh_created_at=yesterday - timedelta(days=1))
        CoverageCheck.objects.update(checked_at=yesterday)
        client = client_as("viewer", "4401")
        assert not client.get(PAGE).context["stale"]
        write_repair(
            repair=propose_repair(at=DAY, within=TIANHE, gap_width_m=2000), at=DAY, within=TIANHE
        )
        assert client.get(PAGE).context["stale"]
        assert not client.get(PAGE.replace("4401", "440113")).context["stale"]

    def test_goes_out_as_a_file(
        self, hole: None, inspector: User, client_as: Callable[..., Client]
    ) -> None:
        keep_check(by=inspector, at=DAY, within="4401")
        address = reverse("list_export", args=["coverage-faults"])
        response: Any = client_as("viewer", "4401").post(
            f"{address}?within=4401&at=2024-05-01", {"format": "csv", "datum": "CGCS2000"}
        )
        assert "缝隙" in response.content.decode("utf-8-sig")

    def test_the_work_leads_to_the_list(self, hole: None, inspector: User) -> None:
        job = Job.objects.create(
            kind="check_coverage",
            parameters={"within": "4401", "at": "2024-05-01"},
            asked_by=inspector,
        )
        run_job.func(str(job.pk))
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error
        assert job.result["url"].startswith("/divisions/faults/?within=4401")
