"""A coverage result in words: what was asked, its value and columns, what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.models import bilingual
from facilities.domain.classes import class_ranges
from facilities.domain.coverage import Tally
from facilities.domain.measures import (
    BEDS,
    BY_CATCHMENT,
    CATCHMENT,
    EQUITY,
    FADING,
    NEAREST,
    RATIONAL,
    SHARE,
    THOUSAND,
    THREE_STEP,
)
from facilities.exports.coverage_table import Line, lines, percent
from facilities.models import FacilityCategory
from facilities.queries.cells import MissedCell
from facilities.queries.coverage import CoverageQuestion, CoverageResult
from facilities.queries.facilities import divisions_named
from facilities.queries.reach import NETWORK, Reached
from facilities.queries.sites import Load

MODES = {
    "straight": gettext_lazy("straight line"),
    "detour": gettext_lazy("straight line × detour"),
    "walk": gettext_lazy("on foot, by network"),
    "cycle": gettext_lazy("by bicycle, by network"),
    "car": gettext_lazy("by car, by network"),
}
MEASURES = {
    SHARE: gettext_lazy("share of people within the limit"),
    NEAREST: gettext_lazy("way to the k-th nearest"),
    CATCHMENT: gettext_lazy("beds in reach for 1,000 elders (2SFCA)"),
    FADING: gettext_lazy("beds in reach, near ones count more (E2SFCA)"),
    THREE_STEP: gettext_lazy("beds in reach, shared out by choice (3SFCA)"),
    RATIONAL: gettext_lazy("way and crowding in balance (RAAM)"),
    BEDS: gettext_lazy("beds in the division for 1,000 elders"),
    EQUITY: gettext_lazy("equity: Gini of what is in reach (E2SFCA)"),
}
SHORT = {
    SHARE: gettext_lazy("60+ covered, %"),
    NEAREST: pgettext_lazy("coverage", "Mean way"),
    CATCHMENT: gettext_lazy("Beds in reach for 1,000"),
    FADING: gettext_lazy("Beds in reach for 1,000"),
    THREE_STEP: gettext_lazy("Beds in reach for 1,000"),
    RATIONAL: pgettext_lazy("coverage", "Way and crowding"),
    BEDS: gettext_lazy("Beds for 1,000"),
    EQUITY: pgettext_lazy("coverage", "Gini"),
}
SHARE_COLUMNS = ("elders_share", "share", "people", "elders", "missed", "facilities")
REST = ("elders_share", "elders", "missed", "facilities")
COLUMNS = {
    SHARE: SHARE_COLUMNS,
    NEAREST: ("value", "worst", "without", *REST),
    CATCHMENT: ("value", "worst", "gini", "without", *REST),
    FADING: ("value", "worst", "gini", "without", *REST),
    THREE_STEP: ("value", "worst", "gini", "without", *REST),
    RATIONAL: ("value", "worst", "without", *REST),
    BEDS: ("value", "beds", "unknown", *REST),
    EQUITY: ("value", "worst", "without", *REST),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its cells in the order of the columns, as text."""

    line: Line
    cells: Sequence[str]


def heads(question: CoverageQuestion) -> dict[str, str]:
    """Column key → heading, in order."""
    labels = {
        "value": str(SHORT[question.measure]) + _unit_after(question),
        "worst": _("Worst-served tenth") + _unit_after(question),
        "gini": _("Gini"),
        "without": _("60+ who reach nothing"),
        "beds": _("Beds"),
        "unknown": _("Beds unknown"),
        "elders_share": _("60+ covered, %"),
        "share": _("All covered, %"),
        "people": _("All residents"),
        "elders": _("People 60+"),
        "missed": _("60+ not covered"),
        "facilities": _("Facilities"),
    }
    return {key: labels[key] for key in COLUMNS[question.measure]}


def _unit_after(question: CoverageQuestion) -> str:
    return f", {unit(question)}" if question.measure == NEAREST else ""


def unit(question: CoverageQuestion) -> str:
    return _("min") if question.in_minutes else "m"


def rows(question: CoverageQuestion, shown: Sequence[Line]) -> list[Row]:
    keys = COLUMNS[question.measure]
    return [Row(line, [_cell(question, line, key) for key in keys]) for line in shown]


def _cell(question: CoverageQuestion, line: Line, key: str) -> str:
    score, tally = line.score, line.tally
    if key in ("value", "worst", "gini", "without", "beds", "unknown") and score is None:
        return "—"
    if key == "value":
        return number(question, score and score.value)
    if key == "worst":
        return number(question, score and score.worst_tenth, ratio=question.measure == EQUITY)
    told: dict[str, Any] = {
        "gini": lambda: "—" if score is None or score.gini is None else f"{score.gini:.3f}",
        "without": lambda: whole(score and score.without),
        "beds": lambda: whole(score and score.capacity),
        "unknown": lambda: whole(score and score.unknown),
        "elders_share": lambda: line.elders_percent,
        "share": lambda: line.percent,
        "people": lambda: whole(tally.people),
        "elders": lambda: whole(tally.elders),
        "missed": lambda: whole(tally.uncovered_elders),
        "facilities": lambda: whole(line.facilities),
    }
    return str(told[key]())


