"""A small arithmetic for computed items: + - * / and brackets over numbers and named inputs.

Nothing is evaluated by Python itself. Values are exact fractions, so that a strength index is
compared with 0.4 and 0.6 without any rounding.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z]\w*)|(?P<sign>[-+*/()]))")
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2}
MAX_LENGTH = 500


class FormulaError(ValueError):
    """The text is not a formula; the message says where."""


class UndefinedResultError(ArithmeticError):
    """The formula divides by zero for these inputs, so that it has no value."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: its `text` and its `program` in postfix order."""

    text: str
    program: tuple[Fraction | str, ...]

    def names(self) -> frozenset[str]:
        """The inputs that the formula reads."""
        return frozenset(
            step for step in self.program if isinstance(step, str) and step not in _BINDS
        )

    def value(self, inputs: Mapping[str, Decimal]) -> Fraction:
        """The exact result; inputs by name. Raises UndefinedResultError on division by zero."""
        stack: list[Fraction] = []
        for step in self.program:
            if isinstance(step, Fraction):
                stack.append(step)
            elif step in _BINDS:
                right = stack.pop()
                stack.append(_apply(step, stack.pop(), right))
            else:
                stack.append(Fraction(inputs[step]))
        return stack.pop()


def parse_formula(text: str) -> Formula:
    """Read a formula such as "(0.3*Aw1 + 0.2*Aw2) / (1200*Af)".

    Raises FormulaError for anything but numbers, names, + - * / and matching brackets.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"式が長すぎます({len(text)}文字、上限{MAX_LENGTH}文字)")
    program: list[Fraction | str] = []
    waiting: list[str] = []
    value_next = True
    for kind, token in _tokens(text):
        if (kind != "sign" or token == "(") != value_next:
            raise FormulaError(f"「{token}」の位置が正しくありません")
        if kind == "sign":
            _sign(token, program, waiting)
            value_next = token != ")"
        else:
            program.append(Fraction(token) if kind == "number" else token)
            value_next = False
    if value_next:
        raise FormulaError("式が途中で終わっています")
    while waiting:
        if waiting[-1] == "(":
            raise FormulaError("括弧が閉じていません")
        program.append(waiting.pop())
    return Formula(text, tuple(program))


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError(f"「{text[at:].strip()[:1]}」は使えません")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


def _sign(token: str, program: list[Fraction | str], waiting: list[str]) -> None:
    """One step of the shunting-yard method for an operator or a bracket."""
    if token == "(":
        waiting.append(token)
        return
    floor = 0 if token == ")" else _BINDS[token]
    while waiting and waiting[-1] != "(" and _BINDS[waiting[-1]] >= floor:
        program.append(waiting.pop())
    if token != ")":
        waiting.append(token)
    elif waiting:
        waiting.pop()
    else:
        raise FormulaError("閉じ括弧が多すぎます")


def _apply(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if right == 0:
        raise UndefinedResultError
    return left / right
