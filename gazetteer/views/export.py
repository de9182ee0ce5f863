"""What the filtered list of place names takes out as a file."""

from datetime import date
from typing import Any

from django.http import QueryDict

from common.registries import ChosenRows
from gazetteer.exports.names import export_of
from gazetteer.queries.name_filters import chosen_names
from gazetteer.queries.places import count_places
from gazetteer.views.places import list_filters


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    filters = list_filters(query)
    return ChosenRows(
        count=count_places(at=at, **filters),
        export=lambda datum: export_of(names=chosen_names(at=at, **filters), at=at, datum=datum),
    )
