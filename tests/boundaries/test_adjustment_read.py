"""Who changes, hands in or approves a draft has read it as it stands."""

from typing import Any

import pytest

from boundaries.models import Adjustment
from boundaries.operations.adjustments import (
    DraftChanged,
    approve_adjustment,
    change_draft,
    draft_adjustment,
    return_adjustment,
    submit_adjustment,
)
from boundaries.queries.adjustments import content_hash
from tests.boundaries.test_adjustments import DAY, JOIN, NOW, PAPERS, people

OTHER = [{"act": "rename", "units": ["440104"], "name": "越岭区"}]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def drafted() -> Adjustment:
    return draft_adjustment(
        by=people()[0], at=NOW, title="荔湾并入越秀", happens_on=DAY, changes=JOIN, materials=PAPERS
    )


def written_over(draft: Adjustment) -> Adjustment:
    return change_draft(
        by=people()[0], adjustment=draft, title="改名", happens_on=DAY, changes=OTHER,
        materials=PAPERS,
    )  # fmt: skip


def hidden(page: Any) -> str:
    return str(page.content.decode().split('name="seen" value="')[1].split('"')[0])


class TestTwoAtOneDraft:
    def test_the_second_does_not_write_over_the_first(self, client_as: Any) -> None:
        draft = drafted()
        address = f"/adjustments/{draft.pk}/edit/"
        client = client_as("boundary_inspector", "4401", language="en")
        values = {"title": "二", "happens_on": str(DAY), "changes": "[]"}
        seen = hidden(client.get(address))
        # Trying it out, or adding a change, reads nothing anew.
        tried = client.post(address, {**values, "seen": seen, "add": "1", "change-act": "rename"})
        written_over(draft)
        assert hidden(tried) == seen
        typed = {**values, "changes": '[{"act": "seat", "units": ["440104"], "seat": "北京路"}]'}
        page = client.post(address, {**typed, "seen": seen})
        assert page.status_code == 400 and "has changed since" in page.context["sentence"]
        assert page.context["form"]["title"].value() == "二"
        draft.refresh_from_db()
        assert (draft.title, draft.changes) == ("改名", OTHER)
        page = client.post(address, {**typed, "seen": hidden(client.get(address))})
        assert page.status_code == 302 and Adjustment.objects.get(pk=draft.pk).title == "二"

    def test_a_draft_changed_and_handed_in_again_is_not_approved_unread(
        self, client_as: Any
    ) -> None:
        drawer, approver = people()
        draft = drafted()
        submit_adjustment(by=drawer, at=NOW, adjustment=draft)
        client = client_as("approver", "4401", language="en")
        actions = client.get(f"/adjustments/{draft.pk}/").context["actions"]
        (address,) = [one["url"] for one in actions if "/approve/" in one["url"]]
        return_adjustment(by=approver, at=NOW, adjustment=draft, note="改")
        submit_adjustment(by=drawer, at=NOW, adjustment=written_over(draft))
        approval = {
            "authority": "国务院", "document": "国函", "approved_on": str(DAY),
            "happens_on": str(DAY),
        }  # fmt: skip
        page = client.post(address, approval)
        assert page.status_code == 409 and "has changed since" in page.context["sentence"]
        assert Adjustment.objects.get(pk=draft.pk).state == "submitted"
        (address,) = [
            one["url"]
            for one in client.get(f"/adjustments/{draft.pk}/").context["actions"]
            if "/approve/" in one["url"]
        ]
        assert client.post(address, approval).status_code == 302

    def test_each_step_before_the_approval_asks(self) -> None:
        drawer, approver = people()
        draft = drafted()
        seen = content_hash(draft)
        draft = written_over(draft)
        with pytest.raises(DraftChanged):
            submit_adjustment(by=drawer, at=NOW, adjustment=draft, seen=seen)
        submit_adjustment(by=drawer, at=NOW, adjustment=draft, seen=content_hash(draft))
        with pytest.raises(DraftChanged):
            return_adjustment(by=approver, at=NOW, adjustment=draft, note="改", seen=seen)
        with pytest.raises(DraftChanged):
            approve_adjustment(
                by=approver, at=NOW, adjustment=draft, authority="国", document="函",
                approved_on=DAY, seen=seen,
            )  # fmt: skip
