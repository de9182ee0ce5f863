"""Two drafts on one unit and day are handed in at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from boundaries.models import Adjustment
from boundaries.operations.adjustments import CannotAdjust, draft_adjustment, submit_adjustment
from tests.boundaries.test_adjustments import DAY, JOIN, NOW, PAPERS, people

SEAT = [{"act": "seat", "units": ["440104"], "seat": "北京路"}]


class TestTwoAtOnce:
    def test_only_one_of_them_is_submitted(self, own_database: str, django_db_blocker: Any) -> None:
        with django_db_blocker.unblock():
            drawer, _ = people()
            drafts = [
                draft_adjustment(
                    by=drawer, at=NOW, title=title, happens_on=DAY, changes=changes,
                    materials=PAPERS,
                )
                for title, changes in (("甲", JOIN), ("乙", SEAT))
            ]  # fmt: skip
            begun = Barrier(2)

            def submit(draft: Adjustment) -> str:
                begun.wait()
                try:
                    submit_adjustment(by=drawer, at=NOW, adjustment=draft)
                except CannotAdjust as refusal:
                    return str(refusal)
                finally:
                    connections.close_all()
                return ""

            with ThreadPoolExecutor(2) as beside:
                told = sorted(beside.map(submit, drafts))
            assert told[0] == "" and "changes one of the same units" in told[1]
            assert Adjustment.objects.filter(state="submitted", happens_on=DAY).count() == 1
