"""Does nearly the same picture (resized, brightened, saved again) show another house or visit?

The same place photographed anew gives another picture: even from one tripod, light and leaves
differ by more than a copy does. Within a visit alike pictures are how one photographs a crack.
"""

from __future__ import annotations

from uploads.checks.model import Check, PhotoFacts, Thresholds, Twin

CODE = "alike"


def check(facts: PhotoFacts, thresholds: Thresholds) -> Check:
    """Warn about a copy at another house or visit; a mere likeness to another house is unknown.

    Unknown, and no warning: terraced houses and plain walls look alike, and warnings about one
    photo in seven would soon be read by nobody.
    """
    if facts.alike is None:
        return Check(CODE, "unknown", "他の写真と比べていません。")
    if not facts.has_structure:
        return Check(
            CODE, "unknown", "模様の少ない画像のため、似た写真が他にあるか判断できません。"
        )
    others = [twin for twin in facts.alike if not twin.same_visit]
    copies = [twin for twin in others if twin.distance <= thresholds.copy_bits]
    elsewhere = [twin for twin in others if not twin.same_house]
    if found := _nearest([twin for twin in copies if not twin.same_house]):
        return Check(CODE, "warning", _copied(found))
    if found := _nearest(copies):
        return Check(CODE, "warning", _reused(found))
    if found := _nearest([twin for twin in elsewhere if twin.distance <= thresholds.likeness_bits]):
        return Check(CODE, "unknown", _similar(found))
    return Check(CODE, "ok", "よく似た写真は他の調査にありません。")


def _nearest(twins: list[Twin]) -> Twin | None:
    return min(twins, key=lambda twin: twin.distance, default=None)


def _copied(twin: Twin) -> str:
    return (
        f"別の家屋({twin.where})の写真とほぼ同じ画像です。"
        "家屋の取り違えや使い回しでないか確認してください。"
    )


def _reused(twin: Twin) -> str:
    return (
        f"この家屋の別の調査({twin.where})の写真とほぼ同じ画像です。"
        "今回の調査で撮影した写真か確認してください。"
    )


def _similar(twin: Twin) -> str:
    return (
        f"別の家屋({twin.where})の写真とよく似ています。"
        "似た建物の場合も多いため判断できません。気になる場合は見比べてください。"
    )
