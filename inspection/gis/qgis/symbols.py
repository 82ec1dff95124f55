"""Symbols by judgement, told by colour and by shape alike; a photo is an arrow where it looked."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from xml.etree import ElementTree as ET

RED, NAVY, SOFT, PAPER, INK = (
    "184,28,28,255",
    "27,58,99,255",
    "92,125,166,255",
    "255,255,255,255",
    "23,28,36,255",
)
_KNOWN = {
    "substandard": ("diamond", RED, PAPER, 4.2),
    "not_substandard": ("circle", PAPER, NAVY, 3.0),
    "undetermined": ("triangle", PAPER, INK, 3.6),
}
_OTHERS = (
    ("square", RED, INK, 3.4),
    ("pentagon", SOFT, INK, 3.4),
    ("star", NAVY, PAPER, 4.2),
    ("hexagon", PAPER, NAVY, 3.4),
)
_NONE = ("cross2", SOFT, SOFT, 2.4)
_CLUSTER = ("circle", SOFT, NAVY, 5.0)
_POINTS = {"geometry": "0", "enabled": "1", "min-zoom": "-1", "max-zoom": "-1"}
NO_JUDGEMENT = "判定なし"
Sign = tuple[str, str, str, float]


def by_judgement(labels: Mapping[str, str]) -> ET.Element:
    """Return the renderer with a sign for every outcome of the rule tables, and one for none."""
    renderer = _renderer("categorizedSymbol", attr="judgement")
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    signs = _signs(labels)
    # An empty value stands for every other one, and for none.
    for place, (code, label) in enumerate([*labels.items(), ("", NO_JUDGEMENT)]):
        category = {"symbol": str(place), "value": code, "label": label, "render": "true"}
        ET.SubElement(categories, "category", {**category, "type": "string"})
        symbols.append(_symbol(str(place), signs.get(code, _NONE)))
    return renderer


def by_direction() -> ET.Element:
    """Return the renderer of photos: an arrow turned to where the camera looked."""
    renderer = _renderer("singleSymbol")
    symbol = _symbol("0", ("arrow", NAVY, NAVY, 5.0))
    (layer,) = symbol.findall("layer")
    defined = ET.SubElement(layer, "data_defined_properties")
    options = ET.SubElement(defined, "Option", type="Map")
    ET.SubElement(options, "Option", type="QString", name="name", value="")
    properties = ET.SubElement(options, "Option", type="Map", name="properties")
    angle = ET.SubElement(properties, "Option", type="Map", name="angle")
    ET.SubElement(angle, "Option", type="bool", name="active", value="true")
    ET.SubElement(angle, "Option", type="QString", name="field", value="direction_deg")
    ET.SubElement(angle, "Option", type="int", name="type", value="2")
    ET.SubElement(options, "Option", type="QString", name="type", value="collection")
    ET.SubElement(renderer, "symbols").append(symbol)
    return renderer


def of_tiles(labels: Mapping[str, str], source_layer: str) -> list[ET.Element]:
    """Return renderer and labels of vector tiles: clusters as discs, single points by judgement."""
    renderer = ET.Element("renderer", type="basic")
    styles = ET.SubElement(renderer, "styles")
    alone = 'coalesce("count", 1) = 1'
    named = ", ".join(_quoted(code) for code in labels)
    signs: list[tuple[str, str, Sign]] = [
        ("まとまり", '"count" > 1', _CLUSTER),
        (NO_JUDGEMENT, f"{alone} and coalesce(\"judgement\", '') not in ({named})", _NONE),
    ]
    for code, sign in _signs(labels).items():
        signs.append((labels[code], f'{alone} and "judgement" = {_quoted(code)}', sign))
    for name, expression, sign in signs:
        style = {"name": name, "layer": source_layer, "expression": expression, **_POINTS}
        symbols = ET.SubElement(ET.SubElement(styles, "style", style), "symbols")
        symbols.append(_symbol("0", sign))
    labelling = ET.Element("labeling", type="basic")
    ET.SubElement(labelling, "styles")
    return [renderer, labelling]


def _quoted(code: str) -> str:
    return "'" + code.replace("'", "''") + "'"


def _signs(labels: Mapping[str, str]) -> dict[str, Sign]:
    others = cycle(_OTHERS)
    return {code: _KNOWN.get(code) or next(others) for code in labels}


def _renderer(kind: str, **attributes: str) -> ET.Element:
    return ET.Element(
        "renderer-v2", type=kind, forceraster="0", symbollevels="0", enableorderby="0", **attributes
    )


def _symbol(name: str, sign: Sign) -> ET.Element:
    shape, fill, rim, size = sign
    symbol = ET.Element("symbol", type="marker", name=name, alpha="1", clip_to_extent="1")
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleMarker", "enabled": "1", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    values = {
        "name": shape,
        "color": fill,
        "outline_color": rim,
        "outline_width": "0.5",
        "outline_width_unit": "MM",
        "size": str(size),
        "size_unit": "MM",
        "outline_style": "solid",
        "scale_method": "diameter",
        "angle": "0",
    }
    for key, value in values.items():
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
        ET.SubElement(layer, "prop", k=key, v=value)  # what QGIS before 3.20 reads
    return symbol
