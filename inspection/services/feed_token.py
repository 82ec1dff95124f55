"""The opaque token with which a tablet says how far it has read the feed of changes."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import ClassVar

from inspection.canonical import text_digest
from inspection.errors import BadRequestError

FORM = re.compile(
    r"c1\.([0-9a-f]{16})\.([0-9]{1,18})\.([0-9a-f]{0,16})\.([0-9a-f]{0,16})\.([hif])\.([0-9]{1,10})\Z",
    re.ASCII,
)
LAST_KEY = 2**31 - 1  # of an integer primary key
MAX_LENGTH = 200
REFUSED = "since には、前の応答の token をそのまま指定してください。"


@dataclass(frozen=True)
class FeedToken:
    """How far one scope has read.

    scope: digest of whose it is. number, mark: the last entry that was read, and what identifies
    it. tables: digest of the rule tables that were told. phase: houses, inspections (the whole
    state, read up to the key `after`) or the feed itself.
    """

    HOUSES: ClassVar[str] = "h"
    INSPECTIONS: ClassVar[str] = "i"
    FEED: ClassVar[str] = "f"

    scope: str
    number: int
    mark: str
    tables: str
    phase: str
    after: int

    @classmethod
    def begin(cls, scope: str, number: int, mark: str) -> FeedToken:
        """Return the token before everything; the feed goes on after `number` later."""
        return cls(_digest(scope), number, mark, "", cls.HOUSES, 0)

    @classmethod
    def read(cls, text: str) -> FeedToken:
        """Read a token. Raises BadRequestError when it is none of ours."""
        try:
            if len(text) > MAX_LENGTH:
                raise ValueError
            padded = text + "=" * (-len(text) % 4)
            found = FORM.match(base64.urlsafe_b64decode(padded.encode("ascii")).decode("ascii"))
        except (binascii.Error, ValueError):
            found = None
        if found is None or int(found[6]) > LAST_KEY:
            raise BadRequestError(REFUSED)
        return cls(found[1], int(found[2]), found[3], found[4], found[5], int(found[6]))

    def write(self) -> str:
        """Return the token as text."""
        parts = (self.scope, self.number, self.mark, self.tables, self.phase, self.after)
        text = ".".join(("c1", *map(str, parts)))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def of(self, scope: str) -> bool:
        """Say whether the token belongs to a scope."""
        return self.scope == _digest(scope)


def _digest(scope: str) -> str:
    return text_digest(scope)[:16]
