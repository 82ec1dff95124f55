"""Remembering what was compiled from a table, as long as it is one of the last few at hand."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from scoring.model import RuleTable

MOST = 64
Made = TypeVar("Made")


def remembered(make: Callable[[RuleTable], Made]) -> Callable[[RuleTable], Made]:
    """Call `make` once for each table object; tables hold mappings and have no hash of their own.

    Keyed by identity, not by digest: a table changed in memory keeps the digest of its document.
    """
    kept: OrderedDict[int, tuple[RuleTable, Made]] = OrderedDict()

    @wraps(make)
    def look_up(table: RuleTable) -> Made:
        found = kept.get(id(table))
        if found is not None:
            return found[1]
        made = make(table)
        kept[id(table)] = (table, made)  # the table is kept too, so that its id stays its own
        while len(kept) > MOST:
            kept.popitem(last=False)
        return made

    return look_up
