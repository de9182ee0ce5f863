"""Which sources a map or a paper of facilities has to name."""

from collections.abc import Collection
from datetime import date

from boundaries.queries.outlines import outline_sources
from facilities.models import Facility, PopulationCell, ProtectedArea, StreetNetwork
from facilities.queries.coverage import CoverageResult


def ground_sources(
    *,
    at: date,
    within: str,
    category: str = "",
    networks: Collection[str] = (),
    protected: Collection[str] = (),
) -> set[str]:
    """Keys of the sources of the people of a division, and of what is asked beside them: all
    facilities of a category, networks by name, protected areas by kind. One query for each."""
    asked = [
        PopulationCell.objects.on(at).within(within),
        *([Facility.objects.on(at).shown().filter(category=category)] if category else []),
        *([StreetNetwork.objects.on(at).filter(name__in=networks)] if networks else []),
        *([ProtectedArea.objects.on(at).filter(kind__in=protected)] if protected else []),
    ]
    found = set()
    for rows in asked:
        found.update(rows.order_by().values_list("source", flat=True).distinct())
    return found - {None}


def coverage_sources(result: CoverageResult) -> set[str]:
    """Keys of the sources of all that a coverage answer shows or rests on."""
    question = result.question
    codes = [row.division.code for row in result.rows]
    return outline_sources(at=question.at, codes=codes) | ground_sources(
        at=question.at,
        within=question.within,
        category=question.category,
        networks=[used.name for used in result.networks],
    )
