"""Which abstract test of which conformance class a test function carries out."""

from __future__ import annotations

from collections import defaultdict

SPEC = "http://www.opengis.net/spec"
FEATURES_1 = f"{SPEC}/ogcapi-features-1/1.0/conf"
FEATURES_2 = f"{SPEC}/ogcapi-features-2/1.0/conf"
FEATURES_3 = f"{SPEC}/ogcapi-features-3/1.0/conf"
CQL2 = f"{SPEC}/cql2/1.0/conf"
TILES_1 = f"{SPEC}/ogcapi-tiles-1/1.0/conf"
TESTED: dict[str, set[str]] = defaultdict(set)
"""Conformance class -> ids of the abstract tests that some function carries out."""


def abstract_test(conformance_class, *names):
    """Mark a function as the test of `names`, abstract tests of a class (its URI)."""

    def mark(function):
        folder = conformance_class.rsplit("/", 1)[1]
        TESTED[conformance_class].update(f"/conf/{folder}/{name}" for name in names)
        return function

    return mark
