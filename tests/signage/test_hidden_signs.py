"""Signs of secret places are nowhere: on no page, in no interface, tile, file, search or count."""

import math
import re
import zipfile
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.models import Grant
from api.queries.changes import LARGEST
from common.models import AuditEntry, Rule
from common.photos import read_photo
from gazetteer.models import Place, PlaceName
from signage.domain.faces import Line, Panel, SignFace, write_faces
from signage.models import (
    Absence,
    CampaignDay,
    Finding,
    OrderSheet,
    RectificationOrder,
    Sign,
    SignReport,
)
from signage.operations.check import recheck_signs, recheck_signs_of_places
from signage.operations.evidence import keep_photo
from signage.operations.renamed import count_after_secrecy
from signage.queries.absences import MissingFilter, missing_counts
from signage.queries.find import signs_like
from signage.queries.known_signs import signs_numbered
from signage.queries.signs import SignFilter, sign_counts
from signage.queries.standard import standard_on
from tests.access_route import DISTRICT, NOBODYS
from tests.access_table import ROUTES
from tests.gazetteer.test_identity import make_place
from tests.test_access import values

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r"GZ-\d{6}-\d{5}")
# Where the numbers of signs stand, as long as nothing is secret.
TELLING = {
    "signage:sign",
    "signage:signs",
    "signage:face",
    "signage:orders",
    "signage:order",
    "signage:order_new",
    "signage:order_many",
    "signage:sign_edit",
    "signage:workshop",
    "signage:workshop_svg",
    "gazetteer:place",
}


@pytest.fixture
def everybody(make_user: Any) -> Client:
    """One person with every role in Tianhe."""
    user = make_user("viewer", DISTRICT)
    since = DateRange(date(2020, 1, 1), None)
    for role in set(Role) - {Role.VIEWER}:
        where = "" if role in (Role.ADMINISTRATOR, Role.AUDITOR) else DISTRICT
        Grant.objects.create(user=user, role=role, jurisdiction=where, period=since)
    client = Client()
    client.force_login(user, backend="accounts.backends.PersonBackend")
    return client


def today() -> date:
    return timezone.localdate()


def addresses() -> dict[str, str]:
    """Every address that is read, with the same things in Tianhe before and after."""
    read = [route for route in ROUTES if route.method == "GET"]
    return {
        f"{route.name} {turn}": reverse(route.name, kwargs=values(route.kwargs)) + route.query
        for turn, route in enumerate(read)
    }


def more_addresses() -> dict[str, str]:
    """What only this test asks for: one sign with its order, report and photo."""
    work = RectificationOrder.objects.filter(sign__division_code__startswith=DISTRICT)
    order = work.filter(state="ordered").select_related("sign").order_by("pk")[0]
    sign, sheet = order.sign, OrderSheet.objects.values_list("pk", flat=True)[0]
    told = SignReport.objects.create(
        sign=sign,
        location=sign.location,
        division_code=sign.division_code,
        kind="damaged",
        facts="路牌歪斜",
        channel="12345",
        received_at=timezone.now(),
    )
    spot = f"{sign.location.x},{sign.location.y}"
    box = f"{sign.location.x - 1e-4},{sign.location.y - 1e-4},{sign.location.x + 1e-4},90"
    return {
        "sheet": reverse("signage:order_sheet", args=[sheet]),
        "report": reverse("signage:report", args=[told.pk]),
        "round": f"{reverse('signage:round')}?point={spot}",
        "search": f"{reverse('search')}?q={sign.number}",
        "suggest": f"{reverse('search_suggest')}?q={sign.number}",
        "here": f"{reverse('gazetteer:here')}?point={spot}",
        "items": f"/ogc/collections/signs/items?bbox={box}&limit=1000",
        "findings": f"/ogc/collections/findings/items?sign={sign.number}",
        "tile": spot_tile(sign),
        "item": f"/ogc/collections/signs/items/{sign.number}",
        "reverse": f"/api/reverse?point={spot}",
        "workshop": f"{reverse('signage:workshop')}?order={order.pk}",
        "overdue": f"{reverse('signage:signs')}?state=overdue",
    }


def spot_tile(sign: Sign, z: int = 16) -> str:
    """The tile in which a sign stands."""
    across = 2**z
    high = math.asinh(math.tan(math.radians(sign.location.y))) / math.pi
    x, y = int((sign.location.x + 180) / 360 * across), int((1 - high) / 2 * across)
    return reverse("tile", args=["signs", z, x, y])


