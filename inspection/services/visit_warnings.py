"""What a person should look at in a visit, besides its score: photos and the device's clock."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, tuple_

from inspection.extensions import db
from inspection.models import Inspection, InspectionRevision, Photo
from inspection.services.photo_thresholds import clock_tolerance

Skews = dict[int, timedelta]


def clock_skews(inspections: list[Inspection]) -> Skews:
    """Return how far ahead of ours the device's clock was, by the visit's key, where it told it.

    Of the current revision: both clocks at the moment when it was sent, so that hours offline
    are no skew.
    """
    current = [(visit.pk, visit.revision) for visit in inspections]
    rows = db.session.execute(
        select(
            InspectionRevision.inspection_pk,
            InspectionRevision.device_clock_at,
            InspectionRevision.received_at,
        ).where(
            tuple_(InspectionRevision.inspection_pk, InspectionRevision.number).in_(current),
            InspectionRevision.device_clock_at.is_not(None),
        )
    )
    return {pk: device - received for pk, device, received in rows}


def warnings_of(
    inspection: Inspection, photos: list[Photo], skew: timedelta | None = None
) -> list[str]:
    """Return Japanese sentences, what most needs a look first. photos: all of the visit's."""
    kept = [photo for photo in photos if photo.status != "rejected"]
    return [
        *_rejected(photos),
        *_not_as_announced(inspection, kept),
        *_without_photo(inspection, kept),
        *_clock(skew),
    ]


def _rejected(photos: list[Photo]) -> list[str]:
    return [
        f"{_name(photo)}は画像として使えません。撮り直すか、元のファイルを送り直してください。"
        f"理由: {photo.reason}"
        for photo in photos
        if photo.status == "rejected"
    ]


def _not_as_announced(inspection: Inspection, kept: list[Photo]) -> list[str]:
    """Warn of each photo whose bytes or item are not those that the record announces."""
    arrived = {str(photo.id): photo for photo in kept}
    found = []
    for announced in inspection.record["expected_photos"]:
        photo = arrived.get(announced["id"])
        if photo is None:
            continue
        if (photo.sha256, photo.bytes) != (announced["sha256"].lower(), announced["bytes"]):
            found.append(
                f"{_name(photo)}の内容が、調査記録で予告されたファイルと違います"
                f"(予告 {announced['bytes']:,} バイト、受信 {photo.bytes:,} バイト)。"
                "別の写真を送っていないか確認してください。"
            )
        elif photo.item != announced["item"]:
            found.append(
                f"{_name(photo)}は、調査記録では項目 {announced['item']} の写真とされています。"
                "どちらの項目か確認してください。"
            )
    return found


def _without_photo(inspection: Inspection, kept: list[Photo]) -> list[str]:
    """Warn of each finding with points that no photo shows or is announced to show."""
    shown = {photo.item for photo in kept}
    shown |= {photo["item"] for photo in inspection.record["expected_photos"]}
    return [
        f"{item['code']} {item['label']}: 評点がありますが写真がありません。"
        for category in inspection.score["categories"]
        for item in category["items"]
        if item["points"] > 0 and item["code"] not in shown
    ]


def _clock(skew: timedelta | None) -> list[str]:
    if skew is None or abs(skew) <= clock_tolerance():
        return []
    way = "進んで" if skew > timedelta(0) else "遅れて"
    return [
        f"送信した端末の時計が約{_words(abs(skew))}{way}いました。"
        "調査日時と写真の撮影日時も、その分ずれているおそれがあります。"
    ]


def _words(length: timedelta) -> str:
    minutes = length.total_seconds() / 60
    if minutes < 120:
        return f"{minutes:.0f}分"
    return f"{minutes / 60:.0f}時間" if minutes < 48 * 60 else f"{minutes / 1440:.0f}日"


def _name(photo: Photo) -> str:
    """Return how a person finds a photo: what it shows, and the name of its file if it has one."""
    label = f"、{photo.filename}" if photo.filename else ""
    return f"写真(項目 {photo.item}{label})"
