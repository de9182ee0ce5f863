"""Divisions, their versions and shapes; boundary lines and their joint inspections."""

from boundaries.models.division import (
    Division,
    DivisionKind,
    DivisionOutline,
    DivisionPiece,
    DivisionVersion,
    Level,
)
from boundaries.models.line import BoundaryLine, JointInspection
from boundaries.models.national_line import NationalLine

__all__ = [
    "BoundaryLine",
    "Division",
    "DivisionKind",
    "DivisionOutline",
    "DivisionPiece",
    "DivisionVersion",
    "JointInspection",
    "Level",
    "NationalLine",
]
