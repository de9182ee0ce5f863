"""What the shell shows of this app: rail, home card, search, map layer, background work."""

from datetime import date

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.roles import Capability
from boundaries.operations.take_effect import divisions_adjusted
from boundaries.queries.inside import InsideCount, add_counter
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
    add_section_entry,
)
from gazetteer.models import Place
from gazetteer.operations.secrecy import secrecy_changed
from gazetteer.operations.take_effect import name_changed
from gazetteer.queries.impact import add_impact
from gazetteer.queries.merging import add_movable
from gazetteer.queries.related import RelatedGroup, RelatedThing, add_related
from gazetteer.queries.reverse import add_nearby
from gazetteer.queries.things import Thing, add_things
from signage.importers.signs import SIGNS
from signage.jobs import run_check
from signage.models import Sign
from signage.operations.photo_batches import KEEP, MATCH, run_keep, run_match
from signage.operations.renamed import (
    count_after_secrecy,
    recheck_after_adjustment,
    recheck_after_change,
)
from signage.operations.trial import TRY, run_trial
from signage.queries import features
from signage.queries.adjusted import ABSENCES, REPORTS, measure_signs
from signage.queries.adjusted import SIGNS as ADJUSTED_SIGNS
from signage.queries.changes import open_orders_of_place
from signage.queries.find import counts_within, signs_like, signs_near, signs_of_place
from signage.queries.merging import MOVABLES
from signage.queries.signs import sign_tiles
from signage.views import missing, order_list, reports
from signage.views.programs import WRITER
from signage.views.signs import chosen_list
from signage.views.wording import STATE_LABELS

# Below names and divisions of the same match, which people look for first.
SCORES = {"exact": 0.7, "prefix": 0.45, "contains": 0.3, "pinyin": 0.35}

MOST_SIGNS_OF_A_PLACE = 12
NEEDED = {
    "reports": Capability.READ_COMPLAINT,
    "round": Capability.CHECK_SIGNS,
    "workshop": Capability.ORDER_FIX,
}


def register() -> None:
    add_navigation(
        NavigationItem(
            key="signs",
            label=gettext_lazy("Signs"),
            icon="sign-right",
            url_name="signage:signs",
            order=30,
        )
    )
    for key, label, icon, name, order in (
        ("list", gettext_lazy("Signs"), "list", "signage:signs", 10),
        ("orders", gettext_lazy("Orders"), "clipboard-list", "signage:orders", 20),
        ("reports", gettext_lazy("Reports"), "message-report", "signage:reports", 30),
        ("round", gettext_lazy("Today's round"), "route", "signage:round", 40),
        ("missing", gettext_lazy("Coverage of signs"), "map-pin-off", "signage:missing", 50),
        ("renamed", gettext_lazy("Renamed"), "replace", "signage:renamed", 55),
        ("campaign", gettext_lazy("Campaign"), "chart-line", "signage:campaign", 60),
        ("workshop", gettext_lazy("Workshop sheets"), "ruler-measure", "signage:workshop", 70),
        ("standard", gettext_lazy("Sign standard"), "ruler-2", "signage:standard", 90),
    ):
        add_section_entry(
            "signs",
            NavigationItem(
                key=key,
                label=label,
                icon=icon,
                url_name=name,
                order=order,
                capability=NEEDED.get(key),
            ),
        )
    add_list_export(
        ListExport(
            key="signs",
            title=gettext_lazy("Signs"),
            url_name="signage:signs",
            chosen=chosen_list,
        )
    )
    add_list_export(
        ListExport(
            key="sign-orders",
            title=gettext_lazy("Orders"),
            url_name="signage:orders",
            chosen=order_list.chosen_list,
        )
    )
    add_list_export(
        ListExport(
            key="missing-signs",
            title=gettext_lazy("Missing signs"),
            url_name="signage:missing",
            chosen=missing.chosen_list,
        )
    )
    add_list_export(
        ListExport(
            key="sign-reports",
            title=gettext_lazy("Reports on signs"),
            url_name="signage:reports",
            chosen=reports.chosen_list,
        )
    )
    add_import_kind(SIGNS)
    add_feature_collection(features.signs(writer=WRITER))
    add_feature_collection(features.findings())
    add_card(20, home_card)
    add_search(
        find_signs, SearchTraits(best=max(SCORES.values()), understands=frozenset({"suggest"}))
    )
    add_related(signs_for_place)
    add_things("sign", gettext_lazy("Sign"), sign_thing)
    add_impact(orders_for_place)
    name_changed.connect(recheck_after_change, dispatch_uid="signage")
    secrecy_changed.connect(count_after_secrecy, dispatch_uid="signage")
    divisions_adjusted.connect(recheck_after_adjustment, dispatch_uid="signage")
    for order, table in enumerate((ADJUSTED_SIGNS, ABSENCES, REPORTS), 20):
        add_touched(order, table)
    add_measure(20, measure_signs)
    for movable in MOVABLES:
        add_movable(movable)
    add_nearby(signs_nearby)
    add_counter(30, signs_inside)
    add_job("check_signs", run_check, gettext_lazy("Check of signs"))
    add_job(MATCH, run_match, gettext_lazy("Matching of photos"))
    add_job(KEEP, run_keep, gettext_lazy("Keeping of photos"))
    add_job(TRY, run_trial, gettext_lazy("Trial of an edition of the standard"))
    add_map_layer(
        MapLayer(
            key="signs",
            label=gettext_lazy("Signs"),
            order=40,
            tiles=sign_tiles,
            tables=(
                "common_rule",
                "signage_finding",
                "signage_rectificationorder",
                "signage_sentbackfix",
                "signage_sign",
                "gazetteer_place.secrecy",
            ),
            legend=[
                LegendEntry(state, STATE_LABELS[state])
                for state in ("overdue", "due", "wrong", "check", "waived", "unknown", "ok")
            ],
            min_zoom=8,
        )
    )


