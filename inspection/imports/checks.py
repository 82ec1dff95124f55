"""The API's own rules for a body, lent to the imports: what PUT refuses, an import refuses.

The one module here that knows the API, and through it the database.
"""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from inspection.api.houses import HouseSchema
from inspection.api.inspections import InspectionSchema, to_record

ENGLISH = {
    "Missing data for required field.": "必須の項目です。",
    "Field may not be null.": "必須の項目です。",
    "Not a valid UUID.": "UUID ではありません。",
}


class HouseCheck:
    """Checks houses as PUT /houses does; made once for many."""

    def __init__(self) -> None:
        self._schema = HouseSchema()

    def __call__(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the accepted body, as PUT would keep it. Raises ValueError with every fault."""
        try:
            accepted: dict[str, Any] = self._schema.load(body)
        except ValidationError as error:
            raise ValueError(" / ".join(messages(error.normalized_messages()))) from None
        return accepted


def messages(errors: dict[str, Any], path: str = "") -> list[str]:
    """Return marshmallow's messages as lines `field: message`."""
    lines: list[str] = []
    for name, found in errors.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(found, dict):
            lines += messages(found, here)
        else:
            lines += [f"{here}: {ENGLISH.get(text, text)}" for text in map(str, found)]
    return lines


class VisitCheck:
    """Checks visits as PUT /inspections does; made once for many."""

    def __init__(self) -> None:
        self._schema = InspectionSchema()

    def __call__(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the record of an accepted body, as PUT would keep it. Raises ValueError."""
        try:
            return to_record(self._schema.load(body))
        except ValidationError as error:
            raise ValueError(" / ".join(messages(error.normalized_messages()))) from None
