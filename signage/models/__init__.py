"""Signs, what is wrong with them, and how it was put right."""

from signage.models.campaign import CampaignDay
from signage.models.choices import (
    Colour,
    LineKind,
    Manager,
    Material,
    SignClass,
    SignState,
    StreetSide,
    Support,
)
from signage.models.finding import (
    SHOWN_ABSENCES_SQL,
    TOLD,
    TOLD_SQL,
    Absence,
    CheckedMeanwhile,
    CheckRun,
    Finding,
    PlantedAbsence,
)
from signage.models.order import (
    OrderKind,
    OrderSheet,
    OrderState,
    PhotoPhase,
    RectificationOrder,
    SentBackFix,
    SignPhoto,
)
from signage.models.report import (
    ReportChannel,
    Reporter,
    ReportKind,
    ReportState,
    SignReport,
)
from signage.models.sign import HIDDEN, HIDDEN_SQL, SHOWN_SQL, ShownPlace, Sign, hidden_on
from signage.models.standard import EditionTrial, StandardDraft

__all__ = [
    "HIDDEN",
    "HIDDEN_SQL",
    "SHOWN_ABSENCES_SQL",
    "SHOWN_SQL",
    "TOLD",
    "TOLD_SQL",
    "Absence",
    "CampaignDay",
    "CheckRun",
    "CheckedMeanwhile",
    "Colour",
    "EditionTrial",
    "Finding",
    "LineKind",
    "Manager",
    "Material",
    "OrderKind",
    "OrderSheet",
    "OrderState",
    "PhotoPhase",
    "PlantedAbsence",
    "RectificationOrder",
    "ReportChannel",
    "ReportKind",
    "ReportState",
    "Reporter",
    "SentBackFix",
    "ShownPlace",
    "Sign",
    "SignClass",
    "SignPhoto",
    "SignReport",
    "SignState",
    "StandardDraft",
    "StreetSide",
    "Support",
    "hidden_on",
]
