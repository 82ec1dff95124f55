"""The columns of 評点表, and of the sheets for what only few items have."""

from scoring.spreadsheet.cells import Bounds, Choice, Code, Named, Number, Text
from scoring.spreadsheet.column import ALL, MODES, Column, english

POINTS = (
    Column(
        "区分",
        ("code",),
        Code(),
        6,
        "評定区分の番号。同じ区分の行は続けて書きます。",
        True,
        "category",
    ),
    Column(
        "区分の名称",
        ("label", "ja"),
        Text(),
        14,
        "区分の最初の行にだけ書きます。",
        True,
        "category",
    ),
    Column(
        "最高評点",
        ("cap",),
        Number(),
        8,
        "区分の合計の上限。上限がなければ空欄。",
        level="category",
    ),
    Column(
        "項目",
        ("code",),
        Code(),
        7,
        "評定項目の番号(例 2-4)。評価ごとに1行、続けて書きます。",
        True,
        "item",
    ),
    Column(
        "項目の名称", ("label", "ja"), Text(), 18, "項目の最初の行にだけ書きます。", True, "item"
    ),
    Column(
        "記号", ("mark",), Text(), 5, "評価の記号 イ、ロ、ハ、ニ。軽い順に書きます。", True, "grade"
    ),
    Column("評定内容", ("label", "ja"), Text(), 40, "その評価になる状態。", True, "grade"),
    Column("評点", ("points",), Number(), 6, "数値。項目の中で順に増えます。", level="grade"),
    Column(
        "根拠", ("source",), Text(), 18, "条文の箇所。項目の最初の行にだけ書きます。", True, "item"
    ),
    Column(
        "範囲",
        ("range",),
        Bounds(),
        14,
        "数や測定値で答える項目だけ: その評価になる範囲。",
        level="grade",
    ),
    Column(
        "決め方",
        ("mode",),
        Choice(MODES),
        12,
        "空欄は「最も重い評価」。" + "、".join(MODES.values()),
        level="item",
        side=True,
    ),
    Column(
        "数えるもの",
        ("measure", "label", "ja"),
        Text(),
        22,
        "数や測定値で答える項目だけ: 何を数えるか、測るか。",
        level="item",
        side=True,
    ),
    Column(
        "単位", ("measure", "unit", "ja"), Text(), 6, "数や測定値の単位。", level="item", side=True
    ),
    Column(
        "答えの範囲",
        ("measure", ALL),
        Bounds(),
        12,
        "答えとして受け付ける範囲(例 0以上4以下)。",
        level="item",
        side=True,
    ),
    Column(
        "1つごとの評点",
        ("per_unit", "points"),
        Number(),
        8,
        "数に応じて加点する項目だけ。",
        level="item",
        side=True,
    ),
    Column(
        "数の上限", ("per_unit", "most"), Number(), 8, "加点する数の上限。", level="item", side=True
    ),
    Column(
        "適用する条件",
        ("when",),
        Named("conditions"),
        16,
        "この条件のときだけ使う項目。",
        level="item",
        side=True,
    ),
    Column(
        "適用しない条件",
        ("unless",),
        Named("conditions"),
        16,
        "この条件のときは使わない項目。",
        level="item",
        side=True,
    ),
    Column(
        "重大度",
        ("severity",),
        Named("severities"),
        12,
        "表紙で決めた重大度。",
        level="grade",
        side=True,
    ),
    Column(
        "軸",
        ("axis",),
        Named("axes"),
        14,
        "評点とは別に合計する区分だけ。",
        level="category",
        side=True,
    ),
    Column(
        "評価の符号",
        ("code",),
        Code(),
        8,
        "空欄なら記号から決まります(イ=i、ロ=ro、ハ=ha、ニ=ni)。",
        level="grade",
        side=True,
    ),
    english("区分の名称", ("label", "en"), 20, "category"),
    english("項目の名称", ("label", "en"), 20, "item"),
    english("評定内容", ("label", "en"), 30, "grade"),
    english("数えるもの", ("measure", "label", "en"), 20, "item"),
    english("単位", ("measure", "unit", "en"), 8, "item"),
)

FORMULAS = (
    Column("項目", ("item",), Code(), 8, "評点表の項目の番号。", True, "item"),
    Column(
        "計算式",
        ("text",),
        Text(),
        44,
        "入力の記号と + - * / ( ) だけ。項目の最初の行に書きます。",
        True,
        "item",
    ),
    Column("入力", ("code",), Code(), 8, "式に出てくる記号(半角)。", True, "grade"),
    Column("入力の内容", ("label", "ja"), Text(), 30, "何を入力するか。", True, "grade"),
    Column("入力の単位", ("unit",), Text(), 8, "mm² など。", True, "grade"),
    Column("入力の範囲", (ALL,), Bounds(), 12, "受け付ける範囲(例 0以上)。", level="grade"),
    Column(
        "計算できないとき", ("undefined", "ja"), Text(), 40, "0で割るときに出す説明。", True, "item"
    ),
    Column("備考", ("note",), Text(), 30, "式の読み方など。", level="item"),
    english("入力の内容", ("label", "en"), 24, "grade"),
    english("計算できないとき", ("undefined", "en"), 30, "item"),
)

REPLACEMENTS = (
    Column("項目", ("of",), Code(), 8, "読み替えられる項目の番号。", True),
    Column("条件", ("when",), Named("conditions"), 22, "この条件のとき読み替えます。", True),
    Column("読替え先の評点表", ("table",), Code(), 36, "ほかの評点表のID。", True),
    Column("読替え先の版", ("version",), Code(dated=True), 14, "その版。", True),
    Column("読替え先の項目", ("item",), Code(), 14, "その項目の番号。", True),
    Column("照合値", ("sha256",), Code(), 68, "読替え先の評点表の sha256。", True),
)
