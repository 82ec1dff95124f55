"""Was the photo taken at the visit, not before it and not long after?"""

from __future__ import annotations

from datetime import timedelta

from uploads.checks.model import Check, PhotoFacts, Thresholds

CODE = "taken_at"


def check(facts: PhotoFacts, thresholds: Thresholds) -> Check:
    """Warn about a photo from before the visit or long after it."""
    if facts.taken_at is None:
        return Check(CODE, "unknown", "写真に撮影日時がありません。")
    if facts.visited_at is None:
        return Check(CODE, "unknown", "調査日時が分からないため、撮影日時と比べられません。")
    late = facts.taken_at - facts.visited_at
    note = "(時差の記録がないため現地時刻とみなしています)" if facts.taken_at_assumed_zone else ""
    if late < -thresholds.before_visit:
        return Check(CODE, "warning", f"調査より{_words(-late)}前に撮影されています{note}。")
    if late > thresholds.after_visit:
        return Check(CODE, "warning", f"調査より{_words(late)}後に撮影されています{note}。")
    return Check(CODE, "ok", f"調査の前後に撮影されています{note}。")


def _words(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    return f"{hours / 24:.0f}日" if hours >= 48 else f"{hours:.0f}時間"
