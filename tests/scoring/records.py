"""Packed records for tests: every state of a word, or random ones, and how the evaluator scores."""

import numpy as np
from hypothesis import strategies as st

from scoring.scan import score_states
from scoring.states import STORED, states_of

FIELDS = ("total", "low", "high", "judgement")


def at_random(table, records, seed=0, conditions=True):
    """Records with random states, those of conditions all False when not wanted."""
    states = states_of(table)
    numbers = np.random.default_rng(seed)
    rows = np.stack([numbers.integers(0, w.states, records) for w in states.words], axis=1)
    if states.conditions and not conditions:
        assert states.words[0].category is None
        rows[:, 0] = 0
    return rows.astype(STORED)


def all_of_word(table, place, most=None):
    """Records with every value of one word (at most so many, evenly taken), the others 0."""
    states = states_of(table)
    values = np.arange(states.words[place].states)
    if most is not None and len(values) > most:
        values = np.unique(np.linspace(0, len(values) - 1, most).astype(int))
    rows = np.zeros((len(values), len(states.words)), dtype=STORED)
    rows[:, place] = values
    return rows


def scalar(table, packed, like):
    """The evaluator's results for these records, in the form of `like` (a Totals)."""
    return score_states(states_of(table), packed, like.scale, like.rows.dtype)


def differing(totals, rows):
    """The places at which two sets of results differ in any field."""
    return sorted(
        {int(at) for name in FIELDS for at in np.flatnonzero(totals.rows[name] != rows[name])}
    )


def raw_answers(table):
    """Hypothesis: answers in the contract's form to some of a table's items."""
    return st.fixed_dictionaries(
        {}, optional={item.code: raw_answer(item) for item in table.items()}
    )


def raw_answer(item):
    codes = [grade.code for grade in item.grades]
    kinds = [
        st.sampled_from(["none", "na", "unknown"]),
        st.lists(st.sampled_from(codes), min_size=1, unique=True),
    ]
    if item.mode == "count":
        limits = item.measure.limits
        kinds.append(st.integers(int(limits.low), int(limits.high)).map(lambda n: {"count": n}))
    if item.mode in ("range", "formula"):
        kinds.append(st.floats(0, 2, allow_nan=False).map(lambda v: {"value": round(v, 3)}))
    return st.one_of(kinds)


def raw_conditions(table):
    codes = [known.code for known in table.conditions]
    truths = st.sampled_from([True, False, "unknown"])
    return st.fixed_dictionaries({}, optional=dict.fromkeys(codes, truths))
