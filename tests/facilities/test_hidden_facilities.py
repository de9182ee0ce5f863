"""A facility that is a secret place is nowhere: on no page, in no interface, tile or search."""

import math
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from facilities.models import Facility
from facilities.queries.sites import sites_of
from gazetteer.models import Place
from tests.access_route import DISTRICT
from tests.facilities.test_import_registers import HEADINGS, checked

pytestmark = pytest.mark.django_db

NAME = "听涛暗号养老院"


@pytest.fixture
def facility(demo: Any) -> Facility:
    """In Tianhe, and a place of the gazetteer."""
    rows = Facility.objects.on(timezone.localdate()).within(DISTRICT)
    found = rows.filter(category="FAM-CTR").first()
    assert found is not None
    place = Place.objects.filter(legal_category="STREET").first()
    Facility.objects.filter(identity=found.identity).update(name=NAME, place=place)
    return Facility.objects.get(pk=found.pk)


def addresses(facility: Facility) -> list[str]:
    key, where = facility.identity, facility.location
    spot = f"{where.x},{where.y}"
    high = math.asinh(math.tan(math.radians(where.y))) / math.pi
    x, y = int((where.x + 180) / 360 * 2**16), int((1 - high) / 2 * 2**16)
    return [
        reverse("facilities:facility", args=[key]),
        f"{reverse('facilities:facilities')}?q={quote(NAME)}",
        reverse("tile", args=["facilities", 16, x, y]),
        f"{reverse('search')}?q={quote(NAME[2:])}",
        f"{reverse('gazetteer:here')}?point={spot}",
        f"/ogc/collections/facilities/items/{key}",
        f"/ogc/collections/facilities/items?category=FAM-CTR&division_code={facility.division_code}",
        f"/fhir/Location/{key}",
        f"/fhir/Location?_id={key}",
        f"/api/reverse?point={spot}",
    ]


def test_no_address_tells_of_one(facility: Facility, client_as: Any) -> None:
    client = client_as("planner", DISTRICT)
    asked = addresses(facility)

    def telling() -> list[str]:
        found = []
        for address in asked:
            answer = client.get(address)
            told = answer.content.decode("utf-8", "replace")
            named = any(
                part in told for part in (NAME, NAME.encode("ascii", "backslashreplace").decode())
            )
            # What was asked for may come back in the words of an answer that knows nothing.
            if named and not (quote(NAME) in address and str(facility.identity) not in told):
                found.append(address)
        return found

    assert telling() == asked
    Place.objects.filter(pk=facility.place_id).update(secrecy="secret")
    assert telling() == []
    assert client.get(asked[0]).status_code == 404
    gone = client.get(f"/id/facility/{facility.identity}", headers={"Accept": "application/json"})
    assert gone.status_code == 404


def test_nor_does_an_import(facility: Facility) -> None:
    x, y = facility.location.coords
    told = {"设施名称": NAME, "设施类别": "FAM-CTR", "经度": x, "纬度": y, "床位数": 7}
    rows = [told, {"设施标识": facility.identity, "床位数": 7}]
    lines = [",".join(str(row.get(name, "")) for name in HEADINGS.split(",")) for row in rows]
    Facility.objects.filter(pk=facility.pk).update(address="暗号路一号")
    Place.objects.filter(pk=facility.place_id).update(secrecy="secret")
    first, second = checked(*lines, day=timezone.localdate()).rows.order_by("number")
    assert first.outcome == "add" and not first.before, first.remarks
    assert "no_such_facility" in {each["code"] for each in second.remarks}


def test_nor_does_a_figure(facility: Facility) -> None:
    at = timezone.localdate()

    def counted() -> tuple[int, int]:
        return len(sites_of(at=at, category="FAM-CTR").keys), len(Facility.objects.shown())

    before = counted()
    Place.objects.filter(pk=facility.place_id).update(secrecy="secret")
    after = counted()
    assert after[0] == before[0] - 1 and after[1] < before[1]
