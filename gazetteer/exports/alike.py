"""Pairs of names that are alike, as the finder shows them: both names, the rule, both points."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import shapely
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed
from common.models import cited
from gazetteer.models import Place
from gazetteer.queries.alike import PairPage
from gazetteer.queries.divisions import division_chains, path_text


def alike_export(*, page: PairPage, at: date, datum: Datum, kinds: Mapping[str, Any]) -> Export:
    """``kinds``: likeness in words."""
    return listed(
        name="names_alike",
        title=_("Names alike"),
        columns=[
            Column("kind", _("Likeness")),
            Column("name", _("Standard name")),
            Column("where", _("Where")),
            Column("other", _("Other name")),
            Column("elsewhere", _("Where the other is")),
            Column("rule", _("Rule")),
            Column("article", _("Articles")),
            Column("overridden", _("Overridden because")),
            *flags(),
        ],
        rows=lambda: _rows(page, at, kinds),
        datum=datum,
        day=at,
    )


def _rows(page: PairPage, at: date, kinds: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    both = [name for pair in page.pairs for name in (pair.one, pair.other)]
    chains = division_chains(codes={name.division_code for name in both}, at=at)
    marked = _marks({name.place_id for name in both})
    for pair in page.pairs:
        spots = [page.points[place] for place in pair.places if place in page.points]
        override = page.override_of(pair)
        yield {
            "kind": str(kinds[pair.kind]),
            "name": pair.one.text,
            "where": path_text(chains[pair.one.division_code]),
            "other": pair.other.text,
            "elsewhere": path_text(chains[pair.other.division_code]),
            "rule": pair.rule_id,
            "article": f"{cited(pair.authority)} {cited(pair.article)}",
            "overridden": override.reason if override else "",
            "synthetic": any(marked[place][0] for place in pair.places),
            "approximate": any(marked[place][1] for place in pair.places)
            or any(spot.of_division for spot in spots),
            "geometry": shapely.MultiPoint([(spot.lon, spot.lat) for spot in spots])
            if spots
            else None,
        }


def _marks(places: Iterable[str]) -> dict[str, tuple[bool, bool]]:
    """Place → whether it is synthetic, whether its position is approximate."""
    rows = Place.objects.filter(pk__in=list(places))
    return {
        str(place): (synthetic, approximate)
        for place, synthetic, approximate in rows.values_list("pk", "synthetic", "approximate")
    }
