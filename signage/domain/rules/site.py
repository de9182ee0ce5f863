"""R26–R29, R32–R35, R41: where the sign stands, what it is made of, who looks after it."""

from dataclasses import dataclass
from datetime import date

from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters, rule
from signage.domain.rules.values import Range, nothing, words
from signage.domain.sign import Sign


@dataclass(frozen=True, slots=True)
class PostParameters:
    """A measure that is asked of signs on these supports only."""

    range: Range
    supports: frozenset[str]

    @classmethod
    def read(cls, values: Parameters) -> "PostParameters":
        return cls(Range.read(values), words("supports", values))

    def judge(self, sign: Sign, value: float | None) -> Judgement:
        support = sign.site.support
        if support and support not in self.supports:
            return PASS, value, ""
        return self.range.judge(value) if support else (UNKNOWN, value, self.range.text)


@rule("R26", PostParameters.read)
def height_of_underside(sign: Sign, parameters: PostParameters) -> Judgement:
    """Fails when the underside of a sign on a post hangs too low or too high."""
    return parameters.judge(sign, sign.site.underside_m)


@rule("R27", PostParameters.read)
def distance_to_kerb(sign: Sign, parameters: PostParameters) -> Judgement:
    """Fails when a sign on a post stands too near the kerb or too far from it."""
    return parameters.judge(sign, sign.site.kerb_m)


@rule("R28", lambda values: Range.read({"max": values["max_m"]}))
def far_from_its_road(sign: Sign, parameters: Range) -> Judgement:
    """Fails when the sign stands too far from the line of its street."""
    return parameters.judge(sign.road_m)


@dataclass(frozen=True, slots=True)
class DivisionParameters:
    """``digits``: how much of the code is compared: 6 is the county, 9 the township."""

    digits: int

    @classmethod
    def read(cls, values: Parameters) -> "DivisionParameters":
        return cls(int(values["digits"]))


@rule("R29", DivisionParameters.read)
def wrong_division(sign: Sign, parameters: DivisionParameters) -> Judgement:
    """Fails when none of the place's divisions holds the one in which the sign stands."""
    stands_in = sign.division_code[: parameters.digits]
    if sign.place is None or not sign.place.division_codes or not stands_in:
        return UNKNOWN, stands_in, ""
    codes = sign.place.division_codes
    for code in codes:
        short = code[: parameters.digits]
        if stands_in.startswith(short) or short.startswith(stands_in):
            return PASS, stands_in, short
    return FAIL, stands_in, " ".join(code[: parameters.digits] for code in codes)


@rule("R32", lambda values: words("materials", values))
def wrong_material(sign: Sign, parameters: frozenset[str]) -> Judgement:
    """Fails when the sign is made of something that is not allowed."""
    material = sign.site.material
    if not material:
        return UNKNOWN, "", ""
    return PASS if material in parameters else FAIL, material, " ".join(sorted(parameters))


@rule("R33", lambda values: Range.read({"min": values["min_class"]}))
def weak_film(sign: Sign, parameters: Range) -> Judgement:
    """Fails when the reflective film is of a lower class than required."""
    return parameters.judge(sign.site.film_class)


@rule("R34", lambda values: int(values["years"]))
def too_old(sign: Sign, parameters: int) -> Judgement:
    """Fails from the day on which the sign's service life has ended."""
    installed, day = sign.site.installed_on, sign.day
    years = sign.site.service_life_years or parameters
    if installed is None or day is None:
        return UNKNOWN, "", f"≤ {years}"
    age = whole_years(installed, day)
    return PASS if age < years else FAIL, age, f"< {years}"


def whole_years(since: date, day: date) -> int:
    """Full years between two days; somebody born on 29 February ages on 1 March."""
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


@rule("R35", lambda values: Range.read({"min": values["min_score"]}))
def bad_condition(sign: Sign, parameters: Range) -> Judgement:
    """Fails when the sign is damaged or was scored too low: clean, legible, upright, not hidden."""
    if sign.site.state == "damaged":
        return FAIL, "damaged", parameters.text
    return parameters.judge(sign.site.condition)


@rule("R41", nothing)
def nobody_in_charge(sign: Sign, parameters: None) -> Judgement:
    """Fails when no body keeps the sign or one without authority set it up (Arts 19, 38)."""
    site = sign.site
    if not site.responsible_body:
        return FAIL, "", "responsible_body"
    if site.set_with_authority is False:
        return FAIL, site.set_by, "authorised"
    known = bool(site.set_by) and site.set_with_authority is not None
    return PASS if known else UNKNOWN, site.set_by, "authorised"
