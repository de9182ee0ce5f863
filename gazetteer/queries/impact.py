"""What hangs on a name, asked before a renaming or an abolition; apps above enrol here too."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.scope import jurisdiction_of
from boundaries.queries.inside import counts_inside
from gazetteer.models import NameKind, NameRelationKind, Notice, Place, PlaceName, Suggestion
from gazetteer.queries.related import RelatedGroup, RelatedThing, related_to

MOST = 20
Provider = Callable[..., RelatedGroup | None]


@dataclass(slots=True)
class _Registry:
    providers: list[Provider] = field(default_factory=list)


_registry = _Registry()


@dataclass(frozen=True, slots=True)
class Impact:
    """Groups of things, none of them empty."""

    groups: list[RelatedGroup]

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)


def add_impact(provider: Provider) -> None:
    """``provider(*, place: Place, at: date) -> RelatedGroup | None``.

    For what a change of name touches beside all that a place page shows (``add_related``).
    """
    _registry.providers.append(provider)


def impact_of(*, place: Place, at: date) -> Impact:
    """Everything that has to follow if the name of the place changes or ends on a day."""
    own = (_protections, _other_names, _derived, _built_on, _places, _inside, _papers)
    groups = [provider(place=place, at=at) for provider in (*own, *_registry.providers)]
    found = [group for group in groups if group is not None and group.total]
    return Impact([*found, *related_to(place=place, at=at)])


def _protections(*, place: Place, at: date) -> RelatedGroup:
    rows = place.protections.on(at)
    things = [_of_place(place, at, row.list_name, row.document) for row in rows[:MOST]]
    return RelatedGroup(_("Protected names"), rows.count(), things)


def _other_names(*, place: Place, at: date) -> RelatedGroup:
    """Short names, aliases and names in other languages, which follow the standard one."""
    kinds = (NameKind.SHORT, NameKind.ALIAS, NameKind.ETHNIC)
    rows = place.names.on(at).filter(kind__in=kinds).order_by("kind", "pk")
    things = [_of_place(place, at, row.text, str(row.get_kind_display())) for row in rows[:MOST]]
    return RelatedGroup(_("Other names of the place"), rows.count(), things)


def _derived(*, place: Place, at: date) -> RelatedGroup:
    """Names on record as derived from this one."""
    rows = PlaceName.objects.on(at).filter(
        relations__kind=NameRelationKind.DERIVED_FROM, relations__other__place=place
    )
    return _names(_("Names derived from it"), rows, at)


def _built_on(*, place: Place, at: date) -> RelatedGroup | None:
    """Standard names in the county that begin with this one: 天河路 in 天河路小学."""
    name = place.names.on(at).standard().first()
    if name is None:
        return None
    rows = PlaceName.objects.on(at).standard().within(place.division_code[:6])
    rows = rows.filter(text__startswith=name.text).exclude(place=place)
    return _names(_("Names that begin with it"), rows, at)


def _places(*, place: Place, at: date) -> RelatedGroup:
    """Places on record as part of this one, as crossing it or as seated in it."""
    rows = place.related_places.on(at).exclude(place__secrecy="secret").select_related("place")
    held = list(rows[:MOST])
    names = _standard_names([row.place_id for row in held], at)
    things = [
        _of_place(row.place, at, names.get(row.place_id, "?"), str(row.get_kind_display()))
        for row in held
    ]
    return RelatedGroup(_("Places that belong to it"), rows.count(), things)


def _inside(*, place: Place, at: date) -> RelatedGroup | None:
    """Of a division: what is counted inside it, app by app."""
    if place.division_id is None:
        return None
    counts = counts_inside(within=jurisdiction_of(place.division_code), at=at)
    things = [
        RelatedThing(str(each.label), str(each.count), each.url, each.state) for each in counts
    ]
    return RelatedGroup(_("Inside the division"), sum(each.count for each in counts), things)


def _papers(*, place: Place, at: date) -> RelatedGroup:
    """Notices under way and suggestions that wait."""
    notices = Notice.objects.running().filter(place=place)
    waiting = Suggestion.objects.open().filter(place=place)
    things = [
        _of_place(place, at, row.organisation, str(row.get_state_display()))
        for row in notices[:MOST]
    ]
    if waiting.count():
        things.append(_of_place(place, at, _("Suggestions that wait"), str(waiting.count())))
    return RelatedGroup(
        _("Notices and suggestions under way"), notices.count() + waiting.count(), things
    )


def _names(title: str, rows: Any, at: date) -> RelatedGroup:
    rows = rows.exclude(place__secrecy="secret").select_related("place").order_by("text", "pk")
    things = [_of_place(row.place, at, row.text, row.pinyin_plain) for row in rows[:MOST]]
    return RelatedGroup(title, rows.count(), things)


def _standard_names(places: Iterable[Any], at: date) -> dict[Any, str]:
    rows = PlaceName.objects.on(at).standard().filter(place__in=list(places))
    return dict(rows.values_list("place_id", "text"))


def _of_place(place: Place, at: date, title: str, text: str) -> RelatedThing:
    return RelatedThing(
        title=title,
        text=text,
        url=f"{reverse('gazetteer:place', args=[place.pk])}?at={at.isoformat()}",
        synthetic=place.synthetic,
        approximate=place.approximate,
    )