def home_card(*, at: date, jurisdiction: str) -> Card:
    counts = counts_within(at=at, within=jurisdiction)
    listed = reverse("signage:signs")
    day = f"&at={at.isoformat()}"
    lines = [
        (
            "wrong",
            _("%(count)s overdue") % {"count": _number(counts.by_state.get("overdue", 0))},
            f"{listed}?state=overdue{day}",
        ),
        (
            "due",
            _("%(count)s being put right") % {"count": _number(counts.by_state.get("due", 0))},
            f"{listed}?state=due{day}",
        ),
        (
            "wrong",
            _("%(count)s without an order") % {"count": _number(counts.by_state.get("wrong", 0))},
            f"{listed}?state=wrong{day}",
        ),
    ]
    return Card(
        key="signs",
        title=_("Signs"),
        icon="sign-right",
        url=listed,
        count=counts.needing_work,
        unit=_("non-standard"),
        lines=lines,
        synthetic=Sign.objects.on(at).within(jurisdiction).filter(synthetic=True).exists(),
    )


def sign_thing(*, key: str) -> Thing | None:
    """A sign that a complaint or a notice is about."""
    sign = Sign.objects.shown().select_related("place").filter(number=key).first()
    if sign is None:
        return None
    return Thing(
        kind="sign",
        key=sign.number,
        title=f"{sign.hanzi} {sign.number}",
        url=reverse("signage:sign", args=[sign.number]),
        division_code=sign.division_code,
        place=sign.place,
        point=(sign.location.x, sign.location.y),
    )


def find_signs(*, text: str, at: date, within: str, limit: int, suggest: bool = False) -> list[Hit]:
    return [
        Hit(
            kind="sign",
            key=sign.number,
            title=sign.hanzi,
            subtitle=f"{sign.pinyin} · {sign.number}" if sign.pinyin else sign.number,
            url=reverse("signage:sign", args=[sign.number]),
            why=sign.why,
            score=SCORES[sign.why],
            point=(sign.lon, sign.lat),
            flags=["synthetic"] if sign.synthetic else [],
        )
        for sign in signs_like(text=text, at=at, within=within, limit=limit, suggest=suggest)
    ]


def signs_for_place(*, place: Place, at: date) -> RelatedGroup | None:
    """The signs of a place, those that need work first."""
    rows, total = signs_of_place(place_id=place.pk, at=at, limit=MOST_SIGNS_OF_A_PLACE)
    if not total:
        return None
    day = f"?at={at.isoformat()}"
    return RelatedGroup(
        title=_("Signs"),
        total=total,
        things=[
            RelatedThing(
                title=row.hanzi,
                text=f"{row.number} · {STATE_LABELS[row.state]}",
                url=reverse("signage:sign", args=[row.number]) + day,
                state=row.state,
                synthetic=row.synthetic,
                approximate=row.approximate,
            )
            for row in rows
        ],
    )


def orders_for_place(*, place: Place, at: date) -> RelatedGroup:
    """Orders under way on the signs of a place: a change of its name overtakes them."""
    rows = open_orders_of_place(place_id=place.pk, at=at)
    day = f"?at={at.isoformat()}"
    return RelatedGroup(
        title=_("Orders under way"),
        total=len(rows),
        things=[
            RelatedThing(
                title=order.sign.hanzi,
                text=f"{order.sign.number} · {order.get_state_display()}",
                url=reverse("signage:sign", args=[order.sign.number]) + day,
                state="overdue" if order.due_on < at else "due",
                synthetic=order.sign.synthetic,
            )
            for order in rows[:MOST_SIGNS_OF_A_PLACE]
        ],
    )


def signs_nearby(
    *, point: tuple[float, float], within_m: float, at: date, limit: int
) -> RelatedGroup | None:
    """The signs near a point, the nearest first."""
    rows, total = signs_near(point=point, within_m=within_m, at=at, limit=limit)
    day = f"?at={at.isoformat()}"
    return RelatedGroup(
        title=_("Signs"),
        total=total,
        things=[
            RelatedThing(
                title=hanzi,
                text=_("%(number)s · %(metres)d m") % {"number": number, "metres": metres},
                url=reverse("signage:sign", args=[number]) + day,
                synthetic=synthetic,
            )
            for number, hanzi, metres, synthetic in rows
        ],
    )


def signs_inside(*, within: str, at: date) -> list[InsideCount]:
    counts = counts_within(at=at, within=within)
    if not counts.total:
        return []
    listed = f"{reverse('signage:signs')}?within={within}&at={at.isoformat()}"
    return [
        InsideCount(_("signs"), counts.total, f"{listed}&state=all"),
        InsideCount(_("non-standard signs"), counts.needing_work, listed, "wrong"),
    ]


def _number(value: int) -> str:
    return str(number_format(value, force_grouping=True))
