"""Records of a document that are laid out in another shape on a sheet, there and back."""

from collections.abc import Mapping
from typing import Any

from scoring.spreadsheet.names import Record


def flat_modifier(record: Mapping[str, Any]) -> Record:
    """`multiply = 1.5` as an operation and its operand."""
    flat = dict(record)
    for operation in ("multiply", "add"):
        if operation in flat:
            flat |= {"operation": operation, "operand": flat.pop(operation)}
    return flat


def modifier(flat: Mapping[str, Any]) -> Record:
    """And back."""
    record = {key: flat[key] for key in flat if key not in ("operation", "operand")}
    if "operation" in flat and "operand" in flat:
        record[flat["operation"]] = flat["operand"]
    return record


def items_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every item of a document in order."""
    return [item for category in document.get("categories", []) for item in category["items"]]


def replacement_rows(document: Mapping[str, Any]) -> list[Record]:
    """Every replacement with the item (`of`) that it replaces."""
    return [
        {"of": item["code"], **found}
        for item in items_of(document)
        for found in item.get("replacements", [])
    ]


def formula_rows(document: Mapping[str, Any]) -> list[tuple[Record, Record, bool]]:
    """Every input of every formula: what it belongs to, itself, and whether it is the first."""
    found = []
    for item in items_of(document):
        formula = item.get("formula")
        if formula:
            shared = {key: formula[key] for key in formula if key != "inputs"}
            for place, one in enumerate(formula.get("inputs") or [{}]):
                found.append(({"item": item["code"], **shared}, dict(one), place == 0))
    return found
