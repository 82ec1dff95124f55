"""The lines of the cover and the columns of its lists."""

from scoring.spreadsheet.cells import Choice, Code, Day, Many, Text
from scoring.spreadsheet.column import (
    DEFAULTS,
    METHODS,
    NO,
    POLICIES,
    STATUSES,
    STRUCTURES,
    Column,
    english,
)

COVER = (
    Column("様式", ("schema",), Text(), 0, "この様式の名前。変えないでください。", True),
    Column(
        "評点表のID", ("id",), Code(), 0, "評点表の名前。市の評点表は新しいIDにします(半角)。", True
    ),
    Column(
        "版",
        ("version",),
        Code(dated=True),
        0,
        "内容を変えたら新しい版にします(例 2027-04-01)。",
        True,
    ),
    Column(
        "団体コード",
        ("jurisdiction",),
        Code(),
        0,
        "5桁の市区町村コード。国の評点表は 00000。",
        True,
    ),
    Column("名称", ("label", "ja"), Text(), 0, "画面と資料に出る名前。", True),
    english("名称", ("label", "en"), side=False),
    Column(
        "対象の構造",
        ("structures",),
        Many(Choice(STRUCTURES)),
        0,
        "「、」で区切ります: " + "、".join(STRUCTURES.values()),
        True,
    ),
    Column("調査方法", ("method",), Choice(METHODS), 0, "、".join(METHODS.values()), True),
    Column("適用開始日", ("effective", "from"), Day(), 0, "この日の調査から使います。", True),
    Column(
        "適用終了日",
        ("effective", "to"),
        Day(),
        0,
        "この日から使いません。決まっていなければ空欄。",
    ),
    Column(
        "不明の扱い",
        ("unknown",),
        Choice(POLICIES),
        0,
        "確認できない項目の数え方: " + "、".join(POLICIES.values()),
        True,
    ),
    Column("採点", ("scored",), Choice(NO), 0, "点数を使わない評点表だけ「しない」。ほかは空欄。"),
    Column("出典", ("source", "title"), Text(), 0, "もとになる規則や要綱の名前。", True),
    Column("出典の箇所", ("source", "ref"), Text(), 0, "別表、条項など。", True),
    Column(
        "出典の確認",
        ("source", "status"),
        Choice(STATUSES),
        0,
        "条文と見比べたか: " + "、".join(STATUSES.values()),
        True,
    ),
    Column("確認した日", ("source", "checked_on"), Day(), 0, "「確認済み」のときは必ず書きます。"),
    Column("出典の備考", ("source", "note"), Text(), 0, "出典についての注意。"),
)

CONDITIONS = (
    Column(
        "条件",
        ("label", "ja"),
        Text(),
        0,
        "家屋や周辺について尋ねること(例 通学路に面する)。",
        True,
    ),
    Column("条件の符号", ("code",), Code(), 0, "半角の符号(例 school_route)。", True),
    Column(
        "既定値",
        ("default",),
        Choice(DEFAULTS),
        0,
        "答えがないとき: " + "、".join(DEFAULTS.values()),
        True,
    ),
    english("条件", ("label", "en"), side=False),
)

AXES = (
    Column("軸", ("label", "ja"), Text(), 0, "評点とは別に合計する軸(例 周辺への危険度)。", True),
    Column("軸の符号", ("code",), Code(), 0, "半角の符号。", True),
    english("軸", ("label", "en"), side=False),
)

SEVERITIES = (
    Column("重大度", ("label", "ja"), Text(), 0, "評価の重さの呼び名(例 著しく危険)。", True),
    Column("重大度の符号", ("code",), Code(), 0, "半角の符号。", True),
    english("重大度", ("label", "en"), side=False),
)
