"""Sentences about a frozen case: its surroundings, and what the secretariat has to look after."""

from collections import Counter
from collections.abc import Sequence

from inspection.packs import words
from inspection.packs.model import House, Neighbour, Owner, Photo
from inspection.packs.score_model import Score
from inspection.packs.sections.map_frame import distance_m

SURROUNDINGS = "surroundings"  # the item code of photos and notes
NOTHING_WRITTEN = "調査記録に周辺への影響の記載はない。"


def surroundings(
    note: str | None,
    photos: Sequence[Photo],
    house: House,
    neighbours: Sequence[Neighbour],
    radius_m: float,
    most: int,
) -> tuple[str, ...]:
    """Return what is known of the effect on the surroundings (周辺への影響), as paragraphs.

    note: the inspectors' words. neighbours: the nearest judged houses within `radius_m`, of which
    `most` are listed at most.
    """
    paragraphs = [note or NOTHING_WRITTEN]
    shown = [f"写真{photo.number}" for photo in photos if photo.item == SURROUNDINGS]
    if shown:
        paragraphs.append(f"周辺の状況は{'、'.join(shown)}に示す。")
    if neighbours and house.lon is not None:
        paragraphs.append(_neighbours(house, neighbours, radius_m, most))
    return tuple(paragraphs)


def _neighbours(house: House, found: Sequence[Neighbour], radius_m: float, most: int) -> str:
    counts = Counter(each.judgement_label for each in found)
    told = "、".join(f"{label} {count}件" for label, count in counts.items())
    away = words.distance(distance_m(house, found[0].lon, found[0].lat))
    if len(found) == 1:
        return f"半径{radius_m:.0f} m以内に判定済みの家屋が1件ある({told}、{away})。"
    more = "以上" if len(found) >= most else ""
    listed = f"近い順に{most}件の内訳:{told}" if more else told
    return (
        f"半径{radius_m:.0f} m以内に判定済みの家屋が{len(found)}件{more}あり({listed})、"
        f"最も近いものまで{away}である。"
    )


def points(
    score: Score,
    photos: Sequence[Photo],
    house: House,
    owner: Owner | None,
    proposal: str | None,
    missing_photos: int,
    released: int,
) -> tuple[str, ...]:
    """Return what the secretariat has to look after before the meeting (確認事項).

    missing_photos: announced by the inspectors and not there. released: photos that the public
    edition may show.
    """
    found = [*_of_record(score, photos, missing_photos), *_of_photos(photos)]
    blank = [
        name
        for name, value in (
            ("座標", house.lon),
            ("建築年", house.built_year),
            ("延べ面積", house.floor_area_m2),
            ("階数", house.storeys),
        )
        if value is None
    ]
    if blank:
        found.append(f"家屋の台帳に未記入の欄がある:{'、'.join(blank)}。")
    if owner is None:
        found.append("所有者等調査が登録されていない。")
    if not proposal:
        found.append("事務局案が入力されていない。")
    if photos and not released:
        found.append("公開用資料に載せる写真が選ばれていない。")
    return tuple(found)


def _of_record(score: Score, photos: Sequence[Photo], missing: int) -> list[str]:
    found = []
    items = [item for category in score.categories for item in category.items]
    if score.open_items:
        labels = {item.code: item.label for item in items}
        named = "、".join(f"{code} {labels.get(code, '')}".strip() for code in score.open_items)
        found.append(f"判定を左右する未確認項目が残っている:{named}。")
    if missing:
        found.append(f"調査者が撮影した写真のうち{missing}枚が届いていない。")
    shown = {photo.item for photo in photos}
    bare = [f"{item.code} {item.label}" for item in items if item.points and item.code not in shown]
    if bare:
        found.append(f"評点があるのに写真のない項目がある:{'、'.join(bare)}。")
    return found


def _of_photos(photos: Sequence[Photo]) -> list[str]:
    return [
        f"写真{photo.number}({photo.item_label}):{'、'.join(photo.warnings)}"
        for photo in photos
        if photo.warnings
    ]
