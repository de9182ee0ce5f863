"""Signs of our own beside the demonstration set, photos with and without EXIF."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from demo.parts import RECORDS_BEGIN
from gazetteer.models import PlaceName
from signage.domain.faces import plain_face, write_faces
from signage.models import RectificationOrder, Sign
from signage.operations.check import recheck_sign
from signage.operations.orders import NewFace, order_fix, record_fix

EXIF_TIME, EXIF_IFD, GPS_IFD = 0x9003, 0x8769, 0x8825


def degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = (value - whole) * 60
    return (whole, int(minutes), round((minutes - int(minutes)) * 60, 4))


@pytest.fixture(autouse=True)
def photos_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def street(demo: SimpleNamespace) -> PlaceName:
    """The standard name of a street of Tianhe."""
    names = PlaceName.objects.standard().filter(
        place__legal_category="STREET", place__division_code="440106"
    )
    return names.select_related("place").order_by("text")[0]


@pytest.fixture
def make_sign(street: PlaceName) -> Callable[..., Sign]:
    """``make_sign(pinyin="…")``: a sound sign of ``street`` with changes, checked at once."""

    def make(number: str = "TEST-1", check: bool = True, **changes: Any) -> Sign:
        middle = street.place.geometry.interpolate_normalized(0.5)
        values: dict[str, Any] = {
            "number": number,
            "sign_class": "STREET",
            "location": Point(middle.x, middle.y, srid=4490),
            "division_code": "440106001",
            "place": street.place,
            "street_bearing": 90.0,
            "period": DateRange(RECORDS_BEGIN, None),
            "responsible_body": "天河区民政局",
        }
        shown = {
            "hanzi": changes.pop("hanzi", street.text),
            "pinyin": changes.pop("pinyin", street.pinyin_sign),
            "ground": changes.pop("ground_colour", "blue"),
        }
        values["faces"] = write_faces(plain_face(**shown))
        sign = Sign.objects.create(**{**values, **changes})
        if check:
            recheck_sign(sign=sign, at=timezone.localdate())
        return sign

    return make


@pytest.fixture
def wrong(make_sign: Any) -> Sign:
    return make_sign(pinyin="WRONG LU")


@pytest.fixture
def people(make_user: Any) -> dict[str, Any]:
    roles = ("place_name_officer", "sign_inspector", "reviewer", "approver")
    return {role: make_user(role, "440106") for role in roles}


@pytest.fixture
def order(wrong: Sign, people: Any) -> RectificationOrder:
    return order_fix(
        by=people["place_name_officer"],
        at=timezone.now(),
        sign=wrong,
        responsible_body="天河区民政局",
    )


@pytest.fixture
def fix(order: RectificationOrder, people: Any, make_photo: Any) -> Callable[..., Any]:
    """``fix(pinyin=…)``: record the fix of ``order`` with a right face but for the changes."""

    def record(
        by: Any = None, photo: Any = "good", before: Any = "good", **changes: Any
    ) -> RectificationOrder:
        name = order.sign.place.names.get()
        face = {"hanzi": name.text, "pinyin": name.pinyin_sign, "ground_colour": "blue"}
        return record_fix(
            by=by or people["sign_inspector"],
            at=timezone.now(),
            order=order,
            face=NewFace(**{**face, **changes}),
            photo=make_photo() if photo == "good" else photo,
            photo_before=make_photo(size=(641, 480)) if before == "good" else before,
        )

    return record
