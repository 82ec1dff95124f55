"""Rule tables as workbooks: nothing is lost on the way, and every fault is told at its cell."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from scoring.digest import digest_of
from scoring.document import read_toml
from scoring.registry import SHIPPED
from scoring.spreadsheet import NotExpressibleError, read_workbook, write_workbook
from scoring.spreadsheet.faults import MOST_FAULTS
from scoring.spreadsheet.reading import read_document
from tests.scoring.shipped import BLOCK, CONCRETE, IDS, registry, score, shipped
from tests.scoring.small import a_category, a_document, an_item
from tests.scoring.workbooks import Book, a_city_book

EXAMPLES = sorted((SHIPPED / "examples").glob("*.toml"))
CHANGING = "school-route"  # changes another table by code, which sheets do not hold


@pytest.mark.parametrize("id", IDS)
def test_a_national_table_keeps_its_sha256_over_export_and_import(id):
    table = shipped(id)

    back = read_workbook(write_workbook(table.document), "back.xlsx", registry().get)

    assert back.table.sha256 == table.sha256
    assert back.table == table


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_tables_keep_theirs_unless_they_change_another_table(path):
    document = read_toml(path)

    if "extends" in document:
        assert path.stem == CHANGING
        with pytest.raises(NotExpressibleError, match="extends"):
            write_workbook(document)
    else:
        assert digest_of(read_document(write_workbook(document))[0]) == digest_of(document)


def test_a_workbook_that_excel_rewrote_without_changes_keeps_the_sha256():
    assert Book(id=CONCRETE).read().table.sha256 == shipped(CONCRETE).sha256


def test_a_clerk_adds_an_item_and_a_factor():
    table = a_city_book().read().table

    plain = score(table, {"9-1": ["i"]}, others="none")
    school = score(table, {"9-1": ["i"]}, {"school_route": True}, others="none")

    assert (table.id, table.jurisdiction) == ("kitakyushu.substandard-dwelling.wooden", "40100")
    assert (plain.total, school.total) == (Decimal(50), Decimal(75))
    assert table.modifiers[0].label.en == "通学路に面する場合の割増し"  # no English was written


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"categories": [a_category("1", 50, an_item("1-1", [10], remark="?"))]}, "items[1-1].rem"),
        ({"memo": "?"}, "memo"),
        (
            {"examples": [{"answers": {}, "conditions": {}, "total": 0, "judgement": "good"}]},
            "conditions",
        ),
        ({"label": {"ja": "=1+1 ", "en": "a"}}, "label.ja"),
    ],
)
def test_what_the_sheets_cannot_hold_is_named_at_export_never_dropped(change, place):
    document = a_document(a_category("1", 50, an_item("1-1", [10]))) | change

    with pytest.raises(NotExpressibleError) as refused:
        write_workbook(document)

    assert place in refused.value.place


def test_text_that_looks_like_a_formula_stays_text():
    document = a_document(a_category("1", 50, an_item("1-1", [10])))
    document["label"] = {"ja": "=1+1", "en": "+2"}

    assert read_document(write_workbook(document))[0]["label"] == {"ja": "=1+1", "en": "+2"}


def points(book, heading, row):
    return book.book["評点表"].cell(row, book.column("評点表", heading, 3))


@pytest.mark.parametrize(
    ("heading", "row", "value", "place", "message"),
    [
        ("評点", 4, "10", "評点表!H4", "数値「10」が文字として入力されています"),
        ("評点", 4, "十", "評点表!H4", "「十」 は数値ではありません → 数値"),
        ("評点", 4, True, "評点表!H4", "TRUE は数値ではありません"),
        ("評点", 5, 10, "評点表!H5", "評点 10 が前の行の 10 より大きくありません"),
        ("評点", 4, "=5+5", "評点表!H4", "計算式「=5+5」が入っています → 計算した結果の値"),
        ("評点", 4, "#REF!", "評点表!H4", "エラー値「#REF!」が入っています"),
        ("評点", 4, None, "評点表!H4", "「評点」が空欄です"),
        ("最高評点", 4, "五十", "評点表!C4", "「五十」 は数値ではありません"),
        ("最高評点", 5, 70, "評点表!C5", "「最高評点」が 評点表!C4 と違います"),
        ("最高評点", 4, -1, "評点表!C4", "0より大きい最高評点"),
        ("区分", 4, "\uff11", "評点表!A4", "全角の英数字や記号があります → 半角で「1」"),
        ("区分", 4, datetime(2026, 1, 1), "評点表!A4", "日付 2026-01-01 → 文字(半角)"),
        ("区分", 5, "2", "評点表!B5", "「区分の名称」が空欄です"),
        ("項目", 4, datetime(2026, 1, 1), "評点表!D4", "セルの書式を「文字列」にして入力"),
        ("項目", 6, "1-1", "評点表!E6", "「項目の名称」が 評点表!E4 と違います"),
        ("項目", 9, "1-1", "評点表!D9", "項目 1-1 は 評点表!D4 にもあります"),
        ("項目の名称", 4, None, "評点表!E4", "「項目の名称」が空欄です"),
        ("記号", 5, "イ", "評点表!F5", "「記号」の イ がこの項目に二つあります"),
        ("記号", 4, "A", "評点表!F4", "記号「A」の符号が決まりません"),
        ("評定内容", 4, "長" * 2001, "評点表!G4", "長すぎます(2001 文字) → 2000 文字まで"),
        ("根拠", 4, None, "評点表!I4", "「根拠」が空欄です"),
        ("根拠", 4, 5, "評点表!I4", "「5」"),
        ("範囲", 4, "たくさん", "評点表!J4", "「たくさん」は範囲として読めません → 1以上2以下"),
        ("範囲", 4, "1以上2以上", "評点表!J4", "同じ向きの境が二つあります"),
        ("決め方", 4, "適当", "評点表!K4", "「適当」 → 最も重い評価、評価の合計、数"),
        ("適用する条件", 4, "雨の日", "評点表!Q4", "条件「雨の日」がありません"),
    ],
)
def test_a_fault_in_the_points_is_told_at_its_cell(heading, row, value, place, message):
    book = Book()
    points(book, heading, row).value = value

    faults = book.faults()

    assert place in faults, faults
    assert message in faults[place]


def test_a_merged_cell_is_told_with_its_range():
    book = Book()
    book.book["評点表"].merge_cells("A4:A5")

    assert "結合されたセル" in book.faults()["評点表!A4:A5"]


def test_a_value_below_no_heading_and_an_unknown_heading_are_told():
    book = Book()
    sheet = book.book["評点表"]
    sheet.cell(3, 40).value = "ひとこと"
    sheet.cell(5, 41).value = "覚え書き"

    faults = book.faults()

    assert "見出し「ひとこと」は読み取れません" in faults["評点表!AN3"]
    assert "見出しのない列に値があります" in faults["評点表!AO5"]


def test_columns_and_sheets_that_begin_with_memo_are_the_clerks_own():
    book = Book()
    book.book["評点表"].cell(3, 40).value = "メモ"
    book.book["評点表"].cell(5, 40).value = "来年見直す"
    book.book.create_sheet("メモ 会議用")["A1"] = "=1+1"

    assert book.read().table.sha256 == shipped(IDS[0]).sha256


def test_an_unknown_sheet_a_missing_heading_and_a_missing_sheet_are_told():
    book = Book()
    book.book.create_sheet("Sheet1")
    points(book, "記号", 3).value = None
    book.book.remove(book.book["確認例"])

    faults = book.faults()

    assert "シート「Sheet1」は読み取れません" in faults["Sheet1"]
    assert "見出し「記号」がありません" in faults["評点表!3行(記号)"]
    assert "確認例の表が見つかりません" in faults["確認例"]


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("評点表のID", None, "「評点表のID」が空欄です"),
        ("団体コード", 40, "「40」 → 5桁の市区町村コード"),
        ("対象の構造", "木造、わら", "「わら」 → 木造、軽量鉄骨造"),
        ("調査方法", "なんとなく", "「なんとなく」 → 全項目調査、外観目視調査"),
        ("適用開始日", "2026-04-01", "「2026-04-01」 は日付ではありません → 日付"),
        ("適用開始日", datetime(2026, 4, 1, 9), "時刻が付いています"),
        ("適用終了日", date(2000, 1, 1), "from の 2004-07-01 より後の日付"),
        ("不明の扱い", "無視", "「無視」 → 範囲で示す、0点とする"),
        ("確認した日", None, "確認した日がありません"),
        ("版", 1.5, "「1.5」"),
    ],
)
def test_a_fault_on_the_cover_is_told_at_its_cell(heading, value, message):
    book = Book()
    book.set_cover(heading, value)

    faults = book.faults()

    assert message in faults[f"表紙!B{book.row('表紙', heading)}"], faults


def test_a_version_that_excel_made_a_date_of_is_its_text():
    book = Book()
    book.set_cover("版", datetime(2027, 4, 1))

    assert book.read().table.version == "2027-04-01"


def test_faults_in_conditions_modifiers_and_judgements_are_told_at_their_cells():
    book = a_city_book()
    judge = book.book["判定"]
    modifier = book.row("判定", "通学路に面する場合の割増し")
    judge.cell(modifier, 3).value = "1.5"
    judge.cell(modifier, 4).value = "雨の日"
    threshold = book.row("判定", "■ 判定") + 2
    judge.cell(threshold, 3).value = "百"

    faults = book.faults()

    assert "数値「1.5」が文字として" in faults[f"判定!C{modifier}"]
    assert "条件「雨の日」がありません → 通学路に面する" in faults[f"判定!D{modifier}"]
    assert "「百」は範囲として読めません" in faults[f"判定!C{threshold}"]


def test_a_threshold_that_cannot_be_reached_is_told_at_its_cell():
    book = Book()
    threshold = book.row("判定", "■ 判定") + 2
    book.book["判定"].cell(threshold, 3).value = "1000以上"

    faults = book.faults()

    assert "届きません" in "".join(faults.values())
    assert {place.split("!")[0] for place in faults} == {"判定"}


def test_every_failing_case_is_told_at_its_own_cell():
    book = Book()
    cases = book.book["確認例"]
    total = book.column("確認例", "合計", 3)
    worked = [cases.cell(row, total).value for row in (4, 5)]
    cases.cell(4, total).value = worked[0] + 1
    cases.cell(5, total).value = worked[1] + 1

    faults = book.faults()

    assert f"確認例が合いません: {worked[0] + 1} → 計算では {worked[0]}" in faults["確認例!B4"]
    assert f"計算では {worked[1]}" in faults["確認例!B5"]


def test_faults_in_cases_are_told_at_their_cells():
    book = Book()
    cases = book.book["確認例"]
    item = book.column("確認例", "2-2", 3)
    cases.cell(4, item).value = "チ"
    cases.cell(5, item).value = "3"
    cases.cell(3, cases.max_column + 1).value = "99-9"

    faults = book.faults()

    letter = cases.cell(4, item).column_letter
    assert "項目 2-2 に評価「チ」はありません → イ、ロ、ハ" in faults[f"確認例!{letter}4"]
    assert "数値「3」が文字として" in faults[f"確認例!{letter}5"]
    assert any("見出し「99-9」は項目の番号ではありません" in text for text in faults.values())


def test_faults_in_formulas_and_replacements_are_told_at_their_cells():
    concrete, block = Book(id=CONCRETE), Book(id=BLOCK)
    concrete.book["計算式"]["B4"] = "__import__('os')"
    block.book["読替え"]["A4"] = "9-9"
    block.book["読替え"]["F5"] = "0" * 64

    assert set(concrete.faults()) == {"計算式!B4"}
    assert "項目「9-9」が評点表にありません" in block.faults()["読替え!A4"]
    block.book["読替え"]["A4"] = "2-1"
    assert set(block.faults()) == {"読替え!F5"}


def test_all_faults_are_told_at_once_up_to_a_bound():
    book = Book()
    sheet = book.book["評点表"]
    rows = [row for row in range(4, sheet.max_row) if points(book, "評点", row).value is not None]
    for row in rows:
        points(book, "評点", row).value = "x"
        points(book, "評定内容", row).value = None

    with pytest.raises(Exception, match="評点表!G4") as refused:
        book.read()

    assert len(refused.value.faults) == MOST_FAULTS
    assert refused.value.more == 2 * len(rows) - MOST_FAULTS
    assert str(refused.value).endswith(f"ほかに {refused.value.more} 件あります")
