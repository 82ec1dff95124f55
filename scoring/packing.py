"""Answers packed into the states that count, many records at a time or one, and back.

Packed words say what counts for points and judgement; they do not hold how it was said ("none" or
"na", a lesser grade beside the one that counts, a measured value). `rebuild_answers` takes that
from the record's own answers, so that its trace is equal to the stored one.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scoring.answers import unknown_condition, unknown_item
from scoring.errors import AnswerError, ScoringError
from scoring.model import UNKNOWN, Answer, RuleTable, Truth
from scoring.states import STORED, TRUTHS, States, Word, states_of
from scoring.worlds import possible_worlds

Packed = NDArray[np.uint16]
Digits = NDArray[np.int64]


class PackedMismatchError(ScoringError):
    """Packed words and a record's answers are not of the same record, or of another table."""


def pack_answers(
    table: RuleTable, answers: Mapping[str, Answer], conditions: Mapping[str, Truth] | None = None
) -> bytes:
    """The states of one record, two bytes a word, as they are stored.

    answers, conditions: as for `evaluate`; items left out are unknown, conditions left out have
    their declared default. Raises AnswerError for what `evaluate` refuses, UnpackableError.
    """
    digits = _digits(table, answers, conditions or {})
    return bytes(pack_states(states_of(table), digits)[0].tobytes())


def unpack_answers(table: RuleTable, packed: bytes) -> tuple[dict[str, Answer], dict[str, Truth]]:
    """Answers and conditions that score as the packed ones did, one plain answer for each state.

    Raises PackedMismatchError for bytes that are no record of this table.
    """
    states = states_of(table)
    digits = [int(digit) for digit in unpack_states(states, read_packed(table, packed))[0]]
    answers = {
        one.item.code: one.answers[digit]
        for one, digit in zip(states.items, digits[states.conditions :], strict=True)
    }
    facts = {
        known.code: TRUTHS[digit] for known, digit in zip(table.conditions, digits, strict=False)
    }
    return answers, facts


def rebuild_answers(
    table: RuleTable, packed: bytes, answers: Mapping[str, Answer]
) -> tuple[dict[str, Answer], dict[str, Truth]]:
    """The record's answers as they were given, each checked against its packed state.

    answers: the record's own. What these leave out stays unknown, as in the stored trace.
    Raises PackedMismatchError where an answer is not of the packed state.
    """
    plain, conditions = unpack_answers(table, packed)
    states = states_of(table)
    for one in states.items:
        code = one.item.code
        given = answers.get(code, UNKNOWN)
        if one.state_of(given) != one.state_of(plain[code]):
            raise PackedMismatchError(f"{code}: {given} was not packed")
    return dict(answers), conditions


def read_packed(table: RuleTable, *packed: bytes) -> Packed:
    """Stored records side by side: shape (records, words).

    Raises PackedMismatchError for one of another length than this table's, or with a word that no
    state has.
    """
    words = states_of(table).words
    if any(len(one) != STORED.itemsize * len(words) for one in packed):
        raise PackedMismatchError(f"not {len(words)} words of {table.id}@{table.version}")
    rows = np.frombuffer(b"".join(packed), dtype=STORED).reshape(-1, len(words))
    check_words(states_of(table), rows)
    return rows


def check_shape(states: States, rows: Packed) -> None:
    """Raises PackedMismatchError for an array that is not (records, words of this table)."""
    if rows.ndim != 2 or rows.shape[1] != len(states.words):
        raise PackedMismatchError(f"shape {rows.shape} is not (records, {len(states.words)})")


def check_words(states: States, rows: Packed) -> None:
    """Raises PackedMismatchError for words that no state of this table has."""
    for at, word in enumerate(states.words):
        if len(rows) and int(rows[:, at].max()) >= word.states:
            raise PackedMismatchError(f"word {at} has only {word.states} states")


def pack_states(states: States, digits: Digits) -> Packed:
    """Digits (records, columns) as words (records, words); the first column is the lowest digit."""
    rows = np.zeros((len(digits), len(states.words)), dtype=STORED)
    for at, word in enumerate(states.words):
        rows[:, at] = to_value(digits, word)
    return rows


def to_value(digits: Digits, word: Word) -> Digits:
    """The value of one word for each row of digits."""
    value = np.zeros(len(digits), dtype=np.int64)
    for column, size in zip(reversed(word.columns), reversed(word.sizes), strict=True):
        value = value * size + digits[:, column]
    return value


def conditions_word(states: States) -> Word:
    """All conditions of the table as one word, packed so or not."""
    return Word(tuple(range(states.conditions)), states.sizes[: states.conditions])


def unpack_states(states: States, rows: Packed) -> Digits:
    """Words (records, words) as digits (records, columns)."""
    digits = np.zeros((len(rows), len(states.sizes)), dtype=np.int64)
    for at, word in enumerate(states.words):
        value = rows[:, at].astype(np.int64)
        for column, size in zip(word.columns, word.sizes, strict=True):
            value, digits[:, column] = np.divmod(value, size)
    return digits


def _digits(
    table: RuleTable, answers: Mapping[str, Answer], conditions: Mapping[str, Truth]
) -> Digits:
    states = states_of(table)
    _check_codes(states, answers, conditions)
    truths = {known.code: known.default for known in table.conditions} | dict(conditions)
    row = [TRUTHS.index(truths[known.code]) for known in table.conditions]
    restricted = False
    for one in states.items:
        state = one.state_of(answers.get(one.item.code, UNKNOWN))
        restricted = restricted or None in one.points[state]
        row.append(state)
    if restricted:
        possible_worlds(table, answers, truths)  # raises when no reading fits all answers at once
    return np.array([row], dtype=np.int64).reshape(1, len(states.sizes))


def _check_codes(
    states: States, answers: Mapping[str, Answer], conditions: Mapping[str, Truth]
) -> None:
    table = states.table
    items = {one.item.code for one in states.items}
    facts = {known.code for known in table.conditions}
    errors = {code: [unknown_item(table, code)] for code in answers if code not in items}
    errors |= {code: [unknown_condition(table, code)] for code in conditions if code not in facts}
    if errors:
        raise AnswerError(errors)
