"""How a property's value reads on a page: labels for codes, local time, whole numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app

from inspection.gis.collections import Property
from inspection.labels import METHOD_LABELS, STATUS_LABELS, STRUCTURE_LABELS
from inspection.numbers import plain

_LABELS: dict[str, dict[str, str]] = {
    "structure": {code: label["ja"] for code, label in STRUCTURE_LABELS.items()},
    "method": METHOD_LABELS,
    "status": STATUS_LABELS,
    "position_source": {"photo": "写真", "inspection": "調査", "house": "家屋"},
}


def shown(item: Property, value: Any) -> Any:
    """Return what a page shows for a value from a feature; None stays None."""
    if value is None:
        return None
    if item.kind == "instant":
        local = datetime.fromisoformat(value).astimezone(current_app.config["HANTEI_TIME_ZONE"])
        return f"{local:%Y-%m-%d %H:%M}"
    if item.kind == "number":
        return plain(value)
    return _LABELS.get(item.name, {}).get(value, value)
