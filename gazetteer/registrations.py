"""What the shell shows of this app: rail, home card, search, map layer."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from boundaries.operations.follow import add_follower
from boundaries.queries.spelling import add_speller
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
    add_list_export,
    add_map_layer,
    add_navigation,
    add_search,
    add_section_entry,
    add_withdrawal,
)
from gazetteer.importers.names import NAMES
from gazetteer.models import LegalCategory, NameKind, NameStatus, NamingCase, Place
from gazetteer.operations.adjusted_codes import CODES_FOLLOW
from gazetteer.queries import features
from gazetteer.queries.adjusted import CASES, COMPLAINTS, NOTICES, PLACES, measure_names
from gazetteer.queries.case_tiles import case_tiles
from gazetteer.queries.cases import case_counts
from gazetteer.queries.divisions import (
    division_chains,
    division_choices,
    path_text,
    spell_division,
)
from gazetteer.queries.merge_things import MOVABLES
from gazetteer.queries.merging import add_movable
from gazetteer.queries.past_divisions import past_divisions
from gazetteer.queries.place_tiles import FIRST_ZOOM, place_tiles
from gazetteer.queries.places import last_made_secret, name_counts
from gazetteer.queries.search import SCORES, FoundName, search_names
from gazetteer.views import (
    announcements,
    cases,
    complaints,
    export,
    naming,
    notices,
    protected,
    suggestions,
)
from gazetteer.views.notice_lines import register_notices

SOME_KEY = str(UUID(int=0))
SOME_CODE = "000000"
LISTED = (LegalCategory.DIVISION, LegalCategory.COMMITTEE_SEAT, LegalCategory.STREET)


def register() -> None:
    for order, table in enumerate((PLACES, CASES, COMPLAINTS, NOTICES), 10):
        add_touched(order, table)
    add_measure(10, measure_names)
    add_speller(spell_division)
    add_follower(20, CODES_FOLLOW)
    add_navigation(
        NavigationItem(
            key="places",
            label=gettext_lazy("Place names"),
            icon="map-pin",
            url_name="gazetteer:places",
            order=20,
        )
    )
    add_section_entry(
        "places",
        NavigationItem(
            key="list",
            label=gettext_lazy("Names"),
            icon="list",
            url_name="gazetteer:places",
            order=10,
        ),
    )
    add_section_entry(
        "places",
        NavigationItem(
            key="alike",
            label=gettext_lazy("Names alike"),
            icon="copy",
            url_name="gazetteer:alike",
            order=20,
        ),
    )
    add_section_entry(
        "places",
        NavigationItem(
            key="meetings",
            label=gettext_lazy("Expert review"),
            icon="users",
            url_name="gazetteer:meetings",
            order=50,
        ),
    )
    add_section_entry(
        "places",
        NavigationItem(
            key="announcements",
            label=gettext_lazy("Announcements"),
            icon="speakerphone",
            url_name="gazetteer:announcements",
            order=60,
        ),
    )
    for movable in MOVABLES:
        add_movable(movable)
    register_notices()
    add_section_entry(
        "places",
        NavigationItem(
            key="cases",
            label=gettext_lazy("Naming cases"),
            icon="stairs-up",
            url_name="gazetteer:cases",
            order=30,
        ),
    )
    add_import_kind(NAMES)
    add_feature_collection(features.places())
    add_feature_collection(features.names())
    for each in exports_of_lists():
        add_list_export(each)
    add_withdrawal(last_made_secret)
    add_card(10, home_card)
    add_card(15, cases_card)
    add_search(
        find_names,
        SearchTraits(
            understands=frozenset({"category", "near_point", "within_m", "near", "suggest"}),
            choices=search_choices,
        ),
    )
    add_search(find_past_divisions, SearchTraits(best=SCORES["exact"]))
    add_map_layer(
        MapLayer(
            key="places",
            label=gettext_lazy("Streets and places"),
            order=10,
            tiles=place_tiles,
            tables=(
                "gazetteer_place",
                "gazetteer_placename",
            ),
            legend=[
                LegendEntry("ok", gettext_lazy("standard name")),
                LegendEntry("check", gettext_lazy("reading to check")),
            ],
            min_zoom=FIRST_ZOOM,
        )
    )
    add_map_layer(
        MapLayer(
            key="cases",
            label=gettext_lazy("Naming cases"),
            order=50,
            tiles=case_tiles,
            tables=(
                "gazetteer_approvalrule",
                "gazetteer_casestep",
                "gazetteer_namingcase",
                "gazetteer_place",
            ),
            legend=[
                LegendEntry("overdue", gettext_lazy("overdue")),
                LegendEntry("due", gettext_lazy("deadline running")),
                LegendEntry("unknown", gettext_lazy("no deadline running")),
            ],
            on_home=False,
        )
    )


def exports_of_lists() -> list[ListExport]:
    lists = [
        ("names-alike", gettext_lazy("Names alike"), "alike", naming),
        ("naming-cases", gettext_lazy("Naming cases"), "cases", cases),
        (
            "announcements",
            gettext_lazy("Announcements of place names"),
            "announcements",
            announcements,
        ),
        ("notices", gettext_lazy("Notices"), "notices", notices),
        ("complaints", gettext_lazy("Complaints"), "complaints", complaints),
        ("suggestions", pgettext_lazy("corrections", "Suggestions"), "suggestions", suggestions),
        ("protected-names", gettext_lazy("Protected names"), "protected", protected),
    ]
    return [
        ListExport(
            key="place-names",
            title=gettext_lazy("Place names"),
            url_name="gazetteer:places",
            chosen=export.chosen_list,
            note=gettext_lazy("The file can be imported again."),
        ),
        *(
            ListExport(key=key, title=title, url_name=f"gazetteer:{page}", chosen=view.chosen_list)
            for key, title, page, view in lists
        ),
    ]


def home_card(*, at: date, jurisdiction: str) -> Card:
    counts = name_counts(at=at, within=jurisdiction)
    listed = reverse("gazetteer:places")
    day = f"&at={at.isoformat()}"
    kinds = " · ".join(
        f"{category.label} {_number(counts.by_category.get(category, 0))}" for category in LISTED
    )
    return Card(
        key="names",
        title=_("Place names"),
        icon="map-pin",
        url=listed,
        count=counts.total,
        synthetic=Place.objects.within(jurisdiction).filter(synthetic=True).exists(),
        unit=_("standard names"),
        lines=[
            ("ok", kinds, f"{listed}?within={jurisdiction}{day}"),
            (
                "check",
                _("%(count)s readings to check") % {"count": _number(counts.to_check)},
                f"{listed}?within={jurisdiction}&reading=check{day}",
            ),
        ],
    )


def cases_card(*, at: date, jurisdiction: str) -> Card:
    counts = case_counts(at=at, within=jurisdiction)
    listed = reverse("gazetteer:cases")
    query = f"within={jurisdiction}&at={at.isoformat()}"
    return Card(
        key="cases",
        title=_("Naming cases"),
        icon="stairs-up",
        url=reverse("gazetteer:case_board"),
        count=counts["running"],
        unit=_("under way"),
        synthetic=NamingCase.objects.within(jurisdiction).filter(synthetic=True).exists(),
        lines=[
            (
                "overdue",
                pgettext("cases", "%(count)s overdue") % {"count": _number(counts["overdue"])},
                f"{listed}?overdue=1&{query}",
            ),
            (
                "due",
                _("%(count)s for approval") % {"count": _number(counts.get("for_approval", 0))},
                f"{listed}?step=for_approval&{query}",
            ),
        ],
    )


def find_names(*, text: str, at: date, within: str, limit: int, **asked: Any) -> list[Hit]:
    """Names for the search box; a division's name leads to the division."""
    near = asked.pop("near", settings.HOME_JURISDICTION)
    found = search_names(text=text, at=at, within=within, near=near, limit=limit, **asked)
    # Addresses differ by the key alone: two are looked up, not twelve at every key press.
    place = reverse("gazetteer:place", args=[SOME_KEY])
    division = reverse("boundaries:division", args=[SOME_CODE])
    return [
        _hit(
            each,
            division.replace(SOME_CODE, each.division_code)
            if each.division_id
            else place.replace(SOME_KEY, str(each.place_id)),
        )
        for each in found
    ]


