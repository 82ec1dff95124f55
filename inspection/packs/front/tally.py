"""Counting a meeting's cases by judgement, ward, points and decision."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from inspection.packs.model import Case
from inspection.packs.score_model import ADVERSE, MIDDLE, MILD, OPEN

ORDER = (ADVERSE, MIDDLE, MILD, OPEN)
MOST_WARDS = 16
OTHER = "その他"
UNKNOWN = "区の記載なし"
STEPS = (10, 20, 25, 50, 100, 200, 500)
MOST_SPANS = 14


class Outcome(NamedTuple):
    """An outcome as a rule table names it, and where it stands among that table's outcomes."""

    label: str
    standing: str


def outcome_of(case: Case) -> Outcome:
    """Return the outcome of a case."""
    return Outcome(case.score.judgement_label, case.score.standing)


def outcomes(cases: Sequence[Case]) -> list[Outcome]:
    """Return the outcomes that occur, the gravest first."""
    found = set(map(outcome_of, cases))
    return sorted(found, key=lambda each: (ORDER.index(each.standing), each.label))


def by_outcome(cases: Sequence[Case]) -> Counter[Outcome]:
    """Count the cases of each outcome."""
    return Counter(map(outcome_of, cases))


def by_ward(cases: Sequence[Case]) -> dict[str, Counter[Outcome]]:
    """Count outcomes by ward, in the order of the cases; beyond MOST_WARDS the rest is one row."""
    found: dict[str, Counter[Outcome]] = {}
    for case in cases:
        found.setdefault(case.house.ward_name or UNKNOWN, Counter())[outcome_of(case)] += 1
    if len(found) <= MOST_WARDS:
        return found
    largest = sorted(found, key=lambda ward: -found[ward].total())[: MOST_WARDS - 1]
    shown = {ward: counts for ward, counts in found.items() if ward in largest}
    rest = (counts for ward, counts in found.items() if ward not in largest)
    return shown | {OTHER: sum(rest, Counter())}


def spans(cases: Sequence[Case]) -> tuple[int, list[Counter[Outcome]]]:
    """Return the width of a span in points, and the outcomes in each span from 0 up.

    A span holds its lower end. At most MOST_SPANS of them, whatever the totals are.
    """
    most = max((case.score.total for case in cases), default=0)
    step = next((each for each in STEPS if most / each < MOST_SPANS), None)
    if step is None:
        step = int(most // (MOST_SPANS - 1)) + 1
    bins: list[Counter[Outcome]] = [Counter() for _ in range(int(most // step) + 1)]
    for case in cases:
        bins[int(max(case.score.total, 0) // step)][outcome_of(case)] += 1
    return step, bins


def by_decision(cases: Sequence[Case]) -> dict[str | None, Counter[Outcome]]:
    """Count outcomes by decision; None for the cases that are not decided."""
    found: dict[str | None, Counter[Outcome]] = {}
    for case in cases:
        decision = case.decision.decision if case.decision else None
        found.setdefault(decision, Counter())[outcome_of(case)] += 1
    return found
