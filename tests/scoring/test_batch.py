"""Batch against the evaluator on every state, and both against cases worked by hand."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import lookup
from scoring.answers import parse_answers, parse_conditions
from scoring.batch import compiled, score_many
from scoring.packing import PackedMismatchError, pack_answers, read_packed
from scoring.registry import load_registry
from scoring.scan import MISFIT
from scoring.states import STORED, states_of
from tests.scoring.records import all_of_word, at_random, differing, scalar
from tests.scoring.shipped import BLOCK, EXTERIOR, IDS, VERSION, WOODEN, registry, shipped
from tests.scoring.small import a_category, a_table, an_item, label
from tests.scoring.test_rule_cases import worked_cases

TABLES = load_registry(include_examples=True).tables()
SMALL = [table for table in TABLES if states_of(table).count <= 65_536]
MOST = 1500  # states of one category that are compared, where there are more


def batch(table, raw, conditions=None, others=None):
    if others is not None:
        raw = {item.code: others for item in table.items()} | raw
    answers = parse_answers(table, raw)
    packed = pack_answers(table, answers, parse_conditions(table, conditions or {}))
    return score_many(table, read_packed(table, packed))


def test_the_exterior_table_is_among_those_compared_state_by_state():
    assert EXTERIOR in {table.id for table in SMALL}
    assert len(SMALL) >= 8  # with the worked examples of municipal rules


@pytest.mark.slow
@pytest.mark.parametrize("table", SMALL, ids=lambda table: f"{table.id}@{table.version}")
def test_scalar_and_batch_agree_on_every_state(table):
    packed = all_of_word(table, 0)

    totals = score_many(table, np.tile(packed, (2, 1)))  # more records than states: one array

    assert len(packed) == states_of(table).count
    assert (totals.rows[len(packed) :] == totals.rows[: len(packed)]).all()
    totals = replace(totals, rows=totals.rows[: len(packed)])
    assert differing(totals, scalar(table, packed, totals)) == []


@pytest.mark.parametrize("id", [id for id in IDS if id != EXTERIOR])
def test_scalar_and_batch_agree_on_the_states_of_each_category(id):
    table = shipped(id)
    packed = np.concatenate(
        [all_of_word(table, place, MOST) for place in range(len(states_of(table).words))]
    )

    totals = score_many(table, packed)

    assert compiled(table).dense
    assert differing(totals, scalar(table, packed, totals)) == []


@pytest.mark.parametrize("id", IDS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_scalar_and_batch_agree_on_random_records(id, seed):
    table = shipped(id)
    packed = at_random(table, 10, seed)

    totals = score_many(table, packed)

    assert differing(totals, scalar(table, packed, totals)) == []


@pytest.mark.parametrize("policy", ["interval", "zero", "worst"])
@pytest.mark.parametrize("id", [BLOCK, EXTERIOR])
def test_scalar_and_batch_agree_under_every_policy_for_unknown_items(id, policy):
    table = replace(shipped(id), unknown=policy)
    packed = at_random(table, 150, 7)

    totals = score_many(table, packed)

    assert compiled(table).dense
    assert differing(totals, scalar(table, packed, totals)) == []


@pytest.mark.parametrize(("id", "case"), list(worked_cases()))
def test_a_case_worked_by_hand_scores_as_worked(id, case):
    totals = batch(shipped(id), case["answers"], case.get("conditions"), case.get("others"))

    assert totals.points(totals.total[0]) == case["total"]
    assert totals.code(totals.judgement[0]) == case["judgement"]
    for key, found in (("low", totals.low), ("high", totals.high)):
        assert totals.points(found[0]) == case.get(key, totals.points(found[0]))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.id}@{table.version}")
def test_the_worked_examples_of_every_table_score_as_worked(table):
    worked = [example for example in table.examples if example.override is None]

    packed = [pack_answers(table, one.answers, one.conditions) for one in worked]
    totals = score_many(table, read_packed(table, *packed))

    assert worked
    for at, example in enumerate(worked):
        assert totals.points(totals.total[at]) == example.total
        assert totals.code(totals.judgement[at]) == example.judgement
        assert example.low in (None, totals.points(totals.low[at]))
        assert example.high in (None, totals.points(totals.high[at]))


ROUTE = {"code": "route", "label": label("通学路"), "default": False}
TIMES = {
    "code": "times", "label": label("倍"), "source": "試験", "multiply": Decimal("1.5"), "when": "route",
}  # fmt: skip
PLUS = {"code": "plus", "label": label("加算"), "source": "試験", "add": Decimal("0.25")}


def a_modified_table(**more):
    items = an_item("a", [Decimal("2.5"), Decimal("7.5")]), an_item("b", [5])
    return a_table(
        a_category("1", 10, *items),
        conditions=[ROUTE],
        modifiers=[TIMES, PLUS],
        examples=[
            {"answers": {}, "others": "none", "total": Decimal("0.25"), "judgement": "good"},
        ],
        **more,
    )


@pytest.mark.parametrize(
    ("answers", "route", "total", "low", "high", "judgement"),
    [  # by hand: min(sum, 10), then 1.5 times on a school route, then 0.25 more; bad from 10 on
        ({"a": ["ro"], "b": ["i"]}, False, "10.25", "10.25", "10.25", "bad"),
        ({"a": ["ro"], "b": "none"}, True, "11.5", "11.5", "11.5", "bad"),
        ({"a": ["i"], "b": "none"}, True, "4", "4", "4", "good"),
        ({"a": ["ro"], "b": "none"}, "unknown", "7.75", "7.75", "11.5", "undetermined"),
        ({"a": "unknown", "b": ["i"]}, True, "7.75", "7.75", "15.25", "undetermined"),
        ({"a": "unknown", "b": "none"}, False, "0.25", "0.25", "7.75", "good"),
    ],
)
def test_modifiers_and_decimals_are_exact(answers, route, total, low, high, judgement):
    totals = batch(a_modified_table(), answers, {"route": route})

    found = [totals.points(one[0]) for one in (totals.total, totals.low, totals.high)]
    assert found == [Decimal(total), Decimal(low), Decimal(high)]
    assert totals.code(totals.judgement[0]) == judgement


def test_every_state_of_a_modified_table_agrees():
    table = a_modified_table()
    packed = all_of_word(table, 0)

    totals = score_many(table, packed)

    assert (len(packed), totals.scale) == (3 * 4 * 3, 100)
    assert differing(totals, scalar(table, packed, totals)) == []


def wide_category(code, items):
    return a_category(code, 45, *(an_item(f"{code}-{n}", [5, 10, 25]) for n in range(items)))


def test_a_category_beyond_one_word_is_split_and_capped_as_a_whole():
    table = a_table(wide_category("1", 9), wide_category("2", 2), threshold={"min": 60})
    states = states_of(table)
    packed = at_random(table, 200, 11)

    totals = score_many(table, packed)

    assert [word.category for word in states.words] == [0, 0, 1]  # 5^6, 5^3 and 5^2 states
    assert differing(totals, scalar(table, packed, totals)) == []
    every = batch(table, {f"1-{n}": ["ha"] for n in range(9)}, others="none")
    assert every.points(every.total[0]) == 45


def test_a_table_beyond_the_arrays_is_scored_state_by_state(monkeypatch):
    table = replace(shipped(WOODEN))
    monkeypatch.setattr(lookup, "MOST_SUMS", 10)
    packed = at_random(table, 30, 5)

    totals = score_many(table, packed)

    assert not compiled(table).dense
    assert differing(score_many(shipped(WOODEN), packed), totals.rows) == []


def test_a_rule_that_the_arrays_have_not_heard_of_is_not_compiled():
    table = shipped(EXTERIOR)
    first = replace(table.categories[0], axis="surroundings")

    assert lookup.largest_total(states_of(table)) == 185
    other = replace(table, categories=(first, *table.categories[1:]))
    assert lookup.largest_total(states_of(other)) is None


def test_answers_that_fit_no_reading_together_are_marked():
    table = shipped(BLOCK)
    row = read_packed(table, pack_answers(table, parse_answers(table, {"2-1": ["ha"]}))).copy()
    row[0, 0] = 1  # the first condition true: a timber floor, which has no grade ハ

    totals = score_many(table, row)

    assert totals.judgement[0] == MISFIT
    assert totals.code(totals.judgement[0]) is None


def test_words_that_no_state_has_are_refused():
    table = shipped(EXTERIOR)

    with pytest.raises(PackedMismatchError):
        score_many(table, np.array([[43_200]], dtype=STORED))
    with pytest.raises(PackedMismatchError):
        score_many(table, np.zeros((1, 2), dtype=STORED))


def test_no_records_give_no_results():
    table = registry().get(WOODEN, VERSION)

    assert len(score_many(table, at_random(table, 0)).rows) == 0


def test_records_beyond_one_chunk_keep_their_order():
    table = shipped(WOODEN)
    few = at_random(table, 1000, 1)

    totals = score_many(table, np.tile(few, (200, 1)))

    assert (totals.total.reshape(200, 1000) == score_many(table, few).total).all()
