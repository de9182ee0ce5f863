"""The filtered register of facilities as a Word paper."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.documents import Heading, OfficialDocument, Table, write_document
from common.models import bilingual
from facilities.models import Facility
from facilities.queries.facilities import CategoryCounts, counts_by_category, divisions_named

# A paper of more pages is read by nobody: the tables to export hold all.
MOST_ROWS = 1_000


def register_word(
    *, rows: QuerySet[Facility], at: date, title: str, told: Sequence[str] = ()
) -> bytes:
    """How many there are by category, then each with what is known of it. ``told``: sentences on
    what was chosen."""
    counts = counts_by_category(rows=rows)
    listed = list(islice(rows, MOST_ROWS))
    more = sum(each.facilities for each in counts) - len(listed)
    blocks: list[str | Heading | Table] = [
        *told,
        Heading(_("1. By category")),
        Table(
            rows=category_lines(counts),
            headings=category_headings(),
            widths=(0.4, 0.2, 0.2, 0.2),
        ),
        Heading(_("2. Facilities")),
        Table(
            rows=list(_lines(listed, division_names(listed, at))),
            headings=(_("Name"), _("Category"), _("Division"), _("Operator"), _("Beds")),
            widths=(0.34, 0.22, 0.2, 0.12, 0.12),
        ),
    ]
    if more > 0:
        blocks.append(
            _("And %(count)s more: the tables to export hold all.") % {"count": f"{more:,}"}
        )
    return write_document(
        OfficialDocument(
            title=title, blocks=blocks, day=at, synthetic=any(each.synthetic for each in counts)
        )
    )


def category_headings() -> tuple[str, ...]:
    return _("Category"), _("Facilities"), _("Beds"), _("of them with beds known")


def category_lines(counts: Sequence[CategoryCounts]) -> list[tuple[str, ...]]:
    """Each category with its marks; beds that nobody has recorded are unknown, not none."""
    return [
        (
            f"{each.name} {marks(each)}".rstrip(),
            f"{each.facilities:,}",
            f"{each.beds:,}" if each.beds_known else _("unknown"),
            f"{each.beds_known:,}",
        )
        for each in counts
    ]


def marks(record: CategoryCounts | Facility) -> str:
    return "▒" * record.synthetic + "≈" * record.approximate


def division_names(rows: Sequence[Facility], at: date) -> Mapping[str, str]:
    """The names of the districts of the facilities, by the first six digits of their codes."""
    codes = sorted({row.division_code[:6] for row in rows})
    found = divisions_named(at=at, codes=codes)
    return {each.code: bilingual(each.name, each.name_en) for each in found}


def _lines(rows: Sequence[Facility], names: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield (
            f"{row.name} {marks(row)}".rstrip(),
            row.category.name,
            names.get(row.division_code[:6], row.division_code),
            str(row.get_operator_display()) or _("unknown"),
            _("unknown") if row.beds is None else f"{row.beds:,}",
        )
