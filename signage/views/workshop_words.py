"""A batch of orders in the words of a workshop's sheet."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.errors import BadInput
from signage.domain.face import Drawing
from signage.domain.face.shapes import Shape
from signage.domain.face.sheet import Heading, SheetItem, Table, make_sheet
from signage.models import Colour, LineKind, Material, RectificationOrder
from signage.queries.workshop import WorkshopItem
from signage.views.faces import OPEN_LABELS

Pages = list[list[Shape]]
ORDERS_A_ROW = 3


class NothingToMake(BadInput):
    template = "None of these orders says what is to be made: choose orders that are not yet done."


def order_number(order: RectificationOrder) -> str:
    """The number of its sheet where it is one of many, else the first figures of its own key."""
    return order.sheet.number if order.sheet is not None else order.pk.hex[:8].upper()


def makeable(items: Iterable[WorkshopItem]) -> list[WorkshopItem]:
    """Those of which the standard says what is to be made."""
    return [item for item in items if item.comparison.wanted_drawings]


def sheet_pages(
    items: Sequence[WorkshopItem], *, at: date, bureau: str, notes: Sequence[str] = ()
) -> Pages:
    made = makeable(items)
    if not made:
        raise NothingToMake
    signs = sum(len(item.comparison.wanted_drawings) for item in made)
    heading = Heading(
        title=_("Workshop sheet for place-name signs"),
        subtitle=" · ".join(
            part
            for part in (
                bureau,
                at.isoformat(),
                _("%(orders)s orders, %(faces)s faces") % {"orders": len(made), "faces": signs},
            )
            if part
        ),
        foot=_("Lengths in millimetres. Screen and print come near the colours of GB 2893."),
        notes=(*_standing_notes(made), *notes, *_left_out(items)),
    )
    drawn = [each for turn, item in enumerate(made, 1) for each in _items(turn, item)]
    return make_sheet(heading=heading, summary=_summary(made), items=drawn)


def _standing_notes(made: Sequence[WorkshopItem]) -> list[str]:
    found = sorted(
        {
            edition.rule_id
            for item in made
            if item.comparison.wanted
            for edition in item.comparison.wanted.provisional
        }
    )
    notes = [
        _("Heights of lines and widths are those of the drawing: the standard's tables come first.")
    ]
    if found:
        notes.append(
            _("Provisional, to be confirmed before making: %(rules)s.")
            % {"rules": ", ".join(found)}
        )
    return notes


def _left_out(items: Sequence[WorkshopItem]) -> list[str]:
    numbers = [item.order.sign.number for item in items if not item.comparison.wanted_drawings]
    if not numbers:
        return []
    return [
        _("Left out, for nobody can say what they must show: %(signs)s.")
        % {"signs": ", ".join(numbers)}
    ]


def _summary(made: Sequence[WorkshopItem]) -> Table:
    """How many of what, with the orders."""
    counts: dict[tuple[str, ...], list[str]] = {}
    for item in made:
        for drawing in item.comparison.wanted_drawings:
            key = (
                str(item.order.sign.get_sign_class_display()),
                size_words(drawing),
                ground_words(drawing),
                materials(item),
                film(item),
            )
            counts.setdefault(key, []).append(
                f"{order_number(item.order)} {item.order.sign.number}"
            )
    head = (
        _("Class"),
        _("Size (mm)"),
        _("Ground colour"),
        _("Material"),
        _("Class of reflective film"),
        _("Quantity"),
        _("Orders and signs"),
    )
    rows: list[tuple[str, ...]] = []
    for key, orders in sorted(counts.items()):
        for turn in range(0, len(orders), ORDERS_A_ROW):
            # A long list of orders goes on in rows of its own, so that none is cut off.
            first = (*key, str(len(orders))) if not turn else ("",) * (len(key) + 1)
            rows.append((*first, "; ".join(orders[turn : turn + ORDERS_A_ROW])))
    return Table(head, tuple(rows), (0.13, 0.13, 0.12, 0.16, 0.1, 0.07, 0.29))


def _items(turn: int, item: WorkshopItem) -> list[SheetItem]:
    order, sign = item.order, item.order.sign
    wanted = item.comparison.wanted
    assert wanted is not None
    found = []
    for side, drawing in enumerate(item.comparison.wanted_drawings, start=1):
        title = f"{turn}  {order_number(order)} · {sign.number}"
        if len(item.comparison.wanted_drawings) > 1:
            title += " · " + _("side %(side)s") % {"side": side}
        facts = (
            (_("Class"), str(sign.get_sign_class_display())),
            (_("Quantity"), "1"),
            (_("Size (mm)"), size_words(drawing)),
            (
                _("Frame (mm)"),
                f"≈ {drawing.frame:g}" if "frame" in drawing.assumed else f"{drawing.frame:g}",
            ),
            (_("Ground colour"), ground_words(drawing)),
            (_("Material"), materials(item)),
            (_("Class of reflective film"), film(item)),
            (_("Support"), str(sign.get_support_display()) or "—"),
            (_("Responsible body"), order.responsible_body),
            (_("Due on"), order.due_on.isoformat()),
        )
        notes = [f"○ {OPEN_LABELS[key]}" for key in sorted(wanted.undecided) if key in OPEN_LABELS]
        if any(text.shrunk for text in drawing.texts):
            notes.append("≈ " + _("A line is recorded higher than its field is: drawn to fit."))
        if sign.synthetic:
            notes.append("▒ " + _("Synthetic sign of the demonstration set: not to be made."))
        found.append(SheetItem(title, drawing, _("Scale"), facts, _lines(drawing), tuple(notes)))
    return found


def _lines(drawing: Drawing) -> Table:
    head = (
        _("Kind of line"),
        _("Text"),
        _("Font"),
        _("Height (mm)"),
        _("Width (mm)"),
        _("Colour"),
        _("Ground"),
    )
    rows = tuple(
        (
            str(LineKind(text.kind).label),
            text.text,
            text.font or "黑体",
            f"{text.height:.0f}",
            f"{text.box.width:.0f}",
            colour_words(text.colour),
            colour_words(text.ground),
        )
        for text in drawing.texts
    )
    return Table(head, rows, (0.14, 0.36, 0.1, 0.1, 0.1, 0.1, 0.1))


def size_words(drawing: Drawing) -> str:
    text = f"{drawing.width:g} × {drawing.height:g}"
    return f"≈ {text}" if "size" in drawing.assumed else text


def ground_words(drawing: Drawing) -> str:
    grounds = dict.fromkeys(field.ground for field in drawing.fields)
    return " + ".join(colour_words(ground) for ground in grounds)


def colour_words(colour: str) -> str:
    if colour in Colour.values:
        return str(Colour(colour).label)
    return pgettext("colour", "not decided")


def materials(item: WorkshopItem) -> str:
    """The recorded material where it is allowed, else those that are."""
    edition = item.editions.get("R32")
    allowed = list(edition.parameters.get("materials", ())) if edition else []
    recorded = item.order.sign.material
    if recorded and (recorded in allowed or not allowed):
        return str(Material(recorded).label)
    words = [str(Material(key).label) for key in allowed if key in Material.values]
    return " / ".join(words) or "—"


def film(item: WorkshopItem) -> str:
    edition = item.editions.get("R33")
    if edition is None or item.order.sign.sign_class not in edition.parameters.get(
        "classes", (item.order.sign.sign_class,)
    ):
        return "—"
    return f"≥ {edition.parameters['min_class']}"


def every_text(pages: Pages) -> list[str]:
    return [shape.text for page in pages for shape in page if hasattr(shape, "text")]
