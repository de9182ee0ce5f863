"""Places and their names."""

from gazetteer.models.place import LegalCategory, Place
from gazetteer.models.place_name import NameKind, NameStatus, PlaceName

__all__ = ["LegalCategory", "NameKind", "NameStatus", "Place", "PlaceName"]
