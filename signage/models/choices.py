"""The words in which a sign is described (domain reference §4.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SignClass(models.TextChoices):
    STREET = "STREET", _("street sign")
    LANE = "LANE", _("lane sign")
    ESTATE = "ESTATE", _("estate sign")
    BUILDING = "BUILDING", _("building plate")
    UNIT = "UNIT", _("unit plate")
    DOOR_L = "DOOR_L", _("large door plate")
    DOOR_M = "DOOR_M", _("medium door plate")
    DOOR_S = "DOOR_S", _("small door plate")
    HOUSEHOLD = "HOUSEHOLD", _("household plate")
    VILLAGE = "VILLAGE", _("village sign")
    DIVISION = "DIVISION", _("division sign")
    NATURAL = "NATURAL", _("sign of a natural feature")
    STATION = "STATION", _("station sign")
    SCENIC = "SCENIC", _("sign of a memorial or scenic place")


class Colour(models.TextChoices):
    BLUE = "blue", _("blue")
    GREEN = "green", _("green")
    RED = "red", _("red")
    WHITE = "white", _("white")
    BLACK = "black", _("black")
    YELLOW = "yellow", _("yellow")
    BROWN = "brown", _("brown")
    OTHER = "other", _("other")


class LineKind(models.TextChoices):
    HANZI = "hanzi", _("characters")
    PINYIN = "pinyin", _("spelling")
    NUMBER = "number", pgettext_lazy("on a plate", "number")
    MINORITY = "minority", _("minority script")
    POSTCODE = "postcode", _("postcode")
    ARROW = "arrow", _("arrow")


class Support(models.TextChoices):
    POST = "post", _("post")
    WALL = "wall", _("wall")
    HANGING = "hanging", _("hanging")
    GROUND = "ground", _("on the ground")
    OTHER = "other", _("other")


class SignState(models.TextChoices):
    STANDING = "standing", pgettext_lazy("sign", "standing")
    DAMAGED = "damaged", pgettext_lazy("sign", "damaged")
    REMOVED = "removed", pgettext_lazy("sign", "removed")
    PLANNED = "planned", pgettext_lazy("sign", "planned")


class Manager(models.TextChoices):
    """Who numbers doors differs: police plates are imported and checked, not approved here."""

    CIVIL_AFFAIRS = "civil", _("civil affairs")
    PUBLIC_SECURITY = "police", _("public security")
    TRANSPORT = "traffic", _("transport")
    OTHER = "other", _("other")


class Material(models.TextChoices):
    STAINLESS = "stainless", _("stainless steel")
    ALUMINIUM = "aluminium", _("aluminium")
    STEEL = "steel", _("steel")
    STONE = "stone", _("stone")
    PLASTIC = "plastic", _("plastic")
    WOOD = "wood", _("wood")
    OTHER = "other", _("other")


class StreetSide(models.TextChoices):
    NORTH = "N", _("north")
    EAST = "E", _("east")
    SOUTH = "S", _("south")
    WEST = "W", _("west")
