"""QGIS's elements of a layer: its address here, Japanese names, codes with their meaning, symbols."""

from __future__ import annotations

from urllib.parse import quote
from xml.etree import ElementTree as ET

from inspection.gis.collections import Collection
from inspection.gis.crs import CRS84, Crs, parse_crs
from inspection.gis.field_titles import fields_of, judgement_labels
from inspection.gis.formats.model import Field
from inspection.gis.formats.systems import system
from inspection.gis.links import url
from inspection.gis.qgis.symbols import by_direction, by_judgement, of_tiles

PAGE_SIZE = 1000
LAST_TILE_ZOOM = 16


def element(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    """Add an element and return it."""
    return ET.SubElement(parent, tag, attributes)


def layer_id(collection: Collection) -> str:
    """Return the id by which a project's parts name the layer."""
    return f"hantei_{collection.id}"


def map_layer(collection: Collection) -> ET.Element:
    """Return the layer that reads a collection page by page, only what the map shows."""
    layer = _layer("vector", layer_id(collection), collection.title, geometry="Point")
    source = (
        f" pagingEnabled='true' pageSize='{PAGE_SIZE}' restrictToRequestBBOX='1'"
        f" typename='{collection.id}' url='{url('landing').rstrip('/')}'"
    )
    element(layer, "datasource").text = source
    element(layer, "srs").append(reference_system(CRS84))
    element(layer, "provider", encoding="UTF-8").text = "OAPIF"
    element(layer, "abstract").text = collection.description
    fields = fields_of(collection)
    named = {each.name for each in fields}
    layer.append(by_judgement(judgement_labels()) if "judgement" in named else by_direction())
    _fields(layer, fields)
    element(layer, "previewExpression").text = '"code"'
    return layer


def tile_layer(collection: Collection) -> ET.Element:
    """Return the layer that draws a collection's vector tiles: quick at every scale."""
    identifier = f"{layer_id(collection)}_tiles"
    layer = _layer("vector-tile", identifier, f"{collection.title}(タイル)")
    tiles = f"{url('landing').rstrip('/')}/collections/{collection.id}/tiles/WebMercatorQuad"
    address = quote(f"{tiles}/{{z}}/{{y}}/{{x}}", safe="")
    element(layer, "datasource").text = f"type=xyz&url={address}&zmin=0&zmax={LAST_TILE_ZOOM}"
    element(layer, "srs").append(reference_system(parse_crs("EPSG:3857", "crs")))
    for each in of_tiles(judgement_labels(), collection.id):
        layer.append(each)
    return layer


def _layer(kind: str, identifier: str, name: str, **attributes: str) -> ET.Element:
    layer = ET.Element("maplayer", type=kind, styleCategories="AllStyleCategories", **attributes)
    element(layer, "id").text = identifier
    element(layer, "layername").text = name
    return layer


def reference_system(crs: Crs) -> ET.Element:
    """Return QGIS's description of a system; the name of its authority is what QGIS goes by."""
    found = ET.Element("spatialrefsys")
    element(found, "wkt").text = system(crs).to_wkt()
    element(found, "authid").text = crs.code
    element(found, "description").text = system(crs).name
    element(found, "geographicflag").text = "true" if crs.geographic else "false"
    return found


def _fields(layer: ET.Element, fields: tuple[Field, ...]) -> None:
    configuration, aliases = element(layer, "fieldConfiguration"), element(layer, "aliases")
    for place, each in enumerate(fields):
        element(aliases, "alias", field=each.name, index=str(place), name=each.heading)
        if each.labels:
            _meanings(element(configuration, "field", name=each.name), each)


def _meanings(field: ET.Element, item: Field) -> None:
    """Let tables and forms show what a code means."""
    widget = element(field, "editWidget", type="ValueMap")
    settings = element(element(widget, "config"), "Option", type="Map")
    listed = element(settings, "Option", type="List", name="map")
    for code, label in item.labels.items():
        pair = element(listed, "Option", type="Map")
        element(pair, "Option", type="QString", name=label, value=code)
