"""Measured targets in words: state, how much, short by how much, and why something is unknown."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, npgettext_lazy, pgettext_lazy

from common.attribute_fields import property_title, value_words
from common.models import bilingual
from facilities.domain.attributes import all_properties
from facilities.domain.targets import Measurement, Missing, Outcome, Result, Subject, target_forms
from facilities.models import FacilityCategory, Target

Categories = Mapping[str, FacilityCategory]
OUTCOMES = {
    Outcome.MET: pgettext_lazy("target", "met"),
    Outcome.SHORT: pgettext_lazy("target", "short"),
    Outcome.UNKNOWN: pgettext_lazy("target", "unknown"),
    Outcome.NONE: pgettext_lazy("target", "not asked here"),
}
MISSING = {
    "beds": gettext_lazy("beds"),
    "operator": gettext_lazy("operator"),
    "records": gettext_lazy("no facility is on record on this day or before it"),
    "register": gettext_lazy("the register of facilities is not whole on this day"),
    "divisions": gettext_lazy("the divisions of this day are not recorded"),
    "heirs": gettext_lazy("what became of the division"),
    "people": gettext_lazy("no count of people holds for this day"),
    "threshold": gettext_lazy("no limit is set for this jurisdiction"),
    "population_basis": gettext_lazy("no count on the basis that the target names"),
    "category": gettext_lazy("kept in no register of this system"),
    "part": gettext_lazy("reported by no other body yet"),
    "subsistence_line": gettext_lazy("minimum living standard"),
    "low_income_line": gettext_lazy("low-income line"),
}
# These are sentences by themselves; all others name what is not recorded.
SENTENCES = (
    "records",
    "register",
    "divisions",
    "people",
    "threshold",
    "population_basis",
    "category",
    "part",
)
STAGES = {
    "planned": gettext_lazy("planned"),
    "under_construction": gettext_lazy("under construction"),
}
# What is lacking; each is translated when it is used.
AMOUNTS = {
    "facilities": ngettext_lazy("%(n)s facility", "%(n)s facilities", "many"),
    "divisions": ngettext_lazy("%(n)s division", "%(n)s divisions", "many"),
    "staff": gettext_lazy("%(n)s staff"),
    "items": npgettext_lazy("target", "%(n)s item", "%(n)s items", "many"),
    "parts": npgettext_lazy("target", "%(n)s part", "%(n)s parts", "many"),
    "beds": ngettext_lazy("%(n)s bed", "%(n)s beds", "many"),
    "m2": gettext_lazy("%(n)s m² of floor"),
    "points": ngettext_lazy("%(n)s percentage point", "%(n)s percentage points", "many"),
    "times": npgettext_lazy("target", "%(n)s time", "%(n)s times", "many"),
}
NAMED = ("beds", "operator", "subsistence_line", "low_income_line")
MOST_NAMES = 3


def outcome_word(outcome: Outcome | None) -> str:
    return str(OUTCOMES[outcome]) if outcome is not None else _("not in force")


def state_of(outcome: Outcome | None, edition: Target | None) -> str:
    """The shell's state: a target that nobody verified is looked at, never held against anyone."""
    if outcome == Outcome.MET:
        return "ok"
    if outcome == Outcome.SHORT and edition is not None:
        return "wrong" if edition.confidence == Target.Confidence.VERIFIED else "check"
    return "unknown" if outcome == Outcome.UNKNOWN else ""


