"""Notices in every state and the complaints that some of them answer; nobody in them exists.

Days are counted back from the day of loading, so that some clocks have always run out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.domain.scope import jurisdiction_of
from gazetteer.domain.notice_flow import STEPS
from gazetteer.models import (
    Breach,
    Channel,
    Complaint,
    ComplaintState,
    Informant,
    Inquiry,
    InquiryKind,
    LegalCategory,
    Notice,
    NoticeSeries,
    NoticeStep,
    Place,
    PlaceName,
    Power,
    UsageContext,
)
from gazetteer.operations.notices import basis_of

PEOPLE = ("officer", "reviewer", "approver", "publisher")
SOURCE = "demo-synthetic"
EACH = 8
PLACES_NOT_TOUCHED = ("天河路",)
# Who takes each step: nobody twice where the domain forbids it.
BY = {
    "draft": "officer",
    "approve": "approver",
    "issue": "officer",
    "serve": "officer",
    "inquire": "officer",
    "correct": "officer",
    "verify": "reviewer",
    "send_back": "reviewer",
    "penalise": "approver",
    "close": "approver",
    "withdraw": "approver",
}
Places = Mapping[str, Sequence[tuple[Place, str]]]


@dataclass(frozen=True, slots=True)
class Plan:
    """One notice: ``steps`` after the draft; ``began`` days ago; ``due``: days from today."""

    county: str
    organisation: str
    breach: str
    usage: str
    facts: str
    correction: str
    steps: tuple[str, ...] = ()
    began: int = 3
    due: int = 15
    complaint: int | None = None
    fine: int | None = None
    outcome: str = ""


MISUSE, NAMING, SIGN, FILING = "art37-use", "art36-naming", "art38-sign", "art35-filing"
SERVED = ("approve", "issue", "serve")
PLANS = (
    Plan(
        "440106", "示例商业管理公司", MISUSE, UsageContext.MEDIA,
        "在其网站和招商资料中将“{name}”写作自拟的“{name}大道中”，未使用标准地名。",
        "将网站、招商资料中的名称改为标准地名“{name}”。", (), 2, complaint=4,
    ),
    Plan(
        "440106", "示例物业服务公司", NAMING, "",
        "在{name}旁新建住宅区擅自使用未经批准的名称“{name}国际首府”。",
        "停止使用未经批准的名称，依法申请命名。", ("approve",), 4,
    ),
    Plan(
        "440106", "示例广告有限公司", MISUSE, UsageContext.SIGN,
        "{name}沿线两块广告牌上的地名拼写使用英文通名。",
        "按照《地名 标志》的要求更换广告牌上的拼写。", ("approve", "issue"), 5, 9,
    ),
    Plan(
        "440106", "示例市政养护公司", SIGN, "",
        "施工期间擅自拆除{name}路口地名标志一块，未恢复。",
        "在原位置恢复地名标志。", SERVED, 12, 3, complaint=5,
    ),
    Plan(
        "440106", "示例文化传播公司", MISUSE, UsageContext.MAP,
        "公开发行的导览图将“{name}”标注为旧名，未使用标准地名。",
        "收回未售出的导览图，更正后重新印制。", SERVED, 28, -6,
    ),
    Plan(
        "440104", "示例置业有限公司", NAMING, "",
        "售楼宣传和楼宇外墙擅自使用含有“中央”字样的名称。",
        "拆除外墙名称，停止使用。", SERVED, 45, -20,
    ),
    Plan(
        "440106", "示例出版社", MISUSE, UsageContext.BOOK,
        "教学用书中“{name}”的拼写与标准拼写不一致。",
        "再次印刷时更正，并发布勘误。", (*SERVED, "correct"), 20, 4,
    ),
    Plan(
        "440103", "示例停车管理公司", MISUSE, UsageContext.SIGN,
        "停车场指示牌上的“{name}”漏写通名。",
        "更换指示牌。", (*SERVED, "inquire", "correct", "verify"), 26, -2,
    ),
    Plan(
        "440106", "示例建筑工程公司", SIGN, "",
        "擅自移动{name}地名标志并遮挡版面。",
        "将地名标志恢复至原位置，清除遮挡。", (*SERVED, "inquire", "penalise"), 40, -12,
        fine=2000, outcome="责令改正，对责任人员罚款二千元。",
    ),
    Plan(
        "440105", "示例餐饮管理公司", MISUSE, UsageContext.MEDIA,
        "点评网站页面的地址未使用标准地名“{name}”。",
        "更正全部页面。", (*SERVED, "correct", "verify", "close"), 60, -30, complaint=6,
        outcome="已全部更正，结案。",
    ),
    Plan(
        "440111", "示例科技园管理处", FILING, "",
        "批准的建筑物名称未在规定期限内报送备案。",
        "补报备案材料。", ("approve", "withdraw"), 15,
        outcome="",
    ),
    Plan(
        "440104", "示例交通设施公司", SIGN, "",
        "擅自涂改{name}地名标志的拼写。",
        "更换标志版面。", (*SERVED, "correct", "send_back"), 22, 1,
    ),
)  # fmt: skip
NOTES = {
    "serve": "{day} 直接送达，经办人签收",
    "inquire": "检查",
    "correct": "已按要求改正，附现场照片。",
    "verify": "经现场核实，情况属实。",
    "send_back": "拼写仍有一处未改，退回继续整改。",
    "withdraw": "所涉事项由上级机关办理，撤回。",
}
COMPLAINTS: tuple[tuple[str, str, str, str, int, str, str], ...] = (
    ("440106", MISUSE, Channel.WEB, "公交站牌上的“{name}”少了一个字。", 3, "new", ""),
    ("440106", SIGN, Channel.PHONE, "{name}的路名牌被广告布遮住，看不清。", 22, "new", ""),
    ("440104", NAMING, Channel.LETTER, "某楼盘自称“世界中心”，地图上没有这个名字。", 9, "new", ""),
    ("440103", MISUSE, Channel.VISIT, "导览牌上“{name}”的拼音写成了英文。", 6, "new", ""),
    ("440106", MISUSE, Channel.WEB, "商场网站把“{name}”写成了自己起的名字。", 5, "in_hand", ""),
    ("440106", SIGN, Channel.PHONE, "{name}的路名牌施工后不见了。", 14, "in_hand", ""),
    ("440105", MISUSE, Channel.WEB, "网站上的地址不是标准地名。", 63, "settled", ""),
    ("440111", MISUSE, Channel.STAFF, "巡查时见到一处店招使用旧名“{name}”。", 30, "dismissed",
     "经核查，店招所用为企业字号，不属于地名使用，不予处理。"),
    ("440105", SIGN, Channel.WEB, "门牌号码重复。", 18, "transferred",
     "门牌由公安机关编制，已转交办理。"),
)  # fmt: skip


def streets_of(counties: Sequence[str]) -> Places:
    """Some streets of each county with their names, those of the tests left alone."""
    found: dict[str, list[tuple[Place, str]]] = {}
    for county in counties:
        names = PlaceName.objects.on(timezone.localdate()).standard()
        rows = (
            names.filter(
                place__legal_category=LegalCategory.STREET,
                place__division_code=county,
                place__geometry__isnull=False,
                place__ended_on__isnull=True,
                text__endswith="路",
            )
            .exclude(text__in=PLACES_NOT_TOUCHED)
            .select_related("place")
            .order_by("text", "place_id")[:EACH]
        )
        found[county] = [(row.place, row.text) for row in rows]
    return found if all(found.values()) else {}


def write_complaints(now: datetime, people: Mapping[str, Any], places: Places) -> list[Complaint]:
    turns: Counter[str] = Counter()
    made = []
    for number, (county, breach, channel, facts, days, state, answer) in enumerate(COMPLAINTS):
        place, name = _next(places, county, turns)
        received = now - timedelta(days=days)
        decided = state != ComplaintState.NEW
        complaint = Complaint.objects.create(
            place=place,
            division_code=place.division_code,
            breach_id=breach,
            facts=facts.format(name=name),
            channel=channel,
            received_at=received,
            state=state,
            answer=answer,
            decided_at=received + timedelta(days=2) if decided else None,
            decided_by=people["officer"] if decided else None,
            synthetic=True,
            source_id=SOURCE,
        )
        if channel in (Channel.PHONE, Channel.LETTER, Channel.VISIT):
            name = f"模拟举报人{number + 1}"
            Informant.objects.create(complaint=complaint, name=name, contact="000-0000-0000")
        made.append(complaint)
    return made


def write_notices(
    now: datetime, people: Mapping[str, Any], places: Places, complaints: Sequence[Complaint]
) -> int:
    turns: Counter[str] = Counter()
    breaches = Breach.objects.in_bulk()
    for plan in PLANS:
        complaint = complaints[plan.complaint] if plan.complaint is not None else None
        place, name = _next(places, plan.county, turns)
        if complaint is not None and complaint.place is not None:
            place = complaint.place
            name = str(place.names.on(now.date()).standard().values_list("text", flat=True).first())
        _write(plan, now, people, place, name, breaches[plan.breach], complaint)
    return len(PLANS)


def _write(
    plan: Plan,
    now: datetime,
    people: Mapping[str, Any],
    place: Place,
    name: str,
    breach: Breach,
    complaint: Complaint | None,
) -> None:
    began = now - timedelta(days=plan.began)
    steps = ("draft", *plan.steps)
    # Drafted to served within days; what the organisation did comes later.
    late = max(plan.began - len(SERVED) - 1, 1) / max(len(steps) - len(SERVED), 1)
    days = {
        step: began + timedelta(days=turn if turn <= 3 else 3 + (turn - 3) * late)
        for turn, step in enumerate(steps)
    }
    issued = timezone.localdate(days["issue"]) if "issue" in days else None
    notice = Notice(
        place=place,
        division_code=place.division_code,
        usage=plan.usage,
        jurisdiction=jurisdiction_of(plan.county[:4]),
        organisation=f"{plan.organisation}（模拟）",
        facts=plan.facts.format(name=name),
        correction=plan.correction.format(name=name),
        legal_basis=basis_of([breach]),
        complaint=complaint,
        drafted_at=began,
        drafted_by=people["officer"],
        issued_on=issued,
        deadline=timezone.localdate(now) + timedelta(days=1 + plan.due) if issued else None,
        fine_yuan=plan.fine,
        fined="责任人员（模拟）" if plan.fine else "",
        outcome=plan.outcome,
        synthetic=True,
        source_id=SOURCE,
    )
    if issued:
        notice.year, notice.serial = issued.year, _serial(notice.jurisdiction, issued.year)
    state, rows = "", []
    for step in steps:
        after = "draft" if step == "draft" else STEPS[step].after or state
        note = NOTES.get(step, "").format(day=timezone.localdate(days[step]).isoformat())
        note = plan.outcome if step in ("penalise", "close") else note
        by = people[BY[step]]
        rows.append(
            NoticeStep(step=step, before=state, after=after, by=by, at=days[step], note=note)
        )
        state = after
    notice.state = state
    notice.save()
    notice.breaches.set([breach])
    for row in rows:
        row.notice = notice
    NoticeStep.objects.bulk_create(rows)
    if "inquire" in days:
        Inquiry.objects.create(
            notice=notice,
            kind=InquiryKind.INSPECTION,
            held_on=timezone.localdate(days["inquire"]),
            powers=[Power.SITE, Power.ITEMS],
            persons="检查人员二人，被检查单位负责人（模拟）",
            record="现场检查属实，已拍照取证。",
            by=people["officer"],
            at=days["inquire"],
        )


def _serial(jurisdiction: str, year: int) -> int:
    series, _ = NoticeSeries.objects.get_or_create(jurisdiction=jurisdiction, year=year)
    series.last += 1
    series.save()
    return int(series.last)


def _next(places: Places, county: str, turns: Counter[str]) -> tuple[Place, str]:
    rows = places[county]
    turns[county] += 1
    return rows[(turns[county] - 1) % len(rows)]
