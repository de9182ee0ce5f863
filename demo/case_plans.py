"""Which naming cases the demonstration has: all made up, none a record of any bureau."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

APPLICANT = "演示申请单位"


@dataclass(frozen=True, slots=True)
class Plan:
    """``until``: the last step taken. ``opened``: days ago; ``days``: step → days ago.

    ``near``: the county whose street lends its position to a new name, or changes its own.
    ``at_end``: "return", "reject", "withdraw" after the last step.
    """

    kind: str
    text: str
    near: str
    opened: int
    until: str = ""
    days: Mapping[str, int] = field(default_factory=dict)
    meaning: str = ""
    category: str = "STREET"
    class_code: str = "23440"
    code: str = ""
    wide: bool = False
    at_end: str = ""
    note: str = ""
    effect_in: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    as_point: bool = False


def _days(*pairs: tuple[str, int]) -> dict[str, int]:
    return dict(pairs)


ESTATE = {"site_m2": 32000, "floor_m2": 128000, "green_ratio": 0.36}
PLANS = (
    Plan("naming", "演和新路", "440106", 2, meaning="拟以“和”字寓和谐（演示）。"),
    Plan("naming", "演安新路", "440105", 6, "submit", _days(("submit", 4))),
    Plan(
        "renaming",
        "演宁路",
        "440113",
        16,
        "accept",
        _days(("submit", 14), ("accept", 12)),
        "原名与相邻道路读音相近（演示）。",
    ),
    Plan(
        "naming",
        "演瑞新路",
        "440111",
        20,
        "to_experts",
        _days(("submit", 18), ("accept", 15), ("to_experts", 6)),
        wide=True,
    ),
    Plan(
        "abolition",
        "",
        "440114",
        17,
        "to_experts",
        _days(("submit", 16), ("accept", 13), ("to_experts", 5)),
        values={"vanished": True},
    ),
    Plan(
        "naming",
        "演景新路",
        "440106",
        34,
        "to_comment",
        _days(("submit", 32), ("accept", 30), ("to_experts", 24), ("to_comment", 3)),
        "取当地旧地名中的“景”字（演示）。",
        wide=True,
    ),
    Plan(
        "naming",
        "演福新路",
        "440112",
        26,
        "to_approval",
        _days(("submit", 24), ("accept", 22), ("to_approval", 2)),
    ),
    Plan(
        "naming",
        "演秀花园",
        "440111",
        40,
        "file",
        _days(("submit", 38), ("accept", 36), ("to_approval", 24), ("approve", 15), ("file", 6)),
        category="RES_BUILDING",
        class_code="",
        values={"details": ESTATE},
        as_point=True,
    ),
    Plan(
        "naming",
        "演泰新路",
        "440115",
        30,
        "approve",
        _days(("submit", 28), ("accept", 26), ("to_approval", 12), ("approve", 5)),
    ),
    Plan(
        "renaming",
        "演丰路",
        "440112",
        58,
        "approve",
        _days(("submit", 56), ("accept", 52), ("to_approval", 40), ("approve", 23)),
        "原名系临时用名（演示）。",
    ),
    Plan(
        "naming",
        "演康新路",
        "440117",
        50,
        "announce",
        _days(
            ("submit", 48),
            ("accept", 46),
            ("to_approval", 30),
            ("approve", 14),
            ("file", 8),
            ("announce", 3),
        ),
        effect_in=10,
    ),
    # A bridge over two districts, which no sign of one of them is missing on.
    Plan(
        "naming",
        "演通大桥",
        "440105",
        90,
        "take_effect",
        _days(
            ("submit", 88),
            ("accept", 85),
            ("to_approval", 70),
            ("approve", 55),
            ("file", 50),
            ("announce", 45),
            ("take_effect", 40),
        ),
        category="FACILITY",
        class_code="23510",
        code="440100",
        as_point=True,
    ),
    Plan(
        "naming",
        "演昌新路",
        "440118",
        21,
        "accept",
        _days(("submit", 20), ("accept", 18)),
        at_end="return",
        note="位置示意图与文字说明不一致，请核实后重新提交（演示）。",
    ),
    Plan(
        "renaming",
        "演荣路",
        "440118",
        45,
        "to_approval",
        _days(("submit", 43), ("accept", 40), ("to_approval", 33)),
        at_end="reject",
        note="现名已使用多年，更名理由不充分（演示）。",
    ),
    Plan("naming", "演裕新路", "440104", 12, at_end="withdraw", note="项目暂缓建设（演示）。"),
)
