"""Divisions, their versions, shapes, codes and events; boundary lines and inspections."""

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
from boundaries.models.line import BoundaryLine, JointInspection
from boundaries.models.national_line import NationalLine

__all__ = [
    "BoundaryLine",
    "CodeSystem",
    "Division",
    "DivisionChange",
    "DivisionCode",
    "DivisionEvent",
    "DivisionKind",
    "DivisionOutline",
    "DivisionPiece",
    "DivisionVersion",
    "EventKind",
    "JointInspection",
    "Level",
    "NationalLine",
]
