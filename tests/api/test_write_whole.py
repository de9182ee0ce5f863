"""A feature that is read and sent back whole is as before: what may be written is told."""

import json
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from boundaries.models import Marker
from facilities.models import Facility
from signage.models import Sign

DISTRICT = "440106"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def family_centres(day: date) -> Any:
    return Facility.objects.on(day).filter(
        division_code__startswith=DISTRICT, category_id="FAM-CTR"
    )


def some_ids(collection: str, day: date) -> list[str]:
    signs = Sign.objects.on(day).filter(division_code__startswith=DISTRICT)
    rows: dict[str, Any] = {
        "signs": (each.number for each in signs.order_by("number")[::100]),
        "markers": (each.number for each in Marker.objects.on(day).filter(code_a=DISTRICT)[:8]),
        "facilities": (str(each.identity) for each in family_centres(day)[:20]),
    }
    return list(rows[collection])


@pytest.mark.parametrize(
    ("collection", "role"),
    [
        ("signs", "sign_inspector"),
        ("markers", "boundary_inspector"),
        ("facilities", "planner"),
    ],
)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_sent_back_whole_changes_nothing(
    key_of: Any, collection: str, role: str, method: str
) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of(role, DISTRICT, writes=True)}"})
    ids = some_ids(collection, timezone.localdate())
    assert ids
    for each in ids:
        here = f"/ogc/collections/{collection}/items/{each}"
        read = client.get(here)
        answer = getattr(client, method)(
            here,
            json.dumps(read.json()),
            content_type="application/geo+json",
            headers={"If-Match": read["ETag"]},
        )
        assert answer.status_code == 204, answer.content
        assert client.get(here).json() == read.json()


def test_a_list_may_be_sent_as_the_text_that_it_is_told_as(key_of: Any) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of('planner', DISTRICT, writes=True)}"})
    held = family_centres(timezone.localdate())[0]
    here = f"/ogc/collections/facilities/items/{held.identity}"
    for sent, status in (('["youth"]', 204), (["elders"], 204), ("youth", 400), ("[", 400)):
        answer = client.patch(
            here,
            json.dumps({"properties": {"client_groups": sent}}),
            content_type="application/merge-patch+json",
            headers={"If-Match": "*"},
        )
        assert answer.status_code == status, answer.content
    assert client.get(here).json()["properties"]["client_groups"] == '["elders"]'


def test_what_nobody_may_write_is_refused_where_it_differs(key_of: Any) -> None:
    key = key_of("sign_inspector", DISTRICT, writes=True)
    client = Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})
    (number, *_others) = some_ids("signs", timezone.localdate())
    here = f"/ogc/collections/signs/items/{number}"
    read = client.get(here)
    feature = read.json()
    feature["properties"]["division_code"] = "440103"
    answer = client.put(
        here,
        json.dumps(feature),
        content_type="application/geo+json",
        headers={"If-Match": read["ETag"]},
    )
    assert answer.status_code == 400
    assert "“division_code” cannot be changed here" in answer.json()["detail"]


@pytest.mark.parametrize("code", [4490, 4547])
@pytest.mark.parametrize(
    ("collection", "role", "model", "key"),
    [
        ("signs", "sign_inspector", Sign, "number"),
        ("markers", "boundary_inspector", Marker, "number"),
        ("facilities", "planner", Facility, "identity"),
    ],
)
def test_a_position_sent_back_as_it_was_read_is_not_rounded(
    key_of: Any, collection: str, role: str, model: Any, key: str, code: int
) -> None:
    crs = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
    each = some_ids(collection, timezone.localdate())[0]
    row = model.objects.on(timezone.localdate()).filter(**{key: each})
    exact = tuple(round(degrees, 7) + 3e-8 for degrees in row.get().location.coords)
    row.update(location=Point(*exact, srid=4490))
    client = Client(headers={"Authorization": f"Bearer {key_of(role, DISTRICT, writes=True)}"})
    here = f"/ogc/collections/{collection}/items/{each}"
    read = client.get(here, {"crs": crs})
    answer = client.put(
        here,
        json.dumps(read.json()),
        content_type="application/geo+json",
        headers={"If-Match": read["ETag"], "Content-Crs": f"<{crs}>"},
    )
    assert answer.status_code == 204, answer.content
    assert row.get().location.coords == exact


