"""Learn readings of characters by place and region from names attested in Latin letters."""

import json
import zlib
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import DimingError
from demo.latin_names import CEDICT, GEONAMES, read_attested
from gazetteer.domain.attested import Attested, agreement
from gazetteer.domain.learning import Learning, learn
from gazetteer.domain.names import DATA
from gazetteer.domain.reading_table import Override, ReadingTable, curated_table

FILE = DATA / "readings_learned.tsv"
FOLDS = 5
HEADING = """\
# Readings learned from attested names; written by learn_readings --commit, not by hand.
# Columns as in readings.tsv. Source: the register, and how many of the names that the row reaches
# read so. geonames: © GeoNames, CC BY 4.0; cc-cedict: CC-CEDICT, CC BY-SA 4.0.
text\treading\tscope\twhere\tsource
"""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--commit", action="store_true", help="write the table of the rows")
        parser.add_argument(
            "--measure",
            action="store_true",
            help=f"also how many names are read right that were held out, in {FOLDS} parts",
        )
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            names = read_attested(curated_table())
        except DimingError as error:
            raise CommandError(str(error)) from error
        found = learn(names, table=curated_table())
        text = HEADING + "".join(map(_line, found.rows))
        changed = text != FILE.read_text(encoding="utf-8")
        measured = _measure(names) if options["measure"] else {}
        if options["commit"] and changed:
            FILE.write_text(text, encoding="utf-8")
        if options["json"]:
            self.stdout.write(
                json.dumps(_values(names, found, measured, changed), ensure_ascii=False)
            )
        else:
            self._tell(names, found, measured, changed, options["commit"])

    def _tell(
        self,
        names: Sequence[Attested],
        found: Learning,
        measured: dict[str, dict[str, Any]],
        changed: bool,
        commit: bool,
    ) -> None:
        self.stdout.write(f"{len(names)} attested names, {len(found.rows)} rows learned")
        for row in found.rows:
            self.stdout.write("  " + _line(row).rstrip("\n").replace("\t", "  "))
        self.stdout.write(f"{len(found.conflicts)} contradictions to curated rows, which stand")
        for each in found.conflicts:
            self.stdout.write(
                f"  {each.row_text} {each.reading} ({each.source}): "
                f"{each.attested} in {each.against} of {each.reached} names"
            )
        for register, counts in measured.items():
            total = counts["names"]
            self.stdout.write(f"{register}: {total} names, read as attested, held out")
            for label, right in counts.items():
                if label != "names":
                    self.stdout.write(f"  {label:<32} {right}  {right / total:.2%}")
        if not changed:
            self.stdout.write("The table holds these rows already.")
        elif commit:
            self.stdout.write(f"Written: {FILE.name}.")
        else:
            self.stdout.write("Nothing written; --commit writes the table.")


def _line(row: Override) -> str:
    values = (row.text, " ".join(row.syllables), row.scope or "-", row.where, row.source)
    return "\t".join(values) + "\n"


def _measure(names: Sequence[Attested]) -> dict[str, dict[str, Any]]:
    """Names read as attested by rows that were learned from the other names only.

    GeoNames is compared by letters, because it has no tones; CC-CEDICT with tones. The curated
    table was made with such names in view, so the rows from the dictionary alone are shown too.
    """
    curated = curated_table()
    bare = ReadingTable.of([], uncertain=frozenset())
    starts = {"dictionary": bare, "curated table": curated}
    counts: dict[str, dict[str, Any]] = {GEONAMES: {"names": 0}, CEDICT: {"names": 0}}
    for part in range(FOLDS):
        kept = [name for name in names if _fold(name) != part]
        tables = dict(starts)
        for label, start in starts.items():
            table = start
            for row in learn(kept, table=start).rows:
                table = table.plus(row)
            tables[f"{label} and learned rows"] = table
        for register, found in counts.items():
            held = [name for name in names if name.source == register and _fold(name) == part]
            found["names"] += len(held)
            for label, table in tables.items():
                found[label] = found.get(label, 0) + agreement(held, table=table)[0]
    return counts


def _fold(name: Attested) -> int:
    return zlib.crc32(name.text.encode()) % FOLDS


def _values(
    names: Sequence[Attested], found: Learning, measured: dict[str, Any], changed: bool
) -> dict[str, Any]:
    return {
        "names": len(names),
        "changed": changed,
        "rows": [_line(row).rstrip("\n").split("\t") for row in found.rows],
        "contradictions": [
            {
                "character": each.row_text,
                "reading": each.reading,
                "source": each.source,
                "attested": each.attested,
                "against": each.against,
                "reached": each.reached,
            }
            for each in found.conflicts
        ],
        "held_out": measured,
    }
