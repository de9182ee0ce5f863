"""Files of place names committed whole or not at all, and undone exactly."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from common.errors import NotInScope, NotPermitted
from common.imports.checking import check_batch
from common.imports.committing import CannotCommit, CannotUndo, commit_batch, undo_batch
from common.imports.reading import shown_counts
from common.models import AuditEntry, ImportRow
from gazetteer.models import Place, PlaceName, PlaceRelation
from gazetteer.operations.import_names import BuiltUpon, ChangedMeanwhile
from gazetteer.queries.search import search_names
from signage.models import Sign
from tests.gazetteer.imported import (
    DAY,
    DISTRICT,
    FILES,
    FULL,
    checked,
    csv_of,
    everything,
    known_street,
    only,
    received,
)

pytestmark = pytest.mark.usefixtures("demo")


class TestCommit:
    def test_fills_every_field(self) -> None:
        batch = commit_batch(batch=checked(FULL), by=None)
        name = PlaceName.objects.get(text="试验一路")
        assert (name.pinyin_toned, name.reading_source) == ("Shìyàn Yīlù", "approved")
        assert (name.meaning, name.origin, name.history) == (
            "试验之意",
            "因试验得名",
            "1990年代辟建",
        )
        assert (name.began, name.period.lower) == ("1990", date(1990, 1, 1))
        assert (name.approved_by, name.approved_on) == ("市民政局", date(2001, 2, 3))
        assert (name.document, name.document_page) == ("穗民〔2001〕1号", "12")
        assert name.source_id == batch.source_id == name.place.source_id
        assert name.place.codes.get().code == "44010600123600000001"
        assert only(batch).subject == name.place_id

    def test_the_name_is_found_at_once(self) -> None:
        commit_batch(batch=checked(FULL), by=None)
        assert search_names(text="试验一路", at=DAY, limit=5)[0].text == "试验一路"

    def test_positions_from_consumer_maps_are_approximate(self) -> None:
        commit_batch(
            batch=checked(csv_of("试验一路,街路巷,440106,113.3354,23.1274"), datum="GCJ-02"),
            by=None,
        )
        place = Place.objects.get(names__text="试验一路")
        assert place.approximate
        assert place.geometry.x == pytest.approx(113.33, abs=1e-3)

    def test_a_row_whose_place_became_secret_is_told_nowhere(self, client_as: Any) -> None:
        batch = commit_batch(batch=checked(FULL), by=None)
        steward = client_as("data_steward", "440106")
        page, map_ = (reverse(each, args=[batch.pk]) for each in ("import", "import_points"))

        def told() -> list[bool]:
            rows = steward.get(page).content.decode()
            return ["试验一路" in rows, bool(steward.get(map_).json()["features"])]

        assert told() == [True, True]
        Place.objects.filter(names__text="试验一路").update(secrecy="secret")
        assert told() == [False, False]
        with pytest.raises(BuiltUpon) as refused:
            undo_batch(batch=batch, by=None)
        assert "试验一路" not in str(refused.value)
        assert [tab["count"] for tab in steward.get(page).context["tabs"]] == [0]

    def test_a_remark_is_counted_once_for_each_row_that_is_shown(self) -> None:
        batch = commit_batch(batch=checked(FULL), by=None)
        twice = [{"code": "missing", "values": {}}] * 2
        hidden = only(batch)
        ImportRow.objects.filter(pk=hidden.pk).update(remarks=twice)
        ImportRow.objects.create(batch=batch, number=9, outcome="same", remarks=twice[:1])
        batch.counts = {"rows": 2, "add": 1, "same": 1, "remarks": {"missing": 2}}
        Place.objects.filter(pk=hidden.subject).update(secrecy="secret")
        assert shown_counts(batch) == {"rows": 1, "add": 0, "same": 1, "remarks": {"missing": 1}}

    def test_refuses_with_any_fault(self) -> None:
        before = everything()
        batch = checked((FILES / "duplicate_row.csv").read_bytes())
        with pytest.raises(CannotCommit, match="1 rows"):
            commit_batch(batch=batch, by=None)
        assert everything() == before

    def test_refuses_what_was_not_checked(self) -> None:
        with pytest.raises(CannotCommit):
            commit_batch(batch=received(FULL), by=None)

    def test_refuses_when_the_place_came_on_record_meanwhile(self) -> None:
        first, second = checked(FULL), checked(FULL)
        commit_batch(batch=first, by=None)
        with pytest.raises(ChangedMeanwhile, match="rows 2"):
            commit_batch(batch=second, by=None)

    def test_refuses_when_the_record_was_edited_meanwhile(self) -> None:
        batch = checked(csv_of("天河路,街路巷,440106,,,以区得名", more=",来历"))
        known_street().names.update(origin="别的来历")
        with pytest.raises(ChangedMeanwhile):
            commit_batch(batch=batch, by=None)
        assert known_street().names.get().origin == "别的来历"

    def test_writes_one_audit_line_and_the_history_knows_who(
        self, make_user: Callable[..., Any]
    ) -> None:
        steward = make_user("data_steward", DISTRICT)
        content = csv_of("天河路,街路巷,440106,,,以区得名", more=",来历")
        batch = commit_batch(batch=checked(content, by=steward), by=steward)
        [entry] = AuditEntry.objects.filter(operation="commit_import")
        assert (entry.user, entry.subject_id) == (steward, str(batch.pk))
        assert entry.details["counts"]["change"] == 1
        [event] = known_street().names.get().events.order_by("-pgh_id")[:1]
        assert event.pgh_context.metadata["user"] == steward.pk
        assert event.pgh_context.metadata["operation"] == "commit_import"


class TestUndo:
    CHANGE = csv_of(
        "天河路,街路巷,440106,,,以区得名,Tiānhé Lù",
        "试验一路,街路巷,440106,113.33,23.13,,",
        more=",来历,汉语拼音",
    )

    def test_restores_everything_exactly(self) -> None:
        before = everything()
        batch = commit_batch(batch=checked(self.CHANGE), by=None)
        assert everything() != before
        undo_batch(batch=batch, by=None)
        assert everything() == before

    def test_happens_once(self) -> None:
        batch = undo_batch(batch=commit_batch(batch=checked(FULL), by=None), by=None)
        assert batch.state == "undone"
        with pytest.raises(CannotUndo):
            undo_batch(batch=batch, by=None)

    def test_is_refused_once_a_row_was_edited(self) -> None:
        batch = commit_batch(batch=checked(FULL), by=None)
        PlaceName.objects.filter(text="试验一路").update(origin="后来补的")
        with pytest.raises(BuiltUpon, match="试验一路"):
            undo_batch(batch=batch, by=None)

    def test_is_refused_once_a_changed_place_was_changed_again(self) -> None:
        batch = commit_batch(batch=checked(self.CHANGE), by=None)
        known_street().names.update(origin="后来改的")
        with pytest.raises(BuiltUpon):
            undo_batch(batch=batch, by=None)

    def test_is_refused_once_anything_points_to_an_added_place(self) -> None:
        batch = commit_batch(batch=checked(FULL), by=None)
        added = Place.objects.get(names__text="试验一路")
        PlaceRelation.objects.create(
            place=added,
            kind="part_of",
            other=known_street(),
            period=PlaceName.objects.get(text="试验一路").period,
        )
        with pytest.raises(BuiltUpon, match="试验一路"):
            undo_batch(batch=batch, by=None)

    def test_is_refused_once_a_sign_names_an_added_place(self) -> None:
        batch = commit_batch(batch=checked(FULL), by=None)
        added = Place.objects.get(names__text="试验一路")
        Sign.objects.filter(pk=Sign.objects.first().pk).update(place=added)
        with pytest.raises(BuiltUpon):
            undo_batch(batch=batch, by=None)


class TestWhoMay:
    def test_needs_the_role_in_the_jurisdiction(self, make_user: Callable[..., Any]) -> None:
        with pytest.raises(NotPermitted):
            received(FULL, by=make_user("viewer", DISTRICT))
        with pytest.raises(NotInScope):
            received(FULL, by=make_user("data_steward", "440104"))

    def test_every_step_asks_again(self, make_user: Callable[..., Any]) -> None:
        steward, stranger = make_user("data_steward", DISTRICT), make_user("data_steward", "440104")
        batch = checked(FULL, by=steward)
        for step in (check_batch, commit_batch):
            with pytest.raises(NotInScope):
                step(batch=batch, by=stranger)
