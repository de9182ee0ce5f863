"""Places of the demonstration set that the gazetteer's tests start from."""

from typing import Any

import pytest

from gazetteer.models import Place


@pytest.fixture
def road(demo: Any) -> Place:
    """天河路 in Tianhe."""
    return Place.objects.get(names__text="天河路", division_code="440106")


@pytest.fixture
def district(demo: Any) -> Place:
    """番禺区, a place that is a division."""
    return Place.objects.get(names__text="番禺区", division__isnull=False)
