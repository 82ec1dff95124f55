"""CQL2 JSON, read strictly: no NaN, no repeated member, nothing that a database cannot hold."""

from __future__ import annotations

import json
import math
from typing import Any

from inspection.gis.cql2.errors import MAX_NESTING, refuse, too_deep

_MAX_LEVELS = 2 * MAX_NESTING
"""Of lists and objects: two an operator."""


def parse_json(text: str) -> Any:
    """Return the tree of a filter in CQL2 JSON. Raises BadRequestError naming `filter`."""
    try:
        tree = json.loads(
            text, parse_constant=_constant, parse_float=_float, object_pairs_hook=_members
        )
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:
        raise refuse(f"JSON として読めません({str(error)[:120]})。") from None
    _check(tree)
    return tree


def _constant(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")


def _float(word: str) -> float:
    value = float(word)
    if not math.isfinite(value):
        raise ValueError(f"{word[:40]} is too large")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _check(tree: Any) -> None:
    """Walk the tree without recursion: bound its depth, refuse NUL and halves of characters."""
    level = [tree]
    for _ in range(_MAX_LEVELS):
        following: list[Any] = []
        for node in level:
            if isinstance(node, str):
                _check_text(node)
            elif isinstance(node, dict):
                following += [*node, *node.values()]
            elif isinstance(node, list):
                following += node
        if not following:
            return
        level = following
    raise too_deep()


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise refuse("NUL 文字や対のないサロゲートは使えません。")
