"""The digest of a rule table, and the lock that keeps published ones as they were.

The sha256 is taken over the meaning of the TOML document, not over its bytes: the parsed document
as JSON in UTF-8 with sorted keys, without white space, numbers in plain decimal notation without
trailing zeros, dates in ISO form. Comments and layout may change; no value, text or example may.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from scoring.errors import RuleTableError
from scoring.ranges import plain

LOCK_NAME = "published.lock"


def canonical(content: Any) -> str:
    """A parsed TOML value as the text that the digest is taken over."""
    if isinstance(content, Mapping):
        pairs = (f"{canonical(str(key))}:{canonical(content[key])}" for key in sorted(content))
        return "{" + ",".join(pairs) + "}"
    if isinstance(content, list):
        return "[" + ",".join(canonical(one) for one in content) + "]"
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, int | Decimal):
        return plain(Decimal(content))
    if isinstance(content, date | time):
        return json.dumps(content.isoformat())
    return json.dumps(content, ensure_ascii=False)


def digest_of(document: Mapping[str, Any]) -> str:
    """The sha256, in hex, of a rule table's document."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def read_lock(folder: Path) -> dict[tuple[str, str], str]:
    """The published tables of a folder: (id, version) -> sha256; empty without a lock file.

    Raises RuleTableError for a line that is not "sha256  id@version".
    """
    path = folder / LOCK_NAME
    if not path.exists():
        return {}
    published = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        table, at, version = name.partition("@")
        if len(digest) != 64 or not (table and at and version):
            raise RuleTableError(LOCK_NAME, f"{number}行", f"「{line}」", "sha256  id@version")
        published[table, version] = digest
    return published


def write_lock(folder: Path, published: Mapping[tuple[str, str], str]) -> None:
    """Write the lock file anew, in the order of ids and versions."""
    lines = [f"{digest}  {id}@{version}" for (id, version), digest in sorted(published.items())]
    (folder / LOCK_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
