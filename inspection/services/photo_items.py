"""What a photo may show: an item of the visit's rule table, the house, or its surroundings."""

from __future__ import annotations

from inspection.models import RuleTableDigest

GENERAL = {"overview": "全景", "surroundings": "周辺"}


def known_items(table: RuleTableDigest) -> dict[str, str]:
    """Return what a photo may show under a table: code -> Japanese label."""
    items = {
        item["code"]: item["label"]["ja"]
        for category in table.document["categories"]
        for item in category["items"]
    }
    return GENERAL | items
