"""OGC API – Tiles: what tiles there are and how they are addressed; PostGIS makes them as ever."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from api.domain.systems import EPSG_URI
from api.views.answers import address, answer, check_parameters, days_asked, link, self_links
from common import views
from common.errors import BadInput
from common.postgis import DEGREES, MAX_ZOOM, WEB, Grid
from common.registries import MapLayer, map_layers

MVT = "application/vnd.mapbox-vector-tile"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEMES = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
TMS_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/"
TILE_PX, STANDARD_PIXEL = 256, 0.00028
# Half the circumference of the sphere of EPSG:3857; metres of a degree on the equator of CGCS2000.
EDGE, DEGREE_M = 20037508.342789244, 111319.49079327358


@dataclass(frozen=True, slots=True)
class MatrixSet:
    """A grid as the standard tells of it (OGC 17-083r4).

    ``origin``: its upper left corner in the order of ``axes``; ``wide``: its width in units of the
    system, ``unit_m`` metres each.
    """

    grid: Grid
    epsg: int
    axes: tuple[str, str]
    origin: tuple[float, float]
    wide: float
    unit_m: float = 1.0
    uri: str = ""
    scale_set: str = ""

    def zooms(self, first: int = 0) -> range:
        return range(max(first - self.grid.finer, 0), MAX_ZOOM - self.grid.finer + 1)

    def matrix(self, z: int) -> dict[str, Any]:
        columns = self.grid.columns * 2**z
        pixel = self.wide / columns / TILE_PX
        return {
            "id": str(z),
            "scaleDenominator": pixel * self.unit_m / STANDARD_PIXEL,
            "cellSize": pixel,
            "pointOfOrigin": list(self.origin),
            "tileWidth": TILE_PX,
            "tileHeight": TILE_PX,
            "matrixWidth": columns,
            "matrixHeight": self.grid.rows * 2**z,
        }


# The grid of degrees is WorldCRS84Quad in CGCS2000, latitude first as EPSG says of 4490; it has
# no name in the register of the OGC.
SETS = {
    "WebMercatorQuad": MatrixSet(
        grid=WEB,
        epsg=3857,
        axes=("X", "Y"),
        origin=(-EDGE, EDGE),
        wide=2 * EDGE,
        uri=f"{TMS_URI}WebMercatorQuad",
        scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
    ),
    "CGCS2000Quad": MatrixSet(
        grid=DEGREES,
        epsg=4490,
        axes=("Lat", "Lon"),
        origin=(90.0, -180.0),
        wide=360.0,
        unit_m=DEGREE_M,
        scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
    ),
}


def layer_or_404(name: str) -> MapLayer:
    layer = map_layers().get(name)
    if layer is None:
        raise Http404
    return layer


def set_or_404(key: str) -> MatrixSet:
    if key not in SETS:
        raise Http404
    return SETS[key]


@require_safe
def matrix_sets(request: Any) -> HttpResponse:
    check_parameters(request)
    listed = [
        {
            "id": key,
            "title": key,
            **({"uri": each.uri} if each.uri else {}),
            "links": [link(address(request, reverse("api:matrix_set", args=[key])), "self", key)],
        }
        for key, each in SETS.items()
    ]
    return answer(request, {"tileMatrixSets": listed})


@require_safe
def matrix_set(request: Any, key: str) -> HttpResponse:
    check_parameters(request)
    found = set_or_404(key)
    document = {
        "id": key,
        "title": key,
        **({"uri": found.uri} if found.uri else {}),
        "crs": f"{EPSG_URI}{found.epsg}",
        "orderedAxes": list(found.axes),
        "wellKnownScaleSet": found.scale_set,
        "tileMatrices": [found.matrix(z) for z in found.zooms()],
    }
    return answer(request, document)


@require_safe
def tilesets(request: Any, name: str) -> HttpResponse:
    check_parameters(request)
    layer = layer_or_404(name)
    told = [_tileset(request, layer, key) for key in SETS]
    this, _page = self_links(request)  # there is no page of it
    return answer(request, {"tilesets": told, "links": [this]})


@require_safe
def tileset(request: Any, name: str, key: str) -> HttpResponse:
    check_parameters(request)
    set_or_404(key)
    return answer(request, _tileset(request, layer_or_404(name), key))


def tile(request: Any, name: str, key: str, z: int, y: int, x: int) -> HttpResponse:
    """Row before column here; on the web's grid the tile of /tiles/<layer>/{z}/{x}/{y}.mvt."""
    check_parameters(request, "datetime")
    days = days_asked(request)
    if days is not None and (days.start is None or days.start != days.end):
        raise BadInput("A tile shows one day: give datetime as a day, not as an interval.")
    grid, day = set_or_404(key).grid, days.start if days else request.day
    response: HttpResponse = views.tile(request, name, z, x, y, grid, day)
    return response


def _tileset(request: Any, layer: MapLayer, key: str) -> dict[str, Any]:
    cut = SETS[key]
    template = address(request, reverse("api:tileset", args=[layer.key, key]))
    path, _mark, query = template.partition("?")
    tiles = f"{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    scheme = address(request, reverse("api:matrix_set", args=[key]))
    return {
        "title": str(layer.label),
        "dataType": "vector",
        "crs": f"{EPSG_URI}{cut.epsg}",
        "tileMatrixSetURI": cut.uri or scheme,
        "tileMatrixSetLimits": [
            {
                "tileMatrix": str(z),
                "minTileRow": 0,
                "maxTileRow": cut.grid.rows * 2**z - 1,
                "minTileCol": 0,
                "maxTileCol": cut.grid.columns * 2**z - 1,
            }
            for z in cut.zooms(layer.min_zoom)
        ],
        "links": [
            link(template, "self", layer.label),
            link(scheme, SCHEME, key),
            {
                **link(f"{tiles}?{query}" if query else tiles, "item", _("Tiles"), MVT),
                "templated": True,
            },
        ],
    }
