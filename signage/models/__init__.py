"""Signs, what is wrong with them, and how it was put right."""

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
from signage.models.finding import Absence, CheckRun, Finding, PlantedAbsence
from signage.models.order import OrderState, RectificationOrder, SignPhoto
from signage.models.sign import ShownPlace, Sign
from signage.models.standard import StandardDraft

__all__ = [
    "Absence",
    "CheckRun",
    "Colour",
    "Finding",
    "LineKind",
    "Manager",
    "Material",
    "OrderState",
    "PlantedAbsence",
    "RectificationOrder",
    "ShownPlace",
    "Sign",
    "SignClass",
    "SignPhoto",
    "SignState",
    "StandardDraft",
    "StreetSide",
    "Support",
]
