"""Civil-affairs facilities and the people they serve."""

from facilities.models.demand import PopulationCell
from facilities.models.facility import Facility, FacilityCategory

__all__ = ["Facility", "FacilityCategory", "PopulationCell"]
