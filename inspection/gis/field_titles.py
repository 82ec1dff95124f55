"""A collection's attributes as formats know them: Japanese titles, and what codes mean."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app

from inspection.gis.collections import Collection
from inspection.gis.formats.model import NO_LABELS, Field
from inspection.labels import METHOD_LABELS, STATUS_LABELS, STRUCTURE_LABELS
from inspection.resources import registry
from scoring.deciding import UNDETERMINED


def fields_of(collection: Collection) -> tuple[Field, ...]:
    """Return the fields of a collection's files: the feature's id, then its properties."""
    labels = _labels()
    return (
        Field("id", "uuid", "ID"),
        *(
            Field(each.name, each.kind, each.title, each.unit, labels.get(each.name, NO_LABELS))
            for each in collection.properties
        ),
    )


def _labels() -> Mapping[str, Mapping[str, str]]:
    return {
        "structure": {code: label["ja"] for code, label in STRUCTURE_LABELS.items()},
        "method": METHOD_LABELS,
        "status": STATUS_LABELS,
        "judgement": judgement_labels(),
        "ward_code": current_app.config["HANTEI_WARDS"],
        "position_source": {"photo": "写真", "inspection": "調査", "house": "家屋"},
    }


def judgement_labels() -> dict[str, str]:
    """Return what the outcomes of all rule tables are called; the latest table's word counts."""
    found: dict[str, str] = {}
    last: dict[str, str] = {}
    for table in registry().tables():
        found |= {outcome.code: outcome.label.ja for outcome in table.outcomes}
        last = {UNDETERMINED: table.outcome_label(UNDETERMINED).ja}
    return found | last
