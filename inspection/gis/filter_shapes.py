"""A filter's conditions without their values, so that one statement serves all filters alike.

SQLAlchemy finds a statement made before by what it is built of, but builds and compares all of it
for each request: a millisecond for a filter. Here the conditions alone are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, literal_column
from sqlalchemy.sql import visitors

Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Shape:
    """What conditions have in common with others that differ in their values alone.

    Equal shapes have conditions of one text, with parameters of the same names. values: of these
    parameters, by name.
    """

    key: tuple[Any, ...]
    values: dict[str, Any] = field(compare=False)
    _conditions: Conditions = field(compare=False)
    _names: dict[int, str | list[str]] = field(compare=False)
    """Of each parameter of the conditions, by its identity; of a list's, one a value."""

    def conditions(self) -> Conditions:
        """Return the conditions with named parameters instead of values."""
        return [
            visitors.replacement_traverse(condition, {}, self._named)
            for condition in self._conditions
        ]

    def _named(self, part: Any, **_: Any) -> Any:
        if not isinstance(part, BindParameter):
            return None
        names = self._names[id(part)]
        if isinstance(names, str):
            return bindparam(names, type_=part.type)
        listed = [bindparam(name, type_=part.type) for name in names]
        return literal_column("listed", part.type).in_(listed).right


def shape_of(conditions: Conditions) -> Shape | None:
    """Return the shape of conditions, with their values; None where they cannot be compared."""
    keys, values, names, lengths = [], {}, {}, []
    for condition in conditions:
        key = condition._generate_cache_key()
        if key is None:
            return None
        keys.append(key.key)
        for part in key.bindparams:
            name, value = f"value_{len(names)}", part.effective_value
            if not part.expanding:
                names[id(part)] = name
                values[name] = value
                continue
            listed = {f"{name}_{place}": each for place, each in enumerate(value)}
            names[id(part)] = list(listed)
            values |= listed
            lengths.append(len(listed))
    return Shape((*keys, *lengths), values, conditions, names)
