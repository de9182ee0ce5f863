"""What blocks and checks of an entry are called."""

from django.utils.translation import gettext_lazy as _

from compendium.domain.items import Block

BLOCK_WORDS = {
    Block.HEAD: _("Head"),
    Block.POSITION: _("Position"),
    Block.PEOPLE: _("Area and population"),
    Block.SEAT: _("Seat"),
    Block.SUB_UNITS: _("Sub-units"),
    Block.ORIGIN: _("Origin of the name"),
    Block.HISTORY: _("History"),
    Block.NATURE: _("Natural conditions"),
    Block.ECONOMY: _("Economy"),
    Block.SOCIETY: _("Society"),
    Block.INFRASTRUCTURE: _("Infrastructure"),
    Block.CULTURE: _("Culture"),
    Block.MAP: _("Map and photos"),
}
CHECK_WORDS = {
    "E01": _("The area agrees with the polygon (1 %)"),
    "E02": _("Population figures have base year and source"),
    "E03": _("The number of sub-units agrees with the data-cut day"),
    "E04": _("The seat is named by a standard name"),
    "E05": _("Every figure has its base year"),
    "E06": _("The history is in order and agrees with the recorded events"),
    "E07": _("Names in the text were standard on the day"),
    "E08": _("Each section has its least length"),
    "E09": _("Every required item is filled"),
    "E10": _("The neighbours are those that touch"),
    "E11": _("The extent agrees with the polygon"),
    "E12": _("The map has its approval number"),
    "E13": _("Area × density agrees with the population"),
    "E14": _("Nothing secret is told"),
}
