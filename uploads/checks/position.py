"""Does the photo say where it was taken, and can that be?"""

from __future__ import annotations

import math

from uploads.checks.model import Check, PhotoFacts, Thresholds

CODE = "position"


def check(facts: PhotoFacts, thresholds: Thresholds) -> Check:
    """Answer unknown without a usable position, or with one too vague to prove anything."""
    if located(facts) is None:
        return Check(CODE, "unknown", facts.position_problem or "写真に位置情報がありません。")
    if facts.accuracy_m is not None and facts.accuracy_m > thresholds.coarse_accuracy_m:
        return Check(
            CODE, "unknown", f"位置の誤差が大きく(約{facts.accuracy_m:.0f}m)、参考になりません。"
        )
    return Check(CODE, "ok", "位置情報があります。")


def located(facts: PhotoFacts) -> tuple[float, float] | None:
    """Return lon and lat (degrees) when both are there and on the globe."""
    if facts.lon is None or facts.lat is None:
        return None
    finite = math.isfinite(facts.lon) and math.isfinite(facts.lat)
    on_globe = finite and abs(facts.lon) <= 180 and abs(facts.lat) <= 90
    return (facts.lon, facts.lat) if on_globe else None
