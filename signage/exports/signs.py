"""Signs of a filtered list, each as it was judged on the day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from shapely import Point

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed
from signage.models import SignClass
from signage.queries.signs import SignFilter, SignRow, sign_page

STREAM = 2_000


def signs_export(
    *, chosen: SignFilter, at: date, datum: Datum, states: Mapping[str, Any]
) -> Export:
    """``states``: what the states of a sign are called."""
    classes = {key: str(label) for key, label in SignClass.choices}
    return listed(
        name="signs",
        title=_("Signs"),
        columns=[
            Column("number", _("Sign number")),
            Column("class", _("Class")),
            Column("hanzi", _("Characters")),
            Column("pinyin", _("Pinyin")),
            Column("division", _("Division code")),
            Column("body", _("Responsible body")),
            Column("state", _("State")),
            Column("rules", _("Rules not kept")),
            Column("due_on", _("Due on")),
            *flags(),
        ],
        rows=lambda: (_row(row, classes, states) for row in _signs(chosen, at)),
        datum=datum,
        day=at,
    )


def _signs(chosen: SignFilter, at: date) -> Iterator[SignRow]:
    after = ""
    while True:
        page = sign_page(at=at, chosen=chosen, size=STREAM, after=after)
        yield from page.rows
        after = page.after
        if not after:
            return


def _row(row: SignRow, classes: Mapping[str, str], states: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": row.number,
        "class": classes.get(row.sign_class, row.sign_class),
        "hanzi": row.hanzi,
        "pinyin": row.pinyin,
        "division": row.division_code,
        "body": row.responsible_body,
        "state": str(states.get(row.state, row.state)),
        "rules": " ".join(row.rules),
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "synthetic": row.synthetic,
        "approximate": row.approximate,
        "geometry": None if row.lon is None else Point(row.lon, row.lat),
    }
