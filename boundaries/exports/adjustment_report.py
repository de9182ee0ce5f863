"""An adjustment as a paper: what is to change, before and after on maps, who becomes what."""

from collections.abc import Mapping, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from boundaries.exports.adjustment_remarks import remarks
from boundaries.exports.unit_map import draw_units, frame_of
from boundaries.models import Adjustment, Level
from boundaries.queries.simulation import Simulation
from common.documents import Block, Heading, OfficialDocument, Picture, Table

UNKNOWN = "—"


def adjustment_report(
    *,
    adjustment: Adjustment,
    facts: Sequence[tuple[str, str]],
    materials: Sequence[tuple[str, str]],
    found: Simulation | None,
    relations: Mapping[str, str],
) -> OfficialDocument:
    """``found``: what it would do, None once it is in force or given up. ``relations``: words."""
    blocks: list[Block] = [
        Table(rows=[list(pair) for pair in facts], widths=(1, 3)),
        Heading(_("Materials (Art 13)")),
        Table(rows=[[word, text or _("missing")] for word, text in materials], widths=(2, 3)),
    ]
    if found is not None:
        blocks += [*_maps(found), *_rows(found, relations), *_touched(found)]
    blocks.append(Heading(_("Steps")))
    blocks.append(
        Table(
            rows=[
                [
                    step.on.isoformat(),
                    str(step.get_after_display()),
                    " · ".join(filter(None, [str(step.by or _("the system")), step.note])),
                ]
                for step in adjustment.steps.select_related("by")
            ],
            widths=(1, 1, 2),
        )
    )
    return OfficialDocument(
        title=adjustment.title,
        blocks=blocks,
        day=adjustment.happens_on,
        mark=_("For internal use: a sketch, not for publication"),
        synthetic=adjustment.synthetic,
    )


def _maps(found: Simulation) -> list[Block]:
    before, after = list(found.outcome.before.values()), list(found.outcome.after.values())
    frame = frame_of([*before, *after])
    if frame is None:
        return [_("No shapes are known: land cannot be compared.")]
    return [
        Heading(_("Before and after")),
        Picture(draw_units(before, frame), _("state before"), width_mm=130),
        Picture(draw_units(after, frame), _("state after"), width_mm=130),
    ]


def _rows(found: Simulation, relations: Mapping[str, str]) -> list[Block]:
    rows = [
        [
            str(Level(row.level).label),
            row.old or UNKNOWN,
            row.new or UNKNOWN,
            relations[row.relation],
            _number(row.share, 4),
            _number(row.old_km2, 3),
            _number(row.new_km2, 3),
        ]
        for row in found.rows
    ]
    headings = (
        _("Level"), _("Before"), _("After"), _("How"), _("Share"), _("Before (km²)"),
        _("After (km²)"),
    )  # fmt: skip
    table = Table(rows=rows, headings=headings, widths=(2, 4, 4, 2, 2, 2, 2))
    told = [text for _state, text in remarks(found)]
    return [Heading(_("Who becomes what")), *told, table]


def _touched(found: Simulation) -> list[Block]:
    rows = [
        [str(each.label), each.before, each.after or UNKNOWN, str(each.fate)]
        for each in found.measures
    ]
    heading = Heading(_("What it touches"))
    if not rows:
        return [heading, _("Nothing else on record lies in what changes.")]
    headings = (_("What"), _("Before"), _("After"), _("What becomes of it"))
    return [heading, Table(rows=rows, headings=headings, widths=(3, 2, 2, 5))]


def _number(value: float | None, places: int) -> str:
    # Django's formatting cuts digits off.
    return UNKNOWN if value is None else str(number_format(round(value, places), places))
