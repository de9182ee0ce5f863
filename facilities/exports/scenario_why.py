"""Why a site belongs where it is, in plain words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from common.models import bilingual
from facilities.domain.scenarios import COVERING, ScenarioQuestion
from facilities.exports.scenario_words import WEIGHTS, count, limit_words, way_words
from facilities.models import SitingScenario
from facilities.queries.facilities import divisions_named


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
    if site.get("kind") == "extension":
        return _("Extension of %(name)s") % {"name": site["name"]}
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
    load, asked = site["load"], scenario.asked
    if site["kind"] == "existing":
        text = _("Stands already; %(people)s people, of them %(elders)s 60+, go there.")
        return [text % _both(load), *_room(site, asked)]
    told = []
    if asked.limited:
        text = _("%(people)s people, of them %(elders)s 60+, get a place who had none.")
        told.append(text % _both(site["gain"]))
    else:
        text = _("%(people)s people, of them %(elders)s 60+, come within %(limit)s of one.")
        told.append(text % {**_both(site["gain"]), "limit": limit_words(asked)})
    if site["divisions"]:
        where = [
            f"{names.get(row['code'], row['code'])} {count(row[asked.weights])}"
            for row in site["divisions"]
        ]
        told.append(
            _("Who gains (%(whom)s): %(where)s.")
            % {"whom": WEIGHTS[asked.weights], "where": ", ".join(where)}
        )
    told.append(_without(site["only"], asked))
    told.append(
        _("It serves %(people)s people, of them %(elders)s 60+; the farthest comes %(far)s.")
        % {**_both(load), "far": "—" if site["far"] is None else way_words(asked, site["far"])}
    )
    return [*told, *_room(site, asked), _instead(asked, site["alternative"], names)]


def _both(counted: Mapping[str, Any]) -> dict[str, str]:
    return {"people": count(counted["people"]), "elders": count(counted["elders"])}


def _without(only: Mapping[str, Any] | None, asked: ScenarioQuestion) -> str:
    if only is None:
        return _("How many would have no place without it is unknown: the search ended first.")
    if not asked.limited:
        text = _("Without it %(people)s people, of them %(elders)s 60+, would have none so near.")
    elif only["sure"]:
        text = _("Without it %(people)s people fewer, %(elders)s fewer 60+, would have a place.")
    else:
        text = _(
            "Without it up to %(people)s people fewer, up to %(elders)s fewer 60+, would have a "
            "place: not proven."
        )
    return text % _both(only)


def _room(site: Mapping[str, Any], asked: ScenarioQuestion) -> list[str]:
    if "room" not in site:
        return []
    text = _("There is room for %(room)s %(whom)s; %(taken)s take it.")
    return [
        text
        % {
            "room": count(site["room"]),
            "whom": WEIGHTS[asked.weights],
            "taken": count(site["load"][asked.weights]),
        }
    ]


def _instead(
    asked: ScenarioQuestion, other: Mapping[str, Any] | None, names: Mapping[str, str]
) -> str:
    if other is None:
        return _("No other place may be used instead.")
    if other.get("unknown"):
        return _("The best place instead is unknown: the search ended first.")
    lost = other["lost"]
    told = _("Best place instead: %(name)s, %(away)s m away: %(what)s.") % {
        "name": site_name(other, names),
        "away": count(other["away_m"]),
        "what": _worse(asked, lost),
    }
    return (
        told
        if other["sure"]
        else _("%(told)s A better one may exist: not proven.") % {"told": told}
    )


def _worse(asked: ScenarioQuestion, lost: float) -> str:
    if asked.model in COVERING:
        if round(lost) == 0:
            return _("it does as well")
        text = _("%(lost)s more %(whom)s") if lost < 0 else _("%(lost)s fewer %(whom)s")
        what = text % {"lost": count(abs(lost)), "whom": WEIGHTS[asked.weights]}
    else:
        if round(lost, 1 if asked.in_minutes else 0) == 0:
            return _("it does as well")
        way = way_words(asked, abs(lost))
        if asked.by_mean:
            what = (_("%(way)s less on average") if lost < 0 else _("%(way)s more on average")) % {
                "way": way
            }
        elif lost < 0:
            what = _("%(way)s less for the worst-served") % {"way": way}
        else:
            what = _("%(way)s more for the worst-served") % {"way": way}
    return _("%(value)s, by weight") % {"value": what} if asked.fairness else what