def find_past_divisions(*, text: str, at: date, within: str, limit: int) -> list[Hit]:
    """Divisions of a past day that bear no place name on record."""
    found = past_divisions(text=text, at=at, within=within, limit=limit)
    chains = division_chains(codes=[row.code for row in found], at=at) if found else {}
    return [
        Hit(
            kind="division",
            key=str(row.division_id),
            title=row.name,
            subtitle=" · ".join(
                part
                for part in (
                    row.name_en or spell_division(row.name, row.code),
                    path_text(chains[row.code], without=row.code),
                )
                if part
            ),
            url=reverse("boundaries:division", args=[row.code]) + f"?at={at.isoformat()}",
            why=row.why,
            score=SCORES[row.why],
        )
        for row in found
    ]


def search_choices(*, at: date) -> dict[str, list[tuple[str, Any]]]:
    """The filters of the search page: classes by law, and the divisions at home."""
    areas = division_choices(home=settings.HOME_JURISDICTION, at=at)
    return {
        "category": list(LegalCategory.choices),
        "within": [(area.code, area.shown) for area in areas],
    }


def _hit(found: FoundName, address: str) -> Hit:
    flags = {"synthetic": found.synthetic, "approximate": found.approximate}
    notes = [] if found.standard else [str(_kind_label(found))]
    if found.distance_m is not None:
        notes.append(_away(found.distance_m))
    return Hit(
        kind="division" if found.division_id else "place",
        key=str(found.place_id),
        title=found.text,
        subtitle=" · ".join(part for part in (found.pinyin, found.within) if part),
        url=address,
        why=found.why,
        score=found.score,
        point=found.point,
        flags=[flag for flag, stands in flags.items() if stands],
        notes=notes,
    )


def _away(metres: float) -> str:
    if metres < 1000:
        return _("%(metres)d m away") % {"metres": metres}
    return _("%(km)s km away") % {"km": number_format(round(metres / 1000, 1), 1)}


def _kind_label(found: FoundName) -> Any:
    """What the name is if not the standard one: its kind, or its status where that says more."""
    if found.kind == NameKind.STANDARD:
        return NameStatus(found.status).label
    return NameKind(found.kind).label


def _number(value: int) -> str:
    return str(number_format(value, force_grouping=True))
