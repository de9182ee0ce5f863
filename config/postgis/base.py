"""GeoDjango's connection to PostGIS, told to be usable without a question of its own."""

from select import POLLIN, poll

from django.contrib.gis.db.backends.postgis import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A held connection is looked at before each request (``CONN_HEALTH_CHECKS``)."""

    def is_usable(self) -> bool:
        """Whether the other side is still there.

        Between requests nothing comes in but the end of a connection, or a notice: only then is
        the database asked, which Django's own way does every time.
        """
        waiting = poll()
        waiting.register(self.connection, POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())
