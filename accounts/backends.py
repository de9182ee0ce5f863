"""How people sign in."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from accounts.models import User
from accounts.queries.persons import get_person


class PersonBackend(ModelBackend):
    """Passwords as Django checks them; who has signed in is read with the grants in force."""

    def get_user(self, user_id: Any) -> User | None:
        person = get_person(pk=user_id, at=timezone.localdate())
        return person if person is not None and self.user_can_authenticate(person) else None
