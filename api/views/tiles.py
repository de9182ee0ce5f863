"""OGC API – Tiles: what tiles there are and how they are addressed; PostGIS makes them as ever."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from api.domain.systems import EPSG_URI
from api.views.answers import address, answer, check_parameters, link, self_links
from common import views
from common.postgis import MAX_ZOOM
from common.registries import MapLayer, map_layers

QUAD = "WebMercatorQuad"
QUAD_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
MVT = "application/vnd.mapbox-vector-tile"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
# Half the circumference of the sphere of EPSG:3857, and the metres of a pixel at zoom 0.
EDGE, PIXEL_0, TILE_PX, STANDARD_PIXEL = 20037508.342789244, 156543.03392804097, 256, 0.00028


def layer_or_404(name: str) -> MapLayer:
    layer = map_layers().get(name)
    if layer is None:
        raise Http404
    return layer


@require_safe
def matrix_sets(request: Any) -> HttpResponse:
    check_parameters(request)
    one = address(request, reverse("api:matrix_set"))
    listed = {"id": QUAD, "title": QUAD, "uri": QUAD_URI, "links": [link(one, "self", QUAD)]}
    return answer(request, {"tileMatrixSets": [listed]})


@require_safe
def matrix_set(request: Any) -> HttpResponse:
    """WebMercatorQuad as the standard defines it (OGC 17-083r4)."""
    check_parameters(request)
    matrices = [
        {
            "id": str(z),
            "scaleDenominator": PIXEL_0 / 2**z / STANDARD_PIXEL,
            "cellSize": PIXEL_0 / 2**z,
            "pointOfOrigin": [-EDGE, EDGE],
            "tileWidth": TILE_PX,
            "tileHeight": TILE_PX,
            "matrixWidth": 2**z,
            "matrixHeight": 2**z,
        }
        for z in range(MAX_ZOOM + 1)
    ]
    document = {
        "id": QUAD,
        "title": QUAD,
        "uri": QUAD_URI,
        "crs": f"{EPSG_URI}3857",
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
    }
    return answer(request, document)


@require_safe
def tilesets(request: Any, name: str) -> HttpResponse:
    check_parameters(request)
    layer = layer_or_404(name)
    document = {"tilesets": [_tileset(request, layer)], "links": self_links(request)}
    return answer(request, document)


@require_safe
def tileset(request: Any, name: str) -> HttpResponse:
    check_parameters(request)
    return answer(request, _tileset(request, layer_or_404(name)))


def tile(request: Any, name: str, z: int, y: int, x: int) -> HttpResponse:
    """Row before column here; the tile is that of /tiles/<layer>/{z}/{x}/{y}.mvt."""
    check_parameters(request)
    response: HttpResponse = views.tile(request, name, z, x, y)
    return response


def _tileset(request: Any, layer: MapLayer) -> dict[str, Any]:
    here = reverse("api:tileset", args=[layer.key])
    template = address(request, here)
    path, _mark, query = template.partition("?")
    tiles = f"{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    return {
        "title": str(layer.label),
        "dataType": "vector",
        "crs": f"{EPSG_URI}3857",
        "tileMatrixSetURI": QUAD_URI,
        "tileMatrixSetLimits": [
            {
                "tileMatrix": str(z),
                "minTileRow": 0,
                "maxTileRow": 2**z - 1,
                "minTileCol": 0,
                "maxTileCol": 2**z - 1,
            }
            for z in range(layer.min_zoom, MAX_ZOOM + 1)
        ],
        "links": [
            link(template, "self", layer.label),
            link(address(request, reverse("api:matrix_set")), SCHEME, QUAD),
            {
                **link(f"{tiles}?{query}" if query else tiles, "item", _("Tiles"), MVT),
                "templated": True,
            },
        ],
    }
