"""Two people register one name in the same second."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from accounts.models import User
from gazetteer.models import PlaceName
from gazetteer.operations.places import CannotRegister, create_place
from tests.gazetteer.test_place_form import TODAY, facts, name


class TestTwoPeopleInOneSecond:
    def test_only_one_of_them_registers_the_name(
        self, own_database: str, django_db_blocker: Any
    ) -> None:
        with django_db_blocker.unblock():
            steward = User.objects.get(username="officer")
            begun = Barrier(2)

            def register(_number: int) -> str:
                begun.wait()
                try:
                    create_place(by=steward, at=TODAY, facts=facts(), name=name(text="试验二横路"))
                except CannotRegister:
                    return "refused"
                finally:
                    connections.close_all()
                return "registered"

            with ThreadPoolExecutor(2) as beside:
                told = sorted(beside.map(register, range(2)))
            assert told == ["refused", "registered"]
            assert PlaceName.objects.filter(text="试验二横路").count() == 1
