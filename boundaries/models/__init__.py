"""Divisions, their versions, shapes, codes, events and adjustments; lines and inspections."""

from boundaries.models.adjustment import (
    LIVE,
    MATERIAL_LABELS,
    Adjustment,
    AdjustmentEffect,
    AdjustmentState,
    AdjustmentStep,
)
from boundaries.models.agreement import FeatureKind, LineAgreement, LineFeature
from boundaries.models.correction import CorrectedShape, CorrectionState, LineCorrection
from boundaries.models.dispute import DisputedArea, DisputedClaim
from boundaries.models.division import (
    Division,
    DivisionKind,
    DivisionOutline,
    DivisionPiece,
    DivisionVersion,
    Level,
)
from boundaries.models.history import (
    CodeSystem,
    DivisionChange,
    DivisionCode,
    DivisionEvent,
    EventKind,
)
from boundaries.models.inspection import (
    Handling,
    Inspection,
    InspectionKind,
    InspectionRound,
    InspectionSide,
    OpenPoint,
    RoundTask,
    SectionRecord,
    SectionState,
)
from boundaries.models.line import BoundaryLine, JointInspection
from boundaries.models.marker import (
    Condition,
    Marker,
    MarkerKind,
    MarkerMaterial,
    MarkerPhoto,
    MarkerVisit,
    MeasuredBy,
    WitnessObject,
    Work,
)
from boundaries.models.national_line import NationalLine
from boundaries.models.topology import CoverageCheck, CoverageFault, FaultKind
from boundaries.models.unit_list import UnitStay, UnitSystem
from boundaries.models.warden import Patrol, WardenContract

__all__ = [
    "LIVE",
    "MATERIAL_LABELS",
    "Adjustment",
    "AdjustmentEffect",
    "AdjustmentState",
    "AdjustmentStep",
    "BoundaryLine",
    "CodeSystem",
    "Condition",
    "CorrectedShape",
    "CorrectionState",
    "CoverageCheck",
    "CoverageFault",
    "DisputedArea",
    "DisputedClaim",
    "Division",
    "DivisionChange",
    "DivisionCode",
    "DivisionEvent",
    "DivisionKind",
    "DivisionOutline",
    "DivisionPiece",
    "DivisionVersion",
    "EventKind",
    "FaultKind",
    "FeatureKind",
    "Handling",
    "Inspection",
    "InspectionKind",
    "InspectionRound",
    "InspectionSide",
    "JointInspection",
    "Level",
    "LineAgreement",
    "LineCorrection",
    "LineFeature",
    "Marker",
    "MarkerKind",
    "MarkerMaterial",
    "MarkerPhoto",
    "MarkerVisit",
    "MeasuredBy",
    "NationalLine",
    "OpenPoint",
    "Patrol",
    "RoundTask",
    "SectionRecord",
    "SectionState",
    "UnitStay",
    "UnitSystem",
    "WardenContract",
    "WitnessObject",
    "Work",
]
