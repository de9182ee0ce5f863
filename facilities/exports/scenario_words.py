"""A siting scenario in plain words: what was asked, how good the answer is, and why here."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.models import bilingual
from facilities.domain.scenarios import COVERING, ScenarioQuestion
from facilities.exports.target_words import number
from facilities.models import SitingScenario
from facilities.queries.facilities import divisions_named
from facilities.queries.siting import Unchecked

MODELS = {
    "mclp": gettext_lazy("Most people within the distance"),
    "lscp": gettext_lazy("Fewest sites that reach everybody"),
    "p_median": gettext_lazy("Shortest way on average"),
    "p_center": gettext_lazy("Worst-served as near as can be"),
    "capacitated": gettext_lazy("Most people within the distance, sites with limited places"),
}
WEIGHTS = {"elders": gettext_lazy("people 60+"), "people": gettext_lazy("all people")}
CANDIDATES = {
    "grid": gettext_lazy("A grid over where people live"),
    "facilities": gettext_lazy("Buildings of other facilities"),
    "file": gettext_lazy("Points of a file"),
}
EXCLUDED = {
    "forbidden": gettext_lazy("in forbidden divisions"),
    "near_existing": gettext_lazy("too near to what stands"),
}
KINDS = {
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
    SitingScenario.State.STOPPED: "check",
    SitingScenario.State.IMPOSSIBLE: "wrong",
    SitingScenario.State.FAILED: "wrong",
}


def count(value: float | None) -> str:
    return "—" if value is None else f"{round(value):,}"


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "—"


def headline(scenario: SitingScenario) -> str:
    """What the answer brings, in one sentence; empty where there is none."""
    told, key = scenario.result, scenario.asked.weights
    if not told.get("feasible"):
        return ""
    return _(
        "%(sites)s new sites: %(after)s of %(all)s %(whom)s within %(metres)s m (%(share)s); "
        "before, %(before)s (%(share_before)s)."
    ) % {
        "sites": len(scenario.new_sites),
        "after": count(told["after"][key]),
        "all": count(told[key]),
        "whom": WEIGHTS[key],
        "metres": count(scenario.asked.distance_m),
        "share": share(told["after"][key], told[key]),
        "before": count(told["before"][key]),
        "share_before": share(told["before"][key], told[key]),
    }


def how_good(scenario: SitingScenario) -> str:
    """Whether no answer can be better, and if that is not known, by how much one might be."""
    told = scenario.result
    if not told.get("feasible"):
        return ""
    value = value_words(scenario.asked, told["objective"], told[scenario.asked.weights])
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
        "bound": value_words(scenario.asked, told["bound"], told[scenario.asked.weights]),
        "gap": f"{100 * told['gap']:.2f} %",
    }


def value_words(question: ScenarioQuestion, value: float | None, whole: float) -> str:
    """The number that the model makes best, with its unit."""
    if value is None:
        return _("unknown")
    if question.model == "lscp":
        if question.budget is not None:
            return _("%(cost)s × 10,000 yuan") % {"cost": number(value)}
        return _("%(count)s sites open") % {"count": count(value)}
    if question.model == "p_median":
        return _("%(metres)s m on average") % {"metres": count(value / whole if whole else None)}
    if question.model == "p_center":
        return _("%(metres)s m for the worst-served") % {"metres": count(value)}
    return _("%(count)s %(whom)s reached") % {
        "count": count(value),
        "whom": WEIGHTS[question.weights],
    }


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


def names_of(scenario: SitingScenario) -> Mapping[str, str]:
    """Code → name of the divisions that the result speaks of, in the language being read."""
    codes = {scenario.jurisdiction}
    for site in scenario.result.get("sites", ()):
        codes.update((site["code"], site["code"][:6]))
        codes.update(row["code"] for row in site.get("divisions", ()))
        codes.add((site.get("alternative") or {}).get("code", ""))
    wanted = {code: code if len(code) >= 6 else code.ljust(6, "0") for code in codes if code}
    found = divisions_named(at=scenario.day, codes=sorted(set(wanted.values())))
    named = {division.code: bilingual(division.name, division.name_en) for division in found}
    return {code: named.get(whole, code) for code, whole in wanted.items()}


def site_name(site: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What a site is called: its own name, else where it lies."""
    if site["name"]:
        return str(site["name"])
    where = names.get(site["code"], site["code"])
    if not site.get("number"):
        return where
    return _("Site %(number)d, %(where)s") % {"number": site["number"], "where": where}


