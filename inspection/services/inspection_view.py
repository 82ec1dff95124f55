"""A visit as the API shows it: record, score, photos that are here and missing, warnings."""

from __future__ import annotations

from typing import Any

from inspection.models import Inspection, Photo, Review
from inspection.queries import last_reviews, photos_of


def to_json(inspection: Inspection) -> dict[str, Any]:
    """Return one visit in JSON form."""
    return many_to_json([inspection])[0]


def many_to_json(inspections: list[Inspection]) -> list[dict[str, Any]]:
    """Return visits in JSON form, with one query for all their photos and one for reviews."""
    pks = [inspection.pk for inspection in inspections]
    photos, reviews = photos_of(pks), last_reviews(pks)
    return [_one(row, photos[row.pk], reviews.get(row.pk)) for row in inspections]


def _one(inspection: Inspection, photos: list[Photo], review: Review | None) -> dict[str, Any]:
    kept = [photo for photo in photos if photo.status != "rejected"]
    here = {str(photo.id) for photo in kept}
    expected = inspection.record["expected_photos"]
    return {
        **inspection.record,
        "id": str(inspection.id),
        "revision": inspection.revision,
        "status": inspection.status,
        "score": inspection.score,
        "photos": {
            "expected": len(expected),
            "received": len(kept),
            "missing": [photo["id"] for photo in expected if photo["id"] not in here],
        },
        "warnings": [*inspection.score["warnings"], *_without_photo(inspection, kept)],
        "review": _review_to_json(review),
        "received_at": inspection.received_at.isoformat(),
        "updated_at": inspection.updated_at.isoformat(),
    }


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


def _review_to_json(review: Review | None) -> dict[str, Any] | None:
    if review is None:
        return None
    return {
        "action": review.action,
        "comment": review.comment,
        "actor": review.actor,
        "revision": review.revision,
        "reviewed_at": review.reviewed_at.isoformat(),
    }


def revisions_to_json(inspection: Inspection) -> list[dict[str, Any]]:
    """Return every revision, oldest first: who, with which device, when, what."""
    return [
        {
            "revision": row.number,
            "actor": row.actor,
            "role": row.role,
            "device_id": row.device_id,
            "received_at": row.received_at.isoformat(),
            "device_clock_at": row.device_clock_at.isoformat() if row.device_clock_at else None,
            "record": row.record,
            "score": row.score,
        }
        for row in inspection.revisions
    ]
