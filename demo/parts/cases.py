"""Synthetic naming cases at every step, an overdue one among them; two committees, two meetings.

Days are counted back from the day of loading. All is written by the operations that pages use, so
that papers, votes and steps are those a bureau would have.
"""

from django.utils import timezone

from accounts.models import User
from demo.case_meetings import Committees
from demo.case_plans import PLANS, Plan
from demo.case_walk import PEOPLE, Walk, streets_for
from demo.parts import DemoOptions
from gazetteer.models import AgendaItem, NamingCase


def load(options: DemoOptions) -> str:
    people = {user.username: user for user in User.objects.filter(username__in=PEOPLE)}
    if len(people) < len(PEOPLE):
        return "no demonstration accounts, so no cases"
    streets = streets_for(PLANS)
    if not streets:
        return "no streets, so no cases"
    committees = Committees(people, timezone.now())
    walks = [Walk(plan, people, committees, streets) for plan in PLANS]
    # Whole days, oldest first, so that the numbers of cases follow the days they were opened on.
    for walk in sorted(walks, key=lambda each: each.plan.opened, reverse=True):
        walk.go()
    committees.call_open_meeting([walk.case for walk in walks if _waits(walk.plan)])
    votes = AgendaItem.objects.exclude(result="").count()
    return (
        f"{NamingCase.objects.count()} naming cases, {len(committees.all)} committees, "
        f"{votes} votes held"
    )


def _waits(plan: Plan) -> bool:
    return plan.until == "to_experts"
