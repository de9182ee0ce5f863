"""What is followed is told once, to those who may read it, in the site and by e-mail."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Follow, Grant, Notice, NoticeMail
from accounts.operations.notices import choose_mail
from api.operations.following import follow, mail_notices, make_notices
from api.queries.following import names_of, overdue_for
from boundaries.models import BoundaryLine
from common import audit
from common.errors import BadInput, NotInScope
from common.models import AuditEntry
from gazetteer.models import NamingCase, Place, PlaceName
from gazetteer.models import Notice as Enforcement
from gazetteer.queries.notices import notices_on

SITE = "https://diming.example"


@pytest.fixture
def place(demo: Any) -> Place:
    name = PlaceName.objects.filter(kind="standard", place__division_code="440106").first()
    return name.place


def changed(place: Place, by: Any) -> None:
    audit.record(by=by, operation="edit_place", subject=place, jurisdiction="440106")


class TestFollowing:
    def test_a_change_by_another_is_told_once(self, client_as: Any, place: Any) -> None:
        client, other = client_as("viewer"), client_as("place_name_officer").user
        changed(place, other)
        page = client.get(f"/places/{place.pk}/")
        assert "/following/act/" in page.content.decode()
        asked = {"kind": "place", "key": str(place.pk), "next": "/places/"}
        assert client.post("/following/act/", asked)["Location"] == "/places/"
        changed(place, other)
        changed(place, client.user)
        # Settled entries only: the test's own transaction still runs, so the log is read as it is.
        _make()
        _make()
        notice = Notice.objects.get(user=client.user)
        assert (notice.kind, notice.operation) == ("place", "edit_place")
        text = client.get("/following/").content.decode()
        assert "更正记录" in text and "1条未读" in text
        assert client.get("/following/?at=2024-01-01").context["notices"] == []
        client.post("/following/read/", {"notice": notice.pk})
        assert "1条未读" not in client.get("/following/").content.decode()

    def test_what_became_secret_is_told_no_more(self, client_as: Any, place: Any) -> None:
        client, other = client_as("viewer"), client_as("place_name_officer").user
        follow(by=client.user, kind="place", key=str(place.pk), at=timezone.now())
        choose_mail(by=client.user, address="a@example.org", how="at_once")
        changed(place, other)
        _make()
        Place.objects.filter(pk=place.pk).update(secrecy="secret")
        assert mail_notices(at=timezone.now(), site=SITE) == {}
        assert mail.outbox == []
        assert "条未读" not in client.get("/jobs/").content.decode()
        page = client.get("/following/")
        assert page.context["notices"] == [] and page.context["follows"] == []
        Place.objects.filter(pk=place.pk).update(secrecy="public")
        assert "1条未读" in client.get("/following/").content.decode()

    def test_cases_elsewhere_cannot_be_followed(self, make_user: Any, demo: Any) -> None:
        case = NamingCase.objects.filter(division_code__startswith="4401").first()
        with pytest.raises(NotInScope):
            follow(by=make_user("viewer", "3101"), kind="case", key=str(case.pk), at=timezone.now())
        user = make_user("viewer", "4401")
        follow(by=user, kind="case", key=str(case.pk), at=timezone.now())
        audit.record(by=None, operation="case_submit", subject=case, jurisdiction="440106")
        Grant.objects.filter(user=user).update(jurisdiction="3101")
        _make()
        choose_mail(by=user, address="a@example.org", how="at_once")
        assert mail_notices(at=timezone.now(), site=SITE) == {}

    @pytest.mark.parametrize(
        ("kind", "key"),
        [("place", "x"), ("division", "999999"), ("nothing", "1"), ("overdue", "1"), ("line", "")],
    )
    def test_what_is_not_there_cannot_be_followed(
        self, client_as: Any, demo: Any, kind: str, key: str
    ) -> None:
        answer = client_as("viewer").post("/following/act/", {"kind": kind, "key": key})
        assert answer.status_code == 404

    def test_goes_back_to_no_other_site(self, client_as: Any, demo: Any) -> None:
        asked = {"kind": "overdue", "next": "https://elsewhere.example/"}
        answer = client_as("viewer").post("/following/act/", asked)
        assert answer["Location"] == "/following/"

    def test_deadlines_of_the_jurisdiction_are_told_once(self, make_user: Any, demo: Any) -> None:
        here, elsewhere = make_user("viewer", "4401"), make_user("viewer", "3101")
        today = timezone.localdate()
        late = overdue_for(by=here, at=today)
        assert late and not overdue_for(by=elsewhere, at=today)
        for user in (here, elsewhere):
            follow(by=user, kind="overdue", key="", at=timezone.now())
        _make()
        _make()
        assert Notice.objects.filter(user=here).count() == len(late)
        assert not Notice.objects.filter(user=elsewhere).exists()

    def test_what_is_followed_is_late_wherever_it_lies(self, make_user: Any, demo: Any) -> None:
        here, elsewhere = make_user("viewer", "4401"), make_user("viewer", "3101")
        today = timezone.localdate()
        late = overdue_for(by=here, at=today)
        # Whoever follows what is not their jurisdiction's may read it, and is told of its clock.
        things = {next(thing for thing in late if thing[0] == kind) for kind in ("sign", "line")}
        for kind, key in things:
            follow(by=elsewhere, kind=kind, key=key, at=timezone.now())
        _make()
        _make()
        told = Notice.objects.filter(user=elsewhere, operation="overdue")
        assert sorted(told.values_list("kind", "key")) == sorted(things)
        assert overdue_for(by=elsewhere, at=today, things=[("place", "x"), ("case", "x")]) == {}

    def test_every_clock_is_told_in_page_bell_and_mail(self, client_as: Any, demo: Any) -> None:
        client, today = client_as("viewer", "4401"), timezone.localdate()
        legal = notices_on(at=today, within="4401").filter(state="served").first()
        Enforcement.objects.filter(pk=legal.pk).update(
            issued_on=today - timedelta(days=40), deadline=today - timedelta(days=1)
        )
        late = overdue_for(by=client.user, at=today)
        assert {kind for kind, _key in late} == {"case", "sign", "line", "notice"}
        follow(by=client.user, kind="overdue", key="", at=timezone.now())
        # Followed by itself too it is still told once.
        follow(by=client.user, kind="notice", key=str(legal.pk), at=timezone.now())
        choose_mail(by=client.user, address="a@example.org", how="at_once")
        _make()
        _make()
        of_it = Notice.objects.filter(user=client.user, kind="notice", key=str(legal.pk))
        assert of_it.count() == 1
        text = client.get("/following/").content.decode()
        assert f"{len(late)}条未读" in text and legal.organisation in text and "已逾期" in text
        told = 0
        while sent := mail_notices(at=timezone.now(), site=SITE):
            told += sent["a@example.org"]
        assert told == len(late)
        assert sum(mailed.body.count(f"/notices/{legal.pk}/") for mailed in mail.outbox) == 1
        # A deadline put off is another deadline.
        Enforcement.objects.filter(pk=legal.pk).update(deadline=today)
        _make()
        assert of_it.count() == 1
        make_notices(at=timezone.now() + timedelta(days=1))
        assert of_it.count() == 2


class TestMail:
    @pytest.fixture
    def reader(self, make_user: Any, place: Any) -> Any:
        user = make_user("viewer")
        follow(by=user, kind="place", key=str(place.pk), at=timezone.now())
        changed(place, make_user("place_name_officer"))
        _make()
        return user

    def test_is_off_unless_chosen(self, reader: Any) -> None:
        assert mail_notices(at=timezone.now(), site=SITE) == {}

    def test_is_sent_once_with_the_link(self, reader: Any, place: Any) -> None:
        choose_mail(by=reader, address="a@example.org", how="daily")
        at = timezone.now()
        assert mail_notices(at=at, site=SITE) == {"a@example.org": 1}
        assert f"{SITE}/places/{place.pk}/" in mail.outbox[0].body
        changed(place, None)
        _make()
        assert mail_notices(at=at + timedelta(hours=2), site=SITE) == {}
        assert mail_notices(at=at + timedelta(hours=25), site=SITE) == {"a@example.org": 1}

    def test_one_that_fails_is_shown_and_tried_again(
        self, reader: Any, client_as: Any, settings: Any
    ) -> None:
        from django.test import Client

        choose_mail(by=reader, address="a@example.org", how="at_once")
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        at = timezone.now()
        assert mail_notices(at=at, site=SITE) == {"a@example.org": -1}
        kept = NoticeMail.objects.get(user=reader)
        assert kept.failures == 1 and "Connection" in kept.error
        client = Client()
        client.force_login(reader, backend="accounts.backends.PersonBackend")
        assert kept.error in client.get("/accounts/me/").content.decode()
        assert mail_notices(at=at, site=SITE) == {}
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        later = at + timedelta(minutes=2)
        assert mail_notices(at=later, site=SITE) == {"a@example.org": 1}
        assert NoticeMail.objects.get(user=reader).error == ""

    def test_needs_an_address(self, client_as: Any, demo: Any) -> None:
        client = client_as("viewer")
        page = client.post("/accounts/me/", {"how": "daily", "address": ""})
        assert "请填写接收通知的电子邮箱" in page.content.decode()
        assert client.post("/accounts/me/", {"how": "daily", "address": "x"}).status_code == 200
        with pytest.raises(BadInput):
            choose_mail(by=client.user, address="a@example.org", how="often")
        answer = client.post("/accounts/me/", {"how": "daily", "address": "a@example.org"})
        assert answer.status_code == 302
        assert NoticeMail.objects.get(user=client.user).language == "zh-hans"


def test_command_says_what_stands(demo: Any, capsys: Any) -> None:
    call_command("tell_notices", SITE)
    assert "0 notices made" in capsys.readouterr().out
    assert not Follow.objects.exists()


@pytest.fixture(autouse=True)
def _read_unsettled(monkeypatch: Any) -> None:
    """The entries of a test are in its own transaction, which is never settled."""
    monkeypatch.setattr("common.audit.settled", _last)


def _last() -> int:
    return AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0


def test_what_was_being_written_when_following_began_is_told(
    demo: Any, make_user: Any, monkeypatch: Any
) -> None:
    """Its number is smaller than the last that was there."""
    officer, place = make_user("officer", "4401"), Place.objects.shown()[0]
    before = _last()
    audit.record(by=None, operation="edit_place", subject=place)
    with monkeypatch.context() as still:
        still.setattr("common.audit.settled", lambda: before)
        follow(by=officer, kind="place", key=str(place.pk), at=timezone.now())
    assert _make() == 1


def _make() -> int:
    return make_notices(at=timezone.now())


class TestNames:
    def test_are_in_the_language_of_the_reader(self, make_user: Any, demo: Any) -> None:
        line = BoundaryLine.objects.get(code="440105-440106")
        notice = notices_on(at=timezone.localdate()).exclude(breaches=None)[0]
        place = PlaceName.objects.standard().filter(text="天河路")[0].place_id
        things = [("line", line.code), ("notice", str(notice.pk)), ("place", str(place))]

        def told(language: str) -> dict[Any, str]:
            with override(language):
                return names_of(things, by=make_user("viewer"), at=timezone.localdate())

        english, chinese = told("en"), told("zh-hans")
        assert english["line", line.code] == "Haizhu Qu—Tianhe Qu"
        assert chinese["line", line.code] == "海珠区—天河区"
        (conduct, *_others) = notice.breaches.all()
        assert conduct.conduct_en in english["notice", str(notice.pk)]
        assert conduct.conduct_zh in chinese["notice", str(notice.pk)]
        assert english["place", str(place)] == "天河路 Tianhe Lu"
        assert chinese["place", str(place)] == "天河路"
