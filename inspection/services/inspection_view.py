"""A visit as the API shows it: record, score, photos that are here and missing, warnings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from inspection.models import Inspection, Photo, Review
from inspection.queries import last_reviews, photos_of
from inspection.services.visit_warnings import clock_skews, warnings_of


def to_json(inspection: Inspection) -> dict[str, Any]:
    """Return one visit in JSON form."""
    return many_to_json([inspection])[0]


def many_to_json(inspections: list[Inspection]) -> list[dict[str, Any]]:
    """Return visits in JSON form, with one query each for all their photos, reviews, clocks."""
    pks = [inspection.pk for inspection in inspections]
    photos, reviews, skews = photos_of(pks), last_reviews(pks), clock_skews(inspections)
    return [
        _one(row, photos[row.pk], reviews.get(row.pk), skews.get(row.pk)) for row in inspections
    ]


def _one(
    inspection: Inspection, photos: list[Photo], review: Review | None, skew: timedelta | None
) -> dict[str, Any]:
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
        "warnings": [*inspection.score["warnings"], *warnings_of(inspection, photos, skew)],
        "review": _review_to_json(review),
        "received_at": inspection.received_at.isoformat(),
        "updated_at": inspection.updated_at.isoformat(),
    }


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
