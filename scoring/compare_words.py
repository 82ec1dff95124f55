"""The words of a comparison of two rule tables."""

from collections.abc import Sequence
from typing import Any

PARTS = {
    "categories": "評定区分",
    "items": "項目",
    "grades": "評価",
    "conditions": "条件",
    "modifiers": "補正",
    "judgements": "判定",
    "outcomes": "判定結果",
    "replacements": "読み替え",
    "axes": "第二の評点",
    "severities": "重大さ",
    "ranks": "段階",
    "measure": "測るもの",
    "formula": "計算式",
    "inputs": "入力",
    "range": "範囲",
}
FIELDS = {
    "points": "評点",
    "cap": "最高評点",
    "label": "名称",
    "ja": "日本語",
    "en": "英語",
    "source": "根拠",
    "mark": "記号",
    "mode": "評価の方法",
    "min": "以上",
    "above": "超",
    "max": "以下",
    "below": "未満",
    "default": "既定",
    "multiply": "乗数",
    "add": "加点",
    "otherwise": "それ以外",
    "unknown": "未確認の扱い",
    "structures": "対象の構造",
    "method": "調査方法",
    "jurisdiction": "団体コード",
    "effective": "適用期間",
    "from": "開始日",
    "to": "終了日",
    "title": "題名",
    "ref": "箇所",
    "status": "照合",
    "checked_on": "照合日",
    "note": "注記",
    "text": "式",
    "unit": "単位",
    "severity": "重大さ",
    "when": "適用条件",
    "unless": "除外条件",
}
_POINTS = ("points", "cap", "add")
NOTHING = "なし"


def change_line(kind: str, steps: Sequence[tuple[str, str, str]], before: Any, after: Any) -> str:
    """One change as a line: where, and what was there and is now.

    steps: (part, code, label) from the whole to the part; kind: added, removed or changed.
    """
    where = " ".join(_step(*step) for step in steps)
    part, code, _ = steps[-1]
    if code:  # a whole part came or went
        points = _points_of(after if kind == "added" else before)
        return f"{where}{points}: {'追加' if kind == 'added' else '削除'}"
    return f"{where}: {_shown(part, before)} → {_shown(part, after)}"


def _step(part: str, code: str, label: str) -> str:
    if not code:
        return FIELDS.get(part) or PARTS.get(part) or part
    name = PARTS.get(part, part)
    # A grade is known by its mark, the first word of its label; its code says nothing to a reader.
    return f"{name} {label}" if part == "grades" else f"{name} {code} {label}".rstrip()


def _points_of(part: Any) -> str:
    if not isinstance(part, dict):
        return ""
    if "points" in part:
        return f"({part['points']}点)"
    grades = part.get("grades")
    if isinstance(grades, list) and grades:
        return "(" + "、".join(f"{one['mark']} {one['points']}点" for one in grades) + ")"
    return ""


def _shown(part: str, value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, int | float):
        return f"{value}点" if part in _POINTS else f"{value}"
    if isinstance(value, list):
        return "、".join(_shown(part, one) for one in value) or NOTHING
    if isinstance(value, dict):
        return "、".join(f"{FIELDS.get(key, key)} {_shown(key, one)}" for key, one in value.items())
    return f"「{value}」"
