"""Does the device's clock go right? Hours offline are not skew.

Three witnesses, the best first: the device's clock against the server's at upload; the
satellites' time against the photo's; and that no photo comes from the future.
"""

from __future__ import annotations

from datetime import timedelta

from uploads.checks.model import Check, PhotoFacts, Thresholds

CODE = "clock"
# A phone may repeat the time of its last fix, so only satellites far off say anything.
_FIX_AGE = timedelta(hours=1)


def check(facts: PhotoFacts, thresholds: Thresholds) -> Check:
    """Warn about a clock that is off by more than the threshold."""
    skew, against = _skew(facts, thresholds)
    if skew is None:
        return Check(CODE, "unknown", "端末の時計を確かめる情報がありません。")
    if abs(skew) > thresholds.clock:
        way = "進んで" if skew > timedelta(0) else "遅れて"
        return Check(CODE, "warning", f"端末の時計が{against}より{_words(abs(skew))}{way}います。")
    return Check(CODE, "ok", f"端末の時計は{against}と合っています。")


def _skew(facts: PhotoFacts, thresholds: Thresholds) -> tuple[timedelta | None, str]:
    """How far the device is ahead, and of what; None when nothing tells."""
    if facts.device_clock_at and facts.received_at:
        return facts.device_clock_at - facts.received_at, "サーバー"
    if facts.taken_at and facts.received_at and facts.taken_at > facts.received_at:
        return facts.taken_at - facts.received_at, "サーバー"
    if facts.taken_at and facts.gps_time and not facts.taken_at_assumed_zone:
        skew = facts.taken_at - facts.gps_time
        # Within the age of a fix the two agree as well as they can.
        return (skew if abs(skew) > max(_FIX_AGE, thresholds.clock) else timedelta(0)), "衛星の時刻"
    return None, ""


def _words(length: timedelta) -> str:
    minutes = length.total_seconds() / 60
    if minutes < 120:
        return f"{minutes:.0f}分"
    return f"{minutes / 60:.0f}時間" if minutes < 48 * 60 else f"{minutes / 1440:.0f}日"
