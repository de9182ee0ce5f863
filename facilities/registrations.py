"""What the shell shows of this app: rail, home card, search, map layer, background work."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.queries.touched import add_measure, add_touched
from common.features import add_feature_collection
from common.registries import (
    Card,
    Hit,
    LegendEntry,
    ListExport,
    MapLayer,
    NavigationItem,
    SearchTraits,
    add_card,
    add_import_kind,
    add_job,
    add_list_export,
    add_map_layer,
    add_navigation,
    add_search,
)
from facilities.exports.adjusted_targets import measure_targets
from facilities.importers.registers import REGISTERS
from facilities.jobs import coverage_asked, export_coverage
from facilities.models import PopulationCell
from facilities.operations.exports import COVERAGE_EXPORT
from facilities.operations.features import WRITER
from facilities.operations.scenarios import SITING, run_siting, stop_unbegun
from facilities.queries.adjusted import FACILITIES, PEOPLE, measure_people
from facilities.queries.coverage import CoverageQuestion, measure_coverage
from facilities.queries.facilities import (
    facilities,
    facilities_of_place,
    facility_counts,
)
from facilities.queries.features import (
    coverage_collection,
    demand_collection,
    facilities_collection,
)
from facilities.queries.merging import MOVABLES
from facilities.queries.search import facilities_like, facilities_near
from facilities.queries.tiles import facility_tiles
from facilities.views.coverage import chosen_coverage
from facilities.views.register import chosen_list
from facilities.views.targets import chosen_targets
from gazetteer.models import Place
from gazetteer.queries.merging import add_movable
from gazetteer.queries.related import RelatedGroup, RelatedThing, add_related
from gazetteer.queries.reverse import add_nearby

# Below names and divisions of the same match, which people look for first.
SCORES = {"exact": 0.75, "prefix": 0.5, "contains": 0.35, "initials": 0.3, "pinyin": 0.35}
CARE_HOMES, CARE_HOME_M = "ELD-INST", 1000
MOST_OF_A_PLACE = 12
# The groups of static/js/layers/facilities.js, each with its own character and colour.
GROUPS = (
    ("ELD", gettext_lazy("Care for older people")),
    ("FAM", gettext_lazy("Family and community services")),
    ("FUN", gettext_lazy("Funeral and burial")),
    ("AID", gettext_lazy("Relief and welfare")),
    ("MAR", gettext_lazy("Marriage registry")),
    ("MIL", gettext_lazy("Veterans and martyrs")),
    ("OTH", gettext_lazy("Other facilities")),
)


def register() -> None:
    for order, table in enumerate((FACILITIES, PEOPLE), 30):
        add_touched(order, table)
    add_measure(30, measure_people)
    add_measure(31, measure_targets)
    add_navigation(
        NavigationItem(
            key="facilities",
            label=gettext_lazy("Facilities"),
            icon="building-community",
            url_name="facilities:facilities",
            order=50,
        )
    )
    add_navigation(
        NavigationItem(
            key="coverage",
            label=gettext_lazy("Coverage"),
            icon="chart-dots-3",
            url_name="facilities:coverage",
            order=51,
        )
    )
    add_navigation(
        NavigationItem(
            key="targets",
            label=gettext_lazy("Targets"),
            icon="target-arrow",
            url_name="facilities:targets",
            order=52,
        )
    )
    add_list_export(
        ListExport(
            key="targets",
            title=gettext_lazy("Targets"),
            url_name="facilities:targets",
            chosen=chosen_targets,
            note=gettext_lazy("One row for each target in the division and in each one below it."),
        )
    )
    add_navigation(
        NavigationItem(
            key="siting",
            label=gettext_lazy("Siting"),
            icon="map-pin-plus",
            url_name="facilities:scenarios",
            order=53,
        )
    )
    add_list_export(
        ListExport(
            key="facilities",
            title=gettext_lazy("Facilities"),
            url_name="facilities:facilities",
            chosen=chosen_list,
        )
    )
    add_list_export(
        ListExport(
            key="coverage",
            title=gettext_lazy("Coverage"),
            url_name="facilities:coverage",
            chosen=chosen_coverage,
        )
    )
    add_feature_collection(facilities_collection(writer=WRITER))
    add_import_kind(REGISTERS)
    for movable in MOVABLES:
        add_movable(movable)
    add_feature_collection(demand_collection())
    add_feature_collection(coverage_collection())
    add_card(50, home_card)
    add_nearby(facilities_nearby)
    add_related(facilities_for_place)
    add_search(find_facilities, SearchTraits(best=max(SCORES.values())))
    add_job(
        COVERAGE_EXPORT,
        export_coverage,
        gettext_lazy("Map of coverage in one file"),
        asked=coverage_asked,
    )
    add_job(SITING, run_siting, gettext_lazy("Search for sites"), unbegun=stop_unbegun)
    add_map_layer(
        MapLayer(
            key="facilities",
            label=gettext_lazy("Facilities"),
            order=50,
            tiles=facility_tiles,
            tables=("facilities_facility", "gazetteer_place.secrecy"),
            legend=[LegendEntry(key, label) for key, label in GROUPS],
            min_zoom=8,
        )
    )


def home_card(*, at: date, jurisdiction: str) -> Card:
    counts = facility_counts(rows=facilities(at=at, within=jurisdiction))
    listed = reverse("facilities:facilities")
    measured = reverse("facilities:coverage")
    beds = _("%(beds)s beds known at %(known)s of them") % {
        "beds": _number(counts.beds),
        "known": _number(counts.beds_known),
    }
    made_up = _("%(count)s of them synthetic") % {"count": _number(counts.synthetic)}
    day = f"at={at.isoformat()}"
    return Card(
        key="facilities",
        title=_("Facilities"),
        icon="building-community",
        url=listed,
        count=counts.facilities,
        synthetic=PopulationCell.objects.on(at)
        .within(jurisdiction)
        .filter(synthetic=True)
        .exists(),
        unit=_("in service"),
        lines=[
            ("unknown" if not counts.beds_known else "ok", beds, f"{listed}?{day}"),
            ("synthetic", made_up, ""),
            (
                "check",
                _near_care_homes(at, jurisdiction),
                f"{measured}?category={CARE_HOMES}&distance={CARE_HOME_M}&{day}",
            ),
        ],
    )


def _near_care_homes(at: date, jurisdiction: str) -> str:
    question = CoverageQuestion(
        at=at, category=CARE_HOMES, distance_m=CARE_HOME_M, within=jurisdiction
    )
    share = measure_coverage(question=question).total.elders_share
    if share is None:
        return _("People near care homes: unknown on this day")
    return _("%(share)s %% of people 60+ within 1,000 m of a care home") % {
        "share": f"{share * 100:.1f}"
    }


def find_facilities(*, text: str, at: date, within: str, limit: int) -> list[Hit]:
    return [
        Hit(
            kind="facility",
            key=str(found.id),
            title=found.name,
            subtitle=found.category,
            url=reverse("facilities:facility", args=[found.id]),
            why=found.why,
            score=SCORES[found.why],
            point=(found.lon, found.lat),
            flags=[name for name in ("synthetic", "approximate") if getattr(found, name)],
        )
        for found in facilities_like(text=text, at=at, within=within, limit=limit)
    ]


def facilities_nearby(
    *, point: tuple[float, float], within_m: float, at: date, limit: int
) -> RelatedGroup | None:
    """The facilities near a point, the nearest first."""
    rows, total = facilities_near(point=point, within_m=within_m, at=at, limit=limit)
    day = f"?at={at.isoformat()}"
    return RelatedGroup(
        title=_("Facilities"),
        total=total,
        things=[
            RelatedThing(
                title=row.name,
                text=_("%(kind)s · %(metres)d m") % {"kind": row.category.name, "metres": metres},
                url=reverse("facilities:facility", args=[row.identity]) + day,
                synthetic=row.synthetic,
                approximate=row.approximate,
            )
            for row, metres in rows
        ],
    )


def facilities_for_place(*, place: Place, at: date) -> RelatedGroup | None:
    """What stands at a place or is the place itself: its address follows a change of the name."""
    rows = facilities_of_place(place_id=place.pk, at=at)
    held = list(rows[: MOST_OF_A_PLACE + 1])
    if not held:
        return None
    day = f"?at={at.isoformat()}"
    return RelatedGroup(
        title=_("Facilities"),
        total=len(held) if len(held) <= MOST_OF_A_PLACE else rows.count(),
        things=[
            RelatedThing(
                title=row.name,
                text=f"{row.category.name} · {row.address}".rstrip(" ·"),
                url=reverse("facilities:facility", args=[row.identity]) + day,
                synthetic=row.synthetic,
                approximate=row.approximate,
            )
            for row in held[:MOST_OF_A_PLACE]
        ],
    )


def _number(value: int) -> str:
    return f"{value:,}"
