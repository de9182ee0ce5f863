"""Statements prepared by name answer as they would unprepared, once a connection."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from common.prepared import prepared_rows

SQL = "SELECT %(text)s::text, %(day)s::date, %(text)s LIKE '%%路', %(many)s::int[]"


def known() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
class TestPreparedRows:
    def test_are_those_of_the_statement(self) -> None:
        values = {"text": "it's 50% of 天河路", "day": date(2024, 6, 30), "many": [3, 1]}
        assert prepared_rows(SQL, values) == [(values["text"], values["day"], True, [3, 1])]
        assert prepared_rows(SQL, values | {"text": "100%"})[0][2] is False

    def test_without_values(self) -> None:
        assert prepared_rows("SELECT 7 %% 4", {}) == [(3,)]

    def test_are_planned_once_and_counted_as_one_question(
        self, django_assert_num_queries: object
    ) -> None:
        sql = "SELECT %(n)s::int + 1"
        assert prepared_rows(sql, {"n": 1}) == [(2,)]
        before = known()
        with django_assert_num_queries(2):  # type: ignore[operator]
            assert [prepared_rows(sql, {"n": n}) for n in (2, 3)] == [[(3,)], [(4,)]]
        assert known() == before

    def test_one_that_cannot_be_prepared_is_refused_as_any_other(self) -> None:
        for _ in range(2):
            with pytest.raises(ProgrammingError), transaction.atomic():
                prepared_rows("SELECT no_such_column", {})
        assert prepared_rows("SELECT 3", {}) == [(3,)]


def test_a_new_connection_knows_nothing_and_learns(own_database: str) -> None:
    sql = "SELECT %(n)s::int + 2"
    prepared_rows(sql, {"n": 1})
    connection.close()
    assert prepared_rows(sql, {"n": 5}) == [(7,)]
