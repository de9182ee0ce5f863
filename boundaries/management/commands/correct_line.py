"""Move the polygons of a line's sides to the agreed line: show what moves, write it, undo it."""

import json
import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from boundaries.models import BoundaryLine, LineCorrection
from boundaries.operations.corrections import (
    propose_correction,
    undo_correction,
    write_correction,
)
from boundaries.queries.corrections import ProposedCorrection, correction_of
from common.errors import BadInput, DimingError
from common.periods import parse_day


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", nargs="?", metavar="LINE", help="e.g. 440106-440112")
        parser.add_argument("--at", default="", metavar="DAY", help="polygons of (today)")
        parser.add_argument("--undo", metavar="ID", help="give polygons their former shape back")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why")
        parser.add_argument("--proposed-by", metavar="USER", help="who proposes it")
        parser.add_argument("--approved-by", metavar="USER", help="who writes or undoes it")
        parser.add_argument("--commit", action="store_true", help="write; without it only report")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["code"]) == bool(options["undo"]):
            raise CommandError("Give a LINE, or --undo ID.")
        try:
            values = self._undo(options) if options["undo"] else self._correct(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        values["committed"] = options["commit"]
        if options["json"]:
            values.pop("lines")
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        self.stdout.write("\n".join(values["lines"]))
        if not options["commit"]:
            self.stdout.write("Nothing was written: add --commit.")

    def _correct(self, options: dict[str, Any]) -> dict[str, Any]:
        at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        line = BoundaryLine.objects.on(at).filter(code=options["code"]).first()
        if line is None:
            raise BadInput(
                "There is no line %(code)s on %(day)s.",
                code=options["code"][:25],
                day=at.isoformat(),
            )
        values = as_values(correction_of(line_code=line.code, at=at))
        if options["commit"]:
            proposer, approver = (person(options, key) for key in ("proposed_by", "approved_by"))
            now = timezone.now()
            with transaction.atomic():
                held = propose_correction(
                    by=proposer, at=now, day=at, line=line, reason=options["reason"]
                )
                held = write_correction(by=approver, at=now, correction=held)
            values["id"] = str(held.pk)
            values["lines"].append(f"{held.pk} {held.get_state_display()}")
        return values

    def _undo(self, options: dict[str, Any]) -> dict[str, Any]:
        try:
            held = LineCorrection.objects.filter(pk=uuid.UUID(options["undo"])).first()
        except ValueError:
            held = None
        if held is None:
            raise BadInput("“%(id)s” is no correction.", id=options["undo"][:40])
        with transaction.atomic():
            held = undo_correction(
                by=person(options, "approved_by"),
                at=timezone.now(),
                correction=held,
                reason=options["reason"],
            )
            if not options["commit"]:
                transaction.set_rollback(True)
        return {"id": str(held.pk), "lines": [f"{held.line_code}: undone."]}


def person(options: dict[str, Any], key: str) -> User:
    user = User.objects.filter(username=options[key] or "").first()
    if user is None:
        raise BadInput("Two people are needed: name them with --proposed-by and --approved-by.")
    return user


def as_values(found: ProposedCorrection) -> dict[str, Any]:
    lines = [
        f"{found.agreement.line_code}  up to {found.most_before_m:,.1f} m from the agreed line "
        f"now, {found.most_after_m:,.1f} m afterwards; ends led {found.joined_m:,.1f} m"
    ]
    moves = []
    for each in found.moved:
        lines.append(
            f"  {each.version.code} {each.version.name}  gains {each.move.gained_m2:,.1f} m², "
            f"loses {each.move.lost_m2:,.1f} m², up to {each.move.width_m:,.2f} m wide; "
            f"{each.before_km2:,.4f} → {each.after_km2:,.4f} km²"
        )
        moves.append(
            {
                "code": each.version.code,
                "gained_m2": round(each.move.gained_m2, 2),
                "lost_m2": round(each.move.lost_m2, 2),
                "width_m": round(each.move.width_m, 3),
                "before_km2": each.before_km2,
                "after_km2": each.after_km2,
            }
        )
    return {
        "line": found.agreement.line_code,
        "most_before_m": found.most_before_m,
        "most_after_m": found.most_after_m,
        "joined_m": found.joined_m,
        "moves": moves,
        "lines": lines,
    }
