"""Grounds made for the purpose: a city of twelve districts, and facilities as they are wanted."""

from datetime import date

from facilities.domain.attributes import Stage
from facilities.domain.targets import Ground, Site, TargetRule, Unit, measure

DAY = date(2024, 5, 1)
CITY = Unit("440100", "广州市", "Guangzhou", 2, "city")
COUNTIES = [Unit(f"4401{n:02}", f"{n}区", f"District {n}", 3, "district") for n in range(3, 15)]
STREETS = [
    Unit("440103001", "沙面街道", "Shamian", 4, "street"),
    Unit("440103002", "岭南街道", "Lingnan", 4, "street"),
    Unit("440104101", "某镇", "A town", 4, "town"),
]
UNITS = [CITY, *COUNTIES, *STREETS]


def site(
    category="FAM-CTR", code="440103001", *, beds=None, operator="", stage="in_service", **told
):
    key = f"{category} {code} {len(told)}"
    return Site(key, key, category, code, operator, beds, told, Stage(stage))


def ground(*sites, units=UNITS, complete=True, **rest):
    return Ground(DAY, units=units, sites=sites, complete=complete, **rest)


def ask(form, parameters, here, within="4401", rounding="ceil"):
    rule = TargetRule("T", form, parameters, rounding)
    return measure(rule, here, within=within)