def number(value: float | None) -> str:
    """Whole where it is whole, else two decimals; a dash where it is unknown."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def value_text(edition: Target, measured: Measurement) -> str:
    """How much there is of what is asked: “11 of 12 divisions”, “1.16 of 40 for 1,000 people”."""
    if measured.value is None:
        return ""
    told = {"value": number(measured.value), "wanted": number(measured.wanted)}
    unit = target_forms()[edition.form].counting.value
    if measured.wanted is None:
        return told["value"]
    if unit == "times":
        return _("%(value)s times, at most %(wanted)s") % told
    if unit == "per_thousand":
        return _("%(value)s of %(wanted)s for 1,000 people") % told
    if measured.counted and unit == "divisions" and measured.wanted == 1:
        return ""  # a single division: its state says all
    if measured.counted and measured.outcome == Outcome.UNKNOWN:
        return _("%(value)s of %(wanted)s known to meet it") % told
    words = {
        "divisions": _("%(value)s of %(wanted)s divisions"),
        "facilities": _("%(value)s of %(wanted)s facilities"),
        "categories": _("%(value)s of %(wanted)s categories"),
    }
    return words[unit] % told


def short_text(edition: Target, measured: Measurement) -> str:
    """“short by at least 6 staff”; "" unless it is short."""
    if measured.outcome != Outcome.SHORT or not measured.short_by:
        return ""
    lack = amount(edition, measured.short_by)
    words = _("short by at least %(lack)s") if measured.at_least else _("short by %(lack)s")
    return words % {"lack": lack}


def amount(edition: Target, value: float) -> str:
    """A number in the unit of what the target lacks."""
    unit = target_forms()[edition.form].counting.short
    if unit == "amount":
        unit = str(edition.parameters.get("attribute", ""))
    # Only one is one: 0.5 and 1.5 are many.
    counted = {"n": number(value), "many": 1 if value == 1 else 2}
    return str(AMOUNTS.get(unit, "%(n)s") % counted)


def missing_text(missing: Sequence[Missing], edition: Target | None = None) -> str:
    """Why something is unknown, the same reasons together, with the first few names."""
    return "; ".join(
        f"{_reason(what)} ({_shown_names(names)})" if names else _reason(what)
        for what, names in _by_reason(missing, edition).items()
    )


def missing_brief(missing: Sequence[Missing]) -> str:
    """The same with numbers in place of names: “not recorded: beds (7), operator (2)”."""
    sentences, things = [], []
    for what, names in _by_reason(missing, None).items():
        word = what_word(what)
        if what in SENTENCES:
            sentences.append(word)
        else:
            things.append(f"{word} ({len(names)})" if len(names) > 1 else word)
    if things:
        sentences.append(_("not recorded: %(what)s") % {"what": ", ".join(things)})
    return "; ".join(sentences)


def _by_reason(missing: Sequence[Missing], edition: Target | None) -> dict[str, list[str]]:
    """Reason → of whom, each name once."""
    found: dict[str, dict[str, None]] = {}
    for each in missing:
        names = found.setdefault(each.what, {})
        if each.about:
            names[_about(each, edition)] = None
    return {what: list(names) for what, names in found.items()}


def _reason(what: str) -> str:
    word = what_word(what)
    return word if what in SENTENCES else _("not recorded: %(what)s") % {"what": word}


def _shown_names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return shown
    more = len(names) - MOST_NAMES
    return _("%(names)s and %(count)d more") % {"names": shown, "count": more}


def _about(missing: Missing, edition: Target | None) -> str:
    if missing.what in ("category", "part") and edition is not None:
        return _part(missing.about, edition)
    return missing.about


def what_word(what: str) -> str:
    if what in MISSING:
        return str(MISSING[what])
    return property_title(what, all_properties().get(what, {}))


def lacks_text(edition: Target, lacks: Sequence[str]) -> str:
    """What is not there, or should not be: functions, parts, land, an attribute out of bounds."""
    return ", ".join(_lack(edition, each) for each in lacks)


def _lack(edition: Target, key: str) -> str:
    told = edition.parameters
    listed = told.get("attribute") or ("land_use" if "land" in told else "")
    if listed:
        return value_words(all_properties()[listed].get("items", {}), key)
    if key in all_properties():
        return property_title(key, all_properties()[key])
    return _part(key, edition)


def _part(name: str, edition: Target) -> str:
    """Parts are known by their Chinese names."""
    english = {part["zh"]: part["en"] for part in edition.parameters.get("parts", [])}
    return bilingual(name, english.get(name, ""))


def result_name(result: Result, categories: Categories) -> str:
    if result.subject == Subject.CATEGORY and result.key in categories:
        return categories[result.key].name
    return bilingual(result.name, result.name_en)


def result_text(edition: Target, result: Result) -> str:
    """What one division, facility or category has, lacks, or what is not known of it."""
    parts = []
    if result.value is not None and result.wanted is not None:
        told = {"value": number(result.value), "wanted": number(result.wanted)}
        parts.append(_("%(value)s of %(wanted)s") % told)
    elif result.value is not None:
        parts.append(number(result.value))
    if result.lacks:
        parts.append(lacks_text(edition, result.lacks))
    if result.stages:
        parts.append(", ".join(str(STAGES.get(each, each)) for each in result.stages))
    if result.along_streets:
        told = {"share": f"{result.along_streets * 100:.0f}"}
        parts.append(_("along streets for %(share)s %% of the people") % told)
    if result.missing:
        parts.append(missing_text(result.missing, edition))
    return " · ".join(parts)


def parameter_words(edition: Target) -> list[tuple[str, str]]:
    """The numbers of an edition as people read them."""
    told: list[tuple[str, str]] = [
        (_parameter(key), _shown(value)) for key, value in edition.parameters.items()
    ]
    return [*told, (_("Rounding"), edition.get_rounding_display())]


def _parameter(key: str) -> str:
    labels = {
        "categories": _("Categories"),
        "per": _("For each"),
        "count": _("How many"),
        "city": _("The city itself too"),
        "operator": _("Operator"),
        "min_beds": _("Beds at least"),
        "planned": _("Planned ones count"),
        "divisions": _("Divisions"),
        "divisions_on": _("Codes as of"),
        "share": _("Share"),
        "unit": _("Yuan for one of staff"),
        "counted": _("What counts"),
        "professions": _("Of all"),
        "attribute": _("Attribute"),
        "items": _("All of"),
        "threshold": _("For 1,000 people"),
        "group": _("Of whom"),
        "basis": _("Population"),
        "age": _("Age from"),
        "parts": _("Parts"),
        "over": _("This figure"),
        "under": _("against this one"),
        "most": _("At most, times"),
        "radii_m": _("Radius (m)"),
        "needs": _("One for so many people"),
        "limits": _("Limits"),
        "land": _("Forbidden land"),
        "levels": _("Who approves"),
        "wind_from_deg": _("Prevailing wind from (°)"),
        "tolerance_deg": _("Tolerance (°)"),
    }
    return labels.get(key, key)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict) and "zh" in value:
        return bilingual(value["zh"], value.get("en", ""))
    if isinstance(value, dict):
        return "; ".join(f"{_shown(key)}: {_shown(each)}" for key, each in value.items()) or "—"
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value) or "—"
    if value is None or value == "":
        return "—"
    text = str(value)
    if text in all_properties() or text in NAMED:
        return what_word(text)
    words = {
        "county": _("district"),
        "street": _("street"),
        "listed": _("listed division"),
        "public": _("public"),
        "elders": _("people 60+"),
        "people": _("all residents"),
        "resident": _("residents"),
        "category": _("category"),
        "area_m2": _("floor area (m²)"),
    }
    if text in words:
        return words[text]
    for rule in all_properties().values():
        labels = rule.get("items", rule).get("labels", {})
        if text in labels:
            return bilingual(labels[text]["zh"], labels[text]["en"])
    return text
