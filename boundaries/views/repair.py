"""A repair of the polygons: what would move by how much, and only then the writing of it."""

from datetime import date
from typing import Any

import shapely
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.domain.roles import Capability
from accounts.domain.scope import jurisdiction_of
from accounts.scoping import may_here, require
from boundaries.domain.repair import GAP_WIDTH_M
from boundaries.operations.repair import Repair, fingerprint, moved_land, propose_repair
from boundaries.queries.divisions import division_names
from common.errors import BadInput, DimingError
from common.filters import read_code
from common.geojson import collection, feature
from common.jobs import start_job
from common.middleware import sentence
from common.periods import parse_day

MOST_MOVES = 200
# The country as a whole takes longer than a page may: the command repairs it.
SHORTEST = 2


def repair_page(request: Any) -> HttpResponse:
    """GET proposes, POST starts the work that writes what was seen."""
    sent = request.POST if request.method == "POST" else request.GET
    within = jurisdiction_of(read_code(sent.get("within", "")))
    require(by=request.user, capability=Capability.READ, codes=[within])
    at = parse_day(sent["at"]) if sent.get("at") else request.day
    gap = _metres(sent.get("gap", ""))
    if request.method == "POST":
        require(by=request.user, capability=Capability.APPROVE_ADJUSTMENT, codes=[within])
        job = start_job(
            kind="repair_coverage",
            by=request.user,
            within=within,
            at=at.isoformat(),
            gap_width_m=gap,
            seen=sent.get("seen", "")[:64],
        )
        return redirect("job", job.pk)
    return _proposed(request, within, at, gap)


def _metres(text: str) -> float:
    try:
        return float(text or GAP_WIDTH_M)
    except ValueError:
        raise BadInput("“%(text)s” is not a number.", text=text[:20]) from None


def _proposed(request: Any, within: str, at: date, gap: float) -> HttpResponse:
    repair, refused = None, ""
    try:
        if len(within) < SHORTEST:
            raise BadInput("Choose a province, a city or a district: the command does the country.")
        repair = propose_repair(at=at, within=within, gap_width_m=gap)
    except DimingError as refusal:
        refused = sentence(refusal)
    moves = repair.moves if repair else []
    names = division_names(at=at, codes=[move.code for move in moves])
    values = {
        "within": within,
        "at": at,
        "gap": f"{gap:g}",
        "repair": repair,
        "seen": fingerprint(repair) if repair else "",
        "moves": [(move, names.get(move.code, "")) for move in moves[:MOST_MOVES]],
        "focus": _focus(repair) if repair and moves else None,
        "left": max(0, len(moves) - MOST_MOVES),
        "sentence": refused,
        "may_write": may_here(
            by=request.user, capability=Capability.APPROVE_ADJUSTMENT, codes=[within]
        ),
    }
    status = 400 if refused else 200
    return render(request, "boundaries/repair.html", values, status=status)


def _focus(repair: Repair) -> dict[str, Any]:
    """The land that moves, for the map; a point on each piece, for many are too small to see."""
    features = []
    for move in repair.moves[:MOST_MOVES]:
        land = moved_land(repair.coverage, move)
        if land.is_empty:
            continue
        points = shapely.multipoints(shapely.point_on_surface(shapely.get_parts(land)))
        features.append(feature(points, {}, f"{move.code}-p"))
        features.append(feature(land, {}, move.code))
    return collection(features)
