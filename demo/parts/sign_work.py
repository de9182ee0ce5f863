"""Public reports on signs in every state, and sheets of orders a workshop can work from.

All is written by the operations that pages use; nobody who is named here exists.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from demo.parts import DemoOptions
from demo.parts.signs import CITY
from signage.models import Sign, SignReport
from signage.operations.order_many import Terms, order_signs, plan_for
from signage.operations.reports import dismiss_report, merge_report, order_from_report, take_report
from signage.queries.signs import SignFilter

PEOPLE = ("officer", "inspector")
# District and rule of each sheet, days since it was ordered: Haizhu's English generics, …
SHEETS = (("440105", "R10", 6), ("440111", "R13", 3))
# Days ago, what is wrong, how it was received, the facts; "point": a spot, "same": the sign before.
REPORTS: tuple[tuple[int, str, str, str, str], ...] = (
    (12, "name", "web", "路牌拼音与地名公告不一致（演示）。", "sign"),
    (11, "name", "12345", "同一路牌，拼音有误（演示）。", "same"),
    (8, "name", "phone", "路牌汉字疑为旧名（演示）。", "sign"),
    (5, "damaged", "12345", "路牌被绿化遮挡并倾斜（演示）。", "sign"),
    (4, "other", "web", "认为该路牌颜色不好看（演示）。", "sign"),
    (2, "missing", "web", "路口未见路牌，找路不便（演示）。", "point"),
    (1, "hidden", "visit", "路牌被广告遮住（演示）。", "sign"),
)


def load(options: DemoOptions) -> str:
    people = {user.username: user for user in User.objects.filter(username__in=PEOPLE)}
    if len(people) < len(PEOPLE):
        return "no demonstration accounts, so no reports"
    signs = list(_waiting())
    if len(signs) < len(REPORTS):
        return "no signs, so no reports"
    reports = _reports(people["officer"], signs)
    sheets = _sheets(people["officer"])
    return f"{reports} public reports, {sheets} order sheets (synthetic)"


def _waiting() -> Any:
    """Signs of the bureau that wait for an order, outside the district that is shown first."""
    found = Sign.objects.within(CITY).filter(
        managed_by="civil", findings__resolved_on__isnull=True, findings__rule_id_text="R05"
    )
    busy = found.exclude(orders__isnull=False).exclude(division_code__startswith="440106")
    return busy.order_by("-number")[: len(REPORTS)]


def _reports(officer: Any, signs: list[Sign]) -> int:
    taken: list[SignReport] = []
    for (days, kind, channel, facts, what), sign in zip(REPORTS, signs, strict=True):
        meant = taken[-1].sign if what == "same" else sign if what == "sign" else None
        spot = (sign.location.x + 0.0004, sign.location.y + 0.0002) if what == "point" else None
        report = take_report(
            by=officer,
            at=_at(days),
            kind=kind,
            facts=facts,
            channel=channel,
            sign=meant,
            point=spot,
            outer_number=f"DEMO-{days:04d}" if channel == "12345" else "",
            name="演示市民",
            contact="000-0000-0000",
        )
        SignReport.objects.filter(pk=report.pk).update(synthetic=True)
        taken.append(report)
    first, same, second, _damaged, unfounded, *_open = taken
    merge_report(by=officer, at=_at(10), report=same, into=first)
    for report in (first, second):
        assert report.sign is not None
        order_from_report(
            by=officer,
            at=_at(7),
            report=report,
            responsible_body=report.sign.responsible_body or "演示责任单位",
        )
    dismiss_report(
        by=officer,
        at=_at(3),
        report=unfounded,
        answer="经现场核查，该路牌颜色符合标准（演示）。",
    )
    return len(taken)


def _sheets(officer: Any) -> int:
    made = 0
    for code, rule, days in SHEETS:
        at, chosen = _at(days), SignFilter(rule=rule, within=code)
        plan = plan_for(by=officer, at=timezone.localdate(at), chosen=chosen)
        terms = Terms(instruction="按应有样式更换版面，完成后上传整改前后照片（演示）。")
        bodies = {body.body: terms for body in plan.bodies if body.body}
        if bodies:
            made += len(
                order_signs(by=officer, at=at, chosen=chosen, seen=plan.count, bodies=bodies)
            )
    return made


def _at(days: int) -> Any:
    return timezone.now() - timedelta(days=days)
