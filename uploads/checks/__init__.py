"""Checks on a photo: warnings for the people who review, never refusals.

A new check is one file with a `check` function and one line in CHECKS.
"""

from __future__ import annotations

from uploads.checks import alike, blur, clock, distance, position, same_file, taken_at
from uploads.checks.distance import distance_m
from uploads.checks.model import Check, PhotoCheck, PhotoFacts, Thresholds, Twin

__all__ = ["CHECKS", "Check", "PhotoFacts", "Thresholds", "Twin", "distance_m", "run_checks"]

CHECKS: tuple[PhotoCheck, ...] = (
    position.check,
    distance.check,
    taken_at.check,
    clock.check,
    same_file.check,
    alike.check,
    blur.check,
)


def run_checks(facts: PhotoFacts, thresholds: Thresholds | None = None) -> list[Check]:
    """Run every check, in the order of CHECKS; one answer each."""
    limits = thresholds or Thresholds()
    return [check(facts, limits) for check in CHECKS]
