"""The quick way to what a record leaves open, against the walk over sets of states."""

import random
from decimal import Decimal

import pytest

from scoring import reach
from scoring.findings import possible_choices
from scoring.interval import interval
from scoring.lattice import lattice_of
from scoring.model import UNKNOWN
from scoring.worlds import possible_worlds
from tests.scoring.generated import answer_of
from tests.scoring.random_tables import a_random_table
from tests.scoring.shipped import CONCRETE, EXTERIOR, WOODEN, shipped
from tests.scoring.small import a_category, a_table, an_item


def sparse_record(rng, table):
    """The worlds of a record of which most is unknown, and conditions are known or not."""
    answers = {
        item.code: UNKNOWN if rng.random() < 0.8 else answer_of(rng.choice(possible_choices(item)))
        for item in table.items()
        if not item.replacements  # else an answer may fit no reading
    }
    truths = {known.code: rng.choice((True, False, None)) for known in table.conditions}
    return possible_worlds(table, answers, truths)


def both_ways(monkeypatch, worlds):
    quick = interval(worlds)
    with monkeypatch.context() as patch:
        patch.setattr("scoring.interval.reach_of", lambda world, override: None)
        return quick, interval(worlds)


@pytest.mark.parametrize("id", [WOODEN, CONCRETE, EXTERIOR])
def test_both_ways_agree_on_the_national_tables(id, monkeypatch):
    table, rng = shipped(id), random.Random(id)

    for _ in range(25):
        quick, walked = both_ways(monkeypatch, sparse_record(rng, table))

        assert quick == walked


# Tables with axes, findings that are counted, sums, units, steps and conditions.
@pytest.mark.parametrize("seed", [1, 2, 5, 8, 10, 12, 15, 25, 26, 36, 37, 40, 53, 56])
def test_both_ways_agree_on_random_tables(seed, monkeypatch):
    table, rng = a_random_table(seed), random.Random(seed)
    assert lattice_of(table) is not None

    for _ in range(6):
        quick, walked = both_ways(monkeypatch, sparse_record(rng, table))

        assert quick == walked


def test_a_table_of_many_decimals_has_no_lattice_and_is_still_exact():
    points = [Decimal("0.001"), Decimal("33.333")]
    table = a_table(a_category("1", None, an_item("1-1", points)), threshold={"min": 9})

    assert lattice_of(table) is None
    assert interval(possible_worlds(table, {}, {})).open_items == ("1-1",)


def test_what_is_kept_is_bounded(monkeypatch):
    table, rng = shipped(WOODEN), random.Random(0)
    reach.memory_of(table).grounds = {}
    monkeypatch.setattr(reach, "MOST_BYTES", 100_000)

    for _ in range(60):
        interval(sparse_record(rng, table))
        (ground,) = reach.memory_of(table).grounds.values()
        assert ground.size < 100_000 + 40_000  # at most one record's patterns beyond
