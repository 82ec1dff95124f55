"""The worked examples that every rule table carries, run whenever it is loaded."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scoring.answers import parse_answers, parse_conditions
from scoring.document import Node
from scoring.errors import AnswerError
from scoring.evaluate import evaluate
from scoring.model import UNDETERMINED, Answer, Example, Override, RuleTable, Truth
from scoring.overrides import parse_override
from scoring.result import Score

_OPTIONAL = ("conditions", "others", "low", "high", "open_items", "note", "override", "axes")


def read_examples(root: Node, table: RuleTable) -> tuple[Example, ...]:
    """The examples of a table's document.

    `others = "none"` answers every item that the example leaves out; without it they are unknown.
    Raises RuleTableError for an example that cannot be read.
    """
    nodes = root.children("examples", needed=True)
    return tuple(_example(node, table) for node in nodes)


def run_examples(root: Node, table: RuleTable) -> None:
    """Score every example; raises RuleTableError where a result differs from the worked one."""
    for number, example in enumerate(table.examples, start=1):
        place = f"examples[{number}]"
        try:
            score = evaluate(table, example.answers, example.conditions, override=example.override)
        except AnswerError as error:
            raise root.refuse(f"答えが評点表に合いません({error})", "", place) from error
        for key, worked, found in _compared(example, score):
            if worked is not None and worked != found:
                raise root.refuse(
                    f"確認例が合いません: {worked}", f"計算では {found}", f"{place}.{key}"
                )


def _compared(example: Example, score: Score) -> list[tuple[str, object, object]]:
    return [
        ("total", example.total, score.total),
        ("judgement", example.judgement, score.judgement),
        ("low", example.low, score.low),
        ("high", example.high, score.high),
        ("open_items", example.open_items, score.open_items),
        *((f"axes.{one.code}", example.axes.get(one.code), one.total) for one in score.axes),
    ]


def _example(node: Node, table: RuleTable) -> Example:
    node.only(("answers", "total", "judgement"), _OPTIONAL)
    answers, conditions, override = _parsed(node, table)
    has = node.content.__contains__
    return Example(
        answers=answers,
        conditions=conditions,
        total=node.number("total"),
        judgement=node.choice(
            "judgement", [known.code for known in table.outcomes] + [UNDETERMINED]
        ),
        low=node.number("low") if has("low") else None,
        high=node.number("high") if has("high") else None,
        open_items=_open_items(node) if has("open_items") else None,
        note=node.text_or_none("note"),
        override=override,
        axes=_axes(node.child("axes"), table) if has("axes") else {},
    )


def _axes(node: Node, table: RuleTable) -> Mapping[str, Decimal]:
    node.only((), [axis.code for axis in table.axes])
    return {code: node.number(code) for code in node.content}


def _parsed(
    node: Node, table: RuleTable
) -> tuple[Mapping[str, Answer], Mapping[str, Truth], Override | None]:
    raw: dict[str, Any] = dict(node.child("answers").content)
    if "others" in node.content:
        rest = node.choice("others", ("none", "na", "unknown"))
        raw |= {item.code: rest for item in table.items() if item.code not in raw}
    conditions = node.child("conditions").content if "conditions" in node.content else {}
    try:
        answers, facts = parse_answers(table, raw), parse_conditions(table, conditions)
        return answers, facts, parse_override(table, node.content.get("override"))
    except AnswerError as error:
        raise node.refuse(f"答えが評点表に合いません({error})") from error


def _open_items(node: Node) -> tuple[str, ...]:
    return node.texts("open_items") if node.content["open_items"] != [] else ()
