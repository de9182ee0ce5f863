"""A program writes while somebody else changes the same feature."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from accounts.models import Grant, User
from accounts.operations.keys import make_key
from facilities.models import Facility
from tests.servers import wait_until


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_what_is_sent_holds_though_it_was_on_record_when_the_request_came(
    own_database: str, django_db_blocker: Any
) -> None:
    """If-Match: * overwrites: a value that was the same is written over the one of meanwhile."""
    today = timezone.localdate()
    with django_db_blocker.unblock():
        person = User.objects.get(username="officer")
        period = DateRange(today, None)
        Grant.objects.create(user=person, role="planner", jurisdiction="4401", period=period)
        _record, key = make_key(
            by=person,
            name="测试",
            scopes=["read", "write"],
            at=today,
        )
        held = Facility.objects.on(today).filter(category_id="FAM-CTR").exclude(address="")[0]

        def write() -> Any:
            try:
                return Client(headers={"Authorization": f"Bearer {key}"}).patch(
                    f"/ogc/collections/facilities/items/{held.identity}",
                    json.dumps({"properties": {"address": held.address, "beds": 7}}),
                    content_type="application/merge-patch+json",
                    headers={"If-Match": "*"},
                )
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as beside:
            with transaction.atomic():
                Facility.objects.filter(pk=held.pk).update(address="别处")
                answer = beside.submit(write)
                wait_until(somebody_waits, seconds=60, what="the program to wait")
            assert answer.result(60).status_code == 204, answer.result().content
        now = Facility.objects.get(pk=held.pk)
        assert (now.address, now.beds) == (held.address, 7)
