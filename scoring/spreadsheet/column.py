"""One column of a sheet, and the words that its cells choose from."""

from dataclasses import dataclass

from scoring.spreadsheet.cells import Codec, Text

Path = tuple[str, ...]
ALL = "*"  # as the last step of a path: the keys of a range stand beside others


@dataclass(frozen=True, eq=False)
class Column:
    """One column (or one line of the cover): `path` leads to its value in the record."""

    heading: str
    path: Path
    codec: Codec
    width: int
    note: str
    required: bool = False
    level: str = ""  # 評点表: category, item or grade; 計算式: item or grade (an input)
    side: bool = False  # stands to the right, folded together at first
    fallback: Path = ()  # an empty cell takes the value of this path (English: the Japanese)


STRUCTURES = {
    "wooden": "木造",
    "light_steel": "軽量鉄骨造",
    "steel": "鉄骨造",
    "reinforced_concrete": "鉄筋コンクリート造",
    "concrete_block": "コンクリートブロック造",
    "other": "その他",
}
METHODS = {"full": "全項目調査", "exterior": "外観目視調査"}
POLICIES = {"interval": "範囲で示す", "zero": "0点とする", "worst": "最も重い評価とする"}
STATUSES = {"verified": "確認済み", "unverified": "未確認", "example": "例(適用しない)"}
MODES = {
    "highest": "最も重い評価",
    "sum": "評価の合計",
    "count": "数",
    "range": "測定値",
    "formula": "計算式",
}
KINDS = {
    "threshold": "評点",
    "ranks": "評点の区分",
    "count": "該当の数",
    "condition": "条件",
    "any_of": "いずれか",
    "all_of": "すべて",
    "override": "人の判断",
}
OPERATIONS = {"multiply": "倍する", "add": "加える"}
DEFAULTS = {True: "はい", False: "いいえ", "unknown": "不明"}
NO = {False: "しない"}
OTHERS = {"none": "該当なし", "na": "部位なし", "unknown": "不明"}


def english(of: str, path: Path, width: int = 24, level: str = "", side: bool = True) -> Column:
    """The English twin of a column; left empty, the Japanese text stands in."""
    note = "英語の表示に使います。空欄なら日本語のまま表示します。"
    ja = (*path[:-1], "ja")
    return Column(f"{of}(英語)", path, Text(), width, note, level=level, side=side, fallback=ja)
