"""A rule table back to its document, and a document to TOML text that reads back the same."""

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from scoring.model import RuleTable
from scoring.ranges import plain


def table_document(table: RuleTable) -> dict[str, Any]:
    """What the table was read from, as parsed TOML; a copy that may be changed.

    A table that extends another gives the complete document with the changes carried out, whose
    digest is another one than the table's.
    """
    return deepcopy(dict(table.document))


def table_to_toml(table: RuleTable) -> str:
    """The table as TOML; reading it gives the same document."""
    return document_to_toml(table.document)


def document_to_toml(document: Mapping[str, Any]) -> str:
    """A document as TOML text: single values first, then a block for every part."""
    lines: list[str] = []
    _block(document, (), lines)
    return "\n".join(lines).lstrip("\n") + "\n"


def _block(content: Mapping[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    blocks = {key: found for key, found in content.items() if _in_blocks(found, path, key)}
    lines += [
        f"{_key(key)} = {_value(found)}" for key, found in content.items() if key not in blocks
    ]
    for key, found in blocks.items():
        name = ".".join(map(_key, [*path, key]))
        for part in found if isinstance(found, list) else [found]:
            lines += ["", f"[[{name}]]" if isinstance(found, list) else f"[{name}]"]
            _block(part, (*path, key), lines)


def _in_blocks(found: Any, path: tuple[str, ...], key: str) -> bool:
    """Whether a value is written as blocks of its own; grades and what is small stay in a line."""
    if key in ("grades", "ranks", "findings", "inputs", "replacements") and path:
        return False
    return isinstance(found, list) and bool(found) and all(isinstance(one, dict) for one in found)


def _value(found: Any) -> str:
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int):
        return str(found)
    if isinstance(found, Decimal):
        text = plain(found)
        return text if "." in text else f"{text}.0"
    if isinstance(found, date):
        return found.isoformat()
    if isinstance(found, list):
        return "[" + ", ".join(map(_value, found)) + "]"
    if isinstance(found, Mapping):
        pairs = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in found.items())
        return "{ " + pairs + " }" if pairs else "{}"
    return _text(str(found))


def _text(text: str) -> str:
    """A basic string; JSON's escapes are TOML's, but for the character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else _text(key)
