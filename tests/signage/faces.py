"""Sign values and editions for tests of the pure rules."""

import json
from pathlib import Path
from typing import Any

from common.rules import RuleEdition
from signage.domain.rules import Checker, Verdict
from signage.domain.sign import PlaceFacts, SignFacts

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "rules_signage.json"
TIANHE_LU = PlaceFacts("天河路", "TIANHE LU", ("440106",))


def editions() -> list[RuleEdition]:
    """The editions that ship with the system, as the checker gets them."""
    rows = [row["fields"] for row in json.loads(FIXTURE.read_text(encoding="utf-8"))]
    return [
        RuleEdition(
            rule_id=row["rule_id"],
            authority=row["authority"],
            article=row["article"],
            status=row["status"],
            severity=row["severity"],
            parameters=row["parameters"],
            row_id=number,
        )
        for number, row in enumerate(rows, start=1)
        if row["rule_id"].startswith("R")
    ]


CHECKER = Checker(editions())


def sign(**changes: Any) -> SignFacts:
    """A sound sign of 天河路, an east–west street, with some values changed."""
    values: dict[str, Any] = {
        "sign_class": "STREET",
        "hanzi": "天河路",
        "pinyin": "TIANHE LU",
        "ground_colour": "blue",
        "street_bearing": 88.0,
        "division_code": "440106001",
        "place": TIANHE_LU,
    }
    return SignFacts(**{**values, **changes})


def verdict(rule_id: str, **changes: Any) -> Verdict:
    verdicts = {each.rule_id: each for each in CHECKER.verdicts(sign(**changes))}
    return verdicts[rule_id]


def failed(**changes: Any) -> list[str]:
    return [v.rule_id for v in CHECKER.verdicts(sign(**changes)) if v.outcome == "fail"]


def spelt(required: str, shown: str) -> list[str]:
    """The rules that a spelling fails on a sign of a place spelt ``required``."""
    return failed(place=PlaceFacts("天河路", required, ("440106",)), pinyin=shown)
