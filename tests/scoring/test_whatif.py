from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from scoring.answers import parse_answers
from scoring.batch import score_many
from scoring.counts import NotTranslatableError, count_states, translate
from scoring.evaluate import evaluate
from scoring.packing import pack_answers, read_packed, unpack_answers
from scoring.ranges import Range
from scoring.states import STORED
from scoring.whatif import compare_states, direction, what_if
from tests.scoring.records import at_random
from tests.scoring.shipped import BLOCK, EXTERIOR, WOODEN, shipped
from tests.scoring.small import a_category, a_table, an_item


def stricter(table, minimum):
    """The same table with another threshold."""
    last = replace(table.judgements[-1], bounds=Range(low=Decimal(minimum)))
    return replace(table, judgements=(*table.judgements[:-1], last))


def packed_records(table, *records):
    packed = [pack_answers(table, parse_answers(table, raw)) for raw in records]
    return read_packed(table, *packed)


def scanned(one, two, packed):
    """Moves worked out record by record with the evaluator."""
    moves = {}
    for row in packed:
        answers, conditions = unpack_answers(one, row.astype(STORED).tobytes())
        move = (
            evaluate(one, answers, conditions).judgement,
            evaluate(two, answers, conditions).judgement,
        )
        moves[move] = moves.get(move, 0) + 1
    return moves


def test_states_are_counted():
    table = shipped(EXTERIOR)
    packed = packed_records(table, {"2-2": ["i"]}, {}, {"2-2": ["i"]}, {"2-2": ["i"]})

    counted = count_states(table, packed)

    assert sorted(counted.counts) == [1, 3]
    assert counted.records == 4


@pytest.mark.parametrize("id", [WOODEN, BLOCK, EXTERIOR])
def test_counting_keeps_every_record(id):
    table = shipped(id)
    packed = np.tile(at_random(table, 50, 2), (3, 1))

    counted = count_states(table, packed)

    again = np.repeat(counted.states, counted.counts, axis=0)
    assert sorted(map(tuple, again.tolist())) == sorted(map(tuple, packed.tolist()))


@pytest.mark.parametrize("id", [WOODEN, BLOCK, EXTERIOR])
def test_what_if_by_counts_equals_a_scan_of_every_record(id):
    one = shipped(id)
    two = stricter(one, 70)
    sound = score_many(one, at_random(one, 400, 3)).judgement != 255
    packed = np.tile(at_random(one, 400, 3)[sound][:60], (2, 1))

    found = what_if(one, two, count_states(one, packed))

    assert found.moves == scanned(one, two, packed)
    assert found.records == sum(found.moves.values()) == len(packed)
    assert sum(found.before.values()) == sum(found.after.values()) == len(packed)


def test_a_crossing_worked_by_hand():
    one = a_table(a_category("1", None, an_item("a", [10, 20])), threshold={"min": 20})
    two = stricter(one, 10)
    packed = packed_records(
        one, *[{"a": ["i"]}] * 5, {"a": ["ro"]}, {"a": "none"}, {"a": "unknown"}
    )

    found = what_if(one, two, count_states(one, packed))

    assert found.crossings() == {("good", "bad"): 5}
    assert found.moves[("undetermined", "undetermined")] == 1
    assert found.before == found.after == {Decimal(0): 2, Decimal(10): 5, Decimal(20): 1}
    assert direction(two, ("good", "bad")) == 1
    assert direction(two, ("bad", "good")) == -1
    assert direction(two, ("undetermined", "good")) == 0


def test_an_item_that_is_new_is_unknown_and_one_that_is_gone_is_dropped():
    one = a_table(a_category("1", None, an_item("a", [10]), an_item("b", [5])))
    two = a_table(a_category("1", None, an_item("c", [10]), an_item("a", [10])))
    packed = packed_records(one, {"a": ["i"], "b": ["i"]})

    words, fits = translate(one, two, packed)

    assert fits.all()
    answers, _ = unpack_answers(two, words[0].tobytes())
    assert {code: answer.kind for code, answer in answers.items()} == {
        "c": "unknown",
        "a": "grades",
    }


def test_a_grade_that_is_gone_does_not_fit():
    one = a_table(a_category("1", None, an_item("a", [10, 20])))
    two = a_table(a_category("1", None, an_item("a", [10])))
    packed = packed_records(one, {"a": ["ro"]}, {"a": ["i"]})

    found = what_if(one, two, count_states(one, packed))
    compared = compare_states(one, two, packed)

    assert found.unfit == 1
    assert found.moves == {("bad", "bad"): 1}
    assert [compared.move(0), compared.move(1)] == [None, ("bad", "bad")]


def measured(split):
    grades = [(10, {"min": 1, "max": split}), (20, {"min": split + 1})]
    measure = {"label": {"ja": "数", "en": "count"}, "min": 0, "max": 9}
    return a_table(a_category("1", None, an_item("a", grades, mode="count", measure=measure)))


def test_other_bounds_of_a_count_need_the_answers_themselves():
    one, two = measured(2), measured(4)
    records = [{"a": {"count": 3}}, {"a": {"count": 1}}]
    packed, other = packed_records(one, *records), packed_records(two, *records)

    with pytest.raises(NotTranslatableError):
        translate(one, two, packed)
    compared = compare_states(stricter(one, 20), stricter(two, 20), packed, other)

    assert [compared.move(0), compared.move(1)] == [("bad", "good"), ("good", "good")]


def test_nothing_counted_moves_nothing():
    table = shipped(EXTERIOR)

    found = what_if(table, table, count_states(table, at_random(table, 0)))

    assert (found.records, found.moves, found.before) == (0, {}, {})