def text_of(response: Any) -> str:
    """The answer as text, with what is packed into a workbook or a document."""
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return content.decode("utf-8", "replace")


def make_all_secret() -> set[str]:
    """Every place that a sign shows; the numbers of these signs."""
    Place.objects.filter(pk__in=Sign.objects.values("place")).update(secrecy="secret")
    return set(Sign.objects.filter(place__secrecy="secret").values_list("number", flat=True))


def test_no_address_tells_of_one(demo: Any, everybody: Client) -> None:
    more = more_addresses()
    asked = addresses() | more
    told = {
        name for name, address in asked.items() if NUMBER.search(text_of(everybody.get(address)))
    }
    assert {name.split(" ")[0] for name in told} >= TELLING | set(more)
    hidden = make_all_secret()
    for name in told:
        answer = everybody.get(asked[name])
        own = set(NUMBER.findall(asked[name]))  # what was asked for may come back in its words
        found = hidden & set(NUMBER.findall(text_of(answer))) - own
        assert not found, (name, found)
        if NUMBER.search(asked[name].partition("?")[0]):
            assert answer.status_code == 404, name


@pytest.mark.parametrize("key", ["signs", "sign-orders", "sign-reports"])
def test_no_file_tells_of_one(demo: Any, everybody: Client, key: str) -> None:
    more_addresses()
    address = reverse("list_export", args=[key]) + f"?state={'' if 'rep' in key else 'all'}"
    asked = {"format": "csv", "datum": "CGCS2000"}
    assert NUMBER.search(text_of(everybody.post(address, asked)))
    hidden = make_all_secret()
    answer = everybody.post(address, asked)
    assert answer.status_code == 200
    assert not hidden & set(NUMBER.findall(text_of(answer)))


