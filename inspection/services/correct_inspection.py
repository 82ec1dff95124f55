"""A correction that a list brings: a new revision through the ordinary services."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from inspection.auth import Actor
from inspection.database.transactions import write_transaction
from inspection.errors import HanteiError
from inspection.services.review_inspection import review_inspection
from inspection.services.submit_inspection import submit_inspection


@dataclass(frozen=True)
class Operator(Actor):
    """Whoever has a shell on the server: may what the secretariat may."""

    def may(self, permission: str) -> bool:
        """Say yes: the database itself is open to them."""
        return True


def correct_inspection(
    inspection_id: uuid.UUID, record: dict[str, Any], status: str, *, actor: Actor, comment: str
) -> str | None:
    """Store another record of a known visit, and review it as its new status says.

    actor: an `Operator`, where confirmed visits are to be corrected. Returns why not, if not.
    """
    try:
        with write_transaction():
            submit_inspection(inspection_id, record, actor=actor, if_match="*")
            if status in ("confirmed", "returned"):
                action = "confirm" if status == "confirmed" else "return"
                review_inspection(inspection_id, action, comment, actor=actor)
    except HanteiError as error:
        return error.detail
    return None
