"""Answers and conditions between the contract's JSON forms and the model; all errors at once."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from scoring.errors import AnswerError
from scoring.findings import misfits
from scoring.model import NONE, NOT_APPLICABLE, UNKNOWN, Answer, Item, RuleTable, Truth

WORDS: Mapping[str, Answer] = {"none": NONE, "na": NOT_APPLICABLE, "unknown": UNKNOWN}
LARGEST = Decimal(10) ** 12
FINEST = 30  # decimal places
_FORMS = (
    '評価のリスト(例 ["i"])、"none"、"unknown"、"na"、'
    '{"count": 数}、{"value": 値}、{"inputs": {…}} のいずれかで答えてください'
)


class _RefusedError(ValueError):
    """An answer that has not the form of one; the arguments are the messages."""


def parse_answers(table: RuleTable, raw: Mapping[str, Any]) -> dict[str, Answer]:
    """Read the contract's `answers`; items left out stay out (they count as unknown).

    raw: item code -> list of grade codes, "none", "na", "unknown", or an object with one of
    `count`, `value`, `inputs`. JSON floats become the decimals that they are written as.
    An answer to an item that another may replace has to fit one of the two here; `evaluate`
    knows the conditions and checks it against the one that stands.
    Raises AnswerError with every fault, by item code.
    """
    if not isinstance(raw, Mapping):
        raise AnswerError({"answers": ["項目番号と答えの組ではありません"]})
    items = {item.code: item for item in table.items()}
    answers: dict[str, Answer] = {}
    errors: dict[str, list[str]] = {}
    for code, given in raw.items():
        if code not in items:
            errors[str(code)] = [unknown_item(table, str(code))]
            continue
        try:
            answers[code] = _fitting(items[code], parse_answer(given))
        except _RefusedError as refused:
            errors[code] = [str(message) for message in refused.args]
    if errors:
        raise AnswerError(errors)
    return answers


def parse_conditions(table: RuleTable, raw: Mapping[str, Any]) -> dict[str, Truth]:
    """Read the contract's `conditions`: code -> true, false or "unknown" (None in the result).

    Those left out stay out; `evaluate` takes the default that the table declares.
    Raises AnswerError with every fault, by condition code.
    """
    if not isinstance(raw, Mapping):
        raise AnswerError({"conditions": ["条件の名前と値の組ではありません"]})
    known = {condition.code for condition in table.conditions}
    conditions: dict[str, Truth] = {}
    errors: dict[str, list[str]] = {}
    for code, given in raw.items():
        if code not in known:
            errors[str(code)] = [unknown_condition(table, str(code))]
        elif isinstance(given, bool):
            conditions[code] = given
        elif given == "unknown":
            conditions[code] = None
        else:
            errors[code] = [f'{given!r} とあります。true、false、"unknown" のいずれかです']
    if errors:
        raise AnswerError(errors)
    return conditions


def parse_answer(raw: Any) -> Answer:
    """One answer by its form alone, without an item. Raises ValueError with the messages."""
    if isinstance(raw, str) and raw in WORDS:
        return WORDS[raw]
    if isinstance(raw, list | tuple) and all(isinstance(code, str) for code in raw):
        return _graded(tuple(raw))
    if isinstance(raw, Mapping) and len(raw) == 1:
        kind, given = next(iter(raw.items()))
        if kind == "count":
            return Answer("count", number=exact(given))
        if kind == "value":
            return Answer("value", number=exact(given))
        if kind == "inputs" and isinstance(given, Mapping):
            return Answer("inputs", inputs=_inputs(given))
    raise _RefusedError(f"{_brief(raw)} とあります。{_FORMS}")


@lru_cache(maxsize=4096)
def _graded(codes: tuple[str, ...]) -> Answer:
    """One object for equal answers: `scoring.recall` knows it again without comparing."""
    return Answer("grades", grades=codes)


def exact(raw: Any) -> Decimal:
    """A JSON number as the decimal that it is written as.

    Raises ValueError for what is no number (true and false too), for NaN and infinity, beyond
    10^12 in size or 30 decimal places.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise _RefusedError(f"{_brief(raw)} は数値ではありません")
    # An int of thousands of digits must be refused before it is turned into text.
    if isinstance(raw, int) and abs(raw) > LARGEST:
        raise _RefusedError("数値が大きすぎます(10の12乗まで)")
    number = Decimal(str(raw)) if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite():
        raise _RefusedError(f"{raw} は数値ではありません")
    if abs(number) > LARGEST:
        raise _RefusedError("数値が大きすぎます(10の12乗まで)")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -FINEST and number:
        raise _RefusedError(f"小数点以下が長すぎます({FINEST}桁まで)")
    return number


def answers_to_json(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """The contract's JSON form of these answers, by item code."""
    return {code: answer_to_json(answer) for code, answer in answers.items()}


def answer_to_json(answer: Answer) -> Any:
    """The contract's JSON form of one answer."""
    if answer.kind == "grades":
        return list(answer.grades)
    if answer.kind == "inputs":
        return {"inputs": {code: number_to_json(number) for code, number in answer.inputs}}
    if answer.number is not None:
        return {answer.kind: number_to_json(answer.number)}
    return answer.kind


def conditions_to_json(conditions: Mapping[str, Truth]) -> dict[str, bool | str]:
    """The contract's JSON form of conditions: None is "unknown"."""
    return {code: "unknown" if truth is None else truth for code, truth in conditions.items()}


def number_to_json(number: Decimal) -> int | float:
    """A JSON number: an integer where it is whole, else the float that prints the same."""
    return int(number) if number == number.to_integral_value() else float(number)


def unknown_item(table: RuleTable, code: str) -> str:
    """The message for an item that the table does not have."""
    codes = "、".join(item.code for item in table.items())
    return f"項目「{_brief(code)}」は評点表 {table.id} にありません。使えるのは {codes} です"


def unknown_condition(table: RuleTable, code: str) -> str:
    """The message for a condition that the table does not have."""
    codes = "、".join(condition.code for condition in table.conditions)
    allowed = f"使えるのは {codes} です" if codes else "この評点表に条件はありません"
    return f"条件「{_brief(code)}」は評点表 {table.id} にありません。{allowed}"


def readings(item: Item) -> Iterator[Item]:
    """The item itself and every item that may stand in its place."""
    yield item
    for replacement in item.replacements:
        yield replacement.item


def _fitting(item: Item, answer: Answer) -> Answer:
    faults = [misfits(reading, answer) for reading in readings(item)]
    if all(faults):
        raise _RefusedError(*faults[0])
    return answer


def _inputs(given: Mapping[Any, Any]) -> tuple[tuple[str, Decimal], ...]:
    numbers, faults = [], []
    for code, raw in given.items():
        try:
            numbers.append((str(code), exact(raw)))
        except _RefusedError as refused:
            faults.append(f"{_brief(code)}: {refused}")
    if faults:
        raise _RefusedError(*faults)
    return tuple(sorted(numbers))


def _brief(raw: Any) -> str:
    """What was found, short enough for a message, never a number of thousands of digits."""
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) > LARGEST:
        return "大きすぎる数値"
    text = raw if isinstance(raw, str) else repr(raw)
    return text if len(text) <= 60 else text[:57] + "…"
