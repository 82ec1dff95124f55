"""Does the very same file show another house, or another visit?"""

from __future__ import annotations

from uploads.checks.model import Check, PhotoFacts, Thresholds, Twin

CODE = "same_file"


def check(facts: PhotoFacts, thresholds: Thresholds) -> Check:
    """Warn when another visit holds the same bytes; twice in one visit is only told."""
    if facts.same_files is None:
        return Check(CODE, "unknown", "他の写真と比べていません。")
    for twin in facts.same_files:
        if not twin.same_house:
            return Check(CODE, "warning", _elsewhere(twin))
    for twin in facts.same_files:
        if not twin.same_visit:
            return Check(CODE, "warning", _earlier(twin))
    if facts.same_files:
        return Check(CODE, "ok", "同じ画像ファイルが、この調査の別の写真としても登録されています。")
    return Check(CODE, "ok", "同じ画像ファイルは他の調査にありません。")


def _elsewhere(twin: Twin) -> str:
    return (
        f"同じ画像ファイルが別の家屋({twin.where})にも登録されています。"
        "家屋の取り違えでないか確認してください。"
    )


def _earlier(twin: Twin) -> str:
    return (
        f"同じ画像ファイルが、この家屋の別の調査({twin.where})にも登録されています。"
        "今回の調査で撮影した写真か確認してください。"
    )
