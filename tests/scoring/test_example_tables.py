"""The example tables for municipal arithmetic against cases worked by hand (cases/examples)."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from scoring.answers import parse_answers, parse_conditions
from scoring.errors import NoTableInForceError
from scoring.evaluate import evaluate
from scoring.loader import load_table
from scoring.model import TableRef
from scoring.overrides import parse_override
from scoring.registry import EXAMPLES, load_registry
from scoring.rendering import score_to_json, table_to_json
from tests.scoring.test_rule_cases import read

CASES = Path(__file__).parent / "cases" / "examples"
FILES = sorted(EXAMPLES.glob("*.toml"))
VERSION = "2026-11-25"


@cache
def with_examples():
    return load_registry(include_examples=True)


def worked_cases():
    for path in sorted(CASES.glob("*.toml")):
        document = read(path)
        for case in document["cases"]:
            yield pytest.param(document["table"], case, id=f"{path.stem}: {case['name']}")


@pytest.mark.parametrize(("id", "case"), list(worked_cases()))
def test_a_worked_case_of_an_example_table_scores_as_worked(id, case):
    table = with_examples().get(id, VERSION)
    answers = {item.code: case["others"] for item in table.items()} if "others" in case else {}

    score = evaluate(
        table,
        parse_answers(table, answers | case["answers"]),
        parse_conditions(table, case.get("conditions", {})),
        override=parse_override(table, case.get("override")),
    )

    reply, lines = score_to_json(score), {line.code: line for line in score.lines()}
    assert (score.total, score.judgement) == (case["total"], case["judgement"])
    for key in ("low", "high", "cut"):
        assert getattr(score, key) == case.get(key, getattr(score, key)), key
    for key in ("open_items", "open_conditions"):
        assert list(getattr(score, key)) == case.get(key, []), key
    assert len(score.warnings) == case.get("warnings", 0)
    assert {axis.code: axis.total for axis in score.axes} == case.get("axes", {})
    assert {line.code: line.points for line in score.modifiers} == case.get("modifiers", {})
    found = {part.code: part.points for part in score.categories}
    assert found.items() >= case.get("categories", {}).items()
    assert {code: lines[code].points for code in case.get("lines", {})} == case.get("lines", {})
    assert {code: lines[code].value for code in case.get("values", {})} == case.get("values", {})
    tests = {test["code"]: test["holds"] for test in reply.get("tests", ())}
    assert tests.items() >= case.get("tests", {}).items()
    assert reply["judgements"].items() >= case.get("judgements", {}).items()
    assert reply.get("override") == case.get("override")


def test_every_example_table_has_its_cases():
    assert [path.stem for path in FILES] == sorted(path.stem for path in CASES.glob("*.toml"))
    assert len(FILES) == 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_table_says_plainly_that_it_is_one(path):
    table = load_table(path, load_registry().get)

    assert table.id == f"example.{path.stem}"
    assert table.label.ja.startswith("例:")
    assert table.label.en.startswith("Example: ")
    assert table.source.status == "example"
    assert "どの団体にも適用されない" in table.source.note
    assert len(table.examples) >= 2


def test_example_tables_are_in_force_nowhere():
    plain, everything = load_registry(), with_examples()

    added = [table for table in everything.tables() if table not in plain.tables()]
    assert len(added) == len(FILES)
    assert all(re.fullmatch("999..", table.jurisdiction) for table in added)
    assert len({table.jurisdiction for table in added}) == len(FILES)
    with pytest.raises(NoTableInForceError):
        plain.in_force(
            structure="wooden", method="full", on=date(2026, 12, 1), jurisdiction="99901"
        )


def test_a_table_that_extends_another_is_complete_and_names_it():
    table = with_examples().get("example.school-route", VERSION)
    national = with_examples().get("jp.substandard-dwelling.wooden", "2004-07-01")

    assert table.extends == TableRef(national.id, national.version, national.sha256)
    assert [item.code for item in table.items()] == [
        *(item.code for item in national.items()),
        "9-1",
        "9-2",
    ]
    assert {category.cap for category in table.categories} == {None}
    assert table_to_json(table)["extends"] == {
        "id": national.id,
        "version": national.version,
        "sha256": national.sha256,
    }
