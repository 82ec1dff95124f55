"""The tablet's scorer in a real Chromium, loaded from where the pages load it."""

from __future__ import annotations

import json

import pytest

from scoring.rendering import table_to_json
from tests.scoring.shipped import IDS, shipped
from tests.scoring.tablet import failure
from tests.scoring.vectors import vectors

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_kind", ["spatialite"], indirect=True),
]
COUNT = 200
SCORE = """
async ([table, rows]) => {
  const { AnswerError, compileTable, score } = await import("/static/js/scorer.js");
  const compiled = compileTable(JSON.parse(table));
  return JSON.stringify(JSON.parse(rows).map((row) => {
    try {
      return { score: score(compiled, row) };
    } catch (error) {
      return error instanceof AnswerError ? { errors: error.fields } : { crash: String(error.stack) };
    }
  }));
}
"""


def test_chromium_scores_as_the_server_does(chromium, server):
    page = chromium.new_page()
    page.goto(f"{server}/sign-in")

    for id in IDS:
        rows = list(vectors(shipped(id), COUNT, "browser"))
        sent = [json.dumps(table_to_json(shipped(id))), json.dumps(rows)]
        results = json.loads(page.evaluate(SCORE, sent))
        assert failure(rows, results) is None

    page.close()
