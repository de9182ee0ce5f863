"""load_demo: one sentence on bad input, nothing half done, and an interrupted load goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from boundaries.models import Adjustment
from common.models import Source
from compendium.models import Entry
from demo.models import LoadedPart
from demo.parts import DemoOptions, plans
from facilities.models import SitingScenario
from tests.databases import connect, database_url, empty_database
from tests.servers import ROOT, wait_until


class TestBadInput:
    def test_refuses_an_unknown_polygon_source(self, db: None) -> None:
        with pytest.raises(
            CommandError, match=r"Unknown polygon source “osm”: choose amap or tian"
        ):
            call_command("load_demo", source="osm")

    def test_refuses_to_mix_two_sets(self, demo: Any) -> None:
        with pytest.raises(CommandError, match="start from an empty database"):
            call_command("load_demo", source="tianditu")

    def test_keeps_what_is_there(self, demo: Any) -> None:
        before = list(LoadedPart.objects.order_by("name").values())
        out = StringIO()
        call_command("load_demo", small=True, stdout=out)
        assert list(LoadedPart.objects.order_by("name").values()) == before
        assert out.getvalue().count("already there") == len(before)

    def test_brings_new_reference_rows_to_an_older_set_and_keeps_edited_ones(
        self, demo: Any
    ) -> None:
        Source.objects.create(key="x-old", title_zh="旧", title_en="Old")
        Source.objects.filter(key="public-knowledge").update(title_en="Edited")
        gone = Source.objects.get(key="geonames")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("DELETE FROM common_source WHERE key = %s", [gone.key])
        out = StringIO()
        call_command("load_demo", small=True, stdout=out)
        assert "1 new rows" in out.getvalue()
        assert Source.objects.get(key="geonames").title_en == gone.title_en
        assert Source.objects.get(key="public-knowledge").title_en == "Edited"


@contextmanager
def loading(name: str) -> Iterator[subprocess.Popen[bytes]]:
    """``load_demo --small`` in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "load_demo", "--small"],
        cwd=ROOT,
        env={**os.environ, "DIMING_ENV": "development", "DATABASE_URL": database_url(name)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def rows(name: str, question: str) -> list[tuple[Any, ...]]:
    with closing(connect(name)) as plain, plain.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def parts(name: str) -> int:
    return int(rows(name, "SELECT count(*) FROM demo_loadedpart")[0][0])


def has_parts(name: str, enough: int) -> bool:
    return parts(name) >= enough


def content(name: str) -> dict[str, tuple[Any, ...]]:
    """Table → number of rows and a digest of what does not depend on the order of loading.

    Marks of writing (common_tablechange) tell of transactions: a killed load has had others.
    """
    tables = rows(
        name,
        "SELECT t.relname, array_agg(quote_ident(a.attname) ORDER BY a.attname) FILTER (WHERE NOT "
        "(format_type(a.atttypid, NULL) IN ('uuid', 'timestamp with time zone', 'jsonb') "
        "OR a.attname IN ('id', 'password') OR a.attname LIKE '%\\_id')) "
        "FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid "
        "WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND a.attnum > 0 "
        "AND NOT a.attisdropped AND t.relname ~ '^(common|accounts|boundaries|gazetteer|signage|"
        "facilities|demo)_' AND t.relname <> 'common_tablechange' GROUP BY 1",
    )
    found = {}
    for table, columns in tables:
        row = f"concat_ws('|', {', '.join(columns)})" if columns else "''"
        digest = f"md5(coalesce(string_agg(md5({row}), '' ORDER BY md5({row})), ''))"
        found[table] = rows(name, f"SELECT count(*), {digest} FROM {table}")[0]
    return found


@pytest.mark.destructive
class TestKilledLoad:
    def test_is_simply_run_again_with_the_same_result(self, django_db_setup: None) -> None:
        whole = connection.settings_dict["NAME"]
        connection.close()
        with empty_database() as name:
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": database_url(name)},
                check=True,
            )
            for enough in (3, 6):
                with loading(name) as process:
                    wait_until(partial(has_parts, name, enough), seconds=600, what="some parts")
                    process.send_signal(signal.SIGKILL)
            assert enough <= parts(name) < parts(whole)
            with loading(name) as process:
                output = process.communicate(timeout=900)[0].decode()
            assert process.returncode == 0, output
            assert "already there" in output
            assert content(name) == content(whole)


class TestPlans:
    def test_are_made_by_the_operations_in_the_large_set_only(
        self, demo: Any, settings: Any
    ) -> None:
        assert plans.load(DemoOptions(small=True)) == "none"
        settings.DEBUG = True
        assert "3 scenarios" in plans.load(DemoOptions())
        assert Adjustment.objects.get().state == "submitted"
        assert {each.state for each in SitingScenario.objects.all()} == {"waiting"}
        assert Entry.objects.get().items.count() == 2
