"""What QGIS opens with one click: a layer definition and a project over this server's collections.

No token is inside: QGIS asks for one, or the user chooses an authentication of their own.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from flask import current_app

from inspection.gis.collections import COLLECTIONS, HOUSES
from inspection.gis.crs import Crs, parse_crs
from inspection.gis.export_rows import in_file
from inspection.gis.extents import extent
from inspection.gis.qgis.layers import element, layer_id, map_layer, reference_system, tile_layer

PROJECT = "application/x-qgis-project"
DEFINITION = "application/x-qgis-layer-definition"
GROUP = "判定(Hantei)"
_VERSION = "3.22.0-Białowieża"


def layer_definition() -> bytes:
    """Return a .qlr with the collections, for a project that is there already."""
    root = ET.Element("qlr")
    holder = element(root, "layer-tree-group", name="", checked="Qt::Checked", expanded="1")
    _tree(holder, tiles=False)
    layers = element(root, "maplayers")
    for collection in COLLECTIONS.values():
        layers.append(map_layer(collection))
    return _bytes(root, "qgis-layer-definition")


def project() -> bytes:
    """Return a .qgs: the collections and the tiles of houses, in the city's plane system."""
    plane = parse_crs(current_app.config["HANTEI_PLANE_CRS"], "HANTEI_PLANE_CRS")
    title = f"{current_app.config['HANTEI_MUNICIPALITY_NAME']} {GROUP}"
    root = ET.Element("qgis", projectname=title, version=_VERSION)
    element(root, "title").text = title
    element(root, "projectCrs").append(reference_system(plane))
    holder = element(root, "layer-tree-group")
    _tree(holder, tiles=True)
    _canvas(root, plane)
    layers = element(root, "projectlayers")
    for collection in COLLECTIONS.values():
        layers.append(map_layer(collection))
    layers.append(tile_layer(HOUSES))
    properties = element(root, "properties")
    element(element(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    return _bytes(root, "qgis")


def _tree(holder: ET.Element, *, tiles: bool) -> None:
    """List the layers in the order of the panel: what lies on top first."""
    group = element(holder, "layer-tree-group", name=GROUP, checked="Qt::Checked", expanded="1")
    for collection in COLLECTIONS.values():
        shown = collection is HOUSES
        _leaf(group, layer_id(collection), collection.title, "OAPIF", shown=shown)
    if tiles:
        _leaf(group, f"{layer_id(HOUSES)}_tiles", f"{HOUSES.title}(タイル)", "", shown=False)


def _leaf(group: ET.Element, identifier: str, name: str, provider: str, *, shown: bool) -> None:
    element(
        group,
        "layer-tree-layer",
        id=identifier,
        name=name,
        providerKey=provider,
        checked="Qt::Checked" if shown else "Qt::Unchecked",
        expanded="1" if shown else "0",
    )


def _canvas(root: ET.Element, plane: Crs) -> None:
    """Show the city: the box of all houses in the project's system."""
    west, south, east, north = extent(HOUSES)["spatial"]["bbox"][0]
    xs, ys = in_file(plane, [west, west, east, east], [south, north, south, north])
    canvas = element(root, "mapcanvas", name="theMapCanvas")
    element(canvas, "units").text = "meters"
    box = element(canvas, "extent")
    for name, values, pick in (("x", xs, min), ("y", ys, min), ("x", xs, max), ("y", ys, max)):
        found = pick(value for value in values if value is not None)
        element(box, f"{name}{pick.__name__}").text = repr(round(found, 3))
    element(canvas, "rotation").text = "0"
    element(canvas, "destinationsrs").append(reference_system(plane))


def _bytes(root: ET.Element, kind: str) -> bytes:
    ET.indent(root, " ")
    return f"<!DOCTYPE {kind}>\n{ET.tostring(root, encoding='unicode')}\n".encode()
