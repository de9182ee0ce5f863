"""Orders in every state for the demonstration signs, some of them overdue."""

import hashlib
import io
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from common.crs import CGCS2000
from gazetteer.models import PlaceName
from signage.domain.face import COLOURS
from signage.domain.rectification import estimated_cost
from signage.domain.rules.colour import ColourParameters, required_colour
from signage.models import Finding, PhotoPhase, RectificationOrder, Sign, SignPhoto
from signage.queries.editions import COST, edition

# State, days from today to the due day, how many in the whole set, how many in the small one.
PLAN = (
    ("ordered", 12, 18, 3),
    ("ordered", -9, 12, 2),
    ("fixed", 6, 9, 2),
    ("fixed", -4, 4, 1),
    ("verified", 8, 6, 2),
    ("closed", -15, 14, 2),
    ("waived", 9, 3, 1),
)
# Closed over the weeks since the first check, so that the campaign has a course to show.
CLOSED_BEFORE, CLOSED_BEFORE_SMALL, CLOSED_OVER_DAYS = 260, 6, 37
STEPS = ("ordered", "fixed", "verified", "closed")
SHOWN_FIRST = "440106"
PEOPLE = ("officer", "inspector", "reviewer", "approver")
# What a new face with the right texts and ground puts right.
BY_A_NEW_FACE = ("R01", "R03", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13")
SIDE_BY_SIDE = ColourParameters("blue", "green", 45, 0)


def write_orders(*, today: date, small: bool) -> int:
    """Orders for signs with open findings; what counts as fixed shows the right face."""
    people = {user.username: user for user in User.objects.filter(username__in=PEOPLE)}
    if len(people) < len(PEOPLE):
        return 0
    signs = iter(_signs())
    made = 0
    for state, due_in, last in _planned(small):
        sign = next(signs, None)
        if sign is None:
            break
        # The last verified order is of a sign that still fails: it cannot be closed.
        still_wrong = state == "verified" and last
        _write(sign, state, today, due_in, people, put_right=not still_wrong)
        made += 1
    return made


def _signs() -> list[Sign]:
    """Signs that a new face puts right; four of Tianhe first, where every state is to be seen."""
    wrong = Sign.objects.filter(
        managed_by="civil", findings__isnull=False, findings__resolved_on__isnull=True
    )
    faces_only = wrong.filter(planted_defects__contained_by=list(BY_A_NEW_FACE))
    chosen = list(faces_only.distinct().order_by("id"))
    tianhe = [sign for sign in chosen if sign.division_code.startswith(SHOWN_FIRST)][:4]
    return tianhe + [sign for sign in chosen if sign not in tianhe]


def _planned(small: bool) -> list[tuple[str, int, bool]]:
    """State, days to the due day and whether it is the last of its line; each state once first."""
    planned = [
        (state, due_in, turn == count - 1)
        for state, due_in, many, few in PLAN
        for count in [few if small else many]
        for turn in range(count)
    ]
    first = [next(each for each in planned if each[0] == state) for state in STEPS]
    for each in first:
        planned.remove(each)
    many = CLOSED_BEFORE_SMALL if small else CLOSED_BEFORE
    before = [("closed", -6 - turn * CLOSED_OVER_DAYS // many, False) for turn in range(many)]
    return first + planned + before


def _write(
    sign: Sign, state: str, today: date, due_in: int, people: dict[str, Any], *, put_right: bool
) -> None:
    due = today + timedelta(days=due_in)
    ordered = min(today - timedelta(days=20), due - timedelta(days=15))
    done = STEPS.index(state) if state in STEPS else 0
    findings = Finding.objects.open().filter(sign=sign)
    costs = edition(rule_id=COST, at=today, code=sign.division_code).parameters
    order = RectificationOrder(
        sign=sign,
        state=state,
        responsible_body=sign.responsible_body,
        rules=sorted(findings.values_list("rule_id_text", flat=True)),
        cost=estimated_cost(sign.sign_class, sign.cost, costs),
        due_on=due,
        ordered_at=_at(ordered, 10),
        ordered_by=people["officer"],
    )
    for step, (name, person) in enumerate(
        [("fixed", "inspector"), ("verified", "reviewer"), ("closed", "approver")], start=1
    ):
        if step <= done:
            setattr(order, f"{name}_at", _at(ordered + timedelta(days=4 * step), 14))
            setattr(order, f"{name}_by", people[person])
    if state == "waived":
        order.waived_at, order.waived_by = _at(ordered + timedelta(days=5), 9), people["approver"]
        order.waived_because = "历史风貌保护区内的老路牌，经专家论证予以保留。"
    order.save(force_insert=True)
    if state == "waived":
        findings.update(waiver=order)
    if done >= 1:
        _add_photo(order, sign, people["inspector"], PhotoPhase.BEFORE)
        if put_right:
            _put_right(sign, today)
            if order.fixed_at is not None:
                findings.update(resolved_on=timezone.localdate(order.fixed_at))
        _add_photo(order, sign, people["inspector"], PhotoPhase.AFTER)


def _put_right(sign: Sign, today: date) -> None:
    name = PlaceName.objects.standard().on(today).get(place_id=sign.place_id)
    colour = required_colour(sign.street_bearing, SIDE_BY_SIDE) or sign.ground_colour
    sign.show_texts(hanzi=name.text, pinyin=name.pinyin_sign, ground=colour)
    sign.planted_defects = []
    sign.save()


def _add_photo(order: RectificationOrder, sign: Sign, person: Any, phase: str) -> None:
    """A drawn picture that says that it is one; equal pictures share a file."""
    image = Image.new("RGB", (800, 400), "#c8ccd0")
    draw = ImageDraw.Draw(image)
    draw.rectangle((80, 80, 720, 280), fill=COLOURS[sign.ground_colour])
    draw.text((130, 150), sign.pinyin.replace("Ü", "U"), fill="white", font_size=44)
    text = f"SYNTHETIC PICTURE, NOT A PHOTO · {phase.upper()} · {sign.number}"
    draw.text((80, 330), text, fill="#444444", font_size=18)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=80)
    content = written.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    name = f"signs/demo/{digest[:16]}.jpg"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    SignPhoto.objects.create(
        sign=sign,
        order=order,
        phase=phase,
        image=name,
        sha256=digest,
        taken_at=order.ordered_at if phase == PhotoPhase.BEFORE else order.fixed_at,
        taken_where=Point(sign.location.x, sign.location.y, srid=CGCS2000),
        uploaded_by=person,
    )


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
