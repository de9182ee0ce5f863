"""Announcements of names (地名公告) and public comment: which cases, whose paper it is."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from gazetteer.domain.authorities import MUNICIPALITIES, authority_code
from gazetteer.domain.clocks import ApproverKind
from gazetteer.models import ApprovalRule, CaseState, CaseStep, NamingCase
from gazetteer.queries.case_facts import approval_rule
from gazetteer.queries.divisions import division_chains


@dataclass(frozen=True, slots=True)
class Offices:
    """Who acts in a case, by its approval rule: names of organs in Chinese, "" where unknown.

    ``announces``: the place-name authority of the approver's level (Art 14); ``files``: whoever
    approved; ``receives``: with whom it is filed (Art 13).
    """

    announces: str
    files: str
    receives: str


def announced_cases(*, at: date, within: str = "", text: str = "") -> QuerySet[NamingCase]:
    """Cases announced by the day, the latest first."""
    rows = NamingCase.objects.shown().within(within).filter(announced_on__lte=at)
    if text:
        rows = rows.filter(text__icontains=text) | rows.filter(current_text__icontains=text)
    return rows.select_related("place", "rule").order_by("-announced_on", "-number")


def cases_to_announce(*, within: str = "") -> list[NamingCase]:
    """Filed and not announced yet: what is to be announced next, the oldest approval first."""
    rows = NamingCase.objects.shown().within(within).filter(state=CaseState.FILED)
    return list(rows.select_related("rule").order_by("approved_on", "number"))


def get_announced(*, pk: UUID, at: date) -> NamingCase | None:
    """A case that was approved by the day: its announcement, or the draft of one."""
    rows = NamingCase.objects.shown().filter(approved_on__lte=at)
    found: NamingCase | None = (
        rows.select_related("place", "rule", "approved_by").filter(pk=pk).first()
    )
    return found


def commented_cases(*, at: date, within: str = "") -> QuerySet[NamingCase]:
    """Cases whose public comment was open on the day, the one that ends first on top."""
    rows = NamingCase.objects.shown().within(within)
    rows = rows.filter(comment_from__lte=at, comment_until__gte=at)
    return rows.select_related("place").order_by("comment_until", "number")


def comments_to_come(*, at: date, within: str = "") -> QuerySet[NamingCase]:
    """Cases of which it was settled by the day that the public will be asked."""
    settled = CaseStep.objects.filter(move="to_comment", on__lte=at).values("case")
    rows = NamingCase.objects.shown().within(within)
    rows = rows.filter(comment_from__gt=at, pk__in=settled)
    return rows.select_related("place").order_by("comment_from", "number")


def get_commented(*, pk: UUID, at: date) -> NamingCase | None:
    """A case whose public comment had been opened by the day."""
    rows = NamingCase.objects.shown().filter(comment_from__isnull=False, submitted_on__lte=at)
    found: NamingCase | None = rows.select_related("place", "rule").filter(pk=pk).first()
    return found


def offices_of(*, case: NamingCase, at: date) -> Offices:
    rule = approval_rule(case=case, at=at)
    code = authority_code(rule.level, case.division_code) if rule else case.division_code[:6]
    authority = name_authority(code=code, at=at)
    files = case.approving_body or (rule.approver_zh if rule else "")
    return Offices(announces=authority, files=files, receives=_receiver(rule, code, authority, at))


def name_authority(*, code: str, at: date) -> str:
    """The place-name authority of a level: 民政部, 广东省民政厅, 广州市民政局."""
    if not code:
        return "民政部"
    name = _division(code, at)
    provincial = len(code) == 2 and code not in MUNICIPALITIES
    return name + ("民政厅" if provincial else "民政局") if name else ""


def _receiver(rule: ApprovalRule | None, code: str, authority: str, at: date) -> str:
    """With whom a name is filed (Art 13): a department's with the authority of its own level,

    a government's with the next higher government, an authority's with the next higher authority.
    """
    if rule is None:
        return ""
    if rule.approver_kind == ApproverKind.DEPARTMENT:
        return authority
    if not code:
        return rule.filed_with_zh
    above = _above(code)
    if rule.approver_kind == ApproverKind.NAME_AUTHORITY:
        return name_authority(code=above, at=at)
    name = _division(above, at)
    return f"{name}人民政府" if name else "国务院" if not above else ""


def _above(code: str) -> str:
    """440106 → 4401 → 44 → the country; a municipality's district lies right below it."""
    if len(code) == 6 and code[:2] in MUNICIPALITIES:
        return code[:2]
    return code[:-2]


def _division(code: str, at: date) -> str:
    if not code:
        return ""
    division = code.ljust(6, "0")
    chain = division_chains(codes=[division], at=at)[division]
    return chain[-1].name if chain and chain[-1].code == division else ""
