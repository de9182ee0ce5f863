"""Signs, what is wrong with them, and how it was put right."""

from signage.models.finding import CheckRun, Finding
from signage.models.order import OrderState, RectificationOrder, SignPhoto
from signage.models.sign import Colour, Sign, SignClass

__all__ = [
    "CheckRun",
    "Colour",
    "Finding",
    "OrderState",
    "RectificationOrder",
    "Sign",
    "SignClass",
    "SignPhoto",
]
