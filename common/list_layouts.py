"""What a person chooses of a list: the columns it shows and the order it opens in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from common.errors import BadInput
from common.models import ListChoice


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column beside the first one, which always stands.

    ``text``: a row of the template → what stands in the cell; None where the template draws it.
    ``usual``: shown until somebody chooses.
    """

    key: str
    label: Any
    text: Callable[[Any], Any] | None = None
    usual: bool = False


@dataclass(frozen=True, slots=True)
class ListLayout:
    """What there is to choose; ``orders``: (key, label), the usual one first, () for only one."""

    columns: Sequence[ListColumn]
    orders: Sequence[tuple[str, Any]] = ()

    @property
    def usual_order(self) -> str:
        return self.orders[0][0] if self.orders else ""


def whole_table(**labels: Any) -> ListLayout:
    """Of a table that shows all of its columns until somebody leaves some out: key → label."""
    return ListLayout([ListColumn(key, label, usual=True) for key, label in labels.items()])


@dataclass(frozen=True, slots=True)
class ChosenLayout:
    """A list as one person has it; ``page``: the name of its URL."""

    layout: ListLayout
    page: str
    shown: frozenset[str]
    order: str

    @property
    def added(self) -> list[ListColumn]:
        """The columns that stand after those that the template draws."""
        return [each for each in self.layout.columns if each.text and each.key in self.shown]

    @property
    def order_label(self) -> Any:
        return dict(self.layout.orders).get(self.order, "")


def chosen_layout(*, by: Any, page: str, layout: ListLayout) -> ChosenLayout:
    """What was chosen last; a column or order that is no more counts for nothing."""
    row = ListChoice.objects.filter(user=by, page=page).first()
    if row is None:
        usual = frozenset(each.key for each in layout.columns if each.usual)
        return ChosenLayout(layout, page, usual, layout.usual_order)
    order = row.order if row.order in dict(layout.orders) else layout.usual_order
    return ChosenLayout(layout, page, frozenset(row.columns), order)


def choose_layout(
    *, by: Any, page: str, layout: ListLayout, columns: Sequence[str], order: str
) -> None:
    """Remember a choice; raises BadInput for a column or an order that the list has not."""
    known = {each.key for each in layout.columns}
    if not known.issuperset(columns) or order not in ("", *dict(layout.orders)):
        raise BadInput("The list has no such column or order.")
    chosen = {"columns": sorted(set(columns)), "order": order}
    ListChoice.objects.update_or_create(user=by, page=page, defaults=chosen)
