"""The words of CQL2 text: numbers, texts, names and symbols, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inspection.errors import BadRequestError
from inspection.gis.cql2.errors import refuse

# Possessive, so that no text, however long or broken, makes the search go back.
_TOKEN = re.compile(
    r"""\s*+(?:
    (?P<number>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+)
    |'(?P<text>(?:''|\\'|[^'])*+)'
    |"(?P<quoted>[^"]++)"
    |(?P<name>[^\W\d][\w.:]*+)
    |(?P<symbol><>|!=|<=|>=|[-+*/%^=<>(),])
    )""",
    re.VERBOSE,
)
_LONGEST_NUMBER = 60


@dataclass(frozen=True)
class Token:
    """One word. kind: `number`, `text`, `quoted` (a name in double quotes), `name`, `symbol`, `end`.

    word: as compared: a text without its quotes and escapes, a symbol as it is written.
    at: its place, the first character being 1.
    """

    kind: str
    word: str
    at: int

    def is_word(self, *words: str) -> bool:
        """Say whether this is one of some keywords (in capitals) or symbols."""
        if self.kind == "symbol":
            return self.word in words
        return self.kind == "name" and self.word.upper() in words


def tokens_of(text: str) -> list[Token]:
    """Return the words of a filter, ending with one of kind `end`.

    Raises BadRequestError naming `filter` for a character that begins no word.
    """
    found, at, last = [], 0, len(text.rstrip())
    while at < last:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _no_word(text, at)
        found.append(_token(match))
        at = match.end()
    return [*found, Token("end", "", last + 1)]


def _token(match: re.Match[str]) -> Token:
    kind = str(match.lastgroup)
    word, at = match[kind], match.start(kind) + 1
    if kind == "text":
        word = word.replace("''", "'").replace("\\'", "'")
    if kind == "number" and len(word) > _LONGEST_NUMBER:
        raise refuse(f"{at} 文字目の数は長すぎます。{_LONGEST_NUMBER} 桁までです。")
    return Token(kind, word, at)


def _no_word(text: str, at: int) -> BadRequestError:
    at += len(text[at:]) - len(text[at:].lstrip())
    if text[at] in "'\"":
        return refuse(f"{at + 1} 文字目の {text[at]} が閉じていません。")
    return refuse(f"{at + 1} 文字目の {text[at]!r} は使えません。")
