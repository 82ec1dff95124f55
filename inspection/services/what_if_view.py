"""A what-if answer in the API's JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from inspection.services.what_if import Answered
from scoring.model import RuleTable
from scoring.whatif import Move


def to_json(one: RuleTable, two: RuleTable, answered: Answered) -> dict[str, Any]:
    """Return the answer in the API's JSON form."""
    totals = answered.totals
    return {
        "from": _ref(one),
        "to": _ref(two),
        "houses": answered.houses,
        "unscored": answered.unscored,
        "graver": answered.graver,
        "lighter": answered.lighter,
        "moves": [_move(move, n) for move, n in sorted(totals.moves.items())],
        "crossings": [
            {**_move(move, n), "codes": answered.codes.get(move, [])}
            for move, n in totals.crossings().items()
        ],
        "by_ward": [
            {"ward_code": ward, "moves": [_move(move, n) for move, n in sorted(moves.items())]}
            for ward, moves in sorted(answered.wards.items(), key=lambda pair: pair[0] or "")
        ],
        "totals": {
            "from": _distribution(totals.before),
            "to": _distribution(totals.after),
        },
    }


def _ref(table: RuleTable) -> dict[str, str]:
    return {"id": table.id, "version": table.version, "sha256": table.sha256}


def _move(move: Move, houses: int) -> dict[str, Any]:
    return {"before": move[0], "after": move[1], "houses": houses}


def _distribution(totals: Mapping[Decimal, int]) -> list[dict[str, Any]]:
    return [{"total": float(total), "houses": houses} for total, houses in sorted(totals.items())]
