"""The shell's own pages: home, search, tiles, jobs, health."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import BadInput
from common.jobs import cancel_job, file_given_out, time_left
from common.kept_tiles import kept_tile
from common.middleware import sentence
from common.models import Job
from common.postgis import WEB, Grid
from common.problems import problem, wants_problem
from common.queries import source_uses
from common.registries import (
    Hit,
    cards,
    home_bounds,
    job_asked,
    map_layers,
    search_providers,
    search_traits,
)
from common.searching import find_everywhere, read_filters

SUGGESTIONS = 12
RESULTS = 60
LONGEST_QUERY = 80
SEES_ALL_JOBS = "manage_accounts"

KINDS = {
    "division": _("Divisions"),
    "place": _("Place names"),
    "sign": _("Signs"),
    "facility": _("Facilities"),
    "line": _("Boundary lines"),
}
REASONS = {
    "exact": _("same name"),
    "prefix": _("begins so"),
    "contains": _("contains it"),
    "pinyin": _("pinyin"),
    "initials": _("pinyin initials"),
    "code": _("code"),
    "variant": _("other form of the characters"),
    "short": _("same name, other form of the committee"),
    "sound": _("sounds alike"),
    "shape": _("looks alike"),
    "typo": _("one character differs"),
}


def home(request: Any) -> HttpResponse:
    code = settings.HOME_JURISDICTION
    layers = sorted(map_layers().values(), key=lambda layer: layer.order)
    values = {
        "cards": cards(at=request.day, jurisdiction=code),
        "bounds": home_bounds(code, at=request.day),
        "layers": ",".join(layer.key for layer in layers),
        "hidden_layers": ",".join(layer.key for layer in layers if not layer.on_home),
    }
    return render(request, "home.html", values)


def search(request: Any) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    choices = search_choices(at=request.day)
    values = {"query": text, "choices": choices, "asked": request.GET, "groups": [], "total": 0}
    try:
        hits = _find(text, request, RESULTS, choices=choices)
    except BadInput as error:
        return render(request, "search.html", values | {"problem": sentence(error)}, status=400)
    values |= {"groups": _grouped(hits), "total": len(hits)}
    values["filtered"] = any(request.GET.get(key) for key in ("within", "category", "point"))
    return render(request, "search.html", values)


def search_suggest(request: Any) -> JsonResponse:
    """What the box shows under itself (static/js/suggest.js), as values: asked at every key."""
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    hits = _find(text, request, SUGGESTIONS, suggest=True)[:SUGGESTIONS]
    day = "" if request.day == request.today else f"?at={request.day.isoformat()}"
    groups = [
        {
            "label": str(group["label"]),
            "hits": [
                {
                    "title": hit.title,
                    "subtitle": hit.subtitle,
                    "why": " · ".join((*hit.notes, str(entry["why"]))),
                    "url": hit.url if "?" in hit.url else f"{hit.url}{day}",
                }
                for entry in group["hits"]
                for hit in [entry["hit"]]
            ],
        }
        for group in _grouped(hits)
    ]
    none = "" if hits else gettext("Nothing is called “%(query)s” on this day.") % {"query": text}
    return JsonResponse({"groups": groups, "none": none})


def search_choices(*, at: Any) -> dict[str, list[tuple[str, Any]]]:
    """What the filters of the search page offer, by the apps that offer it."""
    choices: dict[str, list[tuple[str, Any]]] = {}
    for provider in search_providers():
        offer = search_traits(provider).choices
        choices |= offer(at=at) if offer else {}
    return choices


def _find(
    text: str, request: Any, limit: int, *, choices: Any = None, suggest: bool = False
) -> list[Hit]:
    categories = [key for key, _label in (choices or {}).get("category", [])]
    typed = {} if suggest else request.GET
    filters = read_filters(typed, categories=categories, near=_home(request.user))
    if not text:
        return []
    return find_everywhere(
        search_providers(),
        text=text,
        at=request.day,
        filters=filters,
        limit=limit,
        suggest=suggest,
    )


def _home(user: Any) -> str:
    """Where the person works, if it is one place; else the jurisdiction of this office."""
    places = set(user.jurisdictions())
    return places.pop() if len(places) == 1 and "" not in places else settings.HOME_JURISDICTION


def _grouped(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Hits by kind, the kind with the best hit first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for hit in hits:
        shown = {"hit": hit, "why": REASONS.get(hit.why, hit.why)}
        groups.setdefault(hit.kind, []).append(shown)
    return [
        {"kind": kind, "label": KINDS.get(kind, kind), "hits": shown}
        for kind, shown in groups.items()
    ]


@require_safe
def tile(
    request: Any,
    layer: str,
    z: int,
    x: int,
    y: int,
    grid: Grid = WEB,
    day: date | None = None,
) -> HttpResponse:
    """One vector tile; the browser keeps it and asks again whether it still holds."""
    if day is None and "datetime" in request.GET:
        raise BadInput("Say the day of a tile as ?at=YYYY-MM-DD.")
    registered = map_layers().get(layer)
    if registered is None or not grid.holds(z, x, y):
        raise Http404
    zoom = z + grid.finer
    queries = registered.tiles(z=zoom, at=day or request.day) if zoom >= registered.min_zoom else []
    content, etag = kept_tile(queries, tables=registered.tables, z=z, x=x, y=y, grid=grid)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content, content_type="application/vnd.mapbox-vector-tile")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


def jobs(request: Any) -> HttpResponse:
    return render(request, "jobs_list.html", {"jobs": _jobs_for(request.user)[:100]})


def job(request: Any, pk: Any) -> HttpResponse:
    shown = _job_or_404(request.user, pk)
    asked = job_asked(shown.kind, shown.parameters)
    values = {"job": shown, "asked": asked, "left": time_left(shown)}
    return render(request, "jobs_job.html", {**values, "given_out": file_given_out(shown)})


def job_progress(request: Any, pk: Any) -> HttpResponse:
    shown = _job_or_404(request.user, pk)
    values = {"job": shown, "left": time_left(shown)}
    return render(request, "components/progress.html", values)


@require_POST
def job_cancel(request: Any, pk: Any) -> HttpResponse:
    cancel_job(job=_job_or_404(request.user, pk))
    return redirect("job", pk=pk)


def job_result(request: Any, pk: Any) -> FileResponse:
    shown = _job_or_404(request.user, pk)
    if not file_given_out(shown):
        raise Http404
    name = shown.result_file.name.rsplit("/", 1)[-1]
    return FileResponse(shown.result_file.open("rb"), as_attachment=True, filename=name)


def _jobs_for(user: Any) -> Any:
    """A person's own jobs; an administrator of the whole country sees everybody's."""
    everybody = Job.objects.select_related("asked_by")
    sees_all = "" in user.jurisdictions_for(SEES_ALL_JOBS)
    return everybody if sees_all else everybody.filter(asked_by=user)


def _job_or_404(user: Any, pk: Any) -> Job:
    shown: Job | None = _jobs_for(user).filter(pk=pk).first()
    if shown is None:
        raise Http404
    return shown


def sources(request: HttpRequest) -> HttpResponse:
    return render(request, "data/sources.html", {"uses": source_uses()})


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """For monitors: whether the server answers and reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


def fault(request: HttpRequest) -> HttpResponse:
    """The page of last resort: needs neither the database nor the signed-in person."""
    if request is not None and wants_problem(request):
        return problem(500, gettext("The server made a mistake; it is written in its log."))
    return render(None, "fault.html", status=500)
