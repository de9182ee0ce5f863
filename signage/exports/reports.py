"""Reports of the public on their way out: what of and where, never who reported or their words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from signage.models import SignReport


def reports_export(*, reports: Iterable[SignReport], at: date, datum: Datum) -> Export:
    return listed(
        name="sign_reports",
        title=_("Reports on signs"),
        columns=[
            Column("received_on", _("Received on"), short="received"),
            Column("channel", _("Received by")),
            Column("kind", _("What is wrong")),
            Column("sign", _("Sign number")),
            Column("division", _("Division code")),
            Column("state", _("State")),
            *flags(),
        ],
        rows=lambda: _rows(reports),
        datum=datum,
        day=at,
    )


def _rows(reports: Iterable[SignReport]) -> Iterator[Mapping[str, Any]]:
    for report in reports:
        yield {
            "received_on": timezone.localdate(report.received_at).isoformat(),
            "channel": report.get_channel_display(),
            "kind": report.get_kind_display(),
            "sign": report.sign.number if report.sign else "",
            "division": report.division_code,
            "state": report.get_state_display(),
            "synthetic": report.synthetic,
            "approximate": report.approximate,
            "geometry": shape_of(report.location),
        }
