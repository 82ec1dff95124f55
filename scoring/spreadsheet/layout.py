"""Which blocks stand on which sheet, and the records of a document that each of them shows."""

from dataclasses import dataclass

from scoring.spreadsheet import columns
from scoring.spreadsheet.columns import Column

COVER, POINTS, JUDGE, CASES = "表紙", "評点表", "判定", "確認例"
FORMULAS, REPLACEMENTS, GUIDE = "計算式", "読替え", "記入のしかた"
SHEETS = (COVER, POINTS, JUDGE, CASES, FORMULAS, REPLACEMENTS)
MEMO = "メモ"  # sheets and columns that begin so are the clerk's own
BLOCK = "■"
FIRST_ROWS = 12  # the heading row of a list stands within these


@dataclass(frozen=True)
class Block:
    """A titled list on a sheet: the document's key that holds its records."""

    title: str
    hint: str
    key: str
    columns: tuple[Column, ...]
    spare: int = 5  # empty lines offered for more


COVER_BLOCKS = (
    Block("条件", "家屋や周辺について尋ねること", "conditions", columns.CONDITIONS),
    Block("軸", "評点とは別に合計するもの", "axes", columns.AXES, 2),
    Block("重大度", "評価の重さの呼び名", "severities", columns.SEVERITIES, 2),
)
JUDGE_BLOCKS = (
    Block("補正", "最高評点で切ったあと、上から順に計算する", "modifiers", columns.MODIFIERS, 4),
    Block("判定結果", "判定の結果の呼び名", "outcomes", columns.OUTCOMES, 3),
    Block(
        "判定",
        "上から順に調べ、最初に当てはまるものが結果になる",
        "judgements",
        columns.JUDGEMENTS,
        4,
    ),
)
