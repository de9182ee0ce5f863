"""A siting scenario in plain words: what was asked and how good the answer is."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from facilities.domain.scenarios import ScenarioQuestion
from facilities.exports.coverage_words import MODES
from facilities.exports.target_words import number
from facilities.models import SitingScenario
from facilities.queries.protected import OWN, PlaceRule

MODELS = {
    "mclp": gettext_lazy("Most people within the distance"),
    "lscp": gettext_lazy("Fewest sites that reach everybody"),
    "p_median": gettext_lazy("Shortest way on average"),
    "p_center": gettext_lazy("Worst-served as near as can be"),
    "capacitated_median": gettext_lazy(
        "Shortest way within the distance, sites with limited places"
    ),
    "capacitated": gettext_lazy("Most people within the distance, sites with limited places"),
}
WEIGHTS = {"elders": gettext_lazy("people 60+"), "people": gettext_lazy("all people")}
CANDIDATES = {
    "grid": gettext_lazy("A grid over where people live"),
    "facilities": gettext_lazy("Existing buildings of another category"),
    "file": gettext_lazy("Points or parcels of a file"),
}
ROOMS = {
    "same": gettext_lazy("as many as a new site"),
    "beds": gettext_lazy("their recorded beds"),
}
EXCLUDED = {
    "forbidden": gettext_lazy("in forbidden divisions"),
    "near_existing": gettext_lazy("too near to what stands"),
    "without": gettext_lazy("forbidden places"),
}
SITES = {
    "new": gettext_lazy("new site"),
    "extension": gettext_lazy("extension"),
    "existing": gettext_lazy("stands already"),
}
KINDS = {
    "reserve": gettext_lazy("nature reserves"),
    "water": gettext_lazy("waters"),
    "road": gettext_lazy("main roads and railways"),
    "distance_reserve_m": gettext_lazy("nature reserves"),
    "distance_water_m": gettext_lazy("waters"),
    "distance_road_m": gettext_lazy("main roads and railways"),
    "cultivated": gettext_lazy("cultivated land"),
    "forest": gettext_lazy("forest land"),
    "park": gettext_lazy("parks"),
    "scenic": gettext_lazy("scenic areas"),
    "heritage": gettext_lazy("heritage sites"),
    "water_protection": gettext_lazy("water protection areas"),
}
STATES = {
    SitingScenario.State.WAITING: "unknown",
    SitingScenario.State.RUNNING: "due",
    SitingScenario.State.PROVEN: "ok",
    SitingScenario.State.UNPROVEN: "check",
    SitingScenario.State.NOT_FOUND: "check",
    SitingScenario.State.STOPPED: "check",
    SitingScenario.State.IMPOSSIBLE: "wrong",
    SitingScenario.State.FAILED: "wrong",
}


def count(value: float | None) -> str:
    return "—" if value is None else f"{round(value):,}"


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "—"


def limit_words(asked: ScenarioQuestion) -> str:
    return way_words(asked, asked.limit)


def way_words(asked: ScenarioQuestion, value: float | None) -> str:
    """A way with its unit."""
    if value is None:
        return _("unknown")
    if asked.in_minutes:
        return _("%(minutes)s min") % {"minutes": f"{round(value, 1):,g}"}
    return _("%(metres)s m") % {"metres": count(value)}


def opened_words(scenario: SitingScenario) -> str:
    """How many sites are new and how many are extended."""
    kinds = [site["kind"] for site in scenario.new_sites]
    new, extended = kinds.count("new"), kinds.count("extension")
    told = ngettext("%(count)s new site", "%(count)s new sites", new) % {"count": new}
    if not extended:
        return told
    more = ngettext("%(count)s extension", "%(count)s extensions", extended) % {"count": extended}
    return more if not new else f"{told}, {more}"


def headline(scenario: SitingScenario) -> str:
    """What the answer brings, in one sentence; empty where there is none."""
    told, key = scenario.result, scenario.asked.weights
    if not told.get("feasible"):
        return ""
    if scenario.asked.limited:
        text = _(
            "%(sites)s: %(after)s of %(all)s %(whom)s have a place within %(limit)s (%(share)s); "
            "before, %(before)s (%(share_before)s)."
        )
    else:
        text = _(
            "%(sites)s: %(after)s of %(all)s %(whom)s within %(limit)s (%(share)s); before, "
            "%(before)s (%(share_before)s)."
        )
    return text % {
        "sites": opened_words(scenario),
        "after": count(told["after"][key]),
        "all": count(told[key]),
        "whom": WEIGHTS[key],
        "limit": limit_words(scenario.asked),
        "share": share(told["after"][key], told[key]),
        "before": count(told["before"][key]),
        "share_before": share(told["before"][key], told[key]),
    }


def how_good(scenario: SitingScenario) -> str:
    """Whether no answer can be better, and if that is not known, by how much one might be."""
    told = scenario.result
    if not told.get("feasible"):
        return ""
    value = value_words(scenario.asked, told["objective"], told["weight"])
    if told["proven"]:
        return _("No other choice of sites does better: proven in %(seconds)s s (%(value)s).") % {
            "seconds": f"{told['seconds']:.1f}",
            "value": value,
        }
    if told["bound"] is None or told["gap"] is None:
        return _("Not proven: how much better another choice may be is unknown (%(value)s).") % {
            "value": value
        }
    return _("Not proven: %(value)s; no choice passes %(bound)s, a gap of %(gap)s.") % {
        "value": value,
        "bound": value_words(scenario.asked, told["bound"], told["weight"]),
        "gap": f"{100 * told['gap']:.2f} %",
    }


def value_words(question: ScenarioQuestion, value: float | None, whole: float) -> str:
    """The number that the model makes best, with its unit; ``whole``: what it adds up."""
    if value is None:
        return _("unknown")
    if question.model == "lscp":
        if question.budget is not None:
            return _("%(cost)s × 10,000 yuan") % {"cost": number(value)}
        return _("%(count)s sites open") % {"count": count(value)}
    if question.by_mean:
        text = _("%(way)s on average") % {
            "way": way_words(question, value / whole if whole else None)
        }
        if question.limited:
            text = _("%(value)s (who has no place counts as %(limit)s)") % {
                "value": text,
                "limit": limit_words(question),
            }
    elif question.model == "p_center":
        text = _("%(way)s for the worst-served") % {"way": way_words(question, value)}
    else:
        text = _("%(count)s %(whom)s reached") % {
            "count": count(value),
            "whom": WEIGHTS[question.weights],
        }
    return _("%(value)s, by weight") % {"value": text} if question.fairness else text


def remarks(scenario: SitingScenario) -> list[str]:
    """What the answer cannot count in full, and what it rests on."""
    told, asked = scenario.result, scenario.asked
    if not told:
        return []
    found = []
    if told.get("unknown_beds"):
        found.append(
            _("%(count)s facilities have unknown beds: they are counted without places.")
            % {"count": count(told["unknown_beds"])}
        )
    if asked.limited and not told["before"]["sure"]:
        found.append(_("How many have a place before is at least so many: not proven."))
    if asked.in_minutes:
        named = ", ".join(f"{name} ({count(cells)})" for name, cells, _credit in told["networks"])
        found.append(
            _("Networks used (cells on them): %(names)s.") % {"names": named}
            if named
            else _("There is no network for this mode here on that day.")
        )
    if told.get("by_line"):
        found.append(
            _("%(count)s %(whom)s are on no network: their ways are straight lines × %(factor)s.")
            % {
                "count": count(told["by_line"]),
                "whom": WEIGHTS[asked.weights],
                "factor": f"{asked.detour:g}",
            }
        )
    return found


def split_rows(scenario: SitingScenario) -> list[tuple[str, dict[str, Any]]]:
    """How the people part: reached before and after, and who is not."""
    split = scenario.result.get("split", {})
    words = {
        "kept": _("reached before and after"),
        "gained": _("newly reached"),
        "lost": _("no longer reached"),
        "no_room": _("near enough, but no place is free"),
        "far": _("beyond the distance"),
    }
    return [
        (words[key], split[key])
        for key in words
        if key in split and (split[key]["people"] or key in ("kept", "gained", "far"))
    ]


def impossible(scenario: SitingScenario) -> str:
    """Why there is no answer, and the least number of new sites that would have one."""
    told = scenario.result
    refusal = told.get("refusal")
    if not refusal:
        return ""
    message, values = refusal["text"], refusal["values"]
    text = _(message) % values if values else _(message)
    if told["nearest_new"] is None:
        return str(text)
    return _("%(why)s It can be done with %(count)d new sites.") % {
        "why": text,
        "count": told["nearest_new"],
    }


def not_checked(rules: Sequence[PlaceRule], told: Mapping[str, Any]) -> list[str]:
    """A sentence for each rule that places would have to keep but that no area on record tells."""
    checked = {zone["key"] for zone in told.get("zones", ())}
    found = []
    for rule in rules:
        left = [str(KINDS[keep.name]) for keep in rule.keeps if rule.key(keep) not in checked]
        if rule.keeps and not left:
            continue
        found.append(
            _("Not checked: %(rule)s: %(kinds)s.")
            % {
                "rule": _cited(rule),
                "kinds": _("no area on record: %(kinds)s") % {"kinds": ", ".join(left)}
                if left
                else _("no limit is set for this jurisdiction"),
            }
        )
    return found


def _cited(rule: PlaceRule) -> str:
    edition = rule.edition
    where = " ".join(filter(None, (edition.authority, edition.article)))
    return f"{edition.target_id} {edition.title} ({where})"


def zone_rows(rules: Sequence[PlaceRule], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where nothing may be built: what is kept free, by which rule, with its shape."""
    cited = {rule.key(keep): _cited(rule) for rule in rules for keep in rule.keeps}
    return [
        {
            **zone,
            "text": _zone_words(zone),
            "rule": cited.get(zone["key"], "")
            if not zone["key"].startswith(OWN)
            else _("a distance of this scenario, not of a rule"),
            "out": told.get("candidates", {}).get("excluded", {}).get(zone["key"], 0),
        }
        for zone in told.get("zones", ())
    ]


