"""An adjustment of divisions from a file: try it, put it into effect, undo it.

FILE is JSON with title, happens_on, changes, and for --commit also materials, authority, document
and approved_on. Without --commit it tells who becomes what and what is touched.
"""

import json
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from boundaries.models import Adjustment, AdjustmentState, Level
from boundaries.operations.adjustments import (
    approve_adjustment,
    draft_adjustment,
    submit_adjustment,
)
from boundaries.operations.take_effect import let_due_adjustments_take_effect, take_effect
from boundaries.operations.undo import undo_adjustment
from boundaries.queries.simulation import Simulation, simulate
from common.errors import BadInput, DimingError
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="a draft as JSON")
        parser.add_argument("--undo", metavar="ID", help="take an adjustment in force back")
        parser.add_argument("--due", action="store_true", help="all approved whose day has come")
        parser.add_argument("--drawn-by", metavar="USER", help="who drew the draft")
        parser.add_argument("--approved-by", metavar="USER", help="who enters the approval")
        parser.add_argument("--note", default="", metavar="TEXT", help="why it is undone")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if sum(map(bool, (options["file"], options["undo"], options["due"]))) != 1:
            raise CommandError("Give a FILE, or --undo ID, or --due.")
        try:
            if options["due"]:
                values = self._due(options["commit"])
            elif options["undo"]:
                values = self._undo(options)
            else:
                values = self._adjust(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        values["committed"] = options["commit"]
        if options["json"]:
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        self.stdout.write("\n".join(values["lines"]))
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")

    def _adjust(self, options: dict[str, Any]) -> dict[str, Any]:
        values = read_draft(Path(options["file"]))
        found = simulate(changes=values.get("changes"), on=parse_day(str(values["happens_on"])))
        told = as_values(found)
        if options["commit"]:
            adjustment = commit(values, person(options, "drawn_by"), person(options, "approved_by"))
            told["id"], told["state"] = str(adjustment.pk), str(adjustment.state)
            told["lines"].append(f"{adjustment.pk} {adjustment.get_state_display()}")
        return told

    def _undo(self, options: dict[str, Any]) -> dict[str, Any]:
        try:
            adjustment = Adjustment.objects.filter(pk=uuid.UUID(options["undo"])).first()
        except ValueError:
            adjustment = None
        if adjustment is None:
            raise BadInput("“%(id)s” is no adjustment.", id=options["undo"][:40])
        with transaction.atomic():
            undone = undo_adjustment(
                by=None, at=timezone.now(), adjustment=adjustment, note=options["note"]
            )
            if not options["commit"]:
                transaction.set_rollback(True)
        return {"id": str(undone.pk), "lines": [f"{undone.title}: undone."]}

    def _due(self, write: bool) -> dict[str, Any]:
        now = timezone.now()
        if write:
            done = let_due_adjustments_take_effect(at=now)
        else:
            due = Adjustment.objects.due(timezone.localdate(now)).order_by("happens_on", "pk")
            done = [(each, None) for each in due]
        lines = [f"{each.happens_on.isoformat()}  {each.title}{why_not(no)}" for each, no in done]
        lines.append(f"{len(done)} adjustments whose day has come.")
        rows = [{"id": str(each.pk), "refused": str(no or "")} for each, no in done]
        return {"adjustments": rows, "lines": lines}


def why_not(no: Exception | None) -> str:
    """The refusal in its own words; of a failure only its kind, the log has the rest."""
    if no is None:
        return ""
    known = isinstance(no, DimingError)
    return f"  refused: {no}" if known else f"  failed ({type(no).__name__}): see the log"


def read_draft(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput("“%(file)s” cannot be read.", file=path.name) from error
    except (ValueError, RecursionError) as error:
        raise BadInput("“%(file)s” is not JSON: %(why)s", file=path.name, why=error) from error
    if not isinstance(values, dict) or not {"title", "happens_on", "changes"} <= set(values):
        raise BadInput("A draft has “title”, “happens_on” and “changes”.")
    if not isinstance(values.get("materials", {}), dict):
        raise BadInput("“materials” names each paper of Art 13 with its reference.")
    return values


def person(options: dict[str, Any], key: str) -> User:
    user = User.objects.filter(username=options[key] or "").first()
    if user is None:
        raise BadInput(
            "Two people are needed: name them with --drawn-by and --approved-by.",
        )
    return user


@transaction.atomic
def commit(values: dict[str, Any], drawer: User, approver: User) -> Adjustment:
    """All steps at once, each by who may take it; an approved day to come is waited for."""
    at = timezone.now()
    adjustment = draft_adjustment(
        by=drawer,
        at=at,
        title=str(values["title"]),
        happens_on=parse_day(str(values["happens_on"])),
        changes=values["changes"],
        reason=str(values.get("reason", "")),
        materials={key: str(text) for key, text in values.get("materials", {}).items()},
        major=bool(values.get("major", False)),
    )
    submit_adjustment(by=drawer, at=at, adjustment=adjustment)
    announced = values.get("announced_on")
    adjustment = approve_adjustment(
        by=approver,
        at=at,
        adjustment=adjustment,
        authority=str(values.get("authority", "")),
        document=str(values.get("document", "")),
        approved_on=parse_day(str(values.get("approved_on", ""))),
        announced_on=parse_day(str(announced)) if announced else None,
    )
    if adjustment.happens_on <= timezone.localdate(at):
        adjustment = take_effect(by=approver, at=at, adjustment=adjustment)
    assert adjustment.state in (AdjustmentState.APPROVED, AdjustmentState.IN_FORCE)
    return adjustment


def as_values(found: Simulation) -> dict[str, Any]:
    lines = [
        f"{row.relation:8} {row.old or '—'} → {row.new or '—'}  "
        f"{'unknown' if row.share is None else f'{row.share:.1%}'}"
        for row in found.rows
        if row.level < Level.VILLAGE
    ]
    villages = sum(row.level == Level.VILLAGE for row in found.rows)
    lines += [f"{villages} villages and neighbourhoods follow (--json lists them)."] * bool(
        villages
    )
    lines += [f"{each.label}: {each.before} → {each.after}  {each.fate}" for each in found.measures]
    lines += [f"Name conflict: {each}" for each in found.conflicts]
    lines += [f"Without land: {each}" for each in found.landless]
    lines += [f"Shape unknown from the day on: {each}" for each in found.shapes_lost]
    return {
        "rows": [
            {"old": row.old, "new": row.new, "relation": row.relation, "share": row.share}
            for row in found.rows
        ],
        "measures": [
            {"label": str(m.label), "before": m.before, "after": m.after, "fate": str(m.fate)}
            for m in found.measures
        ],
        "conflicts": found.conflicts,
        "land_kept": {str(level): found.land[level].kept for level in found.land},
        "unplaced": list(found.unplaced),
        "landless": list(found.landless),
        "shapes_lost": list(found.shapes_lost),
        "lines": lines,
    }
