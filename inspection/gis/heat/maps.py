"""What the page's map of the houses is given to show heat tiles: hidden layers, and a legend."""

from __future__ import annotations

from typing import Any

from inspection.gis.collections import HOUSES, Collection
from inspection.gis.heat.sizes import SHAPES
from inspection.gis.heat.style import DEFAULT_FILL, FILLS, Fill, colour, layers
from inspection.gis.heat.tilesets import tilejson_address
from inspection.gis.views import blueprint


@blueprint.app_template_global()
def heat_shapes() -> dict[str, str]:
    """Return the shapes of cells with their names."""
    return SHAPES


@blueprint.app_template_global()
def heat_fills() -> dict[str, Fill]:
    """Return the ways to fill, for the choice and the legend."""
    return FILLS


@blueprint.app_template_global()
def with_heat(collection: Collection, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return a map of tiles with hidden layers of cells, where the collection has any.

    static/ogc-heat.js shows them.
    """
    if collection is not HOUSES:
        return drawn
    style = drawn["style"]
    sources, below = dict(style["sources"]), []
    for shape in SHAPES:
        source = f"heat-{shape}"
        sources[source] = {"type": "vector", "url": tilejson_address(shape)}
        for layer in layers(source, f"{shape}-", FILLS[DEFAULT_FILL]):
            below.append({**layer, "layout": {"visibility": "none"}})
    first, *others = style["layers"]
    shown = {**style, "sources": sources, "layers": [first, *below, *others]}
    colours = {name: colour(fill) for name, fill in FILLS.items()}
    return {**drawn, "style": shown, "heat": {"shapes": list(SHAPES), "colours": colours}}
