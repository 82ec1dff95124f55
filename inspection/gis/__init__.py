"""The OGC API under /ogc: features for QGIS, ArcGIS and GDAL.

parameters -> features (one SQL statement, finished text) -> pages -> responses; what there is to
serve is listed in collections.
"""

from __future__ import annotations

from flask import Flask

from inspection.gis.views import blueprint


def register(app: Flask) -> None:
    """Add the OGC API to an application."""
    app.register_blueprint(blueprint)
