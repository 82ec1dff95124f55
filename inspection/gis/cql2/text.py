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
from inspection.gis.cql2.errors import MAX_DEPTH, refuse, too_deep
from inspection.gis.cql2.tokens import Token, tokens_of

Node = Any
"""A tree in the form of CQL2 JSON: dicts, lists, texts, numbers, booleans."""

_COMPARISONS = ("=", "<>", "!=", "<", ">", "<=", ">=")
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


class Reader:
    """Reads words from first to last; each method reads one rule of the grammar."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

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

    def expression(self) -> Node:
        """Read conditions joined with OR."""
        return self._joined("OR", self._conjunction)

    def _conjunction(self) -> Node:
        return self._joined("AND", self._negation)

    def _joined(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [self._deeper(part)]
        while self.accept(word):
            parts.append(self._deeper(part))
        return parts[0] if len(parts) == 1 else {"op": word.lower(), "args": parts}

    def _deeper(self, part: Callable[[], Node]) -> Node:
        # Two levels a parenthesis: OR and AND.
        self._depth += 1
        if self._depth > 2 * MAX_DEPTH:
            raise too_deep()
        node = part()
        self._depth -= 1
        return node

    def _negation(self) -> Node:
        if self.accept("NOT"):
            return {"op": "not", "args": [self._deeper(self._negation)]}
        return self._predicate()

    def _predicate(self) -> Node:
        left = self._sum()
        if sign := self.accept(*_COMPARISONS):
            op = "<>" if sign.word == "!=" else sign.word
            return {"op": op, "args": [left, self._sum()]}
        if self.accept("IS"):
            negated = self.accept("NOT")
            self.expect("NULL")
            return self._negated(negated, {"op": "isNull", "args": [left]})
        negated = self.accept("NOT")
        if self.accept("LIKE"):
            return self._negated(negated, {"op": "like", "args": [left, self._sum()]})
        if self.accept("BETWEEN"):
            low = self._sum()
            self.expect("AND")
            return self._negated(negated, {"op": "between", "args": [left, low, self._sum()]})
        if self.accept("IN"):
            return self._negated(negated, {"op": "in", "args": [left, self.listed(self._sum)]})
        if negated:
            raise self.unexpected("LIKE, BETWEEN, IN")
        return left

    @staticmethod
    def _negated(negated: Token | None, node: Node) -> Node:
        return {"op": "not", "args": [node]} if negated else node

    def _sum(self) -> Node:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._chain(("*", "/", "%", "DIV"), self._power)

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        left, length = part(), 0
        while sign := self.accept(*signs):
            length += 1
            if length > MAX_DEPTH:
                raise too_deep()
            left = {"op": sign.word.lower(), "args": [left, part()]}
        return left

    def _power(self) -> Node:
        base = self._signed()
        if self.accept("^"):
            return {"op": "^", "args": [base, self._deeper(self._power)]}
        return base

    def _signed(self) -> Node:
        if self.accept("-"):
            if self.next.kind == "number":
                return -self.number()
            return {"op": "*", "args": [-1, self._deeper(self._signed)]}
        if self.accept("+"):
            return self.number()
        return self._primary()

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
            return {"interval": self.listed(self._primary)}
        arguments = self.listed(self.expression)
        if word in ("DATE", "TIMESTAMP"):
            return {word.lower(): arguments[0] if len(arguments) == 1 else arguments}
        name = token.word.lower()
        return {"op": _SPELLED.get(name, name), "args": arguments}

    def listed(self, part: Callable[[], Node]) -> list[Node]:
        """Read one or more parts between parentheses, with commas."""
        self.expect("(")
        parts = [self._deeper(part)]
        while self.accept(","):
            parts.append(self._deeper(part))
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
