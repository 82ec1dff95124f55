"""Frozen dataclasses to canonical JSON and back, strictly.

Canonical means: keys sorted, UTF-8, no spaces, no NaN. The same data therefore always has the
same bytes and the same sha256, whichever process wrote it.
"""

import dataclasses
import hashlib
import json
import types
import typing
from functools import cache
from typing import Any


class SnapshotError(ValueError):
    """The data is not a snapshot: the message names the place, what was found, what is allowed."""


def dump(value: Any) -> bytes:
    """Return the canonical JSON bytes of a dataclass instance."""
    return json.dumps(
        value,
        default=_as_object,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    ).encode("utf-8")


def _as_object(value: Any) -> dict[str, Any]:
    """Give a dataclass as a JSON object; its fields are turned when their turn comes."""
    if not dataclasses.is_dataclass(value):
        raise SnapshotError(f"{type(value).__name__} cannot be frozen")
    return {name: getattr(value, name) for name in _names(type(value))}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def sha256(value: Any) -> str:
    """Return the hex sha256 of the canonical JSON."""
    return hashlib.sha256(dump(value)).hexdigest()


def load(kind: type, data: bytes | str) -> Any:
    """Read what `dump` wrote as an instance of the dataclass `kind`.

    Raises SnapshotError for malformed JSON, an unknown or missing field, or a wrong type.
    """
    try:
        raw = json.loads(data)
    except ValueError as error:
        raise SnapshotError(f"not JSON: {error}") from error
    return _read(kind, raw, kind.__name__)


def _read(kind: Any, raw: Any, where: str) -> Any:
    if kind is Any:
        return raw
    if dataclasses.is_dataclass(kind):
        return _read_dataclass(kind, raw, where)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _read_union(arguments, raw, where)
    if origin is tuple:
        if not isinstance(raw, list):
            raise SnapshotError(f"{where}: found {type(raw).__name__}, allowed: list")
        return tuple(_read(arguments[0], each, f"{where}[{n}]") for n, each in enumerate(raw))
    if origin is dict:
        if not isinstance(raw, dict):
            raise SnapshotError(f"{where}: found {type(raw).__name__}, allowed: object")
        return {key: _read(arguments[1], each, f"{where}.{key}") for key, each in raw.items()}
    return _read_scalar(kind, raw, where)


def _read_scalar(kind: Any, raw: Any, where: str) -> Any:
    if kind is types.NoneType:
        kind = type(None)
    if isinstance(raw, bool) and kind is not bool:
        raise SnapshotError(f"{where}: found bool, allowed: {kind.__name__}")
    if not isinstance(raw, kind):
        raise SnapshotError(f"{where}: found {type(raw).__name__}, allowed: {kind.__name__}")
    return raw


def _read_union(kinds: tuple[Any, ...], raw: Any, where: str) -> Any:
    if raw is None and types.NoneType in kinds:
        return None
    errors = []
    for kind in kinds:
        if kind is types.NoneType:
            continue
        try:
            return _read(kind, raw, where)
        except SnapshotError as error:
            errors.append(str(error))
    raise SnapshotError("; ".join(errors))


def _read_dataclass(kind: Any, raw: Any, where: str) -> Any:
    if not isinstance(raw, dict):
        raise SnapshotError(f"{where}: found {type(raw).__name__}, allowed: object")
    hints, required = _fields(kind)
    unknown = sorted(set(raw) - set(hints))
    if unknown:
        raise SnapshotError(f"{where}: unknown field {unknown[0]}")
    missing = sorted(required - set(raw))
    if missing:
        raise SnapshotError(f"{where}: missing field {missing[0]}")
    return kind(**{name: _read(hints[name], each, f"{where}.{name}") for name, each in raw.items()})


@cache
def _fields(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """Return a dataclass's types by name, and the names without a default: once a class."""
    required = frozenset(
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )
    return typing.get_type_hints(kind), required
