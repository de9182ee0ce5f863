"""Loads /ogc/ and map tiles in QGIS without a screen; prints what it understood as JSON.

Run with URL and KEY by the interpreter that Debian's python3-qgis is made for (/usr/bin/python3).
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsNetworkAccessManager,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize

server, key = os.environ["URL"], os.environ["KEY"]
application = QgsApplication([], False)
application.initQgis()
# A provider that asks the network before the main thread has its manager ends the process.
QgsNetworkAccessManager.instance()


def loaded(collection: str) -> QgsVectorLayer:
    signed = f"username='any' password='{key}'"
    address = f"url='{server}/ogc/' typename='{collection}' {signed} pagingEnabled='true'"
    layer = QgsVectorLayer(address, collection, "OAPIF")
    if not layer.isValid():
        sys.exit(f"{collection}: {layer.error().summary()}")
    return layer


def drawn(layer: QgsVectorTileLayer) -> int:
    """How many colours a picture of the layer around Guangzhou has; 1 where nothing is drawn."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(12580000, 2620000, 12660000, 2700000))
    settings.setOutputSize(QSize(256, 256))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return len({picture.pixel(x, y) for x in range(256) for y in range(256)})


divisions, facilities = loaded("divisions"), loaded("facilities")
box = QgsFeatureRequest().setFilterRect(QgsRectangle(113.2, 23.0, 113.4, 23.2))
grid = f"{server}/ogc/collections/divisions/tiles/WebMercatorQuad"
template = f"{grid}/{{z}}/{{y}}/{{x}}?key={key}"
tiles = QgsVectorTileLayer(f"type=xyz&url={template}&zmin=0&zmax=14", "tiles")
sys.stdout.write(
    json.dumps(
        {
            "crs": divisions.crs().authid(),
            "fields": [each.name() for each in facilities.fields()],
            "facilities": sum(1 for _each in facilities.getFeatures()),
            "in_box": sum(1 for _each in facilities.getFeatures(box)),
            "tiles": tiles.isValid(),
            "colours": drawn(tiles),
        }
    )
)
sys.stdout.flush()
# Without the clean-up of Qt, which may end the process badly after all is told.
os._exit(0)