def _zone_words(zone: Mapping[str, Any]) -> str:
    kinds = {"kinds": KINDS[zone["name"]], "metres": count(zone["metres"])}
    if not zone["metres"]:
        return _("on %(kinds)s") % kinds
    return _("nearer than %(metres)s m to %(kinds)s") % kinds


def excluded_words(scenario: SitingScenario) -> str:
    """How many places there were, and what fell out for which reason."""
    places = scenario.result["candidates"]
    told = _("%(used)s of %(given)s places may be used.") % {
        "used": count(places["used"]),
        "given": count(places["given"]),
    }
    zones = {zone["key"]: _zone_words(zone) for zone in scenario.result.get("zones", ())}
    gone = [
        f"{EXCLUDED.get(why) or zones[why]} {count(number)}"
        for why, number in places["excluded"].items()
    ]
    return told if not gone else f"{told} " + _("Left out: %(gone)s.") % {"gone": ", ".join(gone)}


def facts(scenario: SitingScenario) -> list[tuple[str, str]]:
    """The question, row by row."""
    asked = scenario.asked
    line = _("straight line × %(factor)s") % {"factor": f"{asked.detour:g}"}
    rows = [
        (_("Category"), scenario.category.name),
        (_("Model"), str(MODELS[asked.model])),
        (_("Counted"), str(WEIGHTS[asked.weights])),
        (_("Within"), limit_words(asked)),
        (
            _("Way"),
            _("%(mode)s; beside it %(line)s") % {"mode": MODES[asked.mode], "line": line}
            if asked.in_minutes
            else _("%(line)s, no network") % {"line": line},
        ),
        (_("New sites"), "—" if asked.new_sites is None else count(asked.new_sites)),
        (_("What stands"), _("stays open") if asked.keep_existing else _("may close")),
        (_("Candidate places"), _places(asked)),
    ]
    if asked.apart_m:
        rows.append((_("Least distance between sites (m)"), count(asked.apart_m)))
    if asked.forbidden:
        rows.append((_("Forbidden divisions"), ", ".join(asked.forbidden)))
    if asked.without:
        rows.append((_("Forbidden places"), count(len(asked.without))))
    if asked.keep:
        kept = [f"{KINDS[kind]} {count(metres)}" for kind, metres in asked.keep]
        rows.append((_("Own distances (m)"), ", ".join(kept)))
    if asked.fairness:
        pairs = [f"{code} × {factor:g}" for code, factor in asked.fairness]
        rows.append((_("Fairness weights"), ", ".join(pairs)))
    if asked.limited:
        rows += _room_facts(asked)
    if asked.budget is not None:
        rows.append((_("Budget (10,000 yuan)"), number(asked.budget)))
    if asked.site_cost is not None:
        rows.append((_("Cost of a site (10,000 yuan)"), number(asked.site_cost)))
    return [
        *rows,
        (_("Seconds at most"), count(asked.time_limit_s)),
        (_("Seed"), str(scenario.seed)),
    ]


def _room_facts(asked: ScenarioQuestion) -> list[tuple[str, str]]:
    rows = [
        (_("Places of a new site"), count(asked.capacity)),
        (_("Places of what stands"), str(ROOMS[asked.existing_room])),
        (_("Of 1,000 counted, so many need a place"), number(asked.need)),
    ]
    if asked.extra is not None:
        rows.append((_("Places of an extension"), count(asked.extra)))
    if asked.extra_cost is not None:
        rows.append((_("Cost of an extension (10,000 yuan)"), number(asked.extra_cost)))
    return rows


def _places(asked: ScenarioQuestion) -> str:
    told = str(CANDIDATES[asked.candidates])
    return f"{told}, {count(asked.grid_m)} m" if asked.candidates == "grid" else told
