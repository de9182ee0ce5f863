"""Sessions in the database, read in plain SQL: every request of a person begins with one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from common.prepared import prepared_rows


class SessionStore(db.SessionStore):
    """Django's own; only how a session is looked up differs."""

    def _get_session_from_db(self) -> Session | None:
        # A cookie may hold any character, a text of the database may not.
        if "\x00" in self.session_key:
            self._session_key = None
            return None
        found = prepared_rows(
            "SELECT session_data, expire_date FROM django_session"
            " WHERE session_key = %(key)s AND expire_date > %(now)s",
            {"key": self.session_key, "now": timezone.now()},
        )
        if not found:
            self._session_key = None
            return None
        return Session(self.session_key, *found[0])
