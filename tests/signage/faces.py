"""Sign values and editions for tests of the pure rules."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from common.rules import RuleEdition
from signage.domain.face import FURTHER_LAYOUT, LAYOUT
from signage.domain.faces import HANZI, PINYIN, Line, Panel, SignFace
from signage.domain.rules import Checker, Verdict, registered_rules
from signage.domain.sign import PlaceFacts, Sign, Site

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "rules_signage.json"
TIANHE_LU = PlaceFacts("天河路", "TIANHE LU", ("440106",), "standard")
DAY = date(2025, 6, 30)
SITE = Site(
    support="post",
    installed_on=date(2020, 5, 1),
    responsible_body="天河区民政局",
    set_by="天河区民政局",
    set_with_authority=True,
    material="aluminium",
    film_class=4,
    underside_m=2.3,
    kerb_m=0.6,
    condition=90,
)
FACE_KEYS = ("ground_colour", "width", "height", "frame")
LINE_KEYS = ("colour", "font", "height", "share")


def editions(on: date = DAY) -> list[RuleEdition]:
    """The editions that ship with the system and are in force on a day."""
    rows = [row["fields"] for row in json.loads(FIXTURE.read_text(encoding="utf-8"))]
    found = []
    for number, row in enumerate(rows, start=1):
        period = json.loads(row["period"])
        lower, upper = period["lower"], period["upper"] or "9999-12-31"
        if row["rule_id"] in registered_rules() and lower <= on.isoformat() < upper:
            found.append(
                RuleEdition(
                    rule_id=row["rule_id"],
                    authority=row["authority"],
                    article=row["article"],
                    status=row["status"],
                    severity=row["severity"],
                    parameters=row["parameters"],
                    row_id=number,
                )
            )
    return found


CHECKER = Checker(editions())


def face_editions(on: date = DAY, **changes: dict[str, Any]) -> dict[str, RuleEdition]:
    """Every edition that decides a face; ``R12={…}`` changes parameters of one."""
    rows = [row["fields"] for row in json.loads(FIXTURE.read_text(encoding="utf-8"))]
    found = {edition.rule_id: edition for edition in editions(on)}
    for row in rows:
        if row["rule_id"] in (LAYOUT, FURTHER_LAYOUT):
            found[row["rule_id"]] = RuleEdition(
                row["rule_id"],
                row["authority"],
                row["article"],
                row["status"],
                row["severity"],
                row["parameters"],
            )
    for rule_id, parameters in changes.items():
        edition = found[rule_id]
        found[rule_id] = replace(edition, parameters={**edition.parameters, **parameters})
    return found


def sign(**changes: Any) -> Sign:
    """A sound sign of 天河路, an east–west street, with some values changed.

    Texts, values of the face (``width``…), of its lines (``hanzi_height``…, ``extra`` lines), of
    the site and of the sign itself may be given.
    """
    lines = [
        Line(HANZI, changes.pop("hanzi", "天河路"), "white", "黑体", 180, 0.6),
        Line(PINYIN, changes.pop("pinyin", "TIANHE LU"), "white", "", 80, 0.4),
    ]
    lines = [
        replace(
            line,
            **{
                key: changes.pop(f"{line.kind}_{key}")
                for key in LINE_KEYS
                if f"{line.kind}_{key}" in changes
            },
        )
        for line in lines
    ]
    lines = [line for line in lines if line.text]
    panels = [Panel((*lines, *changes.pop("extra", ()))), *changes.pop("panels", ())]
    face = SignFace(
        tuple(panels),
        changes.pop("ground_colour", "blue"),
        changes.pop("width", 1500),
        changes.pop("height", 450),
        changes.pop("frame", 20),
    )
    site = {key: changes.pop(key) for key in list(changes) if key in Site._fields}
    values: dict[str, Any] = {
        "sign_class": "STREET",
        "faces": (face,),
        "street_bearing": 88.0,
        "division_code": "440106001",
        "place": TIANHE_LU,
        "road_m": 7.0,
        "site": SITE._replace(**site),
        "day": DAY,
    }
    return Sign(**{**values, **changes})


def verdict(rule_id: str, **changes: Any) -> Verdict:
    verdicts = {each.rule_id: each for each in CHECKER.verdicts(sign(**changes))}
    return verdicts[rule_id]


def failed(**changes: Any) -> list[str]:
    return [v.rule_id for v in CHECKER.verdicts(sign(**changes)) if v.outcome == "fail"]


def spelt(required: str, shown: str) -> list[str]:
    """The rules that a spelling fails on a sign of a place spelt ``required``."""
    return failed(place=PlaceFacts("天河路", required, ("440106",)), pinyin=shown)
