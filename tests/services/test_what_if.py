"""Who would cross under another table: by command and by HTTP, on both databases."""

from __future__ import annotations

import json

import pytest

from inspection.extensions import db
from inspection.services.what_if import what_if_houses
from scoring.evaluate import evaluate
from tests.api.conftest import Caller
from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_visit
from tests.scoring.shipped import BLOCK, VERSION, WOODEN, shipped
from tests.services.conftest import NEW, next_version, publish

OLD = {"id": WOODEN, "version": VERSION}
LATER = {"id": WOODEN, "version": NEW}
EARLY = {"inspected_at": "2026-03-01T10:00:00+09:00"}
"""Before the new version: these visits stay under the old one."""


def answers(**found):
    return {item.code: "none" for item in shipped(WOODEN).items()} | found


NINETY = answers(**{"2-2": ["ro"], "2-3": ["ro"], "2-4": ["i"]})
HUNDRED = answers(**{"2-2": ["ha"]})
TEN = answers(**{"6-2": ["i"]})


@pytest.fixture
def houses(app, secretariat):
    """Case numbers of confirmed houses with 90, 90, 100 and 10 points, and a draft with 90."""
    publish(app, next_version())
    for code, found, ward in (
        ("K-1", NINETY, "401064"),
        ("K-2", NINETY, "401030"),
        ("K-3", HUNDRED, "401064"),
        ("K-4", TEN, "401064"),
    ):
        house = a_kept_house(secretariat, code=code, ward_code=ward)
        a_confirmed_visit(secretariat, house, answers=found, notes={}, **EARLY)
    a_kept_visit(secretariat, answers=NINETY, notes={}, **EARLY)
    return ["K-1", "K-2", "K-3", "K-4"]


def ask(caller, body=None):
    return caller.post("/rule-tables/what-if", json=body or {"from": OLD, "to": LATER})


def test_the_houses_that_would_cross_are_counted_and_named(secretariat, houses):
    reply = ask(secretariat)

    assert reply.status_code == 200, reply.text
    answer = reply.json
    assert (answer["houses"], answer["unscored"]) == (4, 0)
    assert (answer["graver"], answer["lighter"]) == (2, 0)
    [crossing] = answer["crossings"]
    assert crossing == {
        "before": "not_substandard",
        "after": "substandard",
        "houses": 2,
        "codes": ["K-1", "K-2"],
    }
    assert [(ward["ward_code"], ward["moves"][0]["houses"]) for ward in answer["by_ward"]] == [
        ("401030", 1),
        ("401064", 1),
    ]
    assert answer["totals"]["from"] == answer["totals"]["to"]
    assert answer["totals"]["from"] == [
        {"total": 10.0, "houses": 1},
        {"total": 90.0, "houses": 2},
        {"total": 100.0, "houses": 1},
    ]
    assert answer["to"]["version"] == NEW


def test_counting_agrees_with_scoring_each_house(app, secretariat, houses):
    one, two = shipped(WOODEN), next_version("10")

    with app.app_context():
        found = what_if_houses(one, two)
        db.session.remove()

    from scoring.answers import parse_answers

    moves = {}
    for raw in (NINETY, NINETY, HUNDRED, TEN):
        parsed = parse_answers(one, raw)
        move = evaluate(one, parsed).judgement, evaluate(two, parsed).judgement
        moves[move] = moves.get(move, 0) + 1
    assert found.totals.moves == moves


def test_another_table_altogether_is_scored_from_the_answers(app, secretariat, houses):
    with app.app_context():
        found = what_if_houses(shipped(WOODEN), shipped(BLOCK))
        db.session.remove()

    # Under the block table 2-2 ハ is 40 points and 2-3 ロ 15: nobody reaches 100, all is seen but
    # what only that table has (1-7, 1-8, 2-5, 2-6), which is unknown.
    assert found.houses == 4
    assert found.graver == 0
    assert set(found.totals.moves) <= {
        ("substandard", "undetermined"),
        ("substandard", "not_substandard"),
        ("not_substandard", "undetermined"),
        ("not_substandard", "not_substandard"),
    }


def test_only_secretariat_and_admin_may_ask(client, tokens, houses):
    statuses = {
        role: ask(Caller(client, tokens(role))).status_code
        for role in ("inspector", "committee", "gis", "secretariat", "admin")
    }

    assert statuses == {
        "inspector": 403,
        "committee": 403,
        "gis": 403,
        "secretariat": 200,
        "admin": 200,
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"from": OLD},
        {"from": OLD, "to": {"id": WOODEN}},
        {"from": OLD, "to": {"id": WOODEN, "version": "1900-01-01"}},
        {"from": OLD, "to": OLD, "more": 1},
    ],
)
def test_a_faulty_body_is_422(secretariat, body):
    reply = secretariat.post("/rule-tables/what-if", json=body)

    assert reply.status_code == 422
    assert reply.json["errors"]


def test_the_command_says_the_same(app, houses, secretariat):
    reference = [f"{WOODEN}@{VERSION}", f"{WOODEN}@{NEW}"]

    text = app.test_cli_runner().invoke(args=["rules", "what-if", *reference])
    data = app.test_cli_runner().invoke(args=["rules", "what-if", *reference, "--json"])

    assert text.exit_code == 0, text.output
    assert "4 houses: 2 cross to a graver outcome, 0 to a lighter one" in text.output
    assert "not_substandard -> substandard: 2 (K-1, K-2)" in text.output
    assert json.loads(data.output) == ask(secretariat).json


def test_the_command_tells_the_differences(app):
    publish(app, next_version())

    reply = app.test_cli_runner().invoke(
        args=["rules", "diff", f"{WOODEN}@{VERSION}", f"{WOODEN}@{NEW}"]
    )

    assert reply.exit_code == 0, reply.output
    assert "判定 substandard 以上: 100 → 90" in reply.output


def test_the_command_reads_a_file(app):
    path = "scoring/tables/wooden-2004-07-01.toml"

    reply = app.test_cli_runner().invoke(args=["rules", "diff", f"{WOODEN}@{VERSION}", path])
    missing = app.test_cli_runner().invoke(args=["rules", "diff", "nothing.toml", path])

    assert (reply.exit_code, reply.output) == (0, "違いはありません\n")
    assert missing.exit_code == 1
    assert "neither ID@VERSION nor a .toml file" in missing.output