def test_a_whole_number_may_be_written_as_a_decimal_one(key_of: Any) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of('planner', DISTRICT, writes=True)}"})
    held = family_centres(timezone.localdate())[0]
    here = f"/ogc/collections/facilities/items/{held.identity}"
    answer = client.patch(
        here,
        '{"properties": {"staff_total": 999.0}}',
        content_type="application/merge-patch+json",
        headers={"If-Match": "*"},
    )
    assert answer.status_code == 204, answer.content
    assert client.get(here).json()["properties"]["staff_total"] == 999


def test_a_sign_keeps_a_place_that_bears_no_standard_name_any_more(key_of: Any) -> None:
    sign = Sign.objects.on(timezone.localdate()).filter(
        division_code__startswith=DISTRICT, place__isnull=False
    )[0]
    sign.place.names.update(kind="alias")
    key = key_of("sign_inspector", DISTRICT, writes=True)
    client = Client(headers={"Authorization": f"Bearer {key}"})
    here = f"/ogc/collections/signs/items/{sign.number}"
    read = client.get(here)
    assert read.json()["properties"]["place_name"] is None
    answer = client.put(
        here,
        json.dumps(read.json()),
        content_type="application/geo+json",
        headers={"If-Match": read["ETag"]},
    )
    assert answer.status_code == 204, answer.content
    assert client.get(here).json()["properties"]["place"] == str(sign.place_id)


@pytest.mark.parametrize(
    ("collection", "role", "day"),
    [("signs", "sign_inspector", "installed_on"), ("markers", "boundary_inspector", "set_on")],
)
def test_a_day_is_written_in_the_one_way_that_all_read_alike(
    key_of: Any, collection: str, role: str, day: str
) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of(role, DISTRICT, writes=True)}"})
    each = some_ids(collection, timezone.localdate())[0]
    for sent, status in (("01/02/2024", 400), ("2024-2-1", 400), ("", 204), ("2024-02-01", 204)):
        answer = client.patch(
            f"/ogc/collections/{collection}/items/{each}",
            json.dumps({"properties": {day: sent}}),
            content_type="application/merge-patch+json",
            headers={"If-Match": "*"},
        )
        assert answer.status_code == status, (sent, answer.content)


def test_beds_too_and_null_takes_an_address_away(key_of: Any) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of('planner', DISTRICT, writes=True)}"})
    held = family_centres(timezone.localdate())[0]
    here = f"/ogc/collections/facilities/items/{held.identity}"
    for sent, status in (
        ({"beds": 12.0, "address": None}, 204),
        ({"beds": 12.5}, 400),
        ({"name": None}, 400),
        ({"category": None}, 400),
        ({"": "nothing"}, 400),
    ):
        answer = client.patch(
            here,
            json.dumps({"properties": sent}),
            content_type="application/merge-patch+json",
            headers={"If-Match": "*"},
        )
        assert answer.status_code == status, answer.content
        assert b"None" not in answer.content
    told = client.get(here).json()["properties"]
    assert (told["beds"], told["address"], told["name"]) == (12, "", held.name)


def test_a_system_that_is_none_is_refused_without_a_position_too(key_of: Any) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of('planner', DISTRICT, writes=True)}"})
    held = family_centres(timezone.localdate())[0]
    answer = client.patch(
        f"/ogc/collections/facilities/items/{held.identity}",
        '{"properties": {}}',
        content_type="application/merge-patch+json",
        headers={"If-Match": "*", "Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/9999>"},
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["patch", "post"])
def test_a_sign_elsewhere_is_not_called_missing(key_of: Any, method: str) -> None:
    key = key_of("sign_inspector", DISTRICT, writes=True)
    client = Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})
    (number, *_others) = some_ids("signs", timezone.localdate())
    here = "/ogc/collections/signs/items"
    facts = client.get(f"{here}/{number}").json()["properties"]
    needed = ("class", "hanzi", "ground_colour", "managed_by")
    new = {"number": "NEW-1", **{name: facts[name] for name in needed}}
    answer = getattr(client, method)(
        here if method == "post" else f"{here}/{number}",
        json.dumps(
            {
                "geometry": {"type": "Point", "coordinates": [113.25, 23.12]},
                "properties": new if method == "post" else {},
            }
        ),
        content_type="application/geo+json",
        headers={"If-Match": "*"},
    )
    assert answer.status_code == 400
    assert "outside your area" in answer.json()["detail"]
