"""Where the next facilities of a kind belong, with a bound, a proof and the reasons."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import DimingError
from common.filters import read_code
from common.periods import parse_day
from facilities.domain.cost import DETOUR
from facilities.domain.scenario_reasons import describe
from facilities.domain.scenario_search import solve
from facilities.domain.scenarios import (
    MODELS,
    MODES,
    PER,
    WEIGHTS,
    ScenarioQuestion,
    check_question,
    fingerprint,
)
from facilities.exports.scenario_why import names_of, site_name, why_here
from facilities.exports.scenario_words import headline, how_good, impossible, not_checked, remarks
from facilities.importers.protected_files import BY_WORD
from facilities.importers.site_files import read_sites
from facilities.models import FacilityCategory, SitingScenario
from facilities.operations.scenarios import versions
from facilities.queries.coverage import UnknownCategory
from facilities.queries.protected import place_rules
from facilities.queries.siting import read_ground


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--category", required=True, metavar="CODE", help="such as ELD-INST")
        parser.add_argument("--model", default="mclp", metavar="|".join(MODELS))
        parser.add_argument("--new", type=int, metavar="P", help="new sites")
        parser.add_argument("--distance", type=float, default=1000.0, metavar="M")
        parser.add_argument("--within", default=settings.HOME_JURISDICTION, metavar="CODE")
        parser.add_argument("--at", default="", metavar="DAY", help="YYYY-MM-DD, default today")
        parser.add_argument("--count", default="elders", metavar="|".join(WEIGHTS))
        parser.add_argument("--free", action="store_true", help="what stands may close")
        parser.add_argument("--grid", type=float, default=1000.0, metavar="M")
        parser.add_argument("--buildings", default="", metavar="CODE", help="of this category")
        parser.add_argument("--places", type=Path, metavar="FILE", help="points of a file")
        parser.add_argument("--apart", type=float, default=0.0, metavar="M")
        parser.add_argument("--forbid", action="append", default=[], metavar="CODE")
        parser.add_argument("--budget", type=float, metavar="N", help="in 10,000 yuan")
        parser.add_argument("--cost", type=float, metavar="N", help="of one site")
        parser.add_argument("--capacity", type=float, metavar="N", help="places of a new site")
        parser.add_argument("--need", type=float, default=PER, metavar="N", help="of 1,000 people")
        parser.add_argument("--beds", action="store_true", help="what stands has its beds")
        parser.add_argument("--extra", type=float, metavar="N", help="places of an extension")
        parser.add_argument("--extra-cost", type=float, metavar="N", help="of an extension")
        parser.add_argument("--mode", default="detour", metavar="|".join(MODES))
        parser.add_argument("--minutes", type=float, default=15.0, metavar="MIN")
        parser.add_argument(
            "--keep", action="append", default=[], metavar="KIND=M", help="off protected areas"
        )
        parser.add_argument(
            "--weigh", action="append", default=[], metavar="CODE=N", help="fairness weight"
        )
        parser.add_argument("--detour", type=float, default=DETOUR, metavar="FACTOR")
        parser.add_argument("--seconds", type=float, default=60.0, metavar="S")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scenario = self.search(options)
        except DimingError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            values = {
                "at": scenario.day.isoformat(),
                "within": scenario.jurisdiction,
                "category": scenario.category_id,
                "question": scenario.question,
                "seed": scenario.seed,
                "inputs_hash": scenario.inputs_hash,
                "versions": scenario.versions,
                "synthetic": scenario.synthetic,
                "approximate": scenario.approximate,
                "result": scenario.result,
            }
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        self.tell(scenario)

    def search(self, options: dict[str, Any]) -> SitingScenario:
        category = FacilityCategory.objects.filter(code=options["category"]).first()
        if category is None:
            raise UnknownCategory(code=options["category"][:20])
        question = read_options(options)
        check_question(question)
        at = parse_day(options["at"]) if options["at"] else timezone.localdate()
        within = read_code(options["within"])
        points = read_sites(options["places"]) if options["places"] else []
        found = read_ground(
            question=question, category=category.code, within=within, at=at, points=points
        )
        seed = abs(options["seed"])
        answer = solve(question, found.ground, seed=seed)
        return SitingScenario(
            name=category.name,
            category=category,
            jurisdiction=within,
            day=at,
            question=question.values(),
            seed=seed,
            inputs_hash=fingerprint(question, seed, found.ground),
            versions=versions(),
            synthetic=found.synthetic,
            approximate=found.approximate,
            result={**describe(question, found.ground, answer), **found.rests_on()},
        )

    def tell(self, scenario: SitingScenario) -> None:
        for text in (
            headline(scenario),
            how_good(scenario),
            impossible(scenario),
            *remarks(scenario),
        ):
            if text:
                self.stdout.write(text)
        names = names_of(scenario)
        for site in scenario.new_sites:
            self.stdout.write(
                f"\n{site['number']}. {site_name(site, names)} ({site['lon']}, {site['lat']})"
            )
            for text in why_here(scenario, site, names):
                self.stdout.write(f"   {text}")
        rules = place_rules(
            category=scenario.category_id, within=scenario.jurisdiction, at=scenario.day
        )
        for text in not_checked(rules, scenario.result):
            self.stdout.write(text)
        if scenario.synthetic:
            self.stdout.write(_("Some of the people or facilities are synthetic."))


def read_options(options: dict[str, Any]) -> ScenarioQuestion:
    source = "grid"
    if options["places"]:
        source = "file"
    elif options["buildings"]:
        source = "facilities"
    if options["places"] and not options["places"].is_file():
        raise CommandError(f"There is no file “{options['places']}”.")
    return ScenarioQuestion(
        model=options["model"],
        distance_m=options["distance"],
        new_sites=options["new"],
        budget=options["budget"],
        site_cost=options["cost"],
        weights=options["count"],
        keep_existing=not options["free"],
        candidates=source,
        grid_m=options["grid"],
        candidate_category=options["buildings"],
        apart_m=options["apart"],
        capacity=options["capacity"],
        detour=options["detour"],
        time_limit_s=options["seconds"],
        forbidden=tuple(read_code(code) for code in options["forbid"]),
        mode=options["mode"],
        minutes=options["minutes"],
        need=options["need"],
        existing_room="beds" if options["beds"] else "same",
        extra=options["extra"],
        extra_cost=options["extra_cost"],
        fairness=tuple(read_weight(text) for text in options["weigh"]),
        keep=tuple(read_distance(text) for text in options["keep"]),
    )


def read_weight(text: str) -> tuple[str, float]:
    code, _sign, factor = text.partition("=")
    try:
        return read_code(code), float(factor)
    except ValueError:
        raise CommandError(f"“{text[:30]}” is not a code with a weight (440117=2).") from None


def read_distance(text: str) -> tuple[str, float]:
    kind, _sign, metres = text.partition("=")
    try:
        return BY_WORD[kind], float(metres)
    except (KeyError, ValueError):
        raise CommandError(f"“{text[:30]}” is no kind of area with metres (water=300).") from None
