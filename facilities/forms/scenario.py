"""The form of a siting scenario: it parses what was typed, operations and queries decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from common.filters import read_code
from common.importing.opening import ACCEPTED
from common.imports.wording import datum_choices
from common.middleware import sentence
from facilities.domain.cost import DETOUR
from facilities.domain.scenarios import LIMITED, MODES, PER, ScenarioQuestion
from facilities.exports.coverage_words import MODES as MODE_WORDS
from facilities.exports.scenario_words import CANDIDATES, MODELS, ROOMS, WEIGHTS
from facilities.importers.protected_files import BY_WORD
from facilities.models import FacilityCategory, SitingScenario
from facilities.queries.coverage import FURTHEST_M, LONGEST_MIN, MOST_DETOUR


class ScenarioForm(forms.Form):
    """Where the next facilities of a kind belong: what is asked, on which ground."""

    name = forms.CharField(label=_("Name"), max_length=120)
    category = forms.ModelChoiceField(
        FacilityCategory.objects.all(),
        label=_("Category"),
        to_field_name="code",
        empty_label=None,
    )
    within = forms.ChoiceField(label=_("Whose people"))
    model = forms.ChoiceField(label=_("What is best"), choices=list(MODELS.items()))
    mode = forms.ChoiceField(label=_("Way"), choices=[(key, MODE_WORDS[key]) for key in MODES])
    distance = forms.IntegerField(
        label=_("Distance (m)"),
        min_value=50,
        max_value=FURTHEST_M,
        help_text=_("Along the straight line times the detour factor"),
    )
    minutes = forms.IntegerField(
        label=_("Time (min)"),
        min_value=1,
        max_value=LONGEST_MIN,
        help_text=_("Over the networks of the day; counts instead of the distance"),
    )
    new_sites = forms.IntegerField(
        label=_("New sites"),
        required=False,
        min_value=1,
        max_value=500,
        help_text=_(
            "With extensions; may stay empty where the fewest are sought or a budget decides"
        ),
    )
    weights = forms.ChoiceField(label=_("Who is counted"), choices=list(WEIGHTS.items()))
    keep_existing = forms.BooleanField(
        label=_("What stands stays open"),
        required=False,
        help_text=_(
            "Otherwise the sites of the area are chosen anew among what stands and the places"
        ),
    )
    candidates = forms.ChoiceField(label=_("Candidate places"), choices=list(CANDIDATES.items()))
    grid = forms.IntegerField(
        label=_("Width of the grid (m)"), required=False, min_value=100, max_value=20_000
    )
    buildings = forms.ModelChoiceField(
        FacilityCategory.objects.all(),
        label=_("Buildings of"),
        to_field_name="code",
        required=False,
        empty_label=_("no other category"),
    )
    file = forms.FileField(
        label=_("File of places"),
        required=False,
        help_text=_("Longitude, latitude, name, cost; CSV, Excel, GeoJSON, GeoPackage, Shapefile"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    datum = forms.ChoiceField(label=_("Datum of the file"), required=False)
    apart = forms.IntegerField(
        label=_("Least distance between sites (m)"),
        required=False,
        min_value=0,
        max_value=FURTHEST_M,
    )
    forbidden = forms.CharField(
        label=_("Forbidden divisions"),
        required=False,
        max_length=300,
        help_text=_("Codes with commas between: nothing is built there"),
    )
    without = forms.CharField(
        label=_("Forbidden places"),
        required=False,
        max_length=2000,
        help_text=_("Keys of places with semicolons between, from an earlier answer"),
    )
    keep = forms.CharField(
        label=_("Own distances (m)"),
        required=False,
        max_length=300,
        help_text=_("From protected areas, beside those of rules, such as water=300, road=500"),
    )
    fairness = forms.CharField(
        label=_("Fairness weights"),
        required=False,
        max_length=500,
        help_text=_("Such as 440117=2, 440111=1.5: who lives there counts for so much"),
    )
    capacity = forms.IntegerField(
        label=_("Places of a new site"), required=False, min_value=1, max_value=1_000_000
    )
    need = forms.FloatField(
        label=_("Of 1,000 counted, so many need a place"),
        min_value=0.1,
        max_value=PER,
        widget=forms.TextInput,
        help_text=_("For beds of care homes 40, by GB 50437; 1,000: everybody"),
    )
    existing_room = forms.ChoiceField(label=_("Places of what stands"), choices=list(ROOMS.items()))
    extra = forms.IntegerField(
        label=_("Places of an extension"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Given: what stands may be extended instead of building anew"),
    )
    extra_cost = forms.FloatField(
        label=_("Cost of an extension (10,000 yuan)"),
        required=False,
        min_value=0,
        widget=forms.TextInput,
    )
    budget = forms.FloatField(
        label=_("Budget (10,000 yuan)"), required=False, min_value=0, widget=forms.TextInput
    )
    site_cost = forms.FloatField(
        label=_("Cost of a site (10,000 yuan)"),
        required=False,
        min_value=0,
        widget=forms.TextInput,
    )
    detour = forms.FloatField(
        label=_("Detour factor"), min_value=1, max_value=MOST_DETOUR, widget=forms.TextInput
    )
    seconds = forms.IntegerField(label=_("Seconds at most"), min_value=1, max_value=600)
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31 - 1)

    def __init__(
        self,
        *args: Any,
        areas: Sequence[tuple[str, str]],
        like: SitingScenario | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.like = like
        self.fields["within"].choices = areas
        self.fields["datum"].choices = datum_choices()

    def groups(self) -> list["Group"]:
        """The fields as the page shows them; the later groups are folded unless used."""
        return [
            Group(title, [self[name] for name in names], self._used(names))
            for title, names in GROUPS
        ]

    def _used(self, names: Sequence[str]) -> bool:
        def told(name: str) -> bool:
            return self[name].value() not in (None, "", SCENARIO_DEFAULTS.get(name))

        return any(self[name].errors or (not self.is_bound and told(name)) for name in names)

    def clean_forbidden(self) -> tuple[str, ...]:
        text = self.cleaned_data["forbidden"].replace("，", ",").replace(" ", ",")
        return tuple(_code(code) for code in text.split(",") if code)

    def clean_without(self) -> tuple[str, ...]:
        parts = self.cleaned_data["without"].replace("；", ";").split(";")
        return tuple(part.strip() for part in parts if part.strip())

    def clean_fairness(self) -> tuple[tuple[str, float], ...]:
        return tuple(
            (_code(name), factor)
            for name, factor in _pairs(
                self.cleaned_data["fairness"],
                _("“%(text)s” is not a code with a weight, such as 440117=2."),
            )
        )

    def clean_keep(self) -> tuple[tuple[str, float], ...]:
        fault = _("“%(text)s” is not a kind of area with metres, such as water=300.")
        found = []
        for name, metres in _pairs(self.cleaned_data["keep"], fault):
            if name not in BY_WORD:
                raise forms.ValidationError(fault % {"text": name[:30]})
            found.append((BY_WORD[name], metres))
        return tuple(found)

    def question(self) -> ScenarioQuestion:
        values = self.cleaned_data
        buildings = values["buildings"]
        limited = values["model"] in LIMITED
        return ScenarioQuestion(
            model=values["model"],
            mode=values["mode"],
            distance_m=float(values["distance"]),
            minutes=float(values["minutes"]),
            new_sites=values["new_sites"],
            budget=values["budget"],
            site_cost=values["site_cost"],
            weights=values["weights"],
            keep_existing=values["keep_existing"],
            candidates=values["candidates"],
            grid_m=float(values["grid"] or 0),
            candidate_category=buildings.code if buildings else "",
            apart_m=float(values["apart"] or 0),
            capacity=values["capacity"],
            need=values["need"] if limited else PER,
            existing_room=values["existing_room"] if limited else "same",
            extra=values["extra"],
            extra_cost=values["extra_cost"],
            detour=values["detour"],
            time_limit_s=float(values["seconds"]),
            forbidden=values["forbidden"],
            without=values["without"],
            fairness=values["fairness"],
            keep=values["keep"],
        )


def _pairs(text: str, fault: Any) -> list[tuple[str, float]]:
    """``a=1, b=2``; ``fault`` says what is wrong with a part."""
    found = []
    for part in text.replace("，", ",").replace("＝", "=").split(","):
        if not part.strip():
            continue
        name, _sign, value = part.partition("=")
        try:
            found.append((name.strip(), float(value)))
        except ValueError:
            raise forms.ValidationError(fault % {"text": part.strip()[:30]}) from None
    return found


def _code(text: str) -> str:
    try:
        return read_code(text)
    except BadInput as error:
        raise forms.ValidationError(sentence(error)) from error


@dataclass(frozen=True, slots=True)
class Group:
    title: Any
    fields: list[Any]
    used: bool


def asked_before(scenario: SitingScenario) -> Mapping[str, Any]:
    """The question of a scenario as the form shows it first."""
    asked = scenario.asked
    return {
        "name": scenario.name,
        "category": scenario.category_id,
        "within": scenario.jurisdiction,
        "model": asked.model,
        "mode": asked.mode,
        "distance": round(asked.distance_m),
        "minutes": round(asked.minutes),
        "new_sites": asked.new_sites,
        "weights": asked.weights,
        "keep_existing": asked.keep_existing,
        "candidates": asked.candidates,
        "grid": round(asked.grid_m) or None,
        "buildings": asked.candidate_category,
        "datum": SCENARIO_DEFAULTS["datum"],
        "apart": round(asked.apart_m) or None,
        "forbidden": ", ".join(asked.forbidden),
        "without": "; ".join(asked.without),
        "fairness": ", ".join(f"{code}={factor:g}" for code, factor in asked.fairness),
        "keep": ", ".join(f"{kind}={metres:g}" for kind, metres in asked.keep),
        "capacity": asked.capacity and round(asked.capacity),
        "need": f"{asked.need:g}",
        "existing_room": asked.existing_room,
        "extra": asked.extra and round(asked.extra),
        "extra_cost": asked.extra_cost,
        "budget": asked.budget,
        "site_cost": asked.site_cost,
        "detour": asked.detour,
        "seconds": round(asked.time_limit_s),
        "seed": scenario.seed,
    }


SCENARIO_DEFAULTS = {
    "model": "mclp",
    "mode": "detour",
    "distance": 1000,
    "minutes": 15,
    "new_sites": 3,
    "weights": "elders",
    "keep_existing": True,
    "candidates": "grid",
    "grid": 1000,
    "datum": "CGCS2000",
    "need": f"{PER:g}",
    "existing_room": "same",
    "detour": DETOUR,
    "seconds": 60,
    "seed": 0,
}
GROUPS = (
    ("", ("name", "category", "within", "model", "mode", "distance", "minutes", "new_sites",
          "weights", "keep_existing", "candidates", "grid")),
    (_("Buildings or a file of places"), ("buildings", "file", "datum")),
    (_("Rules for places"), ("apart", "forbidden", "without", "keep")),
    (_("Fairness"), ("fairness",)),
    (_("Sites with limited places"), ("capacity", "need", "existing_room", "extra", "extra_cost")),
    (_("Money"), ("budget", "site_cost")),
    (_("The search"), ("detour", "seconds", "seed")),
)  # fmt: skip
