"""What every command that brings a file in has in common: dry run, commit and undo."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.domain.scope import jurisdiction_of
from common.datums import get_datum
from common.errors import DimingError
from common.importing.declared import named_datum
from common.importing.folders import packed_folder
from common.imports.checking import check_batch
from common.imports.committing import commit_batch, undo_batch
from common.imports.uploads import choose_sheet, declare, import_kind, receive_upload, table_of
from common.imports.wording import filled, remark_text, shown_remark
from common.models import ImportBatch, ImportRow
from common.periods import parse_day
from common.registries import ImportKind

LISTED = 20


class ImportCommand(BaseCommand):
    """Checks a file of one kind row by row; with ``--commit`` it is imported as a whole.

    ``kind`` is the key of the kind of import, ``files`` says which files it takes.
    """

    kind = ""
    files = "CSV, XLSX, GeoJSON, GPKG, zipped Shapefile"

    @property
    def wanted(self) -> ImportKind:
        return import_kind(self.kind)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help=self.files)
        parser.add_argument(
            "--datum",
            default="",
            metavar="DATUM",
            help="CGCS2000, WGS84, GCJ-02, BD-09 or EPSG:4491–4554; a geographic file may name it",
        )
        parser.add_argument("--within", default="", metavar="CODE", help="the jurisdiction")
        parser.add_argument("--sheet", default="", help="sheet or layer (default: the first)")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=HEADING",
            help="which heading holds a field, where the guess is wrong; may be repeated",
        )
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")
        parser.add_argument("--commit", action="store_true", help="import what was checked")
        parser.add_argument("--undo", metavar="BATCH", help="take an import back by its id")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with override("en"):
                if options["undo"]:
                    self.undo(options)
                else:
                    self.bring(options)
        except DimingError as error:
            raise CommandError(str(error)) from error

    def bring(self, options: dict[str, Any]) -> None:
        path = Path(options["file"] or "")
        if not (path.is_file() or (options["file"] and path.is_dir())):
            raise CommandError(f"There is no file “{options['file'] or ''}”.")
        within = options["within"]
        if within and not (within.isascii() and within.isdigit()):
            raise CommandError(f"“{within}” is not a division code.")
        at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        opened = packed_folder(path) if path.is_dir() else File(path.open("rb"), name=path.name)
        with transaction.atomic(), opened as file:
            batch = receive_upload(
                by=None,
                at=at,
                kind=self.kind,
                jurisdiction=jurisdiction_of(within),
                upload=file,
                name=file.name,
            )
            try:
                batch = self.judge(batch, options)
                self.tell(batch, options)
                if options["commit"]:
                    batch = commit_batch(batch=batch, by=None)
            except BaseException:
                batch.file.delete(save=False)
                raise
            if not options["commit"]:
                batch.file.delete(save=False)
                transaction.set_rollback(True)
        if options["json"]:
            return
        if options["commit"]:
            self.stdout.write(f"Imported: take it back with --undo {batch.pk}.")
        else:
            self.stdout.write("Nothing was kept: add --commit to import the file.")

    def judge(self, batch: ImportBatch, options: dict[str, Any]) -> ImportBatch:
        if options["sheet"]:
            choose_sheet(batch=batch, by=None, sheet=options["sheet"])
        mapping = dict(batch.mapping)
        for pair in options["column"]:
            key, sign, heading = pair.partition("=")
            if not sign or key not in {field.key for field in self.wanted.fields}:
                raise CommandError(f"“{pair}” is not FIELD=HEADING with a field of this kind.")
            mapping[key] = heading
        datum = options["datum"] or named_datum(table_of(batch).crs)
        if not datum:
            raise CommandError("Declare the datum of the coordinates with --datum.")
        declare(batch=batch, by=None, datum=get_datum(datum).key, mapping=mapping)
        return check_batch(batch=batch, by=None)

    def tell(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        labels = self.wanted.field_labels()
        found = [
            (remark_text(self.wanted, each["code"]), each.get("values", {}))
            for each in batch.findings
        ]
        findings = [filled(remark.text, values, labels) for remark, values in found]
        counts = {key: batch.counts.get(key, 0) for key in ("rows", *ImportRow.Outcome.values)}
        # What stands in the way comes first, then what is only to be known.
        bad = batch.rows.filter(outcome__in=["fault", "conflict"])
        doubted = batch.rows.exclude(outcome__in=["fault", "conflict"]).exclude(remarks=[])
        most = None if options["json"] else LISTED
        told = [*bad[:most]]
        told += doubted[: most and most - len(told)]
        rows = [
            {
                "row": row.number,
                "outcome": row.outcome,
                "name": row.title,
                "remarks": [shown_remark(self.wanted, remark, labels) for remark in row.remarks],
            }
            for row in told
        ]
        if options["json"]:
            value = {
                "batch": str(batch.pk),
                "committed": options["commit"],
                "datum": batch.datum,
                "encoding": batch.encoding,
                "mapping": batch.mapping,
                "counts": counts,
                "findings": findings,
                "rows": rows,
            }
            self.stdout.write(json.dumps(value, ensure_ascii=False))
            return
        self.stdout.write(
            f"{batch.file_name}: {batch.format} {batch.encoding}, {batch.datum}, for {batch.day}"
        )
        self.stdout.write("  ".join(f"{key} {value:,}" for key, value in counts.items()))
        for (remark, _values), text in zip(found, findings, strict=True):
            self.stdout.write(f"! {text}" if remark.level == "warning" else text)
        for row in rows:
            for remark in row["remarks"]:
                self.stdout.write(
                    f"  row {row['row']}  {row['name']}  {remark['text']} {remark['hint']}"
                )
        left = bad.count() + doubted.count() - len(rows)
        if left > 0:
            self.stdout.write(f"  … and {left:,} more rows: --json lists them all.")

    def undo(self, options: dict[str, Any]) -> None:
        try:
            batch = ImportBatch.objects.filter(pk=options["undo"], kind=self.kind).first()
        except (ValueError, ValidationError):
            batch = None
        if batch is None:
            raise CommandError(f"There is no import “{options['undo']}”.")
        with transaction.atomic():
            undo_batch(batch=batch, by=None)
            if not options["commit"]:
                transaction.set_rollback(True)
        if options["json"]:
            value = {"batch": str(batch.pk), "undone": bool(options["commit"])}
            self.stdout.write(json.dumps(value))
        elif options["commit"]:
            self.stdout.write(f"The import of {batch.file_name} was undone.")
        else:
            self.stdout.write("It can be undone; nothing was changed: add --commit.")
