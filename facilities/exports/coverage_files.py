"""A coverage result as rows for spreadsheets and geographic files, and as a Word paper."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import shapely
from django.utils.translation import gettext as _

from boundaries.queries.outlines import outlines
from common.datums import Datum
from common.documents import Heading, OfficialDocument, Table, spelled_day, write_document
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed
from common.models import Source
from facilities.domain.measures import SHARE
from facilities.exports.coverage_table import Line, lines, total_line
from facilities.exports.coverage_words import (
    a_bed,
    heads,
    limit,
    most_missed,
    number,
    rests_on,
    rows,
    tier_heads,
    tier_rows,
    title,
    told_beds,
    unit,
    value_sentence,
    way_told,
    whole,
)
from facilities.queries.coverage import CoverageResult
from facilities.queries.reach import zones_reached
from facilities.queries.sources import coverage_sources
from facilities.queries.tiers import TierReached

MOST_CELLS = MOST_LOADS = 20


def coverage_export(*, result: CoverageResult, datum: Datum) -> Export:
    """One row a division with its outline, a sketch; the limit and the way in every row. A
    GeoPackage has the zones within the limit as a second layer."""
    question = result.question
    export = listed(
        name="coverage",
        title=title(result),
        columns=[
            Column("code", _("Division code")),
            Column("division", _("Division")),
            Column("people", _("All residents"), kind="number"),
            Column("elders", _("People 60+"), kind="number"),
            Column("share", _("Share of all covered"), kind="number"),
            Column("elders_share", _("Share of 60+ covered"), kind="number", short="share_60"),
            Column("missed", _("60+ not covered"), kind="number", short="missed_60"),
            Column("facilities", _("Facilities"), kind="number"),
            Column("value", heads(question).get("value", _("Value")), kind="number"),
            Column("worst", _("Worst-served tenth"), kind="number"),
            Column("gini", _("Gini"), kind="number"),
            Column("without", _("60+ who reach nothing"), kind="number"),
            Column("beds", _("Beds"), kind="number"),
            Column("unknown", _("Beds unknown"), kind="number"),
            Column("measure", _("Measure")),
            Column("mode", _("Way")),
            Column("limit", _("Limit"), kind="number"),
            Column("unit", _("Unit")),
            *(
                Column(_tier_key(each), head, kind="number")
                for each, head in zip(result.tiers, tier_heads(result), strict=True)
            ),
            *flags(),
        ],
        rows=lambda: _rows(result),
        datum=datum,
        day=question.at,
    )
    return replace(export, more=[_zones(result, datum)])


def _tier_key(reached: TierReached) -> str:
    return f"elders_{reached.tier.minutes}"


def _zones(result: CoverageResult, datum: Datum) -> Export:
    question = result.question
    return listed(
        name="zones",
        title=title(result),
        columns=[
            Column("category", _("Category")),
            Column("way", _("Way")),
            Column("limit", _("Limit"), kind="number"),
            Column("unit", _("Unit")),
            Column("at_least", _("Facilities within reach"), kind="number"),
            *flags(),
        ],
        rows=lambda: (
            {
                "at_least": question.at_least,
                "category": question.category,
                "way": way_told(zone),
                "limit": question.limit,
                "unit": unit(question),
                "synthetic": zone.synthetic,
                "approximate": zone.approximate,
                "source": zone.credit or zone.name,
                "geometry": zone.geometry,
            }
            for zone in zones_reached(question=question)
        ),
        datum=datum,
        day=question.at,
    )


def _rows(result: CoverageResult) -> Iterator[dict[str, Any]]:
    question = result.question
    shapes = outlines(at=question.at, codes=[row.division.code for row in result.rows])
    named = Source.objects.filter(pk__in=coverage_sources(result)).order_by("pk")
    asked = {
        "measure": question.measure,
        "mode": question.mode,
        "limit": question.limit,
        "unit": unit(question),
        "source": "; ".join(source.credit or source.title for source in named),
        "synthetic": result.made_up,
        "approximate": result.rough,
    }
    for line in lines(result):
        shape = shapes.get(line.code)
        yield {
            **{_tier_key(each): _reached(each, line.code) for each in result.tiers},
            **_numbers(line),
            **asked,
            "geometry": shapely.geometry.shape(shape) if shape else None,
        }


def _reached(reached: TierReached, code: str) -> float | None:
    """Share of the elders of a division; unknown where nobody lives."""
    tally = reached.tallies.get(code)
    return tally.elders_share if tally else None


def _numbers(line: Line) -> dict[str, Any]:
    score = line.score
    return {
        "code": line.code,
        "division": line.name,
        "people": line.tally.people,
        "elders": line.tally.elders,
        "share": line.tally.share,
        "elders_share": line.tally.elders_share,
        "missed": line.tally.uncovered_elders,
        "facilities": line.facilities,
        "value": line.value,
        "worst": score and score.worst_tenth,
        "gini": score and score.gini,
        "without": score and score.without,
        "beds": score and score.capacity,
        "unknown": score and score.unknown,
    }


def coverage_word(result: CoverageResult) -> bytes:
    """What was asked, the table, the cells with most elders left out, and what it rests on."""
    question, total = result.question, total_line(result)
    columns = heads(question)
    body = rows(question, [*lines(result), total])
    names = [*(row.line.name for row in body[:-1]), _("Total")]
    led = [
        _("On %(day)s, %(percent)s %% of people 60+ were covered: %(covered)s of %(all)s.")
        % {
            "day": spelled_day(question.at),
            "percent": total.elders_percent,
            "covered": whole(total.tally.covered_elders),
            "all": whole(total.tally.elders),
        }
    ]
    if question.measure != SHARE:
        told = total.score.value if total.score else None
        led.insert(0, f"{number(question, told)} {value_sentence(result)}")
    return write_document(
        OfficialDocument(
            title=title(result),
            blocks=[
                *led,
                Table(
                    rows=[[name, *row.cells] for name, row in zip(names, body, strict=True)],
                    headings=[_("Division"), *columns.values()],
                ),
                *_tiers(result),
                Heading(_("Cells with most elders not covered")),
                _cells(result),
                Heading(_("Who goes where")),
                _("Everybody goes to the nearest; within %(limit)s.") % {"limit": limit(question)},
                _loads(result),
                Heading(_("What the numbers rest on")),
                _(
                    "%(count)s facilities, of them %(synthetic)s synthetic and %(approximate)s "
                    "with an approximate position"
                )
                % {
                    "count": result.supply.facilities,
                    "synthetic": result.supply.synthetic,
                    "approximate": result.supply.approximate,
                },
                *rests_on(result),
                _("Sketch map, not the legal boundary"),
            ],
            day=question.at,
            synthetic=result.made_up,
        )
    )


def _tiers(result: CoverageResult) -> list[Any]:
    if not result.tiers:
        return []
    table = Table(
        headings=[_("Division"), *tier_heads(result)],
        rows=[[row.name, *row.elders] for row in tier_rows(result)],
    )
    return [Heading(_("Living circles: share of people 60+ within")), table]


def _loads(result: CoverageResult) -> Table | str:
    if not result.loads:
        return _("There is no facility to go to.")
    return Table(
        headings=[_("Facility"), _("Division code"), _("People 60+"), _("Beds"), _("60+ a bed")],
        rows=[
            [load.name, load.code, whole(load.elders), told_beds(load), a_bed(load)]
            for load in result.loads[:MOST_LOADS]
        ],
    )


def _cells(result: CoverageResult) -> Table | str:
    cells = most_missed(result, MOST_CELLS)
    if not cells:
        return _("Every inhabited cell is covered.")
    return Table(
        headings=[
            _("Division"),
            _("Longitude, latitude"),
            _("People 60+"),
            _("All residents"),
        ],
        rows=[
            [where, f"{cell.lon:.4f}, {cell.lat:.4f}", whole(cell.elders), whole(cell.people)]
            for where, cell in cells
        ],
    )
