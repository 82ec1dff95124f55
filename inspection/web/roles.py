"""The roles and what each may do, in the words of the people who have them."""

from __future__ import annotations

from dataclasses import dataclass

from inspection.auth import PERMISSIONS

ROLE_NAMES = {
    "inspector": "判定員",
    "secretariat": "事務局",
    "committee": "判定委員会",
    "gis": "GIS 担当",
    "admin": "システム管理者",
}
ROLE_TASKS = {
    "inspector": "現地で家屋を判定し、写真とともに記録を送ります。",
    "secretariat": "記録を確認し、案件を会議に載せ、資料を作り、決定を記録します。",
    "committee": "会議の案件と資料を読み、判定について決定します。",
    "gis": "確定した家屋と点数を、地図ソフトで使います。",
    "admin": "利用者、トークン、タブレットと設定を管理します。",
}


@dataclass(frozen=True)
class Ability:
    """One permission in plain words, and the operation of the API that covers it."""

    permission: str
    label: str
    method: str
    path: str


ABILITIES = (
    Ability("house:read", "対象家屋を探す、見る", "GET", "/api/v1/houses"),
    Ability("house:write", "家屋を登録する、直す", "PUT", "/api/v1/houses/{id}"),
    Ability(
        "house:owner",
        "所有者の情報を見る、直す（閲覧はすべて記録されます）",
        "GET",
        "/api/v1/houses/{id}/owner",
    ),
    Ability("rule_table:read", "判定表を見る", "GET", "/api/v1/rule-tables"),
    Ability(
        "rule_table:compare",
        "判定表を替えたときの影響を試算する",
        "POST",
        "/api/v1/rule-tables/what-if",
    ),
    Ability(
        "rule_table:propose",
        "市の判定表を提案する",
        "POST",
        "/api/v1/rule-tables/proposals",
    ),
    Ability(
        "rule_table:approve",
        "他の人が提案した判定表を承認する",
        "POST",
        "/api/v1/rule-tables/proposals/{id}/review",
    ),
    Ability("score", "点数を試算する（保存されません）", "POST", "/api/v1/scores"),
    Ability("inspection:read", "判定の記録を見る", "GET", "/api/v1/inspections"),
    Ability(
        "inspection:write",
        "判定の記録を送る、直す",
        "PUT",
        "/api/v1/inspections/{id}",
    ),
    Ability(
        "inspection:review",
        "記録を確定する、差し戻す",
        "POST",
        "/api/v1/inspections/{id}/review",
    ),
    Ability("photo:read", "写真を見る", "GET", "/api/v1/photos/{id}/file"),
    Ability("photo:write", "写真を送る", "PUT", "/api/v1/inspections/{id}/photos/{photo_id}"),
    Ability(
        "photo:release", "公開用に写真を選び、隠す所を決める", "PUT", "/api/v1/photos/{id}/release"
    ),
    Ability("meeting:read", "会議と案件を見る", "GET", "/api/v1/meetings"),
    Ability(
        "meeting:write",
        "会議を作り、案件を載せ、決定を記録する",
        "PUT",
        "/api/v1/meetings/{id}/cases",
    ),
    Ability("pack:read", "委員会資料（PDF）を受け取る", "GET", "/api/v1/packs/{id}/file"),
    Ability("ogc:read", "地図ソフトで家屋と点数を読む", "GET", "/ogc/"),
    Ability("device:manage", "タブレットを登録する、止める", "GET", "/api/v1/devices"),
    Ability("team:manage", "班を作り、家屋を割り当てる", "GET", "/api/v1/teams"),
    Ability("token:manage", "API のトークンを調べる、止める", "GET", "/api/v1/tokens"),
)


def abilities_of(role: str) -> list[Ability]:
    """Return what a role may do, in the order of the work."""
    allowed = PERMISSIONS.get(role, frozenset())
    return [ability for ability in ABILITIES if ability.permission in allowed]
