"""A sign that once bore a secret name: what was told of it before is told no more."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone

from common.imports.checking import check_batch
from common.imports.committing import commit_batch
from gazetteer.models import Place, PlaceName
from signage.domain.faces import Line, Panel, SignFace, write_faces
from signage.models import Sign, SignReport
from signage.operations.import_signs import ChangedMeanwhile
from signage.operations.reports import take_report
from signage.queries.reports import report_counts
from tests.signage.test_import_signs import checked, table

pytestmark = pytest.mark.django_db
DISTRICT = "440106"


@pytest.fixture
def other(street: PlaceName) -> PlaceName:
    names = PlaceName.objects.standard().on(timezone.localdate())
    streets = names.filter(place__legal_category="STREET").exclude(place=street.place_id)
    return streets.exclude(text=street.text)[0]


def show_another(sign: Sign, other: PlaceName) -> None:
    face = SignFace(panels=(Panel(lines=(Line("hanzi", other.text),)),))
    shown = {"place": other.place_id, "hanzi": other.text, "faces": write_faces([face])}
    Sign.objects.filter(pk=sign.pk).update(**shown)


def test_reports_and_orders_are_not_there_on_the_days_before(
    make_sign: Any, street: PlaceName, other: PlaceName, make_user: Any, client_as: Any
) -> None:
    sign, today = make_sign(), timezone.localdate()
    day = today - timedelta(days=1)
    Sign.objects.filter(pk=sign.pk).update(period=DateRange(date(2020, 1, 1), None))
    told = SignReport.objects.create(
        sign=sign,
        location=sign.location,
        division_code=sign.division_code,
        kind="damaged",
        facts="路牌歪斜",
        channel="12345",
        received_at=timezone.now() - timedelta(days=2),
    )
    show_another(sign, other)
    officer = client_as("place_name_officer", DISTRICT)
    pages = [reverse("signage:reports"), reverse("signage:report", args=[told.pk])]

    def seen(at: date) -> list[bool]:
        asked = [officer.get(f"{page}?at={at}").content.decode() for page in pages]
        return [sign.number in text for text in asked]

    def counted(at: date) -> int:
        return sum(report_counts(at=at, codes=[DISTRICT], within="").values())

    before = counted(day)
    assert seen(day) == seen(today) == [True, True]
    Place.objects.filter(pk=street.place_id).update(secrecy="secret")
    assert seen(day) == [False, False] and counted(day) < before
    assert seen(today) == [True, True]


def test_a_report_of_before_shows_no_photo_of_then(
    make_sign: Any, street: PlaceName, other: PlaceName, make_photo: Any, client_as: Any
) -> None:
    sign, officer = make_sign(), client_as("place_name_officer", DISTRICT)
    told = take_report(
        by=None,
        at=timezone.now(),
        kind="damaged",
        facts="路牌歪斜",
        channel="web",
        sign=sign,
        photo=make_photo(),
    )
    told.photos.update(uploaded_at=timezone.now() - timedelta(hours=1))  # before this transaction
    show_another(sign, other)
    page = reverse("signage:report", args=[told.pk])
    assert len(officer.get(page).context["photos"]) == 1
    Place.objects.filter(pk=street.place_id).update(secrecy="secret")
    answer = officer.get(page)
    assert answer.status_code == 200 and answer.context["photos"] == []


def test_the_row_that_brought_it_in_tells_no_name(
    street: PlaceName, other: PlaceName, client_as: Any
) -> None:
    spot = street.place.geometry.interpolate_normalized(0.5)
    cells = (f"{spot.x:.7f}", f"{spot.y:.7f}", street.text, street.pinyin_sign, "blue")
    row = ",".join(("ONCE-1", "STREET", *cells, street.text, ""))
    batch = commit_batch(batch=checked(table(row)), by=None)
    show_another(Sign.objects.get(number="ONCE-1"), other)
    page, steward = reverse("import", args=[batch.pk]), client_as("data_steward", DISTRICT)
    assert street.text in steward.get(page).content.decode()
    Place.objects.filter(pk=street.place_id).update(secrecy="secret")
    answer = steward.get(page)
    assert street.text not in answer.content.decode()
    assert [tab["count"] for tab in answer.context["tabs"]] == [0]
    assert Sign.objects.shown().filter(number="ONCE-1").exists()


def test_no_sign_is_taken_in_for_a_place_that_became_secret_since_the_check(
    street: PlaceName,
) -> None:
    spot = street.place.geometry.interpolate_normalized(0.5)
    cells = (f"{spot.x:.7f}", f"{spot.y:.7f}", street.text, street.pinyin_sign, "blue")
    batch = checked(table(",".join(("ONCE-1", "STREET", *cells, street.text, ""))))
    Place.objects.filter(pk=street.place_id).update(secrecy="secret")
    with pytest.raises(ChangedMeanwhile):
        commit_batch(batch=batch, by=None)
    check_batch(batch=batch, by=None)
    assert [each["code"] for each in batch.rows.get().remarks] == ["unknown_place"]
