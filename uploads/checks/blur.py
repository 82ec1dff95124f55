"""Is the picture sharp enough to see what it should show?"""

from __future__ import annotations

from uploads.checks.model import Check, PhotoFacts, Thresholds

CODE = "blur"


def check(facts: PhotoFacts, thresholds: Thresholds) -> Check:
    """Warn about a blurred picture; one without texture or light cannot be judged."""
    if facts.sharpness is None or facts.contrast is None:
        return Check(CODE, "unknown", "ぼけを調べていません。")
    if facts.sharpness >= thresholds.sharpness:
        return Check(CODE, "ok", "ピントは合っています。")
    if facts.contrast < thresholds.contrast:
        return Check(CODE, "unknown", "模様や明るさの少ない画像のため、ぼけを判断できません。")
    return Check(CODE, "warning", "写真がぼけています。傷みの状態が読み取れるか確認してください。")
