"""Packed records scored with the evaluator itself, once for each different state among them."""

import numpy as np
from numpy.typing import NDArray

from scoring.errors import AnswerError
from scoring.evaluate import evaluate
from scoring.model import UNDETERMINED
from scoring.packing import Packed, unpack_answers
from scoring.states import STORED, States
from scoring.units import scaled

MISFIT = 255  # the judgement of a record whose answers fit no reading together


def score_states(
    states: States, packed: Packed, scale: int, result: np.dtype[np.void]
) -> NDArray[np.void]:
    """Result rows (total, low, high, judgement) for packed records of any table.

    Slow (a record's state takes as long as `evaluate`), but the same for every kind of rule; it is
    what lookup arrays are tested against. Raises ValueError for points that are not whole at
    this scale.
    """
    different, place = np.unique(packed, axis=0, return_inverse=True)
    rows = np.zeros(len(different), dtype=result)
    for at, words in enumerate(different):
        rows[at] = _row(states, words.astype(STORED).tobytes(), scale)
    return rows[place.ravel()]


def _row(states: States, packed: bytes, scale: int) -> tuple[int, int, int, int, bytes]:
    codes = [*(outcome.code for outcome in states.table.outcomes), UNDETERMINED]
    try:
        score = evaluate(states.table, *unpack_answers(states.table, packed))
    except AnswerError:
        return 0, 0, 0, MISFIT, b""
    low, high = scaled(score.low, scale), scaled(score.high, scale)
    return scaled(score.total, scale), low, high, codes.index(score.judgement), b""
