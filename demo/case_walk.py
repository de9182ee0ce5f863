"""One planned naming case is brought to its step by the people of the demonstration."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import LineString, Point
from django.utils import timezone

from common.crs import CGCS2000
from demo.case_meetings import Committees
from demo.case_plans import APPLICANT, Plan
from gazetteer.domain.papers import items_of
from gazetteer.models import NamingCase, Place, PlaceName
from gazetteer.operations.case_papers import write_paper
from gazetteer.operations.cases import make_move, open_case
from gazetteer.operations.comments import handle_comment, record_comment

PEOPLE = ("officer", "reviewer", "expert", "publisher", "approver", "tianhe")
SOURCE = "demo-synthetic"
STEPS = (
    "submit",
    "accept",
    "to_experts",
    "to_comment",
    "to_approval",
    "approve",
    "file",
    "announce",
    "take_effect",
)
BY = {
    "accept": "reviewer",
    "to_experts": "reviewer",
    "to_comment": "reviewer",
    "to_approval": "reviewer",
    "approve": "approver",
    "file": "publisher",
    "announce": "publisher",
    "return": "reviewer",
    "reject": "approver",
}
# Papers that are written before a step, by whom.
PAPERS = {
    "submit": ("officer", ("application",)),
    "to_approval": ("reviewer", ("assessment_report",)),
    "approve": ("approver", ("approval",)),
    "file": ("publisher", ("filing_form", "filing_report")),
}
ITEMS = {
    "plan_and_reasons": "道路新建，需要命名，便于群众识别方位（演示内容）。",
    "location": "见位置示意（演示内容）。",
    "size": "长约 400 米，宽 18 米（演示内容）。",
    "nature": "城市支路（演示内容）。",
    "decision": "经研究，同意该名称（演示内容）。",
    "statement": "现将批准情况报送备案（演示内容）。",
}
BODIES = {
    "STREET": "广州市人民政府",
    "RES_BUILDING": "广州市住房和城乡建设局",
    "FACILITY": "广州市交通运输局",
}
COMMENTS = (
    ("web", "for", "名称好记，赞成。", "采纳。"),
    ("counter", "against", "与附近小区名称容易混淆，建议换一个字。", ""),
    ("meeting", "other", "建议保留旧村名中的“景”字。", "拟用名已含“景”字。"),
)
Streets = dict[str, list[tuple[Place, str]]]


def streets_for(plans: Iterable[Plan]) -> Streets:
    """For every county of the plans its last streets by name, which other parts do not touch."""
    found: Streets = {}
    for county in {plan.near for plan in plans}:
        rows = PlaceName.objects.on(timezone.localdate()).standard().select_related("place")
        rows = rows.filter(
            place__legal_category="STREET",
            place__division_code=county,
            place__geometry__isnull=False,
            place__ended_on__isnull=True,
            place__protections__isnull=True,
        )
        found[county] = [(row.place, row.text) for row in rows.order_by("-text", "place_id")[:6]]
    return found if all(found.values()) else {}


class Walk:
    """The way of one case; every step is taken at some hour of its own day."""

    def __init__(
        self, plan: Plan, people: Mapping[str, Any], committees: Committees, streets: Streets
    ) -> None:
        self.plan, self.people, self.committees = plan, people, committees
        # New names lie beside a street of their own; those that change come from the other end.
        there = streets[plan.near]
        self.street, self.street_name = there.pop(0 if plan.kind == "naming" else -1)
        self.case: NamingCase

    def at(self, days: int) -> datetime:
        return self.committees.now - timedelta(days=days)

    def day(self, days: int) -> date:
        return timezone.localdate(self.at(days))

    def go(self) -> None:
        self._open()
        days = self.plan.opened
        last = STEPS.index(self.plan.until) + 1 if self.plan.until else 0
        for step in STEPS[:last]:
            if step in self.plan.days:
                days = self.plan.days[step]
                self._before(step, days)
                self._move(step, days)
        if self.plan.at_end:
            self._move(self.plan.at_end, max(days - 2, 0), note=self.plan.note)
        elif self.plan.until == "to_comment":
            self._comments()

    def _open(self) -> None:
        plan = self.plan
        given: dict[str, Any] = {"applicant": APPLICANT, "wide_impact": plan.wide, **plan.values}
        if plan.kind != "abolition":
            given |= {"text": plan.text, "meaning": plan.meaning}
        if plan.kind == "naming":
            given |= {
                "category": plan.category,
                "class_code": plan.class_code,
                "division_code": plan.code or plan.near,
                "geometry": self._geometry(),
                "position": f"{self.street_name}北侧（演示位置）",
            }
        else:
            where = (
                "原路段已并入新建地块（演示）" if plan.kind == "abolition" else "走向不变（演示）"
            )
            given |= {"place": self.street, "position": where}
        self.case = open_case(
            by=self.people["officer"], at=self.at(plan.opened), kind=plan.kind, **given
        )
        self.case.synthetic, self.case.source_id = True, SOURCE
        self.case.save(update_fields=["synthetic", "source"])

    def _geometry(self) -> Any:
        """Beside the street: a line of about 400 m, or a point."""
        middle = self.street.geometry.point_on_surface
        lon, lat = round(middle.x, 6), round(middle.y + 0.0012, 6)
        if self.plan.as_point:
            return Point(lon, lat, srid=CGCS2000)
        return LineString((lon - 0.002, lat), (lon + 0.002, lat), srid=CGCS2000)

    def _before(self, step: str, days: int) -> None:
        """What the step asks for: papers, and a meeting of the committee after the experts."""
        if step == "to_comment" and "to_experts" in self.plan.days:
            self.committees.vote(self.case, days=days + 7)
            self._paper("expert_report", "reviewer", days + 6)
        writer, kinds = PAPERS.get(step, ("", ()))
        for kind in kinds:
            self._paper(kind, writer, days)

    def _paper(self, kind: str, writer: str, days: int) -> None:
        write_paper(
            by=self.people[writer],
            at=self.at(days),
            case=self.case,
            kind=kind,
            contents={item: ITEMS.get(item, "演示内容。") for item in items_of(kind)},
        )

    def _move(self, step: str, days: int, note: str = "") -> None:
        details: dict[str, Any] = {}
        if step == "approve":
            document = f"模拟文件〔{self.day(days).year}〕{days}号"
            details = {"body": BODIES[self.plan.category], "document": document}
        if step == "announce" and self.plan.effect_in:
            details["effective_on"] = self.day(-self.plan.effect_in)
        self.case = make_move(
            by=self.people[BY.get(step, "officer")],
            at=self.at(days),
            case=self.case,
            move=step,
            note=note,
            **details,
        )

    def _comments(self) -> None:
        for turn, (channel, stance, text, handled) in enumerate(COMMENTS):
            comment = record_comment(
                by=self.people["officer"],
                at=self.at(2 if turn else 3),
                case=self.case,
                channel=channel,
                stance=stance,
                text=f"{text}（演示意见）",
                contact="演示联系人",
            )
            if handled:
                handle_comment(
                    by=self.people["reviewer"], at=self.at(1), comment=comment, handled=handled
                )
