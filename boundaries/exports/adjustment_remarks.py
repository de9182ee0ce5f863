"""What a simulation warns of, in sentences: on the page of a draft and in its paper."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from boundaries.domain.draft_shapes import Conservation
from boundaries.models import Level
from boundaries.queries.simulation import Simulation


def remarks(found: Simulation) -> list[tuple[str, str]]:
    """(state, sentence): first whether land is kept on each level, then what to look at."""
    told = [
        ("ok" if land.kept else "wrong", _land(level, land)) for level, land in found.land.items()
    ] or [("unknown", _("No shapes are known: land cannot be compared."))]
    told += [
        ("wrong", _("Two units under one parent would be called %(name)s.") % {"name": name})
        for name in found.conflicts
    ]
    for names, sentence in (
        (found.unplaced, _("The shape of %(name)s is unknown: it stays where it is.")),
        (
            found.landless,
            _("%(name)s has no land: a further change of the draft gives it some."),
        ),
        (
            found.shapes_lost,
            _(
                "The shape of %(name)s will be unknown from the day on: that of what it gives or "
                "takes is."
            ),
        ),
    ):
        told += [("check", sentence % {"name": name}) for name in names]
    cut = _("The cut runs through %(origin)s: %(m2)s m² of it go to %(heir)s.")
    told += [
        ("check", cut % {"origin": origin, "heir": heir, "m2": _metres(m2)})
        for origin, heir, m2 in found.passed
    ]
    return told


def _land(level: int, land: Conservation) -> str:
    told = {"level": str(Level(level).label)}
    if land.kept:
        return (
            _("Land of the level “%(level)s” is kept to the square metre: no gap, no overlap.")
            % told
        )
    told |= {"lost": _metres(land.lost_m2), "gained": _metres(land.gained_m2)}
    return _(
        "Land of the level “%(level)s”: %(lost)s m² lost, %(gained)s m² gained, %(faults)s gaps "
        "or overlaps."
    ) % {**told, "faults": len(land.faults)}


def _metres(area: float) -> str:
    return str(number_format(round(area), 0))
