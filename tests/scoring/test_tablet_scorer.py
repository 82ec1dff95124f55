"""The tablet's scorer against Python: the same JSON for thousands of records of every table."""

import os
import tomllib

import pytest

from scoring.registry import EXAMPLES, load_registry
from tests.scoring.random_tables import a_random_table
from tests.scoring.shipped import IDS, shipped
from tests.scoring.tablet import copy_scorer, failure, run
from tests.scoring.vectors import vectors

COUNT = int(os.environ.get("HANTEI_VECTORS", "2000"))
SEED = os.environ.get("HANTEI_VECTORS_SEED", "1")


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    return copy_scorer(tmp_path_factory.mktemp("scorer"))


@pytest.mark.parametrize("id", IDS)
def test_the_tablet_scores_a_shipped_table_as_the_server_does(id, scorer, tmp_path):
    rows = list(vectors(shipped(id), COUNT, SEED))

    results = run(scorer, shipped(id), rows, tmp_path)

    assert sum("score" in row for row in rows) > 0.8 * COUNT
    assert sum("errors" in row for row in rows) > 0.05 * COUNT
    assert failure(rows, results) is None


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_the_tablet_scores_an_example_table_as_the_server_does(name, scorer, tmp_path):
    document = tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    table = load_registry(include_examples=True).get(document["id"], document["version"])
    rows = list(vectors(table, COUNT, SEED))

    results = run(scorer, table, rows, tmp_path)

    assert failure(rows, results) is None


@pytest.mark.parametrize("number", range(60))
def test_the_tablet_scores_a_random_table_as_the_server_does(number, scorer, tmp_path):
    table = a_random_table(f"{SEED} {number}", plain=number < 15)
    rows = list(vectors(table, COUNT // 40, SEED))

    results = run(scorer, table, rows, tmp_path)

    assert failure(rows, results) is None
