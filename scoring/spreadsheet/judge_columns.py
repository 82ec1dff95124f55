"""The columns of the sheet 判定: steps after the caps, outcomes, judgements."""

from scoring.spreadsheet.cells import Bounds, Choice, Code, Many, Named, Number, Text
from scoring.spreadsheet.column import ALL, KINDS, NO, OPERATIONS, Column, english
from scoring.spreadsheet.lists import Findings, Ranks

MODIFIERS = (
    Column(
        "補正",
        ("label", "ja"),
        Text(),
        0,
        "補正の名前(例 通学路に面する場合の割増し)。上から順に計算します。",
        True,
    ),
    Column("計算", ("operation",), Choice(OPERATIONS), 0, "倍する、加える", True),
    Column("値", ("operand",), Number(), 0, "倍率(例 1.5)または加える評点。", True),
    Column("条件", ("when",), Named("conditions"), 0, "この条件のときだけ。空欄なら常に。"),
    Column("除く条件", ("unless",), Named("conditions"), 0, "この条件のときは補正しない。"),
    Column("軸", ("axis",), Named("axes"), 0, "評点ではなくこの軸の合計を補正する。"),
    Column("根拠", ("source",), Text(), 0, "条文の箇所。", True),
    Column("補正の符号", ("code",), Code(), 0, "半角の符号。", True),
    english("補正", ("label", "en"), side=False),
)

OUTCOMES = (
    Column("判定結果", ("label", "ja"), Text(), 0, "判定の結果の呼び名(例 不良住宅)。", True),
    Column("結果の符号", ("code",), Code(), 0, "半角の符号。", True),
    english("判定結果", ("label", "en"), side=False),
)

JUDGEMENTS = (
    Column(
        "判定",
        ("code",),
        Named("outcomes", open=True),
        0,
        "当てはまるときの結果。上から順に調べます。",
        True,
    ),
    Column("判定のしかた", ("kind",), Choice(KINDS), 0, "、".join(KINDS.values()), True),
    Column("基準", (ALL,), Bounds(), 0, "評点や数の基準(例 100以上、100超)。"),
    Column(
        "評点の区分",
        ("ranks",),
        Ranks(),
        0,
        "1行に一つ: 結果: 範囲(例 特定空家等: 100以上)。",
        side=True,
    ),
    Column("軸", ("axis",), Named("axes"), 0, "評点ではなくこの軸の合計を比べる。", side=True),
    Column(
        "数える重大度",
        ("severities",),
        Many(Named("severities")),
        0,
        "「、」で区切ります。",
        side=True,
    ),
    Column(
        "該当する評価",
        ("findings",),
        Findings(),
        0,
        "「、」で区切ります(例 2-4 ハ、2-2 ハ)。",
        side=True,
    ),
    Column(
        "ほかの判定",
        ("of",),
        Many(Named("outcomes", open=True)),
        0,
        "組み合わせる判定。「、」で区切ります。",
        side=True,
    ),
    Column("条件", ("condition",), Named("conditions"), 0, "この条件のとき当てはまる。", side=True),
    Column(
        "結果にする",
        ("decides",),
        Choice(NO),
        0,
        "ほかの判定からだけ使うなら「しない」。",
        side=True,
    ),
    Column(
        "当てはまらないとき",
        ("otherwise",),
        Named("outcomes"),
        0,
        "最後の判定にだけ: どれも当てはまらないときの結果。",
    ),
    Column(
        "判定の名称",
        ("label", "ja"),
        Text(),
        0,
        "結果の呼び名と別の名前があるときだけ。",
        side=True,
    ),
    Column("根拠", ("source",), Text(), 0, "条文の箇所。"),
    english("判定の名称", ("label", "en")),
)
