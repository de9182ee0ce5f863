"""Demonstration accounts, at least one per role; made only where DEBUG is on."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Grant, Role, User
from demo.parts import RECORDS_BEGIN, DemoOptions

PASSWORD = "diming-demo"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    display_name: str
    role: Role
    jurisdiction: str


ACCOUNTS = (
    DemoAccount("officer", "地名科演示员", Role.PLACE_NAME_OFFICER, "4401"),
    DemoAccount("reviewer", "审核演示员", Role.REVIEWER, "4401"),
    DemoAccount("expert", "专家委员演示员", Role.EXPERT, "4401"),
    DemoAccount("publisher", "公告演示员", Role.PLACE_NAME_OFFICER, "4401"),
    DemoAccount("approver", "审批演示员", Role.APPROVER, "4401"),
    DemoAccount("inspector", "标志巡查演示员", Role.SIGN_INSPECTOR, "4401"),
    DemoAccount("boundary", "界线演示员", Role.BOUNDARY_INSPECTOR, "4401"),
    DemoAccount("planner", "规划演示员", Role.PLANNER, "4401"),
    DemoAccount("steward", "数据演示员", Role.DATA_STEWARD, "44"),
    DemoAccount("admin", "系统管理演示员", Role.ADMINISTRATOR, ""),
    DemoAccount("auditor", "审计演示员", Role.AUDITOR, ""),
    DemoAccount("viewer", "查阅演示员", Role.VIEWER, "4401"),
    DemoAccount("tianhe", "天河区地名演示员", Role.PLACE_NAME_OFFICER, "440106"),
    DemoAccount("tianhe-inspector", "天河区巡查演示员", Role.SIGN_INSPECTOR, "440106"),
)


def load(options: DemoOptions) -> str:
    if not settings.DEBUG:
        return "no demonstration accounts: DEBUG is off"
    return f"{len(add_accounts(ACCOUNTS))} accounts"


def add_accounts(accounts: Sequence[DemoAccount]) -> dict[str, User]:
    """Make the accounts that are not there yet; user name → user."""
    hashed, found = make_password(PASSWORD), {}
    for account in accounts:
        user, made = User.objects.get_or_create(
            username=account.username,
            defaults={"display_name": account.display_name, "password": hashed},
        )
        if made:
            Grant.objects.create(
                user=user,
                role=account.role,
                jurisdiction=account.jurisdiction,
                period=DateRange(RECORDS_BEGIN, None),
            )
        found[account.username] = user
    return found
