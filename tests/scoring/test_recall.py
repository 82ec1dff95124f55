"""A score put together from known parts is the one that the evaluator makes."""

import random
from dataclasses import replace

import pytest

from scoring import recall
from scoring.answers import parse_answers
from scoring.errors import AnswerError
from scoring.evaluate import _evaluate, evaluate
from scoring.model import NONE, Answer
from scoring.packing import PackedMismatchError, pack_answers, unpack_answers
from scoring.registry import load_registry
from scoring.trace import trace
from tests.scoring.shipped import BLOCK, EXTERIOR, WOODEN, shipped

TABLES = load_registry(include_examples=True).tables()


def records(table, seed, number=150):
    """Complete records of which many parts recur; some with an unknown item or condition."""
    numbers = random.Random(seed)
    for _ in range(number):
        raw = {}
        for item in table.items():
            choices = ["none", "none", "na"]
            choices += [[grade.code] for grade in item.grades]
            choices += [{"count": count} for count in (0, 1, 2)] if item.mode == "count" else []
            raw[item.code] = numbers.choice(choices)
        if numbers.random() < 0.1:
            raw[numbers.choice(list(raw))] = "unknown"
        truths = (True, False, True, False, None)
        facts = {known.code: numbers.choice(truths) for known in table.conditions}
        try:
            yield parse_answers(table, raw), facts
        except AnswerError:
            continue


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.id}@{table.version}")
def test_known_parts_make_the_same_score(table):
    table = replace(table)  # with a memory of its own
    assembled = 0

    for answers, facts in records(table, 5):
        try:
            made = _evaluate(table, answers, facts, None, None)
        except AnswerError:
            with pytest.raises(AnswerError):
                evaluate(table, answers, facts)
            continue
        assert evaluate(table, answers, facts) == made
        again = recall.recall(table, answers, facts)
        assert again is None or again == made
        assembled += again is not None

    assert assembled > 0


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.id}@{table.version}")
def test_the_trace_of_a_packed_record_is_that_of_its_plain_answers(table):
    table = replace(table)

    for answers, facts in records(table, 9, 60):
        try:
            packed = pack_answers(table, answers, facts)
        except AnswerError:
            continue
        plain, truths = unpack_answers(table, packed)
        made = _evaluate(table, plain, truths, None, None)
        assert trace(table, packed) == made
        assert trace(table, packed) == made


def test_equal_answers_are_known_whichever_object_holds_them():
    table = replace(shipped(WOODEN))
    answers = dict.fromkeys((item.code for item in table.items()), NONE)
    evaluate(table, answers | {"2-2": Answer("grades", grades=("ro",))})

    again = recall.recall(table, answers | {"2-2": Answer("grades", grades=("ro",))}, None)

    assert again is not None
    assert again.total == 50


def test_what_is_refused_is_refused_again():
    table = replace(shipped(WOODEN))
    answers = dict.fromkeys((item.code for item in table.items()), NONE)
    evaluate(table, answers)

    for wrong in (answers | {"9-9": NONE}, {**answers, "2-2": Answer("grades", grades=("x",))}):
        for _ in range(2):
            with pytest.raises(AnswerError):
                evaluate(table, wrong)
    with pytest.raises(AnswerError):
        evaluate(table, answers, structure="reinforced_concrete")
    with pytest.raises(AnswerError):
        evaluate(table, answers, {"x": True})


def test_a_full_memory_is_emptied_and_learns_anew(monkeypatch):
    monkeypatch.setattr(recall, "MOST_PARTS", 20)
    table = replace(shipped(BLOCK))

    for answers, facts in records(table, 3, 40):
        try:
            made = _evaluate(table, answers, facts, None, None)
        except AnswerError:
            continue
        assert evaluate(table, answers, facts) == made
        assert recall.shelf_of(table).memory.known <= 20 + len(table.categories)


def test_bytes_of_another_table_have_no_trace():
    with pytest.raises(PackedMismatchError):
        trace(shipped(WOODEN), pack_answers(shipped(EXTERIOR), {}))
