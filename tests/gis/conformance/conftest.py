"""The city's server as a client sees it that starts from the landing page."""

from __future__ import annotations

import pytest

from tests.gis.conformance.service import Service


@pytest.fixture
def service(world):
    """Read with a token of the role gis; kept with its city, for what it has read once."""
    return world.__dict__.setdefault("service", Service(world.address, world.tokens["gis"]))


@pytest.fixture
def visitor(world):
    """The same without a token."""
    return world.__dict__.setdefault("visitor", Service(world.address))
