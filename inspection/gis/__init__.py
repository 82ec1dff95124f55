"""The OGC API under /ogc: features for QGIS, ArcGIS and GDAL.

parameters -> features (one SQL statement, finished text) -> pages -> responses; what there is to
serve is listed in collections.
"""

from __future__ import annotations

from flask import Flask

from inspection.gis.heat import maps as _heat_maps  # noqa: F401 (for the templates)
from inspection.gis.heat import views as _heat  # noqa: F401 (adds its addresses)
from inspection.gis.tiles import maps as _maps  # noqa: F401 (for the templates)
from inspection.gis.tiles import views as _tiles  # noqa: F401 (adds its addresses)
from inspection.gis.tiles.store import TileStore
from inspection.gis.views import blueprint


def register(app: Flask) -> None:
    """Add the OGC API to an application."""
    app.register_blueprint(blueprint)
    app.extensions["hantei_tiles"] = TileStore()