def why_here(
    scenario: SitingScenario, site: Mapping[str, Any], names: Mapping[str, str]
) -> list[str]:
    """Who gains, what hangs on the site, whom it serves, and the best place instead."""
    if site["kind"] != "new":
        return [
            _("Stands already; %(people)s people, of them %(elders)s 60+, go there.")
            % {"people": count(site["load"]["people"]), "elders": count(site["load"]["elders"])}
        ]
    question, gain, only = scenario.asked, site["gain"], site["only"]
    told = [
        _("%(people)s people, of them %(elders)s 60+, come within %(metres)s m of one.")
        % {
            "people": count(gain["people"]),
            "elders": count(gain["elders"]),
            "metres": count(question.distance_m),
        }
    ]
    if site["divisions"]:
        where = [
            f"{names.get(row['code'], row['code'])} {count(row[question.weights])}"
            for row in site["divisions"]
        ]
        told.append(
            _("Who gains (%(whom)s): %(where)s.")
            % {"whom": WEIGHTS[question.weights], "where": ", ".join(where)}
        )
    told.append(
        _("Without it %(people)s people, of them %(elders)s 60+, would have none so near.")
        % {"people": count(only["people"]), "elders": count(only["elders"])}
    )
    told.append(
        _("It serves %(people)s people, of them %(elders)s 60+; the farthest comes %(far)s m.")
        % {
            "people": count(site["load"]["people"]),
            "elders": count(site["load"]["elders"]),
            "far": count(site["far_m"]),
        }
    )
    told.append(_instead(question, site["alternative"], names))
    return told


def _instead(
    question: ScenarioQuestion, other: Mapping[str, Any] | None, names: Mapping[str, str]
) -> str:
    if other is None:
        return _("No other place may be used instead.")
    where = {
        "name": site_name(other, names),
        "away": count(other["away_m"]),
        "lost": count(abs(other["lost"])),
        "whom": WEIGHTS[question.weights],
    }
    if round(other["lost"]) == 0:
        return _("Best place instead: %(name)s, %(away)s m away, which does as well.") % where
    if question.model in COVERING:
        if other["lost"] < 0:
            return (
                _("Best place instead: %(name)s, %(away)s m away, reaches %(lost)s more %(whom)s.")
                % where
            )
        return (
            _("Best place instead: %(name)s, %(away)s m away, reaches %(lost)s fewer %(whom)s.")
            % where
        )
    if question.model == "p_median":
        return (
            _("Best place instead: %(name)s, %(away)s m away: %(lost)s m more on average.") % where
        )
    return (
        _("Best place instead: %(name)s, %(away)s m away: %(lost)s m more for the worst-served.")
        % where
    )


def not_checked(rules: Sequence[Unchecked]) -> list[str]:
    """A sentence for each rule that places would have to keep but that no layer here tells."""
    told = []
    for rule in rules:
        kinds = ", ".join(str(KINDS.get(kind, kind)) for kind in rule.kinds)
        told.append(
            _("Not checked: %(rule)s %(title)s (%(authority)s %(article)s): %(kinds)s.")
            % {
                "rule": rule.edition.target_id,
                "title": rule.edition.title,
                "authority": rule.edition.authority,
                "article": rule.edition.article,
                "kinds": kinds or _("no limit is set for this jurisdiction"),
            }
        )
    return told


def excluded_words(scenario: SitingScenario) -> str:
    """How many places there were, and what fell out for which reason."""
    places = scenario.result["candidates"]
    told = _("%(used)s of %(given)s places may be used.") % {
        "used": count(places["used"]),
        "given": count(places["given"]),
    }
    gone = [f"{EXCLUDED[why]} {count(number)}" for why, number in places["excluded"].items()]
    return told if not gone else f"{told} " + _("Left out: %(gone)s.") % {"gone": ", ".join(gone)}


def facts(scenario: SitingScenario) -> list[tuple[str, str]]:
    """The question, row by row."""
    asked = scenario.asked
    rows = [
        (_("Category"), scenario.category.name),
        (_("Model"), str(MODELS[asked.model])),
        (_("Counted"), str(WEIGHTS[asked.weights])),
        (_("Distance (m)"), count(asked.distance_m)),
        (
            _("Way"),
            _("straight line × %(factor)s, no network") % {"factor": f"{asked.detour:g}"},
        ),
        (_("New sites"), "—" if asked.new_sites is None else count(asked.new_sites)),
        (_("What stands"), _("stays open") if asked.keep_existing else _("may close")),
        (_("Places"), _places(asked)),
    ]
    if asked.apart_m:
        rows.append((_("Least distance between sites (m)"), count(asked.apart_m)))
    if asked.forbidden:
        rows.append((_("Forbidden divisions"), ", ".join(asked.forbidden)))
    if asked.capacity:
        rows.append((_("People one site takes"), count(asked.capacity)))
    if asked.budget is not None:
        rows.append((_("Budget (10,000 yuan)"), number(asked.budget)))
    if asked.site_cost is not None:
        rows.append((_("Cost of a site (10,000 yuan)"), number(asked.site_cost)))
    return [
        *rows,
        (_("Seconds at most"), count(asked.time_limit_s)),
        (_("Seed"), str(scenario.seed)),
    ]


def _places(asked: ScenarioQuestion) -> str:
    told = str(CANDIDATES[asked.candidates])
    return f"{told}, {count(asked.grid_m)} m" if asked.candidates == "grid" else told
