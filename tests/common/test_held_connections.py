"""A held connection is known to live without a question, and known to be gone."""

import pytest
from django.db import OperationalError, connection, connections


@pytest.mark.django_db
class TestHeldConnections:
    def test_a_living_one_is_not_asked(self, django_assert_num_queries):
        connection.ensure_connection()
        with django_assert_num_queries(0):
            assert connection.is_usable()

    def test_one_that_the_database_ended_is_known(self):
        own = connections.create_connection("default")
        own.ensure_connection()
        number = own.connection.info.backend_pid
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
        assert not own.is_usable()
        own.close()

    def test_one_that_ended_under_a_question_is_given_up(self):
        own = connections.create_connection("default")
        with own.cursor() as cursor, pytest.raises(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid(), 0), pg_sleep(5)")
        assert own.connection.closed
        # Else every later request of the thread would fail as it begins.
        own.close_if_unusable_or_obsolete()
        assert own.connection is None
        with own.cursor() as cursor:
            cursor.execute("SELECT 1")
        own.close()
