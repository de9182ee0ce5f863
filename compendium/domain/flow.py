"""The way of an entry: unit → county → experts → city → province, a signature at each stage."""

from enum import StrEnum


class Stage(StrEnum):
    """Who has the entry in hand."""

    COLLECT = "collect"
    COUNTY = "county"
    EXPERTS = "experts"
    CITY = "city"
    PROVINCE = "province"
    PRINT = "print"


ORDER = tuple(Stage)
# Digits of the widest jurisdiction that has to sign at a stage: a county's officer cannot sign for
# the city, nor the city's for the province.
WIDTH = {Stage.CITY: 4, Stage.PROVINCE: 2}


def after(stage: Stage) -> Stage | None:
    """The next stage; ``None`` once it is ready for print."""
    place = ORDER.index(stage)
    return ORDER[place + 1] if place + 1 < len(ORDER) else None


def jurisdiction_needed(stage: Stage, code: str) -> str:
    """The code that a signature of this stage has to reach: of the city, of the province."""
    return code[: WIDTH[stage]] if stage in WIDTH else code
