"""Write an event list of another country or province under a code system of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.domain.codes import is_system_key
from boundaries.domain.mutations import BadMembership, Membership, changes_of
from boundaries.models import CodeSystem, UnitStay, UnitSystem
from common import audit
from common.errors import BadInput, Refusal


class ListIsThere(Refusal):
    template = (
        "The code system “%(key)s” is there already with %(units)d rows: replace it or take another"
        " key."
    )


@dataclass(frozen=True, slots=True)
class UnitListReport:
    """What a list holds; ``changes``: arrows of lineage that follow from its events."""

    system: str
    rows: int
    units: int
    standing: int
    events: int
    changes: int
    replaced: int


@transaction.atomic
def load_unit_list(
    *,
    key: str,
    title: str,
    stays: Sequence[Membership],
    synthetic: bool = False,
    replace: bool = False,
) -> UnitListReport:
    """Write the stays of a list, all or nothing; divisions of this country are not touched.

    Raises :class:`common.errors.BadInput` for a key that is none or one of our own systems, for an
    empty list or stays that contradict each other; :class:`ListIsThere` unless ``replace``.
    """
    if not is_system_key(key) or key in CodeSystem.values:
        raise BadInput(
            "“%(key)s” cannot name the list: take small letters, digits and hyphens, for example"
            " swiss-communes, and none of our own code systems.",
            key=key[:40],
        )
    if not stays:
        raise BadInput("The file holds no unit.")
    for stay in stays:
        for column in ("unit", "name", "admitted_by", "abolished_by"):
            most = UnitStay._meta.get_field(column).max_length or 0
            if len(getattr(stay, column)) > most:
                why = f"{column} has more than {most} characters"
                raise BadInput("Row %(row)d: %(why)s.", row=stay.row, why=why)
    try:
        changes = changes_of(stays)
    except BadMembership as error:
        raise BadInput("Row %(row)d: %(why)s.", row=error.row, why=str(error)) from error
    there = UnitStay.objects.filter(system_id=key).count()
    if there and not replace:
        raise ListIsThere(key=key, units=there)
    UnitSystem.objects.filter(pk=key).delete()
    system = UnitSystem.objects.create(key=key, title=title.strip() or key, synthetic=synthetic)
    UnitStay.objects.bulk_create(
        (
            UnitStay(
                system=system,
                unit=stay.unit,
                name=stay.name,
                period=DateRange(stay.admitted_on, stay.abolished_on),
                admitted_by=stay.admitted_by,
                abolished_by=stay.abolished_by,
            )
            for stay in stays
        ),
        batch_size=2000,
    )
    audit.record(
        by=None, operation="load_unit_list", subject=system, rows=len(stays), replaced=there
    )
    events = {stay.admitted_by for stay in stays} | {stay.abolished_by for stay in stays} - {""}
    return UnitListReport(
        system=key,
        rows=len(stays),
        units=len({stay.unit for stay in stays}),
        standing=sum(not stay.abolished_by for stay in stays),
        events=len(events),
        changes=len(changes),
        replaced=there,
    )
