"""The figures of a campaign as an Excel workbook and as a report in Word."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl import Workbook

from common.documents import Heading, OfficialDocument, Table, synthetic_mark, write_document
from common.exporting.sheets import safe_cell
from signage.domain.campaign import Standing, total
from signage.queries.campaign import AreaStanding

MOST_RULES = 12


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """``course``: day → area code → standing; ``then``: at the beginning, None without one."""

    name: str
    day: date
    areas: Sequence[AreaStanding]
    days: Sequence[date]
    course: Mapping[date, Mapping[str, Standing]]
    now: Standing
    then: Standing | None
    rules: Mapping[str, str]
    synthetic: bool

    def ranked_rules(self) -> list[tuple[str, str, int]]:
        """Rule, title and non-standard signs that fail it, the most frequent first."""
        ranked = sorted(self.now.by_rule.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(rule_id, self.rules.get(rule_id, ""), count) for rule_id, count in ranked]


def percent_text(value: float | None) -> str:
    return _("unknown") if value is None else f"{value:.2f} %"


def as_workbook(figures: CampaignFigures) -> bytes:
    """Three sheets: areas, days, defects; what is unknown stays an empty cell and says so."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Areas"))
    sheet.freeze_panes = "A2"
    sheet.append(
        [
            _("Code"),
            _("Division"),
            _("Signs"),
            _("Non-standard"),
            _("Non-standard, %"),
            _("Change, percentage points"),
            _("To be looked at"),
            _("Left as they are"),
            _("No place known"),
            _("Known cost to finish (yuan)"),
            _("Signs of unknown cost"),
            _("Remark"),
        ]
    )
    for area in figures.areas:
        sheet.append([safe_cell(value) for value in _area_cells(area)])
    days = book.create_sheet(_("Days"))
    days.append([_("Day"), _("Signs"), _("Non-standard"), _("Non-standard, %")])
    for day in figures.days:
        all_of_it = total(figures.course[day].values())
        days.append([day, all_of_it.signs, all_of_it.wrong, _rounded(all_of_it.percent)])
    defects = book.create_sheet(_("Defects"))
    defects.append([_("Rule"), _("What is wrong"), _("Signs")])
    for rule_id, title, count in figures.ranked_rules():
        defects.append([rule_id, safe_cell(title), count])
    if figures.synthetic:
        book.create_sheet(_("Remark")).append([synthetic_mark()])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _area_cells(area: AreaStanding) -> list[Any]:
    now = area.now
    unknown = now.percent is None
    return [
        area.code,
        area.name,
        now.signs,
        None if unknown else now.wrong,
        _rounded(now.percent),
        _rounded(area.change),
        now.doubtful,
        now.waived,
        now.unknown,
        None if unknown else float(now.cost),
        now.cost_unknown,
        _("unknown: no sign here could be judged") if unknown else "",
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def as_word(figures: CampaignFigures, orders: Mapping[str, int]) -> bytes:
    now = figures.now
    blocks: list[str | Heading | Table] = [
        Heading(_("1. Where it stands")),
        _(
            "On %(day)s, %(wrong)s of %(judged)s signs that could be judged are non-standard "
            "(%(percent)s); %(unknown)s signs are linked to no place and could not be judged."
        )
        % {
            "day": figures.day.isoformat(),
            "wrong": _number(now.wrong),
            "judged": _number(now.judged),
            "percent": percent_text(now.percent),
            "unknown": _number(now.unknown),
        },
    ]
    if figures.then is not None:
        blocks.append(
            _("On %(day)s it was %(percent)s.")
            % {
                "day": figures.days[0].isoformat(),
                "percent": percent_text(figures.then.percent),
            }
        )
    blocks.append(
        _(
            "Orders: %(open)s open, of them %(overdue)s overdue; %(closed)s closed, "
            "%(waived)s waived."
        )
        % {key: _number(orders.get(key, 0)) for key in ("open", "overdue", "closed", "waived")}
    )
    blocks.append(
        _("To finish, an estimated %(cost)s yuan; the cost of %(unknown)s signs is unknown.")
        % {"cost": _number(int(now.cost)), "unknown": _number(now.cost_unknown)}
    )
    blocks += [
        Heading(_("2. By area")),
        Table(
            rows=[
                (
                    area.name,
                    _number(area.now.signs),
                    _number(area.now.wrong) if area.now.percent is not None else "—",
                    percent_text(area.now.percent),
                )
                for area in figures.areas
            ],
            headings=(_("Division"), _("Signs"), _("Non-standard"), _("Share")),
            widths=(0.4, 0.2, 0.2, 0.2),
        ),
        Heading(_("3. By defect")),
        Table(
            rows=[
                (rule_id, title, _number(count))
                for rule_id, title, count in figures.ranked_rules()[:MOST_RULES]
            ],
            headings=(_("Rule"), _("What is wrong"), _("Signs")),
            widths=(0.15, 0.65, 0.2),
        ),
    ]
    return write_document(
        OfficialDocument(
            title=_("%(area)s: report on the campaign against non-standard place-name signs")
            % {"area": figures.name},
            blocks=blocks,
            day=figures.day,
            synthetic=figures.synthetic,
        )
    )


def _number(value: int) -> str:
    return str(number_format(value, force_grouping=True))
