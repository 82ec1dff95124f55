"""What codes are called, in both languages."""

from __future__ import annotations

STRUCTURE_LABELS: dict[str, dict[str, str]] = {
    "wooden": {"ja": "木造", "en": "Wooden"},
    "light_steel": {"ja": "軽量鉄骨造", "en": "Light steel"},
    "steel": {"ja": "鉄骨造", "en": "Steel"},
    "reinforced_concrete": {"ja": "鉄筋コンクリート造", "en": "Reinforced concrete"},
    "concrete_block": {"ja": "コンクリートブロック造", "en": "Concrete block"},
    "other": {"ja": "その他", "en": "Other"},
}
METHOD_LABELS = {"full": "全項目調査", "exterior": "外観目視調査"}
STATUS_LABELS = {
    "draft": "下書き",
    "submitted": "提出済み",
    "returned": "差戻し",
    "confirmed": "確定",
    "scheduled": "付議",
    "decided": "決定済み",
}
DECISION_LABELS = {"approved": "認定", "not_approved": "不認定", "deferred": "保留"}
EDITION_LABELS = {"closed": "非公開", "public": "公開用", "secretariat": "事務局用"}
ROLE_LABELS = {
    "inspector": "判定員",
    "secretariat": "事務局",
    "committee": "委員",
    "gis": "GIS担当",
    "admin": "システム管理者",
}
