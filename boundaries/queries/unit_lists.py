"""Who became whom in the list of another country or province, by the same engine."""

from datetime import date

from boundaries.domain.lineage import crosswalk, successors, total
from boundaries.domain.mutations import Membership, changes_of, unit_of
from boundaries.models import UnitStay, UnitSystem
from boundaries.queries.lineage import CrosswalkRow, Unit
from common.errors import BadInput


def stays_of(*, system: str) -> list[Membership]:
    """Every stay of a list. Raises BadInput for a system that was never loaded."""
    if not UnitSystem.objects.filter(pk=system).exists():
        known = ", ".join(UnitSystem.objects.order_by("pk").values_list("pk", flat=True)) or "—"
        raise BadInput(
            "There is no list “%(system)s”; loaded are: %(known)s.", system=system[:40], known=known
        )
    return [
        Membership(
            unit=stay.unit,
            name=stay.name,
            admitted_by=stay.admitted_by,
            admitted_on=stay.period.lower,
            abolished_by=stay.abolished_by,
            abolished_on=stay.period.upper,
        )
        for stay in UnitStay.objects.filter(system_id=system)
    ]


def unit_crosswalk(*, system: str, start: date, end: date, within: str = "") -> list[CrosswalkRow]:
    """As :func:`boundaries.queries.lineage.crosswalk_rows`, of the units of a list.

    ``within``: beginning of the unit's code. Raises BadInput for days in the wrong order or on
    which the list has no unit.
    """
    stays = stays_of(system=system)
    if end < start:
        raise BadInput("The second day is before the first.")
    olds, news = (_standing(stays, day) for day in (start, end))
    if not olds:
        raise BadInput("The list has no unit on %(day)s.", day=start.isoformat())
    flows = successors(olds, changes_of(stays), start=start, end=end)
    rows = [
        CrosswalkRow(
            old=olds.get(link.old),
            new=news.get(link.new),
            relation=link.relation,
            share=link.share,
            share_total=total(flows[link.old]) if link.old is not None else None,
            reversible=link.reversible,
        )
        for link in crosswalk(flows, alive=news)
    ]
    chosen = (row for row in rows if (row.old or row.new or Unit("", "")).code.startswith(within))
    return sorted(
        chosen,
        key=lambda row: (
            row.old is None,
            row.old.code if row.old else "",
            row.new.code if row.new else "",
        ),
    )


def _standing(stays: list[Membership], day: date) -> dict[object, Unit]:
    return {
        unit_of(stay): Unit(stay.unit, stay.name)
        for stay in stays
        if stay.admitted_on <= day and (stay.abolished_on is None or day < stay.abolished_on)
    }
