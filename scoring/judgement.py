"""From a total to an outcome."""

from decimal import Decimal

from scoring.model import RuleTable


def outcome_of(table: RuleTable, total: Decimal) -> str:
    """The code of the outcome for this total: the first judgement that holds, else `otherwise`.

    Points are compared unrounded.
    """
    last = table.judgements[-1]
    for judgement in table.judgements:
        if total in judgement.bounds:
            return judgement.code
    return last.otherwise or last.code
