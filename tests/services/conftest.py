"""Callers as in the tests of the API, and rule tables that change while the application runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from inspection import published_tables
from scoring.model import Effective
from scoring.ranges import Range
from scoring.registry import Registry
from tests.api.conftest import Caller
from tests.scoring.shipped import WOODEN, registry, shipped

NEW = "2026-04-01"


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat", label="test secretariat"))


@pytest.fixture
def inspector(client, tokens):
    return Caller(client, tokens("inspector", label="test inspector"))


def publish(app, table):
    """Put a new version of the wooden table in force from 1 April 2026 on."""
    old = replace(shipped(WOODEN), effective=Effective(date(2004, 7, 1), date(2026, 4, 1)))
    others = [one for one in registry().tables() if one.id != WOODEN]
    tables = Registry([old, table, *others])
    held = published_tables.Held(tables, (0, 0))
    app.extensions[published_tables.HELD] |= {"shipped": tables, "held": held}


def next_version(minimum="90", version=NEW, **changes):
    """The wooden table with another threshold, from 1 April 2026 on."""
    table = shipped(WOODEN)
    last = replace(table.judgements[-1], bounds=Range(low=Decimal(minimum)))
    return replace(
        table,
        version=version,
        effective=Effective(date(2026, 4, 1)),
        judgements=(*table.judgements[:-1], last),
        sha256=(version + minimum).encode().hex().rjust(64, "0"),
        **changes,
    )
