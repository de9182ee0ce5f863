"""load_demo: one sentence on bad input, nothing half done, and an interrupted load goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.models import Adjustment
from common.models import AuditEntry, Source
from compendium.models import Entry
from demo.models import LoadedPart, ReferenceRow
from demo.parts import DemoOptions, plans
from facilities.models import SitingScenario, Target
from tests.databases import connect, database_url, empty_database
from tests.servers import ROOT, wait_until

T11 = "facilities.target T11 4401 2012-01-01"


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


class TestReferenceRows:
    """An installation of an earlier version is brought up to date; what was changed here stays."""

    @staticmethod
    def earlier(**changed: Any) -> Target:
        """T11 as an earlier version of the fixtures had it."""
        row = Target.objects.get(target_id="T11")
        for name, value in changed.items():
            setattr(row, name, value)
        row.save()
        # The set-up of that version wrote it: it knew no more than this, and nobody changed it.
        held = ReferenceRow.objects.get(key=T11)
        held.values |= {name: row._meta.get_field(name).value_to_string(row) for name in changed}
        held.save()
        return row

    @staticmethod
    def load(*arguments: str) -> str:
        out = StringIO()
        call_command("load_reference", *arguments, stdout=out)
        return out.getvalue()

    def test_an_old_row_is_brought_up_to_date_and_its_history_kept(self, demo: Any) -> None:
        now = Target.objects.get(target_id="T11").parameters
        row = self.earlier(form="parts_each", parameters={"per": "street", "parts": []})
        before = row.events.count()
        assert "1 brought up to date" in self.load()
        row.refresh_from_db()
        assert row.parameters["parts"] == [], "dry without --commit"
        assert self.load("--commit") == "Reference rows: 1 brought up to date.\n"
        row.refresh_from_db()
        assert row.parameters == now
        last = row.events.order_by("pgh_id").last()
        assert row.events.count() == before + 1
        assert last.parameters["parts"] == []
        assert last.pgh_context.metadata["operation"] == "load_reference"
        assert AuditEntry.objects.filter(operation="load_reference", subject_id=row.pk).exists()
        assert self.load("--commit") == "Reference rows: all up to date.\n"

    def test_a_changed_row_is_kept_and_named_until_this_versions_is_taken(self, demo: Any) -> None:
        Target.objects.filter(target_id="T11").update(title_en="Ours")
        assert f"1 kept as changed here: {T11}" in self.load("--commit")
        assert Target.objects.get(target_id="T11").title_en == "Ours"
        assert "1 brought up to date" in self.load("--take", T11, "--commit")
        assert (
            Target.objects.get(target_id="T11").title_en
            == "A team and three centres in each street"
        )
        with pytest.raises(CommandError, match="No row “T99” was kept"):
            self.load("--take", "T99")

    def test_a_database_without_this_memory_goes_by_the_history_of_rows(self, demo: Any) -> None:
        row = Target.objects.get(target_id="T11")
        ReferenceRow.objects.all().delete()
        # As if it had been written so: the change itself leaves no trace.
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE facilities_target DISABLE TRIGGER USER")
            cursor.execute("UPDATE facilities_target SET title_en = 'Old' WHERE id = %s", [row.pk])
            cursor.execute("ALTER TABLE facilities_target ENABLE TRIGGER USER")
        Target.objects.filter(target_id="T12").update(title_en="Ours")
        told = self.load("--commit")
        assert "1 brought up to date, 1 kept as changed here: facilities.target T12" in told
        assert Target.objects.get(target_id="T11").title_en != "Old"

    def test_an_edition_that_somebody_wrote_for_the_same_days_stands(self, demo: Any) -> None:
        row = Target.objects.get(target_id="T11")
        Target.objects.filter(pk=row.pk).update(period=DateRange(date(2011, 1, 1), None))
        assert f"1 kept as changed here: {T11}" in self.load("--commit")
        assert Target.objects.filter(target_id="T11").count() == 1


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
