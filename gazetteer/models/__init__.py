"""Places and their names."""

from gazetteer.models.place import SHOWN_SQL, LegalCategory, Place, Secrecy
from gazetteer.models.place_name import NameKind, NameStatus, PlaceName
from gazetteer.models.relations import (
    NameRelation,
    NameRelationKind,
    PlaceCode,
    PlaceRelation,
    PlaceRelationKind,
    Protection,
)

__all__ = [
    "SHOWN_SQL",
    "LegalCategory",
    "NameKind",
    "NameRelation",
    "NameRelationKind",
    "NameStatus",
    "Place",
    "PlaceCode",
    "PlaceName",
    "PlaceRelation",
    "PlaceRelationKind",
    "Protection",
    "Secrecy",
]
