"""One sign with everything known about it, and what it should show."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, Prefetch
from django.utils import timezone

from boundaries.models import DivisionVersion
from boundaries.queries.divisions import division_at
from common.models import AuditEntry, bilingual
from gazetteer.models import Place, PlaceName, Secrecy
from signage.domain.evidence import Evidence, weigh
from signage.domain.faces import read_faces
from signage.domain.rules import Verdict
from signage.domain.sign import Sign as SignValue
from signage.models import PhotoPhase, RectificationOrder, Sign, SignPhoto, SignReport
from signage.queries.editions import PHOTO, edition, rule_book
from signage.queries.facts import places_of, signs_to_check
from signage.queries.judge import all_verdicts
from signage.queries.signs import night_of

MOST_PHOTOS = 24


def get_sign(*, number: str) -> Sign | None:
    """None for what is not there or may not be shown."""
    signs = Sign.objects.shown().select_related("place", "source")
    return signs.filter(number=number).first()


def sign_verdicts(*, sign: Sign, at: date) -> tuple[SignValue | None, list[Verdict]]:
    """What every rule says of one sign as it is now recorded, by the same code as in bulk."""
    signs = signs_to_check(at=at, numbers=[sign.number])
    places = places_of(signs=signs, at=at)
    found: tuple[SignValue | None, list[Verdict]] = all_verdicts(
        sign=sign, signs=signs, places=places, at=at, book=rule_book(at=at)
    )
    return found


def hidden_until(*, sign: Sign) -> datetime | None:
    """When a sign last ceased to show a place that is secret now: nothing before that is told."""
    states = [
        (state.pgh_created_at, {*shown_places(state), *filter(None, [str(state.place_id or "")])})
        for state in sign.events.all()
    ]
    ids = {key for _until, keys in states for key in keys}
    secret = Place.objects.filter(pk__in=ids, secrecy=Secrecy.SECRET).values_list("pk", flat=True)
    hidden = set(map(str, secret))
    return max((until for until, keys in states if keys & hidden), default=None)


def as_it_was(*, sign: Sign, at: date, since: datetime | None) -> Sign | None:
    """The sign with the face and place it had at the end of a day, told by the row history.

    None where that is hidden: ``since`` is when its history may be told (:func:`hidden_until`).
    """
    if since is not None and night_of(at) <= since:
        return None
    later = sign.events.filter(pgh_created_at__gte=night_of(at)).order_by("pgh_id").first()
    if later is not None:
        for field in sign._meta.concrete_fields:
            if hasattr(later, field.attname) and not field.primary_key:
                setattr(sign, field.attname, getattr(later, field.attname))
    return sign


def orders_of(*, sign: Sign, at: date, since: datetime | None = None) -> list[RectificationOrder]:
    """The orders for a sign as they stood at the end of a day, the newest first, with photos."""
    night = night_of(at)
    people = ("ordered_by", "fixed_by", "verified_by", "closed_by", "waived_by", "sheet")
    photos = _told(SignPhoto.objects.filter(uploaded_at__lt=night), since)
    photos = photos.select_related("uploaded_by")
    orders = RectificationOrder.objects.filter(sign=sign, ordered_at__lt=night)
    found = list(
        orders.select_related(*people)
        .prefetch_related(Prefetch("photos", queryset=photos), "sent_back_fixes__fixed_by")
        .order_by("-ordered_at")
    )
    for order in found:
        for step, before in (
            ("waived", "ordered"),
            ("closed", "verified"),
            ("verified", "fixed"),
            ("fixed", "ordered"),
        ):
            done_at = getattr(order, f"{step}_at")
            if done_at is not None and done_at >= night:
                setattr(order, f"{step}_at", None)
                setattr(order, f"{step}_by", None)
                order.state = before
        if order.state == "ordered":
            _as_before_it_was_sent_back(order, night)
    return found


def _as_before_it_was_sent_back(order: RectificationOrder, night: datetime) -> None:
    for fix in order.sent_back_fixes.all():
        if fix.fixed_at < night <= fix.sent_back_at:
            order.state, order.fixed_at, order.fixed_by = "fixed", fix.fixed_at, fix.fixed_by
            if fix.verified_at is not None and fix.verified_at < night:
                order.state, order.verified_at = "verified", fix.verified_at
                order.verified_by = fix.verified_by


def photos_of(*, sign: Sign, at: date, since: datetime | None = None) -> list[SignPhoto]:
    """The latest photos of the sign itself, of a survey or a round, that are no order's evidence.

    What the public sent in is read with its report; ``since``: see :func:`hidden_until`.
    """
    photos = _told(SignPhoto.objects.filter(sign=sign, order=None, report=None), since)
    kept = photos.filter(uploaded_at__lt=night_of(at)).select_related("uploaded_by")
    return list(kept.order_by(F("taken_at").desc(nulls_last=True), "-uploaded_at")[:MOST_PHOTOS])


def photos_of_report(*, report: SignReport) -> list[SignPhoto]:
    """What was sent in with it, without what may show a name that its sign bore then."""
    since = hidden_until(sign=report.sign) if report.sign else None
    return list(_told(report.photos.all(), since))


def _told(photos: Any, since: datetime | None) -> Any:
    """Of photos those that show nothing hidden."""
    return photos if since is None else photos.filter(uploaded_at__gt=since)


def order_events(*, orders: Sequence[RectificationOrder], at: date) -> list[AuditEntry]:
    """What the audit log says of these orders up to a day, oldest first."""
    keys = [str(order.pk) for order in orders]
    entries = AuditEntry.objects.filter(
        subject_type=RectificationOrder._meta.label_lower,
        subject_id__in=keys,
        at__lt=night_of(at),
    )
    return list(entries.select_related("user").order_by("at", "pk"))


def get_order(*, key: Any) -> RectificationOrder | None:
    """None for what is not there or may not be shown."""
    orders = RectificationOrder.objects.shown()
    orders = orders.select_related("sign", "sign__place", "fixed_by")
    return orders.filter(pk=key).first()


def used_elsewhere(*, photos: Sequence[SignPhoto]) -> dict[str, set[Any]]:
    """SHA-256 → the orders and reports whose evidence this very file is."""
    rows = SignPhoto.objects.filter(sha256__in={photo.sha256 for photo in photos})
    found: dict[str, set[Any]] = {}
    for sha256, order, report in rows.values_list("sha256", "order_id", "report_id"):
        found.setdefault(sha256, set()).add(order or report)
    return found


def weigh_photos(
    *, photos: Sequence[SignPhoto], sign: Sign, order: RectificationOrder | None
) -> list[Evidence]:
    """What speaks against each photo, by the parameters in force when it was uploaded."""
    if not photos:
        return []
    used = used_elsewhere(photos=photos)
    days = [timezone.localdate(photo.uploaded_at) for photo in photos]
    limits = {
        day: edition(rule_id=PHOTO, at=day, code=sign.division_code).parameters for day in set(days)
    }
    return [
        weigh(
            taken_at=photo.taken_at,
            taken_where=(where.x, where.y) if (where := photo.taken_where) else None,
            site=(sign.location.x, sign.location.y),
            ordered_at=order.ordered_at if order else None,
            uploaded_at=photo.uploaded_at,
            parameters=limits[day],
            before=photo.phase == PhotoPhase.BEFORE,
            fixed_at=order.fixed_at if order else None,
            used_elsewhere=len(used[photo.sha256]) > 1,
        )
        for photo, day in zip(photos, days, strict=True)
    ]


def standard_name(*, place_id: Any, at: date) -> PlaceName | None:
    """The standard name of a place on a day; a secret place has none to show."""
    if place_id is None:
        return None
    names = PlaceName.objects.standard().on(at).filter(place_id=place_id)
    return names.filter(place__in=Place.objects.shown()).first()


def place_of(*, sign: Sign) -> Any:
    """The id of the place that a sign is linked to, None where there is none to show."""
    return Place.objects.shown().filter(pk=sign.place_id).values_list("pk", flat=True).first()


def shown_places(sign: Sign) -> list[str]:
    """The ids of the further places that the lines of a sign show."""
    return [line.place for face in read_faces(sign.faces) for _, line in face.lines() if line.place]


def names_of_places(*, ids: Sequence[Any], at: date) -> dict[str, str]:
    """Place id → standard name on a day; secret places have none to show."""
    shown = Place.objects.shown().filter(pk__in=ids)
    names = PlaceName.objects.standard().on(at).filter(place__in=shown)
    return {str(key): text for key, text in names.values_list("place_id", "text")}


def division_names(*, codes: Sequence[str], at: date) -> dict[str, str]:
    """Code → name of divisions on a day, in the reader's language where it is known."""
    rows = DivisionVersion.objects.on(at).filter(code__in=set(codes))
    return {
        code: bilingual(name, name_en)
        for code, name, name_en in rows.values_list("code", "name", "name_en")
    }


def county_names(*, within: str, at: date) -> dict[str, str]:
    """The counties of a jurisdiction, for the filter of a list."""
    rows = DivisionVersion.objects.on(at).within(within).at_level(3).order_by("code")
    return {
        code: bilingual(name, name_en)
        for code, name, name_en in rows.values_list("code", "name", "name_en")
    }


def code_at(*, point: Any, at: date) -> str:
    """The code of the smallest division whose shape holds a point, "" where none is known."""
    found = division_at(longitude=point.x, latitude=point.y, at=at)
    return found.code if found else ""
