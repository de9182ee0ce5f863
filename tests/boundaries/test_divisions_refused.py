"""What the database itself refuses of divisions, whoever writes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.models import Division, DivisionVersion
from boundaries.queries.divisions import get_division

DAY = date(2025, 6, 30)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def division(code: str) -> DivisionVersion:
    found = get_division(code=code, at=DAY)
    assert found is not None, code
    return found


class TestParentsAndPeriods:
    @pytest.mark.parametrize(("code", "parent"), [("440100", "440106"), ("440106", "440106")])
    def test_the_database_refuses_parents_in_a_circle(self, code: str, parent: str) -> None:
        row, above = division(code), division(parent)
        with pytest.raises(IntegrityError, match="never in itself"), transaction.atomic():
            DivisionVersion.objects.filter(pk=row.pk).update(parent_id=above.division_id)

    def test_the_database_refuses_a_parent_of_the_same_level(self) -> None:
        with pytest.raises(IntegrityError, match="never in itself"), transaction.atomic():
            DivisionVersion.objects.create(
                division=Division.objects.create(),
                code="990188",
                name="试验区",
                level=3,
                parent=division("440106").division,
                period=DateRange(date(2040, 1, 1), None),
            )

    def test_the_database_refuses_a_period_without_a_day(self) -> None:
        with (
            pytest.raises(IntegrityError, match="division_period_not_empty"),
            transaction.atomic(),
        ):
            DivisionVersion.objects.filter(code="440106").update(
                period=DateRange(date(2020, 1, 1), date(2020, 1, 1))
            )
