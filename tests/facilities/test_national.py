"""A country in parts: like one, on workers, when a worker is lost; villages of the database."""

import json
import os
import signal
from datetime import date
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from common.crs import CGCS2000, GUANGZHOU_ZONE, project_points
from common.errors import BadInput
from facilities.domain.coverage import nearest_distances
from facilities.domain.national import (
    FURTHEST_M,
    county_parts,
    laid_together,
    nearest_in_county,
    one_by_one,
)
from facilities.operations.national import NoScheduler, cluster, measure_country
from facilities.queries.national import read_sites, read_villages

COUNTIES = 60


def country():
    rng = np.random.default_rng(2)
    middles = np.column_stack([rng.uniform(100, 120, COUNTIES), rng.uniform(22, 40, COUNTIES)])
    county = rng.integers(0, COUNTIES, 3000)
    places = middles[county] + rng.uniform(-0.3, 0.3, (3000, 2))
    codes = np.array([f"{440000 + one:06d}001001" for one in county])
    sites = middles[rng.integers(0, COUNTIES, 200)] + rng.uniform(-0.3, 0.3, (200, 2))
    return codes, places, sites


class TestParts:
    def test_every_place_keeps_its_answer(self):
        codes, places, sites = country()
        parts, order = county_parts(codes, places)
        found = laid_together(list(one_by_one(parts, sites)), order)
        for at in (0, 17, 2999):
            (part,) = (one for one in parts if one.code == codes[at][:6])
            mine = np.flatnonzero((part.places == places[at]).all(axis=1))[0]
            assert found[at] == nearest_in_county(part, sites)[mine]

    def test_one_county_is_measured_as_the_coverage_is(self):
        """In the zone of the county, against everything: the box leaves out nothing that counts."""
        rng = np.random.default_rng(4)
        places = np.array([113.5, 23.1]) + rng.uniform(-0.3, 0.3, (200, 2))
        sites = np.array([113.5, 23.1]) + rng.uniform(-4, 4, (300, 2))
        parts, order = county_parts(np.full(200, "440100000000"), places)
        found = laid_together(list(one_by_one(parts, sites, 3)), order)
        metres = (project_points(xy, CGCS2000, GUANGZHOU_ZONE) for xy in (places, sites))
        np.testing.assert_allclose(found, nearest_distances(*metres, at_least=3), rtol=1e-12)

    def test_nothing_near_enough_is_out_of_reach(self):
        parts, _ = county_parts(np.array(["650100000000"]), np.array([[87.6, 43.8]]))
        far = np.array([[113.3, 23.1]])
        assert np.isinf(nearest_in_county(parts[0], far)).all()
        assert np.isinf(nearest_in_county(parts[0], np.empty((0, 2)))).all()
        assert nearest_in_county(parts[0], np.array([[87.6, 47.0]]))[0] < FURTHEST_M

    def test_a_country_without_places_is_a_result(self):
        parts, order = county_parts(np.empty(0, dtype="<U12"), np.empty((0, 2)))
        assert parts == [] and len(laid_together([], order)) == 0

    def test_refuses_positions_that_are_none(self):
        with pytest.raises(BadInput):
            county_parts(np.array(["440100"]), np.array([[np.nan, 23]]))
        with pytest.raises(BadInput):
            county_parts(np.array(["440100"]), np.empty((0, 2)))


class TestWorkers:
    def test_a_lost_worker_loses_nothing(self):
        """One of two is killed in the middle of the work; the answer is that of one process."""
        codes, places, sites = country()
        parts, order = county_parts(codes, places)
        expected = laid_together(list(one_by_one(parts, sites, 2)), order)
        killed = []
        with cluster(workers=2) as client:
            victims = list(client.run(os.getpid).values())

            def kill_one(done, _all):
                if done == 6:
                    os.kill(victims[0], signal.SIGKILL)
                    killed.append(victims[0])

            answers = measure_country(
                client=client, parts=parts, facilities=sites, at_least=2, report=kill_one, batch=2
            )
        assert killed
        np.testing.assert_array_equal(laid_together(answers, order), expected)

    def test_a_scheduler_by_its_address_gives_the_same(self):
        codes, places, sites = country()
        parts, order = county_parts(codes, places)
        with cluster(workers=1) as local:
            address = local.scheduler.address
            with cluster(address=address) as client:
                answers = measure_country(client=client, parts=parts, facilities=sites)
        expected = laid_together(list(one_by_one(parts, sites)), order)
        np.testing.assert_array_equal(laid_together(answers, order), expected)

    def test_says_where_there_is_no_scheduler(self, monkeypatch):
        monkeypatch.setattr("facilities.operations.national.TIMEOUT_S", 1)
        with (
            pytest.raises(NoScheduler, match=r"no Dask scheduler at tcp://127\.0\.0\.1:9"),
            cluster(address="tcp://127.0.0.1:9"),
        ):
            pass


@pytest.mark.usefixtures("demo")
class TestVillages:
    def test_stand_where_their_town_is_and_say_so(self):
        villages = read_villages(at=date(2024, 5, 1), within="4401")
        assert len(villages.codes) and not villages.nowhere
        assert villages.rough.all()
        assert (np.char.str_len(villages.codes) == 12).all()
        parts, order = county_parts(villages.codes, villages.lonlat)
        sites = read_sites(at=date(2024, 5, 1), category="ELD-INST")
        metres = laid_together(list(one_by_one(parts, sites)), order)
        assert np.isfinite(metres).all() and (metres < 100_000).all()

    def test_the_command_tells_by_province(self):
        out = StringIO()
        options = ["--category", "ELD-INST", "--at", "2024-05-01", "--json", "--workers", "1"]
        call_command("national", *options, stdout=out)
        told = json.loads(out.getvalue())
        rows = {row["code"]: row for row in told["provinces"]}
        assert rows["44"]["villages"] and rows["44"]["median_m"] < 100_000
        assert told["rough"] == sum(row["villages"] for row in told["provinces"])

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            (["--category", "X"], "not a category"),
            (["--category", "ELD-INST", "--at-least", "0"], "1 or more"),
            (["--category", "ELD-INST", "--at", "soon"], "not a day"),
        ],
    )
    def test_the_command_refuses_in_one_line(self, options, why):
        with pytest.raises(CommandError, match=why):
            call_command("national", *options)
