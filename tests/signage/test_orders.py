"""From order to closed: each step by its role, in its place, never on one's own work."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Grant
from common.errors import BadInput, NotInScope, NotPermitted, Refusal
from common.models import AuditEntry, Rule
from common.photos import NotAnImage, PhotoTooLarge
from signage.models import RectificationOrder, Sign, SignPhoto
from signage.operations.evidence import PhotosMissing, add_photo_before
from signage.operations.orders import (
    KeptByOthers,
    NoPhoto,
    NoPhotoBefore,
    NothingToFix,
    NotThisStep,
    OrderOpenAlready,
    OwnFix,
    SamePhotoTwice,
    StillWrong,
    close_order,
    order_fix,
    verify_fix,
)
from signage.queries.orders import OrderFilter, orders_page
from signage.queries.record import orders_of
from signage.queries.signs import SignFilter, sign_page
from signage.queries.workshop import orders_to_make

pytestmark = pytest.mark.django_db

FOREIGN = "440104"


class TestOrderFix:
    def test_takes_the_due_day_from_the_gravest_finding(self, order: Any) -> None:
        days = Rule.objects.get(rule_id="SIGN-DEADLINE").parameters["block"]
        assert order.due_on == timezone.localdate() + timedelta(days=days)
        assert AuditEntry.objects.filter(operation="order_fix").first().subject_id == str(order.pk)

    def test_refuses_a_second_open_order(self, wrong: Any, people: Any, order: Any) -> None:
        with pytest.raises(OrderOpenAlready, match=order.due_on.isoformat()):
            order_fix(
                by=people["place_name_officer"],
                at=timezone.now(),
                sign=wrong,
                responsible_body="X",
            )

    def test_refuses_a_sign_without_finding(self, make_sign: Any, people: Any) -> None:
        with pytest.raises(NothingToFix):
            order_fix(
                by=people["place_name_officer"],
                at=timezone.now(),
                sign=make_sign(),
                responsible_body="X",
            )

    def test_a_police_plate_is_checked_but_not_ordered(self, wrong: Any, people: Any) -> None:
        Sign.objects.filter(pk=wrong.pk).update(managed_by="police")
        with pytest.raises(KeptByOthers):
            order_fix(
                by=people["place_name_officer"],
                at=timezone.now(),
                sign=wrong,
                responsible_body="X",
            )

    @pytest.mark.parametrize("changes", [{"due_on": date(2024, 1, 1)}, {"responsible_body": "  "}])
    def test_refuses_days_past_and_nobody(self, wrong: Any, people: Any, changes: Any) -> None:
        values = {"responsible_body": "X", **changes}
        with pytest.raises(BadInput):
            order_fix(by=people["place_name_officer"], at=timezone.now(), sign=wrong, **values)

    def test_refuses_other_roles_and_hides_other_districts(
        self, wrong: Any, people: Any, make_user: Any
    ) -> None:
        values = {"at": timezone.now(), "sign": wrong, "responsible_body": "X"}
        with pytest.raises(NotPermitted):
            order_fix(by=people["sign_inspector"], **values)
        with pytest.raises(NotInScope):
            order_fix(by=make_user("place_name_officer", FOREIGN), **values)


class TestRecordFix:
    def test_keeps_the_face_and_the_photo_and_checks_at_once(self, fix: Any, wrong: Any) -> None:
        order = fix()
        wrong.refresh_from_db()
        assert order.state == "fixed"
        assert wrong.findings.open().count() == 0
        photo = SignPhoto.objects.get(order=order, phase="after")
        assert len(photo.sha256) == 64
        assert photo.taken_at is None and photo.taken_where is None

    def test_reads_time_and_place_from_the_photo(self, fix: Any, make_photo: Any) -> None:
        taken = timezone.now().replace(microsecond=0)
        order = fix(photo=make_photo(at=taken, where=(113.3245, 23.1291)))
        photo = order.photos.get(phase="after")
        assert photo.taken_at == taken
        assert photo.taken_where.coords == pytest.approx((113.3245, 23.1291), abs=1e-6)

    def test_requires_a_photo(self, fix: Any, order: Any) -> None:
        with pytest.raises(NoPhoto):
            fix(photo=None)
        order.refresh_from_db()
        assert order.state == "ordered"

    def test_requires_a_photo_from_before_and_another_one(
        self, fix: Any, order: Any, make_photo: Any
    ) -> None:
        with pytest.raises(NoPhotoBefore):
            fix(before=None)
        with pytest.raises(SamePhotoTwice):
            fix(photo=make_photo(), before=make_photo())
        assert not order.photos.exists()

    def test_a_photo_from_before_may_have_come_earlier(
        self, fix: Any, order: Any, people: Any, make_photo: Any
    ) -> None:
        values = {"at": timezone.now(), "order": order}
        with pytest.raises(NotPermitted):
            add_photo_before(by=people["approver"], photo=make_photo(size=(99, 99)), **values)
        add_photo_before(by=people["sign_inspector"], photo=make_photo(size=(99, 99)), **values)
        assert fix(before=None).state == "fixed"
        assert sorted(order.photos.values_list("phase", flat=True)) == ["after", "before"]

    def test_a_new_sign_stands_since_today_and_is_no_longer_damaged(
        self, fix: Any, wrong: Any
    ) -> None:
        Sign.objects.filter(pk=wrong.pk).update(state="damaged", condition=10)
        fix(replaced=True, condition=95)
        wrong.refresh_from_db()
        assert (wrong.state, wrong.condition) == ("standing", 95)
        assert wrong.installed_on == timezone.localdate()

    def test_nothing_is_written_when_the_photo_is_refused(self, fix: Any, wrong: Any) -> None:
        with pytest.raises(NotAnImage):
            fix(photo=SimpleUploadedFile("x.jpg", b"not a picture"))
        wrong.refresh_from_db()
        assert wrong.pinyin == "WRONG LU"

    def test_refuses_without_characters_or_with_an_unknown_colour(self, fix: Any) -> None:
        with pytest.raises(BadInput):
            fix(hanzi=" ")
        with pytest.raises(BadInput):
            fix(ground_colour="mauve")

    def test_moves_a_sign_into_the_division_of_its_new_place(self, fix: Any, wrong: Any) -> None:
        fix(longitude=wrong.location.x, latitude=wrong.location.y)
        wrong.refresh_from_db()
        assert wrong.division_code.startswith("440106")
        assert wrong.division_code != "440106001"

    def test_refuses_a_position_outside_every_division(self, fix: Any) -> None:
        with pytest.raises(BadInput, match="No division is known"):
            fix(longitude=0.0, latitude=0.0)

    def test_refuses_other_roles_districts_and_states(
        self, fix: Any, people: Any, make_user: Any
    ) -> None:
        with pytest.raises(NotPermitted):
            fix(by=people["reviewer"])
        with pytest.raises(NotInScope):
            fix(by=make_user("sign_inspector", FOREIGN))
        fix()
        with pytest.raises(NotThisStep):
            fix()


class TestVerifyFix:
    def test_sends_back_with_a_reason_only(self, fix: Any, people: Any) -> None:
        order = fix()
        values = {"by": people["reviewer"], "at": timezone.now(), "accepted": False}
        with pytest.raises(BadInput):
            verify_fix(order=order, **values)
        back = verify_fix(order=order, note="模糊不清", **values)
        assert (back.state, back.fixed_by) == ("ordered", None)
        entry = AuditEntry.objects.filter(operation="send_back_fix").first()
        assert entry is not None and entry.reason == "模糊不清"
        assert fix().state == "fixed"

    def test_the_days_before_it_was_sent_back_keep_telling_of_the_fix(
        self, fix: Any, people: Any
    ) -> None:
        order, today = fix(), timezone.localdate()
        days = [today - timedelta(days=ago) for ago in (5, 3, 0)]
        ordered, fixed = (timezone.now() - timedelta(days=ago) for ago in (6, 4))
        RectificationOrder.objects.filter(pk=order.pk).update(ordered_at=ordered, fixed_at=fixed)
        verify_fix(
            by=people["reviewer"], at=timezone.now(), order=order, accepted=False, note="模糊不清"
        )
        states = ["ordered", "fixed", "ordered"]
        number, every = order.sign.number, OrderFilter("all")
        for day, state in zip(days, states, strict=True):
            (then,) = orders_of(sign=order.sign, at=day)
            assert then.state == state
            assert then.fixed_by == (people["sign_inspector"] if state == "fixed" else None)
            (listed,) = (
                row for row in orders_page(at=day, chosen=every, size=500)[0] if row.id == order.pk
            )
            assert listed.state == state
            (shown,) = sign_page(at=day, chosen=SignFilter("all", text=number), size=5).rows
            assert shown.order_state == state
            to_make = orders_to_make(orders=RectificationOrder.objects.all(), at=day)
            assert to_make.filter(pk=order.pk).exists() == (state == "ordered")

    def test_nobody_verifies_their_own_fix(self, fix: Any, people: Any, make_user: Any) -> None:
        inspector = people["sign_inspector"]
        order = fix()
        period = Grant.objects.get(user=inspector).period
        Grant.objects.create(user=inspector, role="reviewer", jurisdiction="440106", period=period)
        del inspector._grants_today
        with pytest.raises(OwnFix):
            verify_fix(by=inspector, at=timezone.now(), order=order)

    def test_refuses_other_roles_and_states(self, order: Any, fix: Any, people: Any) -> None:
        with pytest.raises(NotThisStep):
            verify_fix(by=people["reviewer"], at=timezone.now(), order=order)
        fix()
        with pytest.raises(NotPermitted):
            verify_fix(by=people["approver"], at=timezone.now(), order=order)


class TestCloseOrder:
    def test_closes_what_passes(self, fix: Any, people: Any) -> None:
        order = verify_fix(by=people["reviewer"], at=timezone.now(), order=fix())
        closed = close_order(by=people["approver"], at=timezone.now(), order=order)
        assert (closed.state, closed.closed_by) == ("closed", people["approver"])

    def test_what_cannot_be_closed_is_sent_back_with_a_reason(self, fix: Any, people: Any) -> None:
        order = verify_fix(by=people["reviewer"], at=timezone.now(), order=fix(pinyin="WRONG"))
        values = {"by": people["approver"], "at": timezone.now(), "accepted": False}
        with pytest.raises(BadInput):
            close_order(order=order, **values)
        back = close_order(order=order, note="拼写仍有误", **values)
        assert (back.state, back.verified_by, back.fixed_by) == ("ordered", None, None)
        kept = back.sent_back_fixes.get()
        assert (kept.fixed_by, kept.verified_by) == (people["sign_inspector"], people["reviewer"])
        assert AuditEntry.objects.filter(operation="send_back_order", reason="拼写仍有误").exists()
        assert fix().state == "fixed"

    def test_refuses_while_a_check_fails_and_names_the_finding(self, fix: Any, people: Any) -> None:
        order = fix(pinyin="STILL WRONG")
        order = verify_fix(by=people["reviewer"], at=timezone.now(), order=order)
        with pytest.raises(StillWrong, match=r"R05 \(STILL WRONG → "):
            close_order(by=people["approver"], at=timezone.now(), order=order)
        order.refresh_from_db()
        assert order.state == "verified"

    def test_a_provisional_rule_warns_and_does_not_block(
        self, fix: Any, people: Any, wrong: Any
    ) -> None:
        order = fix(ground_colour="green")
        order = verify_fix(by=people["reviewer"], at=timezone.now(), order=order)
        assert close_order(by=people["approver"], at=timezone.now(), order=order).state == "closed"
        assert [f.rule_id_text for f in wrong.findings.open()] == ["R13"]
        entry = AuditEntry.objects.filter(operation="close_order").first()
        assert entry is not None and entry.details["still_failing"] == ["R13"]

    def test_sees_what_changed_since_the_fix(
        self, fix: Any, people: Any, wrong: Any, street: Any
    ) -> None:
        order = verify_fix(by=people["reviewer"], at=timezone.now(), order=fix())
        type(street).objects.filter(pk=street.pk).update(text="新名路")
        with pytest.raises(StillWrong, match="R01"):
            close_order(by=people["approver"], at=timezone.now(), order=order)

    def test_refuses_an_unverified_order(self, fix: Any, people: Any) -> None:
        with pytest.raises(NotThisStep):
            close_order(by=people["approver"], at=timezone.now(), order=fix())

    def test_refuses_without_a_photo_from_before(self, fix: Any, people: Any) -> None:
        order = verify_fix(by=people["reviewer"], at=timezone.now(), order=fix())
        SignPhoto.objects.filter(order=order, phase="before").update(phase="after")
        with pytest.raises(PhotosMissing):
            close_order(by=people["approver"], at=timezone.now(), order=order)


class TestPhotos:
    def test_too_many_pixels_are_refused_by_the_header(self, fix: Any, make_photo: Any) -> None:
        with pytest.raises(PhotoTooLarge):
            fix(photo=make_photo(size=(8000, 5001)))

    def test_a_decompression_bomb_is_refused_unread(self, fix: Any) -> None:
        """A PNG of a few bytes that claims 60,000 × 60,000 pixels."""
        import struct
        import zlib

        header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
        chunk = b"IHDR" + header
        content = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
        content += struct.pack(">I", zlib.crc32(chunk))
        with pytest.raises((PhotoTooLarge, NotAnImage)):
            fix(photo=SimpleUploadedFile("bomb.png", content))

    def test_files_over_the_limit_are_refused_unread(self, fix: Any) -> None:
        upload = SimpleUploadedFile("big.jpg", b"x")
        upload.size = 16 * 1024 * 1024
        with pytest.raises(PhotoTooLarge):
            fix(photo=upload)

    @pytest.mark.parametrize("cut", [0, 10, 400, 2000])
    def test_empty_and_broken_pictures_are_refused(
        self, fix: Any, make_photo: Any, cut: int
    ) -> None:
        content = make_photo().read()[:cut]
        with pytest.raises((NotAnImage, NoPhoto)):
            fix(photo=SimpleUploadedFile("cut.jpg", content))

    def test_formats_that_browsers_do_not_show_are_refused(self, fix: Any) -> None:
        with pytest.raises(NotAnImage):
            fix(photo=SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))

    @pytest.mark.parametrize("where", [(0.0, 0.0), (113.3, 23.1)])
    def test_a_phone_without_a_fix_names_no_position(
        self, fix: Any, make_photo: Any, where: Any
    ) -> None:
        photo = fix(photo=make_photo(where=where)).photos.get(phase="after")
        assert (photo.taken_where is None) == (where == (0.0, 0.0))


class TestRefusals:
    def test_every_refusal_has_a_sentence(self) -> None:
        for error in (NothingToFix(number="1"), OwnFix(), StillWrong(findings="R05")):
            assert isinstance(error, Refusal) and str(error).endswith(".")


class TestMovedWhileFixed:
    def test_refuses_to_move_a_sign_into_a_jurisdiction_without_the_role(
        self, fix: Any, order: Any
    ) -> None:
        before = order.sign.division_code
        with pytest.raises(NotInScope):
            fix(longitude=113.2644, latitude=23.1291)  # Yuexiu
        assert Sign.objects.get(pk=order.sign_id).division_code == before

    def test_a_new_face_leaves_the_scoring(self, fix: Any, order: Any) -> None:
        Sign.objects.filter(pk=order.sign_id).update(planted_defects=["R05"])
        fix()
        assert Sign.objects.get(pk=order.sign_id).planted_defects is None


class TestSignOnAPastDay:
    def test_shows_order_and_face_as_they_were(self, fix: Any, order: Any, client_as: Any) -> None:
        last_week = timezone.now() - timedelta(days=7)
        RectificationOrder.objects.filter(pk=order.pk).update(ordered_at=last_week)
        fix()
        sign = Sign.objects.get(pk=order.sign_id)
        client = client_as("viewer", "4401", language="en")
        day = (timezone.localdate() - timedelta(days=1)).isoformat()
        then = client.get(f"/signs/{sign.number}/?at={day}").content.decode()
        now = client.get(f"/signs/{sign.number}/").content.decode()
        assert "WRONG LU" in then and "Fix recorded" not in then
        assert "Fix recorded" in now
