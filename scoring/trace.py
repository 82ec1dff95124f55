"""The full score of one packed record: a trace rebuilt on demand, in a few look-ups.

It holds plain answers ("none" for "na" too, the grade that counts, no measured values): what was
packed. With the record's own answers (`rebuild_answers`), `evaluate` gives the stored trace itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from struct import Struct

from scoring.evaluate import evaluate
from scoring.memo import remembered
from scoring.model import RuleTable
from scoring.packing import PackedMismatchError, unpack_answers
from scoring.recall import MOST_PARTS, Reading, keep_rest, settled_parts, shelf_of
from scoring.result import Score
from scoring.states import fits_one_word, states_of


@dataclass(slots=True)
class _Traces:
    """What is known of a table's packed records: whole scores, or parts by word.

    whole: by the packed bytes, for a table of one word; readings: by the word of the conditions.
    """

    length: int
    read: Callable[[bytes], tuple[int, ...]]
    conditions: int
    split: bool
    whole: dict[bytes, Score] = field(default_factory=dict)
    readings: dict[int, Reading] = field(default_factory=dict)


@remembered
def _traces_of(table: RuleTable) -> _Traces:
    states = states_of(table)
    layout = Struct(f"<{len(states.words)}H")
    by_category = [word.category for word in states.words if word.category is not None]
    split = not fits_one_word(states) and len(by_category) == len(table.categories)
    return _Traces(layout.size, layout.unpack, int(states.conditions > 0), split)


def trace(table: RuleTable, packed: bytes) -> Score:
    """Score one packed record, with a line for every item.

    Raises PackedMismatchError for bytes that are no record of this table.
    """
    traces = _traces_of(table)
    if len(packed) != traces.length:
        raise PackedMismatchError(f"not a record of {table.id}@{table.version}")
    if not traces.split:
        return _whole(traces, table, packed)
    words = traces.read(packed)
    facts, parts = (words[0], words[1:]) if traces.conditions else (0, words)
    try:
        return traces.readings[facts].score(parts)
    except KeyError:
        return _learnt(traces, table, packed, facts, parts)


def _whole(traces: _Traces, table: RuleTable, packed: bytes) -> Score:
    """A table whose records are one word, or whose categories are in several, is kept whole."""
    if packed not in traces.whole:
        if len(traces.whole) > MOST_PARTS:
            traces.whole = {}
        traces.whole[packed] = evaluate(table, *unpack_answers(table, packed))
    return traces.whole[packed]


def _learnt(
    traces: _Traces, table: RuleTable, packed: bytes, facts: int, words: Sequence[int]
) -> Score:
    score = evaluate(table, *unpack_answers(table, packed))
    if None not in score.conditions.values():
        parts = settled_parts(shelf_of(table).judge, score)
        empty = Reading(tuple({} for _ in parts))
        reading = traces.readings.setdefault(facts, empty)
        for cache, word, part in zip(reading.parts, words, parts, strict=True):
            if part is not None:
                cache[word] = part
        keep_rest(reading, parts, score)
    return score
