"""A conformance class is declared only when its abstract tests are carried out here."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.gis.conformance.abstract import SPEC, TESTED

DOCUMENT = Path(__file__).parents[3] / "docs" / "conformance.md"


def test_the_declared_classes_are_those_that_are_tested_and_written_down(visitor):
    for module in Path(__file__).parent.glob("test_*.py"):
        importlib.import_module(f"tests.gis.conformance.{module.stem}")
    declared = set(visitor.classes)

    assert declared == {name for name, tests in TESTED.items() if tests}
    assert len(declared) == len(visitor.classes) >= 25
    written = DOCUMENT.read_text()
    missing = {name for name in declared if f"`{name.removeprefix(SPEC + '/')}`" not in written}
    assert missing == set()
