"""Frozen lists for tests of the writers."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from inspection.lists.model import ListedCase, MeetingList

TOKYO = timezone(timedelta(hours=9))


def a_listed_case(**changes):
    values = {
        "document": "資料2-1",
        "code": "R8-001",
        "address": "小倉北区城内1番1号",
        "lot_number": "1番1",
        "residence_number": "1番1号",
        "ward": "小倉北区",
        "structure": "木造",
        "storeys": 2,
        "floor_area_m2": 98.5,
        "built_year": 1971,
        "use": "住宅",
        "inspected_on": date(2026, 11, 2),
        "inspectors": "判定 太郎、判定 花子",
        "total": 105,
        "low": 105,
        "high": 105,
        "judgement": "不良住宅",
        "photos": 8,
        "proposal": "認定が相当",
        "decision": "認定",
        "reason": "除却後の更地管理を条件とする",
        "decided_on": date(2026, 11, 23),
    }
    return ListedCase(**{**values, **changes})


def a_list(*cases, **changes):
    values = {
        "title": "判定委員会",
        "number": 3,
        "held_at": datetime(2026, 11, 23, 13, 30, tzinfo=TOKYO),
        "place": "市役所本庁舎 3階会議室",
        "city": "北九州市",
        "secretariat": "空き家対策担当課",
        "agenda": ("開会", "案件の判定について", "その他"),
        "members": ("委員長 山田 一郎", "委員 佐藤 二郎"),
        "cases": cases,
    }
    return MeetingList(**{**values, **changes})
