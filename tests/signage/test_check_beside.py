"""A sign is put right while a check of every sign is running: what the person did stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from signage.models import Absence, CheckedMeanwhile, Finding, Sign
from signage.operations import check
from signage.operations.check import check_signs, recheck_sign

RULE = "R13"
WAIT_S = 120


def paint(number: str, *, right: bool) -> None:
    """Give a sign the ground that it should have, or the other one, and check it by itself."""
    with transaction.atomic():
        sign = Sign.objects.select_for_update(no_key=True).get(number=number)
        shown = {"blue": "green", "green": "blue"}
        wrong_now = fails(number)
        if right == wrong_now:
            ground = shown[sign.ground_colour]
            sign.show_texts(hanzi=sign.hanzi, pinyin=sign.pinyin, ground=ground)
            sign.save()
        recheck_sign(sign=sign, at=timezone.localdate())


def fails(number: str) -> bool:
    return Finding.objects.open().filter(sign__number=number, rule_id_text=RULE).exists()


@pytest.fixture
def numbers(own_database: str, django_db_blocker: Any) -> list[str]:
    """Two signs that fail by their colour alone, and one that is right."""
    with django_db_blocker.unblock():
        wrong = Finding.objects.open().filter(rule_id_text=RULE)
        sound = Sign.objects.filter(sign_class="STREET", street_bearing__isnull=False)
        sound = sound.exclude(findings__isnull=False).filter(place__isnull=False)
        found = [*wrong.order_by("sign__number").values_list("sign__number", flat=True)[:2]]
        return [*found, sound.order_by("number").values_list("number", flat=True)[0]]


def beside(work: Callable[[], None]) -> Callable[[], None]:
    def own_connection() -> None:
        try:
            work()
        finally:
            connections.close_all()

    return own_connection


class TestWhileEverySignIsChecked:
    def test_fixes_and_faults_of_that_moment_stay(
        self, numbers: list[str], django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One fix began before the check and ends within it, one falls within it as a whole."""
        begun_before, within, spoiled = numbers
        waiting, may_end, read, fixed = Event(), Event(), Event(), Event()
        keep_many = check.keep_many
        today = timezone.localdate()

        def fix_begun_before() -> None:
            with transaction.atomic():
                Sign.objects.select_for_update(no_key=True).get(number=begun_before)
                waiting.set()
                assert may_end.wait(WAIT_S)
                paint(begun_before, right=True)

        def held() -> None:
            # Everything has been read, and nothing was written yet.
            read.set()
            assert fixed.wait(WAIT_S)
            keep_many()

        def check_everything() -> None:
            check_signs(by=None, at=today)

        monkeypatch.setattr(check, "keep_many", held)
        with django_db_blocker.unblock(), ThreadPoolExecutor(2) as threads:
            absent = set(Absence.objects.open().values_list("place_id", "spot"))
            early = threads.submit(beside(fix_begun_before))
            assert waiting.wait(WAIT_S)
            everything = threads.submit(beside(check_everything))
            assert read.wait(WAIT_S)
            paint(within, right=True)
            paint(spoiled, right=False)
            may_end.set()
            early.result(WAIT_S)
            assert [fails(number) for number in numbers] == [False, False, True]
            fixed.set()
            everything.result(WAIT_S)
            assert [fails(number) for number in numbers] == [False, False, True]
            assert CheckedMeanwhile.objects.exists()
            monkeypatch.undo()
            # Nothing else was lost, and the next check sees it all as it is.
            assert set(Absence.objects.open().values_list("place_id", "spot")) == absent
            check_signs(by=None, at=today)
            assert [fails(number) for number in numbers] == [False, False, True]
            assert not CheckedMeanwhile.objects.exists()

    def test_a_fix_that_comes_while_findings_are_written_waits_and_stays(
        self, numbers: list[str], django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = numbers[0]
        writing, arrived = Event(), Event()
        keep_many = check.keep_many

        def held() -> None:
            keep_many()
            writing.set()
            # The fix cannot end before this check does: only its beginning is waited for.
            assert arrived.wait(WAIT_S)

        def fix() -> None:
            assert writing.wait(WAIT_S)
            arrived.set()
            paint(number, right=True)

        monkeypatch.setattr(check, "keep_many", held)
        with django_db_blocker.unblock(), ThreadPoolExecutor(1) as threads:
            late = threads.submit(beside(fix))
            check_signs(by=None, at=timezone.localdate())
            late.result(WAIT_S)
            assert not fails(number)
