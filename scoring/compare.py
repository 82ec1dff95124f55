"""What sets two rule tables apart, as data and as lines for a Japanese reader.

Both tables are compared as the JSON that tablets get: parts are matched by their codes, so that an
item that only moved is no change. Changes come in the order of the tables: what both have or only
the first has, then what only the second has.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scoring.compare_words import change_line
from scoring.model import RuleTable
from scoring.rendering import table_to_json

Kind = Literal["added", "removed", "changed"]
_LEFT_OUT = ("schema", "id", "version", "sha256", "examples", "resolved")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a place: the part of the table (`items`), and which one by code and label."""

    part: str
    code: str = ""
    label: str = ""

    def __str__(self) -> str:
        return f"{self.part}[{self.code}]" if self.code else self.part


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. place: from the whole to the part; before, after: None where it is not there.

    For a part that was added or removed, the value is the part itself in its JSON form.
    """

    kind: Kind
    place: tuple[Step, ...]
    before: Any
    after: Any

    def path(self) -> str:
        """The place in one text, such as categories[2].items[2-4].grades[ha].points."""
        return ".".join(map(str, self.place))

    def line(self) -> str:
        """The change as one line for a Japanese reader."""
        steps = [(step.part, step.code, step.label) for step in self.place]
        return change_line(self.kind, steps, self.before, self.after)


def compare(one: RuleTable, two: RuleTable) -> tuple[Change, ...]:
    """Every difference from `one` to `two`: items, grades, points, caps, thresholds, labels, dates.

    Id, version and worked examples are left out. Equal tables give ().
    """
    return tuple(_mapping((), table_to_json(one), table_to_json(two)))


def compare_lines(one: RuleTable, two: RuleTable) -> list[str]:
    """The differences as lines for a Japanese reader."""
    return [change.line() for change in compare(one, two)]


def _mapping(
    place: tuple[Step, ...], one: Mapping[str, Any], two: Mapping[str, Any]
) -> Iterator[Change]:
    for key in dict.fromkeys([*one, *two]):
        if key not in _LEFT_OUT:
            yield from _value(place, key, one.get(key), two.get(key))


def _value(place: tuple[Step, ...], key: str, one: Any, two: Any) -> Iterator[Change]:
    if one == two:
        return
    here = (*place, Step(key))
    if _named(one) or _named(two):
        yield from _parts(place, key, one or [], two or [])
    elif isinstance(one, dict) and isinstance(two, dict):
        yield from _mapping(here, one, two)
    else:
        kind: Kind = "added" if one is None else "removed" if two is None else "changed"
        yield Change(kind, here, one, two)


def _named(parts: Any) -> bool:
    """Whether this is a list of parts that have a code, or a condition, of their own."""
    return isinstance(parts, list) and bool(parts) and all(map(_code, parts))


def _code(part: Any) -> str:
    return str(part.get("code") or part.get("when") or "") if isinstance(part, dict) else ""


def _parts(
    place: tuple[Step, ...],
    key: str,
    one: Sequence[Mapping[str, Any]],
    two: Sequence[Mapping[str, Any]],
) -> Iterator[Change]:
    before = {_code(part): part for part in one}
    after = {_code(part): part for part in two}
    for code in dict.fromkeys([*before, *after]):
        was, now = before.get(code), after.get(code)
        here = (*place, Step(key, code, _label(now or was or {})))
        if was is not None and now is not None:
            yield from _mapping(here, was, now)
        else:
            yield Change("added" if was is None else "removed", here, was, now)


def _label(part: Mapping[str, Any]) -> str:
    """How a Japanese reader finds the part on the form."""
    label = part.get("label")
    text = str(label["ja"]) if isinstance(label, dict) else ""
    return f"{part['mark']} {text}" if "mark" in part else text
