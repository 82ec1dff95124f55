"""A part of the demo data, with every status and all four tables; each picture drawn once a run."""

import functools

import pytest

from inspection.demo import load, pictures
from inspection.demo.photos import draw_photo

CODES = (
    "R8-003",  # exterior in 2025, full in 2026, deferred, scheduled again
    "R8-010",  # reinforced concrete, scheduled
    "R8-012",  # returned
    "R8-013",  # decided: not approved
    "R8-015",  # concrete block with timber frames, scheduled
    "R8-016",  # submitted, undetermined
    "R8-017",  # draft
    "R8-018",  # a photo is missing
    "R8-020",  # three revisions
)

draw_once = functools.cache(draw_photo)


@pytest.fixture
def load_part(app, monkeypatch):
    """Load the part: `load_part()`; `load_part(codes)` loads other houses."""
    monkeypatch.setattr(pictures, "draw_photo", draw_once)

    def run(codes=CODES, progress=lambda done, total: None):
        with app.app_context():
            return load.load_demo(progress, only=codes, processes=0)

    return run


@pytest.fixture
def loaded(app, load_part):
    """The application with the part loaded."""
    load_part()
    return app
