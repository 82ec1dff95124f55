"""CQL2 text, read into the tree that CQL2 JSON writes.

    code LIKE 'H-%' AND total > 100
    -> {"op": "and", "args": [{"op": "like", "args": [{"property": "code"}, "H-%"]}, …]}

A recursive descent over the grammar of OGC 21-065r2, annex B: it takes time in proportion to the
text and bounds its own depth. Which operands an operator takes is the compiler's to say.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from inspection.errors import BadRequestError
from inspection.gis.cql2 import wkt
from inspection.gis.cql2.errors import MAX_NESTING, refuse, too_deep
from inspection.gis.cql2.tokens import Token, tokens_of

Node = Any
"""A tree in the form of CQL2 JSON: dicts, lists, texts, numbers, booleans."""

_COMPARISONS = ("=", "<>", "!=", "<", ">", "<=", ">=")
_OR, _AND, _NOT, _PREDICATE, _SUM, _PRODUCT, _POWER = range(1, 8)
_BINDING = {
    "OR": _OR,
    "AND": _AND,
    **dict.fromkeys((*_COMPARISONS, "IS", "NOT", "LIKE", "BETWEEN", "IN"), _PREDICATE),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "%", "DIV"), _PRODUCT),
    "^": _POWER,
}
"""How tightly an operator binds the operand before it."""

_SPELLED = {
    name.lower(): name for name in ("t_finishedBy", "t_metBy", "t_overlappedBy", "t_startedBy")
}
"""Functions whose name in CQL2 JSON has a capital; in text the case does not matter."""

_RESERVED = ("AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV")


def parse_text(text: str) -> Node:
    """Return the tree of a filter in CQL2 text. Raises BadRequestError naming `filter`."""
    reader = Reader(tokens_of(text))
    tree = reader.expression()
    if reader.next.kind != "end":
        raise reader.unexpected()
    return tree


def _binding(token: Token) -> int:
    return _BINDING.get(token.word.upper(), 0) if token.kind in ("name", "symbol") else 0


class Reader:
    """Reads words from first to last; each method reads one rule of the grammar."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._signs = 0

    @property
    def next(self) -> Token:
        """The word that is read next."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """Read one word, whatever it is."""
        token = self.next
        self._at += token.kind != "end"
        return token

    def accept(self, *words: str) -> Token | None:
        """Read one of some keywords or symbols if it is next."""
        return self.take() if self.next.is_word(*words) else None

    def expect(self, word: str) -> None:
        """Read a keyword or symbol that must be next. Raises BadRequestError."""
        if not self.accept(word):
            raise self.unexpected(word)

    def unexpected(self, wanted: str = "") -> BadRequestError:
        """Return the error for the next word, saying what should stand there."""
        found = self.next
        what = "終わり" if found.kind == "end" else f"{found.word[:40]!r} "
        hint = f"{wanted!r} が必要です。" if wanted else "CQL2 の文法に合いません。"
        return refuse(f"{found.at} 文字目の{what}で読めなくなりました。{hint}")

    def expression(self, level: int = _OR) -> Node:
        """Read an expression whose operators bind at least so tightly."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise too_deep()
        left, predicate = self._prefixed(level), False
        while (binding := _binding(self.next)) >= level:
            if predicate and binding == _PREDICATE:
                break  # a < b < c is nothing
            left = self._extended(left, binding)
            predicate = binding == _PREDICATE
        self._depth -= 1
        return left

    def _prefixed(self, level: int) -> Node:
        if level <= _NOT and self.accept("NOT"):
            return {"op": "not", "args": [self.expression(_NOT)]}
        if self.accept("-"):
            if self.next.kind == "number":
                return -self.number()
            inner = self.expression(_POWER + 1)
            if isinstance(inner, int | float) and not isinstance(inner, bool):
                return -inner
            return {"op": "*", "args": [-1, inner]}
        if self.accept("+"):
            return self.number()
        return self._primary()

    def _extended(self, left: Node, binding: int) -> Node:
        """Read what follows an operand, from its operator on."""
        if binding == _PREDICATE:
            return self._predicate(left)
        word = self.take().word
        if binding in (_OR, _AND):
            parts = [left, self.expression(binding + 1)]
            while self.accept(word.upper()):
                parts.append(self.expression(binding + 1))
            return {"op": word.lower(), "args": parts}
        self._signs += 1
        if self._signs > MAX_NESTING:
            raise too_deep()
        right = self.expression(binding if binding == _POWER else binding + 1)
        return {"op": word.lower(), "args": [left, right]}

    def _predicate(self, left: Node) -> Node:
        if sign := self.accept(*_COMPARISONS):
            op = "<>" if sign.word == "!=" else sign.word
            return {"op": op, "args": [left, self._operand()]}
        if self.accept("IS"):
            negated = self.accept("NOT")
            self.expect("NULL")
            return self._negated(negated, {"op": "isNull", "args": [left]})
        negated = self.accept("NOT")
        if self.accept("LIKE"):
            return self._negated(negated, {"op": "like", "args": [left, self._operand()]})
        if self.accept("BETWEEN"):
            low = self._operand()
            self.expect("AND")
            return self._negated(negated, {"op": "between", "args": [left, low, self._operand()]})
        if self.accept("IN"):
            return self._negated(negated, {"op": "in", "args": [left, self.listed(self._operand)]})
        raise self.unexpected("LIKE, BETWEEN, IN")

    def _operand(self) -> Node:
        return self.expression(_SUM)

    @staticmethod
    def _negated(negated: Token | None, node: Node) -> Node:
        return {"op": "not", "args": [node]} if negated else node

    def _primary(self) -> Node:
        token = self.next
        if token.kind == "number":
            return self.number()
        if token.kind == "text":
            return self.take().word
        if token.kind == "quoted":
            return {"property": self.take().word}
        if self.accept("("):
            node = self.expression()
            self.expect(")")
            return node
        if token.kind == "name" and token.word.upper() not in _RESERVED:
            return self._named()
        if token.is_word("NULL"):
            raise refuse("NULL とは比べられません。属性 IS NULL を使ってください。")
        raise self.unexpected()

    def _named(self) -> Node:
        token = self.take()
        word = token.word.upper()
        if word in ("TRUE", "FALSE"):
            return word == "TRUE"
        if word in wkt.KINDS and (self.next.is_word("(", "Z")):
            return wkt.read_geometry(self, word)
        if not self.next.is_word("("):
            return {"property": token.word}
        if word == "INTERVAL":
            return {"interval": self.listed(self._operand)}
        arguments = self.listed(self.expression)
        if word in ("DATE", "TIMESTAMP"):
            return {word.lower(): arguments[0] if len(arguments) == 1 else arguments}
        name = token.word.lower()
        return {"op": _SPELLED.get(name, name), "args": arguments}

    def listed(self, part: Callable[[], Node]) -> list[Node]:
        """Read one or more parts between parentheses, with commas."""
        self.expect("(")
        parts = [part()]
        while self.accept(","):
            parts.append(part())
        self.expect(")")
        return parts

    def number(self) -> float | int:
        """Read a number, which may have a sign; whole ones stay exact. Raises BadRequestError."""
        sign = -1 if self.accept("-") else 1
        if sign == 1:
            self.accept("+")
        if self.next.kind != "number":
            raise self.unexpected("数")
        token = self.take()
        value = int(token.word) if token.word.isdigit() else float(token.word)
        if not math.isfinite(value):
            raise refuse(f"{token.at} 文字目の数 {token.word} は大きすぎます。")
        return sign * value
