"""The scorecard as a report in Word: how it stands, what is lacking where, what is not recorded."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common.documents import Heading, OfficialDocument, Table, write_document
from common.models import bilingual
from facilities.domain.targets import Outcome
from facilities.exports.target_words import (
    missing_text,
    outcome_word,
    result_name,
    result_text,
    short_text,
    value_text,
)
from facilities.queries.targets import Scorecard, ScoreRow

# A street each of a large city would fill twenty pages: the tables to export hold all.
MOST_NAMES = 40


def targets_word(card: Scorecard) -> bytes:
    """One document of all targets of a division on a day."""
    name = bilingual(card.area.name, card.area.name_en)
    blocks: list[str | Heading | Table] = [
        Heading(_("1. Where it stands")),
        *_standing(card),
        Table(
            rows=[_line(row) for row in card.rows],
            headings=(_("Target"), _("Title"), _("State"), _("Measured"), _("Short by")),
            widths=(0.11, 0.33, 0.13, 0.24, 0.19),
        ),
        Heading(_("2. What is lacking, and where")),
        *_lacking(card),
        Heading(_("3. What is not recorded")),
        *_unknown(card),
    ]
    if card.below:
        blocks += [Heading(_("4. By division")), _by_division(card)]
    blocks += [Heading(_("5. Basis") if card.below else _("4. Basis")), *_basis(card)]
    return write_document(
        OfficialDocument(
            title=_("%(area)s: report on the targets for facilities") % {"area": name},
            blocks=blocks,
            day=card.at,
            synthetic=card.synthetic,
        )
    )


def _standing(card: Scorecard) -> list[str]:
    counts = card.counts
    told = _(
        "On %(day)s %(met)s of %(all)s targets are met, %(short)s are not, %(unknown)s cannot be "
        "told; %(none)s ask nothing here."
    ) % {
        "day": card.at.isoformat(),
        "met": _number(counts[Outcome.MET]),
        "short": _number(counts[Outcome.SHORT]),
        "unknown": _number(counts[Outcome.UNKNOWN]),
        "none": _number(counts[Outcome.NONE]),
        "all": _number(len(card.rows)),
    }
    rough = [f"≈ {_('Some positions or counts are approximate.')}"] if card.approximate else []
    return [told, register_text(card), *rough]


def register_text(card: Scorecard) -> str:
    """Whether absence from the register means that there is none."""
    if not card.recorded:
        if card.begins is None:
            return _("No facility of this area is on record yet: what counts them is unknown.")
        return _(
            "Records of facilities begin on %(day)s here: what counts them is unknown before it."
        ) % {"day": card.begins.isoformat()}
    if card.register is None or card.register.start is None:
        return _("The register of facilities is not known to be whole on this day.")
    return _("%(title)s: %(day)s.") % {
        "title": card.register.value,
        "day": card.register.start.isoformat(),
    }


def _line(row: ScoreRow) -> tuple[str, ...]:
    edition, measured = row.edition, row.measured
    return (
        edition.target_id,
        edition.title,
        outcome_word(measured.outcome),
        value_text(edition, measured) or "—",
        short_text(edition, measured) or "—",
    )


def _lacking(card: Scorecard) -> list[str]:
    lines = []
    for row in card.rows:
        if row.measured.outcome != Outcome.SHORT:
            continue
        lines.append(f"{row.edition}: {short_text(row.edition, row.measured)}".rstrip(": "))
        names = [
            ": ".join(
                filter(None, (result_name(each, card.categories), result_text(row.edition, each)))
            )
            for each in row.measured.short
        ]
        if names:
            lines.append(_shortened(names))
    return lines or [_("Nothing that can be told is lacking.")]


def _shortened(names: Sequence[str]) -> str:
    shown = "; ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return shown
    more = len(names) - MOST_NAMES
    return _("%(names)s and %(count)d more") % {"names": shown, "count": more}


def _unknown(card: Scorecard) -> list[str]:
    lines = [
        f"{row.edition}: {missing_text(row.measured.missing, row.edition)}"
        for row in card.rows
        if row.measured.missing
    ]
    return lines or [_("Everything that the targets ask for is recorded.")]


def _by_division(card: Scorecard) -> Table:
    rows = []
    for unit in card.below:
        found = [row.below[unit.code].measured for row in card.rows]
        outcomes = [each.outcome for each in found if each is not None]
        counts = [
            outcomes.count(outcome) for outcome in (Outcome.MET, Outcome.SHORT, Outcome.UNKNOWN)
        ]
        rows.append((bilingual(unit.name, unit.name_en), *map(_number, counts)))
    return Table(
        rows=rows,
        headings=(
            _("Division"),
            outcome_word(Outcome.MET),
            outcome_word(Outcome.SHORT),
            outcome_word(Outcome.UNKNOWN),
        ),
        widths=(0.4, 0.2, 0.2, 0.2),
    )


def _basis(card: Scorecard) -> list[str]:
    lines = []
    for row in card.rows:
        edition = row.edition
        told = " ".join(filter(None, (edition.authority, edition.article)))
        sure = edition.get_confidence_display()
        if edition.reconstructed:
            sure += _(", the printed number is damaged and was reconstructed")
        lines.append(f"{edition.target_id}: {told} ({sure})")
    return lines


def _number(value: int) -> str:
    return f"{value:,}"
