"""A repair seen on the page first, written by an approver as background work."""

from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon

from boundaries.models import DivisionVersion
from boundaries.queries.topology import check_topology, last_check
from common.jobs import run_job
from common.models import Job
from tests.boundaries.test_repair import DAY, hole

__all__ = ["hole"]
PAGE = f"/divisions/faults/repair/?within=4401&at={DAY}"
pytestmark = pytest.mark.django_db


def sent(page: Any) -> dict[str, str]:
    shown = page.context
    return {"within": "4401", "at": DAY.isoformat(), "gap": "50", "seen": shown["seen"]}


class TestRepairPage:
    def test_shows_what_moves_and_writes_nothing(self, hole: float, client_as: Any) -> None:
        page = client_as("boundary_inspector", "4401").get(PAGE)
        ((move, name),) = page.context["moves"]
        assert (move.code, name) == ("440106", "天河区") and not page.context["may_write"]
        assert check_topology(at=DAY, within="4401").faults

    def test_an_approver_writes_what_was_seen(
        self, hole: float, client_as: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        client = client_as("approver", "4401")
        values = sent(client.get(PAGE))
        assert client_as("boundary_inspector", "4401").post(PAGE, values).status_code == 403
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(PAGE, values).status_code == 302
        job = Job.objects.get(kind="repair_coverage")
        told = client.get(f"/jobs/{job.pk}/").context["asked"]
        assert [value for _, value in told] == [DAY.isoformat(), "4401", "50"]
        assert "gap_width_m" not in dict(told)
        run_job.func(str(job.pk))
        assert [
            f for f in check_topology(at=DAY, within="4401").faults if f.kind != "disputed"
        ] == []
        kept = last_check(at=DAY, within="4401")
        assert kept and kept.by == client.user and not kept.faults.exclude(kind="disputed")

    def test_is_refused_once_the_polygons_are_others(self, hole: float, client_as: Any) -> None:
        client = client_as("approver", "4401")
        values = sent(client.get(PAGE))
        row = DivisionVersion.objects.on(DAY).get(code="440106")
        spot = row.geometry.point_on_surface
        spot.x += 0.01
        shape = row.geometry.difference(spot.buffer(0.0001))
        shape = shape if shape.geom_type == "MultiPolygon" else MultiPolygon(shape, srid=shape.srid)
        DivisionVersion.objects.filter(pk=row.pk).update(geometry=shape)
        client.post(PAGE, values)
        job = Job.objects.get(kind="repair_coverage")
        run_job.func(str(job.pk))
        job.refresh_from_db()
        assert job.state == Job.State.FAILED
        assert check_topology(at=DAY, within="4401").faults

    @pytest.mark.parametrize("query", ["within=&at=2024-05-01", "within=4401&gap=99999"])
    def test_refuses_in_words(self, demo: Any, client_as: Any, query: str) -> None:
        page = client_as("approver", "").get(f"/divisions/faults/repair/?{query}")
        assert page.status_code == 400 and page.context["sentence"]
