"""A rule table's document as the text that is kept: its sha256 is the table's own.

The text is the canonical JSON that the digest is taken over, so that what is kept cannot change
without its digest; dates come back where the rule format has dates.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from scoring.digest import canonical
from scoring.errors import RuleTableError

_DATES = (("effective", "from"), ("effective", "to"), ("source", "checked_on"))


def freeze(document: Mapping[str, Any]) -> str:
    """The text to keep for a document; its sha256 is `digest_of(document)`."""
    return canonical(document)


def thaw(text: str, sha256: str, name: str) -> dict[str, Any]:
    """The document that was frozen. Raises RuleTableError naming it when the text was changed."""
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != sha256:
        raise RuleTableError(
            name, "", f"承認済みの評点表が変更されています(sha256 {found})", sha256
        )
    document: dict[str, Any] = json.loads(text, parse_float=Decimal)
    for table, key in _DATES:
        if key in document.get(table, {}):
            document[table][key] = date.fromisoformat(document[table][key])
    return document
