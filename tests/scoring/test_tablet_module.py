"""What the tablet's scorer promises beside equal scores: loud refusals, speed, no other module."""

import json
import re
import subprocess
from copy import deepcopy

import pytest

from scoring.rendering import table_to_json
from tests.scoring.shipped import BLOCK, CONCRETE, WOODEN, shipped
from tests.scoring.tablet import JS, MODULES, copy_scorer, node

NEW = {"code": "new", "label": {"ja": "新", "en": "new"}}
UNKNOWN_FEATURES = {
    "schema": lambda table: table.update(schema="hantei-rule-table/2"),
    "key of a table": lambda table: table.update(rounding="half_up"),
    "policy": lambda table: table.update(unknown="mean"),
    "key of a category": lambda table: table["categories"][0].update(floor=10),
    "mode": lambda table: table["categories"][0]["items"][0].update(mode="median"),
    "key of an item": lambda table: table["categories"][0]["items"][0].update(weight=2),
    "key of a grade": lambda table: table["categories"][0]["items"][0]["grades"][0].update(bonus=5),
    "finer points": lambda table: table["categories"][0]["items"][0]["grades"][0].update(
        points=0.00005
    ),
    "step": lambda table: table["modifiers"].append(NEW | {"source": "試験", "divide": 2}),
    "kind of judgement": lambda table: table["judgements"][0].update(kind="majority"),
    "key of a judgement": lambda table: table["judgements"][0].update(unless="c1"),
    "key of a condition": lambda table: table["conditions"][0].update(source="試験"),
    "key of a borrowed item": lambda table: table["categories"][1]["items"][5]["replacements"][0][
        "resolved"
    ].update(weight=2),
    "range of a formula": lambda table: table["categories"][1]["items"][5].update(
        formula={"text": "A ** 2", "inputs": [], "undefined": NEW["label"], "note": None}
    ),
}


PREAMBLE = """
import { readFileSync } from "node:fs";
import * as scorer from "./scorer.js";
const given = JSON.parse(readFileSync(0, "utf-8"));
"""


def in_node(folder, code, given):
    """What a script prints as JSON; it has `given` and all that scorer.js exports."""
    copy_scorer(folder)
    script = folder / "script.mjs"
    script.write_text(PREAMBLE + code, encoding="utf-8")
    done = subprocess.run(
        [node(), script], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


REFUSALS = """
const refused = (table) => {
  try {
    scorer.compileTable(table);
    return null;
  } catch (error) {
    return [error instanceof scorer.UnsupportedTableError, error.message];
  }
};
console.log(JSON.stringify(given.map(refused)));
"""


def test_a_table_feature_that_the_module_does_not_know_is_refused(tmp_path):
    tables = []
    for change in UNKNOWN_FEATURES.values():
        tables.append(deepcopy(table_to_json(shipped(BLOCK))))
        change(tables[-1])

    results = in_node(tmp_path, REFUSALS, [table_to_json(shipped(BLOCK)), *tables])

    assert results[0] is None
    for name, result in zip(UNKNOWN_FEATURES, results[1:], strict=True):
        assert result is not None, f"{name} was accepted"
        assert result[0], f"{name}: {result[1]}"
        assert "この端末では使えない評点表です" in result[1]


ERRORS = """
const table = scorer.compileTable(given);
const errors = [NaN, -Infinity, undefined].map((value) => {
  try {
    return scorer.score(table, { answers: { "1-3": { value } } });
  } catch (error) {
    return error.errors;
  }
});
console.log(JSON.stringify(errors));
"""


def test_numbers_that_are_none_are_refused_by_item_code(tmp_path):
    results = in_node(tmp_path, ERRORS, table_to_json(shipped(CONCRETE)))

    assert results == [
        {"1-3": [f"{found} は数値ではありません"]} for found in ("nan", "-inf", "None")
    ]


SPEED = """
const tables = given.map(scorer.compileTable);
const used = tables.map((table) => {
  for (let at = 0; at < 30; at += 1) scorer.score(table);
  const before = process.cpuUsage();
  for (let at = 0; at < 100; at += 1) scorer.score(table);
  const spent = process.cpuUsage(before);
  return (spent.user + spent.system) / 1000 / 100;
});
console.log(JSON.stringify(used));
"""


def test_a_score_with_nothing_observed_takes_under_5_ms_of_processor_time(tmp_path):
    tables = [table_to_json(shipped(id)) for id in (WOODEN, CONCRETE, BLOCK)]

    used_ms = in_node(tmp_path, SPEED, tables)

    assert max(used_ms) < 5


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_its_neighbours_and_asks_nothing_of_page_or_network(name):
    text = (JS / "scorer" / name).read_text(encoding="utf-8")

    for imported in re.findall(r'^import .* from "(.*)";$', text, re.MULTILINE):
        assert imported.removeprefix("./") in MODULES
    assert not re.search(
        r"\b(fetch|window|document|self|process|require|eval|Function)\b\s*[.(]", text
    )
    assert len(text.splitlines()) <= 300
