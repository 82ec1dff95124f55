"""The columns of 確認例 that every table has; conditions, axes and items stand beside them."""

from scoring.spreadsheet.cells import Choice, Code, Many, Named, Number, Text
from scoring.spreadsheet.column import OTHERS, Column

CASES = (
    Column("説明", ("note",), Text(), 40, "どのような家屋で、どう計算したか。"),
    Column("合計", ("total",), Number(), 7, "手で計算した評点の合計。不明は0点で数えます。", True),
    Column(
        "判定",
        ("judgement",),
        Named("outcomes"),
        16,
        "その評点の判定。不明で決まらなければ「判定できません」。",
        True,
    ),
    Column("下限", ("low",), Number(), 7, "不明をすべて軽く見た評点(空欄なら確かめません)。"),
    Column("上限", ("high",), Number(), 7, "不明をすべて重く見た評点(空欄なら確かめません)。"),
    Column(
        "判定を左右する項目",
        ("open_items",),
        Many(),
        14,
        "不明の項目のうち判定を変えるもの。一つもなければ「なし」、空欄なら確かめません。",
    ),
    Column(
        "ほかの項目",
        ("others",),
        Choice(OTHERS),
        10,
        "右に書いていない項目: 該当なし、部位なし、不明。空欄は不明。",
    ),
    Column(
        "人の判断", ("override", "judgement"), Code(), 14, "人の判断による判定の符号。", side=True
    ),
    Column("判断の理由", ("override", "reason"), Text(), 18, "人の判断の理由。", side=True),
    Column("判断した人", ("override", "by"), Text(), 12, "判断した人。", side=True),
)
