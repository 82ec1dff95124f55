"""What the API document says of the questions: parameters, bodies and replies."""

from __future__ import annotations

from typing import Any

from inspection.gis.questions import answers
from inspection.gis.questions import arguments as read
from inspection.gis.questions.changes import CLASSES
from inspection.gis.questions.distance import MAX_DISTANCE_M
from inspection.gis.questions.hexagons import LARGEST_M, SMALLEST_M
from inspection.gis.questions.mesh import LEVELS

_TEXT = {"type": "string"}
_SELECTION = "Which houses are asked for, as below `/ogc`"
_MOMENT = "a date (the end of that day in the site's time zone) or an RFC 3339 time"
_DESCRIBED: dict[str, tuple[dict[str, Any], str]] = {
    "level": (
        {"type": "string", "enum": [level.name for level in LEVELS], "default": "3"},
        "Size of the cells: 1 (80 km), 2 (10 km), 3 (1 km), half, quarter, eighth (125 m)",
    ),
    "size_m": (
        {"type": "integer", "minimum": SMALLEST_M, "maximum": LARGEST_M, "default": 500},
        "Metres between opposite sides, in the plane rectangular zone of HANTEI_PLANE_CRS",
    ),
    "distance_m": (
        {"type": "number", "minimum": 0, "maximum": MAX_DISTANCE_M},
        "Metres on the ellipsoid; 0: inside an area",
    ),
    "crs": (
        _TEXT,
        "System of the drawing's coordinates, in the authority's axis order; left out: the "
        "file's own `crs` member, else longitude, latitude (WGS84)",
    ),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": read.MAX_LIMIT, "default": read.DEFAULT_LIMIT},
        "Houses in the list",
    ),
    "cursor": (_TEXT, "The `next_cursor` of the page before"),
    "from": (_TEXT, f"The earlier moment: {_MOMENT}"),
    "to": (_TEXT, f"The later moment: {_MOMENT}"),
    "change": (_TEXT, f"Only these classes, with commas between: {', '.join(CLASSES)}"),
}
_REQUIRED = ("distance_m", "from", "to")
_TYPES = {
    "csv": answers.CSV,
    "json": answers.JSON,
    "counts": answers.JSON,
    "geojson": answers.GEOJSON,
}


def of(question: str) -> dict[str, Any]:
    """Return the parts of a question's operation, as the API document has them."""
    forms = answers.FORMS[question]
    described = {
        **_DESCRIBED,
        "f": ({"type": "string", "enum": list(forms), "default": forms[0]}, "Form of the answer"),
    }
    content = {_TYPES[form]: {"schema": _schema(form)} for form in forms}
    document: dict[str, Any] = {
        "parameters": [
            *(_parameter(name, _TEXT, _SELECTION) for name in read.selection_names()),
            *(_parameter(name, *described[name]) for name in answers.OWN[question]),
        ],
        "responses": {"200": {"description": "The answer", "content": content}},
    }
    if question == "near":
        kinds = ("application/geo+json", "application/json")
        document["requestBody"] = {
            "required": True,
            "description": "GeoJSON of any kind, 2 MB and 10,000 positions at most",
            "content": {kind: {"schema": {"type": "object"}} for kind in kinds},
        }
    return document


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "in": "query",
        "name": name,
        "required": name in _REQUIRED,
        "schema": schema,
        "description": description,
    }


def _schema(form: str) -> dict[str, Any]:
    return _TEXT if form == "csv" else {"type": "object"}
