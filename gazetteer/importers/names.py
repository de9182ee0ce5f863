"""Place names as a kind of import: what the framework in common needs to know of them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.registries import ImportKind
from gazetteer.importers.check import NameChecker
from gazetteer.importers.shown import shown_changes
from gazetteer.importers.wording import REMARKS
from gazetteer.models import SHOWN_SQL
from gazetteer.operations.import_names import commit_names, undo_names
from gazetteer.queries.known_names import county_polygons
from gazetteer.queries.name_columns import FIELDS


def _require(*, by: Any, codes: Iterable[str]) -> None:
    require(by=by, capability=Capability.IMPORT_DATA, codes=codes)


NAMES = ImportKind(
    key="names",
    label=_("Place names"),
    capability=Capability.IMPORT_DATA,
    fields=FIELDS,
    remarks=REMARKS,
    require=_require,
    checker=NameChecker,
    commit=commit_names,
    undo=undo_names,
    order=10,
    polygons=county_polygons,
    subject_url="gazetteer:place",
    changes=shown_changes,
    hidden=f"SELECT p.id FROM gazetteer_place p WHERE NOT {SHOWN_SQL}",
)