def whole(value: float | None) -> str:
    return "—" if value is None else f"{round(value):,}"


def number(question: CoverageQuestion, value: float | None, *, ratio: bool = False) -> str:
    """A value of the measure: minutes and beds with one decimal, metres whole, Gini with three."""
    if value is None:
        return "—"
    if question.measure == EQUITY and not ratio:
        return f"{value:.3f}"
    if question.measure == RATIONAL:
        return f"{value:,.2f}"
    if question.measure == NEAREST and not question.in_minutes:
        return f"{value:,.0f}"
    return f"{value:,.1f}"


def told_beds(load: Load) -> str:
    return _("unknown") if load.beds is None else f"{load.beds:,}"


def a_bed(load: Load) -> str:
    return "—" if load.elders_a_bed is None else f"{load.elders_a_bed:,.1f}"


@dataclass(frozen=True, slots=True)
class TierRow:
    """A division with its shares within each living circle, in percent as text."""

    code: str
    name: str
    elders: Sequence[str]
    people: Sequence[str]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(of the elders, of all people) for each circle."""
        return list(zip(self.elders, self.people, strict=True))


def tier_heads(result: CoverageResult) -> list[str]:
    """Each circle with its limit, the narrowest first."""
    question = result.question
    return [
        _("%(minutes)s-minute circle (%(limit)s)")
        % {"minutes": each.tier.minutes, "limit": f"{each.limit:,.0f} {unit(question)}"}
        for each in result.tiers
    ]


def tier_rows(result: CoverageResult) -> list[TierRow]:
    """Every division and, last, the total."""
    shown = [(line.code, line.name) for line in lines(result)]
    rows = [
        TierRow(code, name, *_shares([each.tallies.get(code) for each in result.tiers]))
        for code, name in shown
    ]
    totals = _shares([each.total for each in result.tiers])
    return [*rows, TierRow("", _("Total"), *totals)]


def _shares(tallies: Sequence[Tally | None]) -> tuple[list[str], list[str]]:
    return (
        [percent(tally.elders_share if tally else None) for tally in tallies],
        [percent(tally.share if tally else None) for tally in tallies],
    )


def way_told(zone: Reached) -> str:
    """How the ways to a zone were measured."""
    if zone.way == NETWORK:
        return _("network “%(name)s”") % {"name": zone.name}
    return _("straight line")


def zone_sentence(question: CoverageQuestion) -> str:
    """What the switch of the map shows; that the ways are lines where they are."""
    told = {"limit": limit(question), "way": MODES[question.mode], "k": question.at_least}
    if question.at_least > 1:
        return _("Show the land within %(limit)s of %(k)d facilities (%(way)s)") % told
    return _("Show the land within %(limit)s of a facility (%(way)s)") % told


def title(result: CoverageResult) -> str:
    question = result.question
    if question.measure == SHARE and question.mode == "straight":
        return _("Coverage: %(category)s within %(metres)s m") % {
            "category": result.category.name,
            "metres": whole(question.distance_m),
        }
    return _("Coverage: %(category)s, %(measure)s, %(limit)s %(mode)s") % {
        "category": result.category.name,
        "measure": MEASURES[question.measure],
        "limit": limit(question),
        "mode": MODES[question.mode],
    }


def limit(question: CoverageQuestion) -> str:
    return f"{question.limit:,.0f} {unit(question)}"


def value_sentence(result: CoverageResult) -> str:
    """What the large number says; "" for the share, which has a sentence of its own."""
    question, score = result.question, result.score
    if question.measure == SHARE or score is None:
        return ""
    told = {"k": question.at_least, "unit": unit(question), "limit": limit(question)}
    words = {
        NEAREST: _(
            "%(unit)s on average from an elder to the farthest of the %(k)d nearest facilities"
        )
        if question.at_least > 1
        else _("%(unit)s on average from an elder to the nearest facility"),
        CATCHMENT: _("beds for 1,000 elders in reach within %(limit)s, on average"),
        FADING: _(
            "beds for 1,000 elders in reach, on average; a bed %(limit)s away counts for 0.01"
        ),
        THREE_STEP: _(
            "beds for 1,000 elders in reach, on average; who has more homes near by asks less of "
            "each"
        ),
        RATIONAL: _(
            "is what elders pay on average once nobody gains by another home: the way of "
            "%(limit)s counts 1, a home as full as the mean counts 1; low is good"
        ),
        BEDS: _("beds for 1,000 elders who live there"),
        EQUITY: _(
            "Gini of the beds in reach within %(limit)s: 0 the same for every elder, 1 all for one"
        ),
    }
    return words[question.measure] % told


def legend(result: CoverageResult) -> list[tuple[int, str]]:
    """Class and its range as text."""
    if result.question.measure == SHARE:
        return [(shade, f"{low}–{high} %") for shade, low, high in class_ranges()]
    edges = [_edge(bound) for bound in result.bounds]
    if not edges:
        return [(1, _("one class"))]
    inner = [f"{low}–{high}" for low, high in pairwise(edges)]
    return list(enumerate([f"< {edges[0]}", *inner, f"≥ {edges[-1]}"], 1))


def _edge(bound: float) -> str:
    return f"{bound:,.0f}" if bound >= THOUSAND else f"{bound:g}"


def rests_on(result: CoverageResult) -> list[str]:
    """Networks, straight lines in their place, and what could not be counted in full."""
    question, remarks = result.question, result.remarks
    told = [_network(used) for used in result.networks]
    detour = {"detour": f"{question.detour:g}", "elders": whole(remarks.by_line)}
    if question.in_minutes and not result.networks:
        told.append(
            _(
                "No network for this mode is kept here on this day: all ways are straight lines × "
                "%(detour)s at the usual speed."
            )
            % detour
        )
    elif remarks.by_line:
        told.append(
            _("Straight lines × %(detour)s at the usual speed for %(elders)s elders off network.")
            % detour
        )
    if question.mode == "detour":
        told.append(_("Distances are straight lines × %(detour)s, an assumption.") % detour)
    counts = (
        (remarks.outside, _("Facilities in no division of this day, counted all the same: %(n)s.")),
        (
            _unknown_beds(result),
            _("Facilities of unknown beds, counted as without: %(n)s; the truth may be more."),
        ),
        (remarks.empty, _("Facilities with nobody within the limit: %(n)s.")),
        (remarks.unreached, _("%(n)s elders cannot get to so many facilities at all.")),
    )
    told += [words % {"n": whole(count)} for count, words in counts if count]
    if question.measure in BY_CATCHMENT:
        told.append(_competing(remarks.competing))
    if remarks.unsettled is not None:
        told.append(
            _("By choosing anew people could still save %(percent)s %% of what they pay.")
            % {"percent": f"{remarks.unsettled * 100:.2g}"}
        )
    return told


def _competing(elders: float) -> str:
    if not elders:
        return _(
            "Nobody is on record beyond the border within reach: whoever lives there would compete "
            "for the same beds."
        )
    return _("%(n)s elders who live beyond the border compete for the same beds.") % {
        "n": whole(elders)
    }


def _unknown_beds(result: CoverageResult) -> int:
    """Of the facilities whose beds the measure counts."""
    measure, score = result.question.measure, result.score
    if measure == BEDS:
        return score.unknown if score else 0
    return result.remarks.unknown_beds if measure in BY_CATCHMENT else 0


def _network(used: Any) -> str:
    text = _("Network “%(name)s”: %(cells)s cells and %(facilities)s facilities are on it") % {
        "name": used.name,
        "cells": whole(used.cells),
        "facilities": whole(used.facilities),
    }
    parts = [
        (used.beside, _("%(n)s cells too far from its streets")),
        (used.unused, _("%(n)s streets closed to the mode or cut off")),
    ]
    text = "; ".join([text, *(words % {"n": whole(n)} for n, words in parts if n)])
    marks = [(used.synthetic, "▒ " + _("synthetic")), (used.approximate, "≈ " + _("approximate"))]
    return " · ".join([text, *(mark for flag, mark in marks if flag), *filter(None, [used.credit])])


def most_missed(result: CoverageResult, count: int) -> list[tuple[str, MissedCell]]:
    """The cells with most elders not covered, each with the name of its division."""
    cells = result.uncovered.most(count)
    found = divisions_named(at=result.question.at, codes=sorted({cell.code for cell in cells}))
    names = {each.code: bilingual(each.name, each.name_en) for each in found}
    return [(names.get(cell.code, cell.code), cell) for cell in cells]


def far_head(question: CoverageQuestion) -> str:
    if question.at_least > 1:
        return _("To the %(k)d nearest") % {"k": question.at_least}
    return _("To the nearest")


def facts(question: CoverageQuestion) -> list[tuple[str, Any]]:
    """What is asked, row by row."""
    code = question.within.ljust(6, "0")
    names = [
        bilingual(each.name, each.name_en) for each in divisions_named(at=question.at, codes=[code])
    ]
    category = FacilityCategory.objects.get(code=question.category)
    return [
        (_("Category"), category.name),
        (_("Whose people"), " ".join(names) or question.within),
        (_("Measure"), MEASURES[question.measure]),
        (_("Way"), MODES[question.mode]),
        (_("Within"), limit(question)),
        (_("At least … facilities"), question.at_least),
        (_("As of"), question.at.isoformat()),
    ]
