"""What a simulation says of land that a new unit lacks and of shapes that become unknown."""

import json
import uuid
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.domain.adjustments import BadDraft
from boundaries.models import Adjustment, Division, DivisionVersion
from boundaries.queries.adjusting import approver_for, outcome_of
from boundaries.queries.simulation import simulate
from tests.boundaries.test_adjustments import DAY

STREET = {"act": "establish", "code": "440103099", "name": "新街道", "to": "440103"}
TOWNS = ("440118101", "440118102")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


VILLAGE = "440118101201"
MOVED = {"act": "transfer", "units": [VILLAGE], "to": TOWNS[1]}


@pytest.fixture
def village() -> DivisionVersion:
    """A village without a shape, as all are on record."""
    town = DivisionVersion.objects.on(DAY).get(code=TOWNS[0])
    row: DivisionVersion = DivisionVersion.objects.create(
        division=Division.objects.create(id=uuid.uuid4()),
        code=VILLAGE,
        name="某村",
        level=5,
        kind="village",
        parent=town.division,
        period=DateRange(town.period.lower, None),
        source=town.source,
    )
    return row


def page_of(client: Any, change: dict[str, Any]) -> str:
    values = {"title": "试", "happens_on": DAY.isoformat(), "try": "1"}
    page = client.post("/adjustments/new/", {**values, "changes": json.dumps([change])})
    return str(page.content.decode())


class TestNewUnit:
    def test_without_land_is_said_in_words(self, client_as: Any) -> None:
        assert len(simulate(changes=[STREET], on=DAY).landless) == 1
        client = client_as("boundary_inspector", "4401", language="en")
        assert "has no land: a further change" in page_of(client, STREET)

    def test_with_land_is_not(self) -> None:
        streets = DivisionVersion.objects.on(DAY).filter(code__startswith="440103", level=4)
        given = streets.order_by("code").values_list("code", flat=True)[0]
        filled = {"act": "abolish", "units": [given], "to": STREET["code"]}
        assert not simulate(changes=[STREET, filled], on=DAY).landless

    def test_village_of_which_no_shape_is_known(self) -> None:
        village = {"act": "establish", "code": f"{TOWNS[0]}399", "name": "新村", "to": TOWNS[0]}
        assert not simulate(changes=[village], on=DAY).landless


@pytest.mark.usefixtures("village")
class TestVillageByCode:
    def test_the_shape_of_a_new_town_of_villages_is_unknown_too(self) -> None:
        town = {"act": "establish", "code": "440118199", "name": "新镇", "to": "440118"}
        found = simulate(changes=[town, {**MOVED, "to": "440118199"}], on=DAY)
        assert len(found.shapes_lost) == 2
        assert not found.landless

    def test_the_shapes_of_both_towns_become_unknown(self, client_as: Any) -> None:
        assert len(simulate(changes=[MOVED], on=DAY).shapes_lost) == 2
        client = client_as("boundary_inspector", "4401", language="en")
        assert page_of(client, MOVED).count("will be unknown from the day on") == 2

    @pytest.mark.parametrize("county", ["440118", "440104"])
    def test_lies_in_a_town_not_in_a_county(self, county: str) -> None:
        with pytest.raises(BadDraft, match="name the town, township or street"):
            outcome_of(changes=[{**MOVED, "to": county}], on=DAY)

    def test_is_not_set_up_in_a_county(self) -> None:
        village = {"act": "establish", "code": "440118101399", "name": "新村", "to": "440118"}
        with pytest.raises(BadDraft, match="name the town, township or street"):
            outcome_of(changes=[village], on=DAY)

    def test_is_not_left_in_the_county_by_its_town(self) -> None:
        with pytest.raises(BadDraft, match="name the town, township or street"):
            outcome_of(changes=[{"act": "abolish", "units": [TOWNS[0]], "to": "440118"}], on=DAY)


class TestApprover:
    @pytest.mark.parametrize(
        ("change", "article"),
        [
            ({"act": "street_organ", "units": ["440103001"], "name": "沙面镇"}, "9"),
            ({"act": "street_organ", "units": ["440103001"], "name": "沙洲街道"}, "10"),
            ({"act": "street_organ", "units": ["440118101"], "name": "新塘街道"}, "9"),
            ({"act": "upgrade", "units": ["440118101"], "name": "新塘街道"}, "9"),
            ({"act": "abolish", "units": ["440103001"], "to": "440103002"}, "10"),
            ({"act": "abolish", "units": ["440118001"], "to": "440118101"}, "9"),
        ],
    )
    def test_a_town_is_the_provinces_a_street_its_governments(
        self, change: dict[str, Any], article: str
    ) -> None:
        draft = Adjustment(changes=[change], happens_on=DAY)
        outcome = outcome_of(changes=[change], on=DAY)
        assert approver_for(adjustment=draft, outcome=outcome).article == article
