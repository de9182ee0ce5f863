"""What is at a point: divisions, places by distance, things of other apps; page and command."""

import json
from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from gazetteer.models import Place
from gazetteer.queries.reverse import things_near, whats_here

DAY = date(2024, 5, 1)


def spot(place: Place) -> tuple[float, float]:
    point = place.geometry.point_on_surface
    return point.x, point.y


class TestWhatsHere:
    def test_names_every_division_and_the_nearest_places_first(self, road: Place) -> None:
        found = whats_here(point=spot(road), at=DAY)
        names = [division.name for division in found.divisions]
        assert names[:3] == ["广东省", "广州市", "天河区"]
        assert found.places[0].text == "天河路"
        distances = [place.distance_m for place in found.places]
        assert distances == sorted(distances)
        assert distances[-1] <= 500

    def test_a_secret_place_is_not_there(self, road: Place) -> None:
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        found = whats_here(point=spot(road), at=DAY)
        assert road.pk not in [place.place_id for place in found.places]

    def test_a_day_before_the_records_knows_nothing(self, road: Place) -> None:
        found = whats_here(point=spot(road), at=date(1900, 1, 1))
        assert (found.divisions, found.places) == ([], [])

    def test_other_apps_add_their_things(self, road: Place) -> None:
        groups = things_near(point=spot(road), at=DAY, within_m=3000)
        assert groups
        assert all(group.total >= len(group.things) > 0 for group in groups)


class TestPage:
    def test_lists_what_is_there(self, road: Place, client_as: Callable[..., Client]) -> None:
        lon, lat = spot(road)
        page = client_as("viewer", language="en").get("/here/", {"point": f"{lon},{lat}"})
        text = page.content.decode()
        assert "Tianhe Qu" in text
        assert "天河路" in text

    def test_the_map_gets_the_same_as_a_part(
        self, road: Place, client_as: Callable[..., Client]
    ) -> None:
        lon, lat = spot(road)
        part = client_as("viewer").get(
            "/here/", {"point": f"{lon},{lat}"}, headers={"HX-Request": "true"}
        )
        assert "天河路" in part.content.decode()
        assert "<html" not in part.content.decode()

    @pytest.mark.parametrize("point", ["abc", "913,23", "113", "nan,nan", "113,23,5", "1e999,0"])
    def test_a_bad_point_gets_a_sentence_and_is_kept(
        self, demo: object, client_as: Callable[..., Client], point: str
    ) -> None:
        page = client_as("viewer", language="en").get("/here/", {"point": point})
        assert page.status_code == 400
        assert "is no point on the globe" in page.content.decode()
        assert f'value="{point}"' in page.content.decode()

    def test_asks_for_a_point_where_none_is_given(
        self, demo: object, client_as: Callable[..., Client]
    ) -> None:
        assert "Which point?" in client_as("viewer", language="en").get("/here/").content.decode()


class TestCommand:
    def test_says_it_for_machines(self, road: Place) -> None:
        lon, lat = spot(road)
        out = StringIO()
        call_command("whats_here", str(lon), str(lat), at="2024-05-01", json=True, stdout=out)
        values = json.loads(out.getvalue())
        assert values["divisions"][0]["name"] == "广东省"
        assert values["places"][0]["name"] == "天河路"

    @pytest.mark.parametrize(
        ("values", "options"),
        [(("x", "1"), {}), (("113", "95"), {}), (("113", "23"), {"within_m": "-1"})],
    )
    def test_ends_with_one_sentence_on_bad_input(
        self, demo: object, values: tuple[str, str], options: dict[str, str]
    ) -> None:
        with pytest.raises(CommandError, match=r"^[^\n]+$"):
            call_command("whats_here", *values, **options)
