"""A built pack, once a session: most tests only read it."""

import pytest

from inspection.packs import build_document
from tests.packs import factories


@pytest.fixture(scope="session")
def pack(tmp_path_factory):
    """(path, snapshot, files, report) of a closed pack of three cases with eight photos each."""
    snapshot, files = factories.a_snapshot(cases=3, photos=8)
    path = tmp_path_factory.mktemp("packs") / "pack.pdf"
    report = build_document(snapshot, files.__getitem__, path)
    return path, snapshot, files, report


@pytest.fixture
def build(tmp_path):
    """Build a snapshot: `build(snapshot, files)` gives (path, report)."""

    def build_it(snapshot, files=None, **options):
        path = tmp_path / "pack.pdf"
        report = build_document(snapshot, (files or {}).__getitem__, path, **options)
        return path, report

    return build_it