class TestOne:
    @pytest.fixture
    def sign(self, wrong: Sign) -> Sign:
        return wrong

    def hide(self, sign: Sign) -> None:
        Place.objects.filter(pk=sign.place_id).update(secrecy="secret")

    def test_leaves_the_counts(self, sign: Sign) -> None:
        at, chosen = timezone.localdate(), SignFilter(within=sign.division_code)
        before = sign_counts(at=at, chosen=chosen).total
        of_place = Sign.objects.on(at).filter(place=sign.place_id, division_code=sign.division_code)
        gone = of_place.count()
        self.hide(sign)
        assert sign_counts(at=at, chosen=chosen).total == before - gone
        first = sign_counts(at=at, chosen=chosen, most=before - gone - 1)
        assert not first.whole  # the hidden ones are not among the first that are looked at

    def test_one_that_shows_a_secret_place_on_a_further_line_is_hidden(
        self, make_sign: Any, street: Any, client_as: Any
    ) -> None:
        other = Place.objects.filter(legal_category="STREET").exclude(pk=street.place_id)[0]
        lines = (Line("hanzi", street.text), Line("hanzi", "岔路", place=str(other.pk)))
        sign = make_sign()
        Sign.objects.filter(pk=sign.pk).update(
            faces=write_faces([SignFace(panels=(Panel(lines=lines),))])
        )
        page = reverse("signage:sign", args=[sign.number])
        assert client_as().get(page).status_code == 200
        Place.objects.filter(pk=other.pk).update(secrecy="secret")
        assert client_as().get(page).status_code == 404

    def test_the_history_of_a_sign_that_once_bore_it_begins_after_that(
        self, make_sign: Any, street: Any, client_as: Any, make_photo: Any
    ) -> None:
        names = PlaceName.objects.standard().on(today()).filter(place__legal_category="STREET")
        other = names.exclude(place=street.place_id).exclude(text=street.text)[0]
        sign = make_sign()
        Finding.objects.filter(sign=sign).delete()
        rule = Rule.objects.filter(rule_id="R01")[0]
        days = {"found_on": today() - timedelta(days=1), "resolved_on": today()}
        Finding.objects.create(
            sign=sign, rule=rule, rule_id_text="R01", measured="x", expected="旧名独此", **days
        )
        photo = keep_photo(read_photo(make_photo()), by=None, sign=sign)
        photo.uploaded_at = timezone.now() - timedelta(hours=1)  # before this transaction
        photo.save()
        face = SignFace(panels=(Panel(lines=(Line("hanzi", other.text),)),))
        Sign.objects.filter(pk=sign.pk).update(place=other.place_id, faces=write_faces([face]))
        page = reverse("signage:sign", args=[sign.number])
        pages = [page, reverse("signage:face", args=[sign.number])]
        yesterday = today() - timedelta(days=1)
        before = f"?at={yesterday}"
        told = (street.text, "旧名独此", str(photo.pk))
        Sign.objects.filter(pk=sign.pk).update(period=DateRange(date(2020, 1, 1), None))
        reader = client_as()
        assert all(reader.get(each + before).status_code == 200 for each in pages)
        assert all(each in text_of(reader.get(page)) for each in told)
        lists = [
            f"{reverse('signage:signs')}{before}&q={sign.number}&state=all",
            f"/ogc/collections/findings/items?datetime={before[4:]}&sign={sign.number}&f=json",
        ]
        assert all("旧名独此" in text_of(reader.get(each)) for each in lists)

        def listed(on: date) -> set[bool]:
            chosen, item = SignFilter(state="all", text=sign.number), f"items/{sign.number}"
            found = signs_like(text=sign.number, at=on, within="", limit=9)
            answer = reader.get(f"/ogc/collections/signs/{item}?datetime={on}")
            tile = reader.get(f"{spot_tile(sign)}?at={on}")
            rules = {row.rule.rule_id: row.findings for row in standard_on(at=on, code=DISTRICT)}
            return {
                sign_counts(at=on, chosen=chosen).total > 0,
                any(each.number == sign.number for each in found),
                answer.status_code == 200,
                sign.number in text_of(tile),
                rules["R01"] > others,
            }

        failing = Finding.objects.on(yesterday).filter(rule_id_text="R01").exclude(sign=sign)
        others = failing.filter(sign__division_code__startswith=DISTRICT).count()
        assert listed(yesterday) == {True}
        Place.objects.filter(pk=street.place_id).update(secrecy="secret")
        assert all(reader.get(each + before).status_code == 404 for each in pages)
        assert not any(each in text_of(reader.get(page)) for each in told)
        assert not any("旧名独此" in text_of(reader.get(each)) for each in lists)
        assert listed(yesterday) == {False}
        since = f"/ogc/collections/signs/items/{sign.number}?datetime={yesterday}/.."
        assert all(reader.get(each).status_code == 200 for each in (page, since))
        assert sign_counts(at=today(), chosen=SignFilter(state="all", text=sign.number)).total == 1
        assert reader.get(reverse("signage:photo", args=[photo.pk])).status_code == 404

    def test_streets_that_meet_it_do_not_tell_of_it(self, street: Any, client_as: Any) -> None:
        line = street.place.geometry
        middle = line.interpolate_normalized(0.5)
        crossing = LineString(
            (middle.x - 1e-3, middle.y - 1e-3), (middle.x + 1e-3, middle.y + 1e-3), srid=4490
        )
        other = make_place("暗号横街", geometry=crossing)
        Place.objects.filter(pk=street.place_id).update(
            geometry=LineString(line[0], middle, line[-1], srid=4490)
        )
        Sign.objects.filter(place=street.place_id).update(period=DateRange(None, today()))
        page = f"{reverse('signage:missing')}?kind=bare&within={street.place.division_code}"

        def spots() -> list[str]:
            recheck_signs_of_places(places=[street.place_id], at=today())
            return open_spots()

        def open_spots() -> list[str]:
            rows = Absence.objects.shown().on(today()).filter(place=street.place_id)
            return sorted(rows.values_list("spot", flat=True))

        assert str(other.pk) in spots() and "暗号横街" in text_of(client_as().get(page))
        counted = missing_counts(at=today(), chosen=MissingFilter()).spots
        Place.objects.filter(pk=other.pk).update(secrecy="secret")
        assert str(other.pk) not in open_spots()  # at once
        fewer = missing_counts(at=today(), chosen=MissingFilter()).spots
        assert sum(fewer.values()) < sum(counted.values())
        assert str(other.pk) not in spots()  # and after the next check
        Place.objects.filter(pk=other.pk).update(secrecy="public")
        count_after_secrecy(place=other.pk, at=today())
        assert str(other.pk) in open_spots()

    def test_streets_recorded_meanwhile_are_checked_once_it_is_secret_no_more(
        self, street: Any
    ) -> None:
        line = street.place.geometry
        middle = line.interpolate_normalized(0.5)
        crossing = LineString(
            (middle.x - 1e-3, middle.y - 1e-3), (middle.x + 1e-3, middle.y + 1e-3), srid=4490
        )
        other = make_place("暗号横街", geometry=crossing)
        Place.objects.filter(pk=other.pk).update(secrecy="secret")
        Place.objects.filter(pk=street.place_id).update(
            geometry=LineString(line[0], middle, line[-1], srid=4490)
        )
        Sign.objects.filter(place=street.place_id).update(period=DateRange(None, today()))
        recheck_signs_of_places(places=[street.place_id], at=today())
        found = Absence.objects.on(today()).filter(place=street.place_id, spot=str(other.pk))
        assert not found.exists()
        Place.objects.filter(pk=other.pk).update(secrecy="public")
        count_after_secrecy(place=other.pk, at=today())
        assert found.exists()

    def test_cannot_be_reported_or_followed(self, sign: Sign, client_as: Any) -> None:
        self.hide(sign)
        report = {
            "kind": "damaged",
            "sign_number": sign.number,
            "facts": "路牌歪斜",
            "channel": "web",
        }
        answers = [
            Client().post(reverse("signage:report_new"), report | {"sign_number": number})
            for number in (sign.number, "GIBT-ES-NICHT")
        ]
        told = [re.sub("GIBT-ES-NICHT|TEST-1|csrf.*?>", "", text_of(each)) for each in answers]
        assert told[0] == told[1] and not SignReport.objects.filter(sign=sign).exists()

    def test_is_told_by_no_change(self, sign: Sign, client_as: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr("common.audit.settled", lambda: LARGEST)
        number = AuditEntry.objects.latest("pk").pk
        AuditEntry.objects.create(
            operation="edit_sign", subject_type="signage.sign", subject_id=str(sign.pk)
        )
        reader = client_as("viewer")
        assert sign.number in text_of(reader.get(f"/changes?since={number}"))
        self.hide(sign)
        assert sign.number not in text_of(reader.get(f"/changes?since={number}"))

    def test_its_number_cannot_be_given_again(self, sign: Sign) -> None:
        self.hide(sign)
        assert Sign.objects.shown().filter(pk=sign.pk).count() == 0
        assert signs_numbered(numbers=[sign.number])[sign.number].hidden

    def test_its_photos_are_not_there(self, sign: Sign, make_photo: Any, client_as: Any) -> None:
        photo = keep_photo(read_photo(make_photo()), by=None, sign=sign)
        page = reverse("signage:photo", args=[photo.pk])
        assert client_as().get(page).status_code == 200
        self.hide(sign)
        assert client_as().get(page).status_code == 404

    def test_rests_while_all_are_checked(self, sign: Sign) -> None:
        self.hide(sign)
        Finding.objects.filter(sign=sign).delete()
        recheck_signs(numbers=[sign.number], at=timezone.localdate())
        assert not Finding.objects.filter(sign=sign).exists()


class TestCommand:
    def test_hides_a_place_with_its_signs_and_brings_them_back(
        self, wrong: Sign, client_as: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        page = reverse("signage:sign", args=[wrong.number])
        counted = CampaignDay.objects.filter(division_code=wrong.division_code, day=today())
        before = counted.get().signs
        with django_capture_on_commit_callbacks(execute=True):
            call_command("place_secrecy", str(wrong.place_id), "secret", reason="密定〔2026〕1号")
        assert client_as().get(page).status_code == 404
        assert counted.get().signs < before
        entry = AuditEntry.objects.filter(operation="edit_place").latest("pk")
        assert entry.details["after"] == {"secrecy": "secret"} and "密定" in entry.reason
        with django_capture_on_commit_callbacks(execute=True):
            call_command("place_secrecy", str(wrong.place_id), "public", reason="解密")
        assert client_as().get(page).status_code == 200
        assert counted.get().signs == before

    @pytest.mark.parametrize(
        ("place", "level", "reason"),
        [(NOBODYS, "secret", "x"), (None, "public", "x"), (None, "secret", " ")],
    )
    def test_refuses_what_cannot_be(
        self, wrong: Sign, place: str | None, level: str, reason: str
    ) -> None:
        with pytest.raises(CommandError):
            call_command("place_secrecy", place or str(wrong.place_id), level, reason=reason)
        assert Place.objects.get(pk=wrong.place_id).secrecy == "public"
