"""Civil-affairs facilities and the people they serve, and the targets that are set for them."""

from facilities.models.demand import PopulationCell
from facilities.models.facility import (
    SHOWN_SQL,
    CategoryAuthority,
    Facility,
    FacilityCategory,
    FacilityContact,
    FacilityOccupancy,
)
from facilities.models.network import StreetNetwork
from facilities.models.protected import ProtectedArea
from facilities.models.scenario import SitingScenario
from facilities.models.target import PolicyFigure, Target

__all__ = [
    "SHOWN_SQL",
    "CategoryAuthority",
    "Facility",
    "FacilityCategory",
    "FacilityContact",
    "FacilityOccupancy",
    "PolicyFigure",
    "PopulationCell",
    "ProtectedArea",
    "SitingScenario",
    "StreetNetwork",
    "Target",
]
