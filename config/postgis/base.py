"""GeoDjango's connection to PostGIS, told to be usable without a question of its own."""

from select import POLLIN, poll
from typing import Any

from django.contrib.gis.db.backends.postgis import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A held connection is looked at before each request (``CONN_HEALTH_CHECKS``).

    ``prepared``: the statements that it knows by name (:mod:`common.prepared`), planned once:
    PostgreSQL would else plan anew wherever it reckons more without the values.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.prepared: set[str] = set()
        options = f"{conn_params.get('options', '')} -c plan_cache_mode=force_generic_plan"
        return super().get_new_connection(conn_params | {"options": options.strip()})

    def is_usable(self) -> bool:
        """Whether the other side is still there.

        Between requests nothing comes in but the end of a connection, or a notice: only then is
        the database asked, which Django's own way does every time. One that ended under a question
        is closed at this end already and has nothing to look at.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        waiting.register(self.connection, POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())
