"""Signs as a kind of import: what the framework in common needs to know of them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.registries import ImportKind
from signage.importers.check import SignChecker
from signage.importers.columns import FIELDS
from signage.importers.wording import REMARKS
from signage.operations.import_signs import commit_signs, undo_signs


def _require(*, by: Any, codes: Iterable[str]) -> None:
    require(by=by, capability=Capability.IMPORT_DATA, codes=codes)


SIGNS = ImportKind(
    key="signs",
    label=_("Signs"),
    capability=Capability.IMPORT_DATA,
    fields=FIELDS,
    remarks=REMARKS,
    require=_require,
    checker=SignChecker,
    commit=commit_signs,
    undo=undo_signs,
    order=20,
    # Its row tells what a sign bore when it was brought in, whatever it has borne since.
    hidden="SELECT signage_hidden_signs('-infinity')",
)
