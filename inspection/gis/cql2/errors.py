"""How a filter is refused, and the bounds that keep any filter cheap to read and to run."""

from __future__ import annotations

from inspection.errors import BadRequestError
from inspection.gis.errors import parameter_error

PARAMETER = "filter"
MAX_CHARACTERS = 65_536
MAX_DEPTH = 40
"""Of operators inside each other, AND within AND and OR within OR counting as one."""

MAX_NESTING = 160
"""Of parentheses in text: QGIS writes one pair more for each condition that it joins."""

MAX_CONDITIONS = 300
"""Operators in one filter: SQLite takes expressions up to 1000 deep, and AND of many is deep."""

MAX_GEOMETRIES = 30
"""In one filter: each asks up to three indexes in statements of its own."""

MAX_VALUES = 1000
"""Values of one IN."""

MAX_VERTICES = 5000
"""Positions of all geometries in one filter."""


def refuse(message: str) -> BadRequestError:
    """Return the error for a filter that is malformed or asks what cannot be asked."""
    return parameter_error(PARAMETER, message)


def too_deep() -> BadRequestError:
    """Return the error for a filter that is nested too deeply."""
    return refuse(f"入れ子が深すぎます。演算は {MAX_DEPTH} 段、括弧は {MAX_NESTING} 段までです。")
