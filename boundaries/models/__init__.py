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

__all__ = [
    "BoundaryLine",
    "Division",
    "DivisionKind",
    "DivisionOutline",
    "DivisionPiece",
    "DivisionVersion",
    "JointInspection",
    "Level",
]
