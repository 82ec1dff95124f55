"""What a CQL2 filter means, evaluated row by row in plain Python: True, False or None (unknown).

Written from the standard, not from the compiler: texts fold with casefold, patterns are regular
expressions, geometries are shapely's, time is a pair of exact instants.
"""

from __future__ import annotations

import operator
import re
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import shapely
from shapely.geometry import shape

ZONE = ZoneInfo("Asia/Tokyo")
TICK = timedelta(microseconds=1)
COMPARE = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt,
    ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
FIRST = datetime(1, 1, 2, tzinfo=UTC)
LAST = datetime(9999, 12, 30, tzinfo=UTC)


def evaluate(node, row):
    """The truth of a tree for a row: its property values by name, `geometry` as shapely's."""
    if isinstance(node, bool):
        return node
    op, args = node["op"], node["args"]
    if op in ("and", "or"):
        return _joined(op, [evaluate(part, row) for part in args])
    if op == "not":
        inner = evaluate(args[0], row)
        return None if inner is None else not inner
    if op == "isNull":
        return row[args[0]["property"]] is None
    if op.startswith("s_"):
        return _spatial(op, args, row)
    if op.startswith("t_"):
        return _temporal(op, args, row)
    values = [[_value(each, row) for each in a] if isinstance(a, list) else _value(a, row)
              for a in args]  # fmt: skip
    if op == "between":
        low, high = _compare(">=", values[0], values[1]), _compare("<=", values[0], values[2])
        return _joined("and", [low, high])
    if op == "in":
        return _joined("or", [_compare("=", values[0], each) for each in values[1]])
    if op == "like":
        return None if values[0] is None else bool(_pattern(values[1]).fullmatch(values[0]))
    return _compare(op, *values)


def _joined(op, parts):
    decisive = op == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _value(node, row):
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return row[node["property"]]
    if node.get("op") == "casei":
        inner = _value(node["args"][0], row)
        return None if inner is None else inner.casefold()
    return _period(node, row)


def _compare(op, left, right):
    if left is None or right is None:
        return None
    if isinstance(left, uuid.UUID) != isinstance(right, uuid.UUID):
        left, right = uuid.UUID(str(left)), uuid.UUID(str(right))
    if isinstance(left, tuple) or isinstance(right, tuple):
        return _compare_times(op, _pair(left), _pair(right))
    return COMPARE[op](left, right)


def _pair(time):
    return time if isinstance(time, tuple) else (time, time)


def _compare_times(op, left, right):
    """A day is equal to what lies in it, whichever side it stands on."""
    inside = (left[0] >= right[0] and left[1] <= right[1]) or (
        right[0] >= left[0] and right[1] <= left[1]
    )
    return {
        "=": inside,
        "<>": not inside,
        "<": left[1] < right[0],
        ">": left[0] > right[1],
        "<=": left[0] <= right[1],
        ">=": left[1] >= right[0],
    }[op]


def _pattern(pattern):
    found, letters = "", iter(pattern)
    for letter in letters:
        if letter == "\\":
            found += re.escape(next(letters))
        else:
            found += {"%": ".*", "_": "."}.get(letter, re.escape(letter))
    return re.compile(found, re.DOTALL)


def _spatial(op, args, row):
    shapes = [_shape(node, row) for node in args]
    if None in shapes:
        return None
    return bool(getattr(shapely, op.removeprefix("s_"))(*shapes))


def _shape(node, row):
    if "property" in node:
        return row[node["property"]]
    return shapely.box(*node["bbox"]) if "bbox" in node else shape(node)


def instant(text):
    """The two ends of a date or a time, as exact instants."""
    if text == "..":
        return None
    if "T" in text:
        at = datetime.fromisoformat(text)
        return at, at
    day = datetime.fromisoformat(text).replace(tzinfo=ZONE)
    return day, day + timedelta(days=1) - TICK


def _period(node, row):
    """(start, end), None in place of an end that a row does not have."""
    if "interval" not in node:
        if "property" in node:
            return _pair(row[node["property"]])
        return instant(next(iter(node.values())))
    first, last = (
        _pair(row[end["property"]]) if isinstance(end, dict) else instant(end) or (FIRST, LAST)
        for end in node["interval"]
    )
    return first[0], last[1]


def _until(node, row):
    """Where the next period begins: after a day its midnight, after an instant itself."""
    last = node["interval"][1] if "interval" in node else node.get("date")
    day = isinstance(last, str) and "T" not in last and last != ".."
    return _period(node, row)[1] + TICK if day else _period(node, row)[1]


def _temporal(op, args, row):
    """Allen's relations; each comparison with an end that is missing is unknown."""
    (a0, a1), (b0, b1) = (_period(node, row) for node in args)

    def every(*triples):
        return _joined("and", [_compare(sign, left, right) for left, sign, right in triples])

    a_until, b_until = (_until(node, row) for node in args)
    relations = {
        "after": every((a0, ">", b1)),
        "before": every((a1, "<", b0)),
        "contains": every((a0, "<", b0), (a1, ">", b1)),
        "disjoint": _joined("or", [every((a0, ">", b1)), every((a1, "<", b0))]),
        "during": every((a0, ">", b0), (a1, "<", b1)),
        "equals": every((a0, "=", b0), (a1, "=", b1)),
        "finishedBy": every((a0, "<", b0), (a1, "=", b1)),
        "finishes": every((a0, ">", b0), (a1, "=", b1)),
        "intersects": every((a0, "<=", b1), (a1, ">=", b0)),
        "meets": every((a_until, "=", b0)),
        "metBy": every((b_until, "=", a0)),
        "overlappedBy": every((b0, "<", a0), (b1, ">", a0), (b1, "<", a1)),
        "overlaps": every((a0, "<", b0), (a1, ">", b0), (a1, "<", b1)),
        "startedBy": every((a0, "=", b0), (a1, ">", b1)),
        "starts": every((a0, "=", b0), (a1, "<", b1)),
    }
    return relations[op.removeprefix("t_")]
