"""A conformance class is declared only when its abstract tests are carried out here."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.gis.conformance.abstract import FEATURES_1, FEATURES_2, TESTED

WANTED = (
    *(f"{FEATURES_1}/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{FEATURES_2}/crs",
)


def test_every_declared_class_has_tests(visitor):
    for module in Path(__file__).parent.glob("test_*.py"):
        importlib.import_module(f"tests.gis.conformance.{module.stem}")

    assert {name for name in visitor.classes if not TESTED.get(name)} == set()
    assert set(WANTED) <= set(visitor.classes)
    assert len(visitor.classes) == len(set(visitor.classes))
