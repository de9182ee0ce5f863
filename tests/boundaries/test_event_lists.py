"""Event lists of others feed the same lineage: the engine is not tied to one source."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from boundaries.domain.lineage import Relation, crosswalk, successors
from boundaries.domain.mutations import changes_of, unit_of
from boundaries.importers.event_lists import read_event_list
from boundaries.models import Division, UnitStay, UnitSystem
from common.errors import BadInput
from common.models import AuditEntry

HEAD = "unit,name,admitted_by,admitted_on,abolished_by,abolished_on\n"
# Two communes merge, one is split, one is only renamed.
LIST = (
    HEAD
    + "101,Aldorf,1,1960-01-01,7,2001-01-01\n"
    + "102,Bedorf,1,1960-01-01,7,2001-01-01\n"
    + "103,Aldorf-Bedorf,7,2001-01-01,,\n"
    + "104,Grossau,1,1960-01-01,8,2005-01-01\n"
    + "105,Oberau,8,2005-01-01,,\n"
    + "106,Unterau,8,2005-01-01,,\n"
    + "107,Cham,1,1960-01-01,9,2010-01-01\n"
    + "107,Neucham,9,2010-01-01,,\n"
)


def saved(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


class TestEventList:
    def test_gives_the_crosswalk(self, tmp_path: Path) -> None:
        stays = read_event_list(saved(tmp_path, LIST))
        start, end = date(1990, 1, 1), date(2020, 1, 1)
        units = [
            unit_of(stay)
            for stay in stays
            if stay.admitted_on <= start
            and (stay.abolished_on is None or start < stay.abolished_on)
        ]
        flows = successors(units, changes_of(stays), start=start, end=end)
        found = {
            (str(x.old)[:3], str(x.new)[:3]): (x.relation, x.share, x.reversible)
            for x in crosswalk(flows, alive=[])
        }
        assert found == {
            ("101", "103"): (Relation.MERGED, 1.0, False),
            ("102", "103"): (Relation.MERGED, 1.0, False),
            ("104", "105"): (Relation.SPLIT, None, True),
            ("104", "106"): (Relation.SPLIT, None, True),
            ("107", "107"): (Relation.SAME, 1.0, True),
        }

    def test_reads_the_days_and_headings_of_the_swiss_list(self, tmp_path: Path) -> None:
        text = "GDENR;GDENAME;GINI;GDAT;GFIN;GFDAT\n1;Aeugst;1000;12.9.1848;;\n"
        [stay] = read_event_list(saved(tmp_path, text))
        assert (stay.unit, stay.admitted_on, stay.abolished_by) == ("1", date(1848, 9, 12), "")

    def test_units_of_the_swiss_list_end_with_their_last_day(self, tmp_path: Path) -> None:
        """What one mutation abolishes on 31 December it admits anew on the first of January."""
        path = saved(
            tmp_path,
            "GDENR,GDENAME,GINI,GDAT,GFIN,GFDAT\n"
            "1,A,1000,01.01.1960,1481,31.12.1982\n1,B,1481,01.01.1983,,\n",
        )
        with pytest.raises(BadInput, match=r"event 1481 has two days \(--last-days"):
            read_event_list(path)
        first, second = read_event_list(path, last_days=True)
        assert first.abolished_on == second.admitted_on == date(1983, 1, 1)

    def test_the_last_of_all_days_is_no_last_day(self, tmp_path: Path) -> None:
        """Lists write it for units that still stand."""
        path = saved(tmp_path, HEAD + "1,A,1,2000-01-01,2,9999-12-31\n")
        with pytest.raises(BadInput, match="Row 2: abolished_on has no day after it"):
            read_event_list(path, last_days=True)

    @pytest.mark.parametrize(
        ("rows", "why"),
        [
            ("1,A,1,2000-01-01,2,1999-01-01\n", "Row 2: 1 is abolished before it is admitted"),
            ("1,A,1,2000-01-01,2,\n", "Row 2: the event that abolishes needs"),
            ("1,A,1,2000-01-01,,\n1,B,2,2005-01-01,,\n", "Row 3: 1 overlaps its own row 2"),
            ("1,A,1,2000-01-01,,\n2,B,1,2001-01-01,,\n", "Row 3: event 1 has two days"),
            ("1,A,1,soon,,\n", "is not a day"),
            ("1,A,1,2000-01-012,,\n", "Row 2: “2000-01-012” is not a day"),
            (",A,1,2000-01-01,,\n", "Row 2: unit is empty"),
            ("1,A,1,2000-01-01,,,x\n", "Row 2: it has more cells"),
        ],
    )
    def test_refuses_with_the_row(self, tmp_path: Path, rows: str, why: str) -> None:
        with pytest.raises(BadInput, match=why):
            read_event_list(saved(tmp_path, HEAD + rows))

    def test_names_a_missing_column(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="no column “admitted_by”"):
            read_event_list(saved(tmp_path, "unit,name\n1,A\n"))


@pytest.mark.django_db
class TestLoadEventList:
    def load(self, path: Path, *words: str) -> Any:
        out = StringIO()
        call_command("load_event_list", str(path), "--json", *words, stdout=out)
        return json.loads(out.getvalue())

    def test_changes_nothing_without_commit(self, tmp_path: Path) -> None:
        report = self.load(saved(tmp_path, LIST), "--system", "made-up", "--synthetic")
        assert (report["rows"], report["units"], report["events"]) == (8, 7, 4)
        assert not report["committed"] and not UnitSystem.objects.exists()

    def test_the_same_engine_tells_who_became_whom(self, tmp_path: Path) -> None:
        before = Division.objects.count()
        self.load(saved(tmp_path, LIST), "--system", "made-up", "--synthetic", "--commit")
        assert UnitSystem.objects.get().synthetic
        assert Division.objects.count() == before
        out = StringIO()
        days = ("--from", "1990-01-01", "--to", "2020-01-01")
        call_command("crosswalk", "--system", "made-up", "--json", *days, stdout=out)
        rows = json.loads(out.getvalue())
        found = {(row["old_name"], row["new_name"]): row["relation"] for row in rows}
        assert found == {
            ("Aldorf", "Aldorf-Bedorf"): "merged",
            ("Bedorf", "Aldorf-Bedorf"): "merged",
            ("Grossau", "Oberau"): "split",
            ("Grossau", "Unterau"): "split",
            ("Cham", "Neucham"): "same",
        }

    def test_a_second_load_has_to_say_that_it_replaces(self, tmp_path: Path) -> None:
        path = saved(tmp_path, LIST)
        self.load(path, "--system", "made-up", "--commit")
        with pytest.raises(CommandError, match="there already with 8 rows"):
            self.load(path, "--system", "made-up", "--commit")
        assert self.load(path, "--system", "made-up", "--replace", "--commit")["replaced"] == 8
        lines = AuditEntry.objects.filter(operation="load_unit_list", subject_id="made-up")
        assert [each.details["replaced"] for each in lines.order_by("pk")] == [0, 8]

    @pytest.mark.parametrize(
        ("text", "system", "said"),
        [
            (HEAD, "made-up", "holds no unit"),
            (LIST, "gb2260", "none of our own"),
            (LIST, "Made Up", "small letters"),
            (HEAD + "1,A,1,2000-01-01,2,1999-01-01\n", "made-up", "Row 2"),
            (HEAD + f"1,{'A' * 201},1,1999-01-01,,\n", "made-up", "Row 2: name has more than 200"),
            (HEAD + f"1,A,{'9' * 41},1999-01-01,,\n", "made-up", "Row 2: admitted_by has more"),
            (HEAD + "1,A,1,1999-13-01,,\n", "made-up", "Row 2: “1999-13-01” is not a day"),
        ],
    )
    def test_refuses_in_one_sentence(
        self, tmp_path: Path, text: str, system: str, said: str
    ) -> None:
        with pytest.raises(CommandError, match=said):
            self.load(saved(tmp_path, text), "--system", system, "--commit")
        assert not UnitStay.objects.exists()

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"“none\.csv” cannot be read"):
            self.load(tmp_path / "none.csv", "--system", "made-up")

    def test_a_list_that_is_not_loaded_is_named(self) -> None:
        with pytest.raises(CommandError, match="no list “nowhere”"):
            call_command(
                "crosswalk", "--system", "nowhere", "--from", "1990-01-01", "--to", "2000-01-01"
            )
