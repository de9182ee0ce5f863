"""What of the facilities goes with a place when it merges into another."""

from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from gazetteer.queries.merging import Movable, to_survivor

MOVABLES = (
    Movable(
        key="facility_places",
        label=_("facilities that are the place"),
        rows=lambda place: Facility.objects.filter(place=place).order_by("name", "pk"),
        title=lambda row: str(row.name),
        moved=to_survivor(),
    ),
    Movable(
        key="facility_streets",
        label=_("facilities whose address names the place"),
        rows=lambda place: Facility.objects.filter(street=place).order_by("name", "pk"),
        title=lambda row: str(row.name),
        moved=to_survivor("street"),
    ),
)
