"""Measured targets for machines and spreadsheets: values, and one row a target and division."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import shapely
from django.utils.translation import gettext as _

from boundaries.queries.outlines import outlines
from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed
from common.models import bilingual
from facilities.domain.targets import Measurement, Missing, Outcome, Result, Unit, target_forms
from facilities.exports.target_words import (
    amount,
    missing_text,
    outcome_word,
    result_name,
    value_text,
)
from facilities.models import Target
from facilities.queries.targets import Scorecard, ScoreRow, Standing


def targets_export(*, card: Scorecard, datum: Datum) -> Export:
    """One row for each target in the division and in each below it; its outline is a sketch."""
    return listed(
        name="targets",
        title=_("Targets"),
        columns=[
            Column("target", _("Target"), short="target"),
            Column("title", _("Title")),
            Column("code", _("Division code")),
            Column("division", _("Division")),
            Column("outcome", _("State")),
            Column("measured", _("Measured"), kind="number"),
            Column("wanted", _("Asked"), kind="number"),
            Column("told", _("In words")),
            Column("short_by", _("Short by"), kind="number"),
            Column("lack", _("Lacking")),
            Column("at_least", _("at least so much"), kind="flag"),
            Column("where", _("Where")),
            Column("unknown", _("Unknown because")),
            Column("due_on", _("To be met by")),
            Column("confidence", _("How sure"), short="how_sure"),
            Column("authority", _("Authority")),
            Column("article", _("Article")),
            *flags(),
        ],
        rows=lambda: _rows(card),
        datum=datum,
        day=card.at,
    )


def _rows(card: Scorecard) -> Iterator[dict[str, Any]]:
    shapes = {
        code: shapely.geometry.shape(shape)
        for code, shape in outlines(
            at=card.at, codes=[unit.code for unit in (card.area, *card.below)]
        ).items()
    }
    for row in card.rows:
        own = Standing(row.edition, row.measured)
        for unit in (card.area, *card.below):
            standing = own if unit is card.area else row.below[unit.code]
            yield _row(card, unit, standing, row.edition) | {"geometry": shapes.get(unit.code)}


def _row(card: Scorecard, unit: Unit, standing: Standing, wider: Target) -> dict[str, Any]:
    edition, measured = standing.edition or wider, standing.measured or Measurement(Outcome.NONE)
    short = measured.short_by if measured.outcome == Outcome.SHORT else None
    return {
        "target": edition.target_id,
        "title": edition.title,
        "code": unit.code,
        "division": bilingual(unit.name, unit.name_en),
        "outcome": outcome_word(standing.measured and measured.outcome),
        "measured": _rounded(measured.value),
        "wanted": _rounded(measured.wanted),
        "told": value_text(edition, measured),
        "short_by": _rounded(short),
        "lack": amount(edition, short) if short else "",
        "at_least": measured.at_least,
        "where": where_text(card, measured),
        "unknown": missing_text(measured.missing, edition),
        "due_on": edition.due_on.isoformat() if edition.due_on else "",
        "confidence": edition.get_confidence_display(),
        "authority": edition.authority,
        "article": edition.article,
        "synthetic": measured.synthetic,
        "approximate": measured.approximate,
        "source": str(edition.source or ""),
    }


def where_text(card: Scorecard, measured: Measurement) -> str:
    """The names of those that are short."""
    return ", ".join(result_name(each, card.categories) for each in measured.short)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def as_values(card: Scorecard) -> dict[str, Any]:
    """Everything measured as plain values; ``null`` is unknown, never none."""
    return {
        "at": card.at.isoformat(),
        "within": card.within,
        "code": card.area.code,
        "name": card.area.name,
        "name_en": card.area.name_en,
        "register_whole_since": _day(card.register.start if card.register else None),
        "records_begin": None if card.recorded else _day(card.begins),
        "targets": [_target(card, row) for row in card.rows],
    }


def _target(card: Scorecard, row: ScoreRow) -> dict[str, Any]:
    edition = row.edition
    counting = target_forms()[edition.form].counting
    return {
        "target": edition.target_id,
        "title": edition.title_zh,
        "title_en": edition.title_en,
        **_measured(row.measured),
        "unit": counting.value,
        "short_unit": counting.short,
        "results": [_result(each) for each in row.measured.results],
        "below": [
            {
                "code": unit.code,
                "name": unit.name,
                "name_en": unit.name_en,
                **_measured(row.below[unit.code].measured),
            }
            for unit in card.below
        ],
        "jurisdiction": edition.jurisdiction,
        "authority": edition.authority,
        "article": edition.article,
        "source": edition.source_id,
        "source_text": edition.source_text,
        "reconstructed": edition.reconstructed,
        "confidence": edition.confidence,
        "severity": edition.severity,
        "rounding": edition.rounding,
        "parameters": edition.parameters,
        "due_on": _day(edition.due_on),
        "in_force_from": _day(edition.period.lower),
        "in_force_to": _day(edition.period.upper),
    }


def _measured(measured: Measurement | None) -> dict[str, Any]:
    if measured is None:
        return {"outcome": None}
    return {
        "outcome": str(measured.outcome),
        "value": measured.value,
        "wanted": measured.wanted,
        "short_by": measured.short_by if measured.outcome == Outcome.SHORT else None,
        "at_least": measured.at_least,
        "unknown": [_missing(each) for each in measured.missing],
        "synthetic": measured.synthetic,
        "approximate": measured.approximate,
    }


def _missing(missing: Missing) -> dict[str, str]:
    return {"what": missing.what, "about": missing.about, "facility": missing.key}


def _result(result: Result) -> dict[str, Any]:
    return {
        "subject": str(result.subject),
        "key": result.key,
        "name": result.name,
        "code": result.code,
        "outcome": str(result.outcome),
        "value": result.value,
        "wanted": result.wanted,
        "short_by": result.short_by,
        "lacks": list(result.lacks),
        "unknown": [_missing(each) for each in result.missing],
        "stages": list(result.stages),
        "synthetic": result.synthetic,
        "approximate": result.approximate,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
